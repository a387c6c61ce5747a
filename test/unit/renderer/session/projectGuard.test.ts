/** What is said of the project's file follows it: lost, another one by now, or there again. */
// @vitest-environment ./test/support/signals.ts
import { expect, it, vi } from 'vitest';
import { AppError } from '@shared/errors/appError';
import type { FileLoss } from '@shared/project/types';
import { ProjectGuard } from '../../../../src-renderer/session/projectGuard.svelte';

/** A store whose watch answers as the real one does: once it is otherwise than what the one who waits knows. */
function store() {
  let loss: FileLoss | null = null;
  let waiting: (() => void) | null = null;
  const call = (_method: string, { known }: { known?: FileLoss }) =>
    new Promise((resolve) => {
      waiting = () => loss !== (known ?? null) && resolve(loss);
      waiting();
    });
  const become = (next: FileLoss | null) => {
    loss = next;
    waiting?.();
  };
  return { client: { call } as never, become };
}

it('a file that is lost, replaced and back again is told as that each time', async () => {
  const { client, become } = store();
  const guard = new ProjectGuard(client, {} as never, {} as never);
  void guard.follow(true);
  expect(guard.loss).toBeNull();
  for (const loss of ['deleted', 'replaced', null, 'deleted', null] as const) {
    become(loss);
    await vi.waitFor(() => expect(guard.loss).toBe(loss));
  }
});

it('a project that was closed is not followed any more, one whose store was restarted is', async () => {
  const answers = [
    new AppError('crashed', 'The store ended'),
    'deleted' as const,
    new AppError('cancelled', 'The project was closed'),
  ];
  const call = vi.fn(() => {
    const answer = answers.shift();
    return answer instanceof AppError ? Promise.reject(answer) : Promise.resolve(answer);
  });
  const guard = new ProjectGuard({ call } as never, {} as never, {} as never);
  await guard.follow(true);
  expect([guard.loss, answers.length]).toEqual(['deleted', 0]);
  await guard.follow(false);
  expect(guard.loss).toBeNull();
});
