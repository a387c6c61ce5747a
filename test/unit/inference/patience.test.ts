/** A run without end is stopped and told, and who only waited behind it is served by the next process. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppError } from '@shared/errors/appError';
import { CancelSource } from '@shared/errors/cancellation';
import type { CallOptions } from '@shared/ipc/rpc';
import { CLICK_GRACE, Patience, type PatientOptions, RUN_GRACE } from '../../../src-main/inference/patience';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A process that answers in order; requests about `endless` never end, and with its end all that it has fail. */
class Process {
  /** While it computes one, the next one is read and told of. */
  readsAhead = false;
  #queue: { file: string; options: CallOptions; done: (file: string) => void; fail: (error: AppError) => void }[] = [];
  starts = 1;

  ask = (file: string) => (options: CallOptions) =>
    new Promise<string>((done, fail) => {
      this.#queue.push({ file, options, done, fail });
      if (this.#queue.length === 1) void this.#serve();
    });

  end = () => {
    this.starts++;
    const all = this.#queue;
    this.#queue = [];
    for (const { fail } of all) fail(new AppError('crashed', 'restarted'));
  };

  async #serve(): Promise<void> {
    for (let first = this.#queue[0]; first; first = this.#queue[0]) {
      first.options.onProgress?.({ done: 1, total: 4, text: 'running the model' });
      if (this.readsAhead) this.#queue[1]?.options.onProgress?.({ done: 0, total: 4, text: 'reading the image' });
      if (first.file === 'endless') return;
      await new Promise((wake) => setTimeout(wake, 4000));
      if (this.#queue[0] !== first) return;
      this.#queue.shift();
      first.done(first.file);
    }
  }
}

const start = () => {
  const process = new Process();
  const patience = new Patience(process.end, 10);
  const told: Record<string, string> = {};
  const run = (file: string, options: PatientOptions = {}) =>
    patience.run(process.ask(file), file, options).then(
      (answer) => void (told[file] = answer),
      (error: AppError) => void (told[file] = `${error.code}: ${error.message}`),
    );
  return { process, told, run };
};
const late = 'bad-input: The model did not come to an end on endless within 10 seconds, and was stopped';

test('the endless one alone fails; those before and behind it get their answers', async () => {
  const { process, told, run } = start();
  const all = ['first', 'endless', 'third'].map((file) => run(file));
  await vi.advanceTimersByTimeAsync(13_000);
  expect([told, process.starts]).toEqual([{ first: 'first' }, 1]);
  await vi.advanceTimersByTimeAsync(20_000);
  await Promise.all(all);
  expect([told, process.starts]).toEqual([{ first: 'first', endless: late, third: 'third' }, 3]);
});

test('the next image, that told last of its progress, is not taken for the endless one', async () => {
  const { process, told, run } = start();
  process.readsAhead = true;
  const all = ['first', 'endless', 'third', 'fourth'].map((file) => run(file));
  await vi.advanceTimersByTimeAsync(60_000);
  await Promise.all(all);
  expect(told).toEqual({ first: 'first', endless: late, third: 'third', fourth: 'fourth' });
});

test('a crash while several are asked again is told as what it is', async () => {
  let asked = 0;
  const patience = new Patience(() => fail(new AppError('crashed', 'restarted')), 10);
  let fail: (error: AppError) => void = () => undefined;
  const crashes = () =>
    asked++ === 0
      ? new Promise<string>((_done, failed) => (fail = failed))
      : Promise.reject(new AppError('crashed', 'again'));
  const both = [crashes, () => new Promise<string>((done) => setTimeout(() => done('slow'), 12_000))].map((ask) =>
    patience.run(ask, 'one', {}).catch((error: AppError) => error.message),
  );
  await vi.advanceTimersByTimeAsync(30_000);
  expect([await Promise.all(both), asked]).toEqual([['again', 'slow'], 2]);
});

test('whatever tells of its progress may take as long as it needs; who cancels is not asked again', async () => {
  const { process, told, run } = start();
  const slow = run('slow', {});
  await vi.advanceTimersByTimeAsync(4000);
  await slow;
  const many = Array.from({ length: 20 }, (_, i) => run(`image ${i}`));
  await vi.advanceTimersByTimeAsync(80_000);
  await Promise.all(many);
  expect([Object.keys(told).length, process.starts]).toEqual([21, 1]);
  const signal = new CancelSource();
  const endless = [run('endless'), run('waits', { signal })];
  signal.abort();
  await vi.advanceTimersByTimeAsync(20_000);
  await Promise.all(endless);
  expect([told.endless, told.waits]).toEqual([late, expect.stringMatching(/^cancelled/)]);
});

test('a run that goes on though it was cancelled is ended after its grace; who waits behind it is served all the same', async () => {
  const { process, told, run } = start();
  const signal = new CancelSource();
  const all = [run('endless', { signal, grace: RUN_GRACE }), run('behind')];
  await vi.advanceTimersByTimeAsync(2000);
  signal.abort();
  await vi.advanceTimersByTimeAsync(99);
  expect([told, process.starts]).toEqual([{}, 1]);
  await vi.advanceTimersByTimeAsync(1);
  expect([told, process.starts]).toEqual([{ endless: 'cancelled: Cancelled' }, 2]);
  await vi.advanceTimersByTimeAsync(4000);
  await Promise.all(all);
  expect([told, process.starts]).toEqual([{ endless: 'cancelled: Cancelled', behind: 'behind' }, 2]);
});

test('what ends by itself soon after it was cancelled leaves the process as it is', async () => {
  const { process, run } = start();
  const signal = new CancelSource();
  const slow = run('slow', { signal });
  await vi.advanceTimersByTimeAsync(3500);
  signal.abort();
  await vi.advanceTimersByTimeAsync(60_000);
  await slow;
  expect(process.starts).toBe(1);
});

test('a click that nobody waits for any more ends no work of others before it, only its own', async () => {
  const { process, told, run } = start();
  const click = (file: string, signal = new CancelSource()) =>
    [run(file, { signal, grace: CLICK_GRACE }), signal] as const;
  const before = ['first', 'second', 'third'].map((file) => run(file));
  const [first, firstSignal] = click('endless');
  firstSignal.abort();
  await vi.advanceTimersByTimeAsync(11_900);
  expect([told, process.starts]).toEqual([{ first: 'first', second: 'second' }, 1]);
  // The click after it waits behind it, and is asked again.
  const [next] = click('next');
  await vi.advanceTimersByTimeAsync(CLICK_GRACE.ms + 4100);
  await Promise.all([...before, first, next]);
  expect(told).toEqual({
    ...{ first: 'first', second: 'second', third: 'third' },
    ...{ endless: 'cancelled: Cancelled', next: 'next' },
  });
  expect(process.starts).toBe(2);
});
