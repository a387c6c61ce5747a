/** What computes on every core gives way to the window. */
import { expect, test } from '@playwright/test';
import { readdirSync } from 'node:fs';
import { constants, getPriority } from 'node:os';
import { launch } from './support/app';
import { chooseMaker, NUCLEI_MODEL } from './support/window';

/** Of a process: of its threads, where each has a priority of its own. */
function highest(pid: number): number {
  const threads = process.platform === 'linux' ? readdirSync(`/proc/${pid}/task`).map(Number) : [pid];
  // A lower number goes first.
  return Math.min(...threads.map(priorityOf));
}

/** The lowest for a thread that has just ended. */
function priorityOf(thread: number): number {
  try {
    return getPriority(thread);
  } catch {
    return constants.priority.PRIORITY_LOW;
  }
}

test('the vision and inference processes run below the window and the store', async () => {
  const app = await launch({ args: ['--sample'] });
  try {
    await chooseMaker(app.page, NUCLEI_MODEL);
    await app.page.getByRole('button', { name: 'Propose', exact: true }).click();
    const pids = () =>
      app.electron.evaluate(({ app: main }) =>
        Object.fromEntries(main.getAppMetrics().map(({ type, name, pid }) => [name ?? type, pid])),
      );
    await expect.poll(pids).toMatchObject({
      'maskwright-vision': expect.any(Number),
      'maskwright-inference': expect.any(Number),
      'maskwright-store': expect.any(Number),
    });
    const running = await pids();
    // The process is there a moment before its first script runs.
    for (const name of ['maskwright-vision', 'maskwright-inference'])
      await expect.poll(() => highest(running[name])).toBe(constants.priority.PRIORITY_BELOW_NORMAL);
    expect(getPriority(running['maskwright-store'])).toBe(getPriority(app.electron.process().pid!));
  } finally {
    await app.close();
  }
});
