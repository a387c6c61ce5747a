/** The program ends when what the window asked to be kept is on disk, and not before. */
import { describe, expect, it, vi } from 'vitest';
import { CancelSource } from '@shared/errors/cancellation';
import { PendingWrites } from '../../../src-main/app/pendingWrites';

const context = { signal: new CancelSource(), progress: () => undefined };

/** Requests that are answered when the test says so. */
function slow() {
  const open: { done: () => void; fail: () => void }[] = [];
  const writes = new PendingWrites();
  const ask = writes.watch(
    () => new Promise((done, fail) => open.push({ done: () => done(null), fail: () => fail(new Error('full')) })),
  );
  return { writes, ask: (method: string) => ask(method, {}, context), open };
}

describe('pending writes', () => {
  it('are waited for, well or not; what only reads or takes long is not', async () => {
    const { writes, ask, open } = slow();
    void ask('image.open');
    void ask('project.export');
    expect(writes.busy()).toBeNull();
    const answers = [ask('document.commit'), ask('draft.put'), ask('project.setPlace')];
    const refused = expect(answers[1]).rejects.toThrow('full');
    let isEnded = false;
    const ended = writes.busy()!.then(() => (isEnded = true));
    open[2].done();
    open[3].fail();
    await refused;
    expect(isEnded).toBe(false);
    open[4].done();
    await ended;
    expect(writes.busy()).toBeNull();
  });

  it('that hang do not keep the program from ending', async () => {
    vi.useFakeTimers();
    const { writes, ask } = slow();
    void ask('document.commit');
    const ended = writes.busy()!;
    await vi.advanceTimersByTimeAsync(10_000);
    await ended;
    expect(writes.busy()).toBeNull();
    vi.useRealTimers();
  });
});
