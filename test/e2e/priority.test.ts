/** What computes on every core gives way to the window. */
import { expect, test } from '@playwright/test';
import { constants, getPriority } from 'node:os';
import { launch } from './support/app';

test('the vision and inference processes run below the window and the store', async () => {
  const app = await launch({ args: ['--sample'] });
  try {
    await app.page.getByRole('button', { name: 'Propose' }).click();
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
    const priority = (name: string) => getPriority(running[name]);
    // The process is there a moment before its first script runs.
    for (const name of ['maskwright-vision', 'maskwright-inference'])
      await expect.poll(() => priority(name)).toBe(constants.priority.PRIORITY_BELOW_NORMAL);
    expect(priority('maskwright-store')).toBe(getPriority(app.electron.process().pid!));
  } finally {
    await app.close();
  }
});
