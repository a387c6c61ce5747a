/** The processes of a running app, for tests that stop or kill one. */
import type { App } from './app';

/** The process that keeps the project, the one that reads pictures, the one that runs models, the window's, or the one that started them. */
export type Victim = 'store' | 'vision' | 'inference' | 'window' | 'app';

export async function pidOf(app: App, process: Victim): Promise<number> {
  const metrics = await app.electron.evaluate(({ app: main }) =>
    main.getAppMetrics().map(({ pid, type, name }) => ({ pid, type, name })),
  );
  const found = metrics.find(({ type, name }) => {
    if (process === 'window' || process === 'app') return type === (process === 'window' ? 'Tab' : 'Browser');
    return name === `maskwright-${process}`;
  });
  if (!found) throw new Error(`There is no ${process} process among ${JSON.stringify(metrics)}`);
  return found.pid;
}
