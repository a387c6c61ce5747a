/** The trial of files that may become a model: cancelled or without end it takes its process along, and nobody else notices. */
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Engine } from '../../../src-main/app/engine';
import { createModelHandlers } from '../../../src-main/app/modelHandlers';
import { createRouter } from '../../../src-main/app/router';
import { CLICK_GRACE, Patience } from '../../../src-main/inference/patience';
import { AppError } from '@shared/errors/appError';
import { CancelSource } from '@shared/errors/cancellation';
import type { CallOptions } from '@shared/ipc/rpc';
import { scratch } from '../store/support';

vi.mock('electron', () => ({ dialog: {} }));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
// The handlers read it when it is first needed, which takes more than a faked moment.
beforeAll(() => import('../../../src-main/inference/addModel'));

/** A process that works off what it is asked in turn, a second each; a trial never ends. */
class Models {
  starts = 1;
  #queue: { method: string; options: CallOptions; done: (answer: unknown) => void; fail: (error: AppError) => void }[] =
    [];

  call = (method: string, _params: unknown, options: CallOptions = {}) =>
    new Promise<unknown>((done, fail) => {
      this.#queue.push({ method, options, done, fail });
      if (this.#queue.length === 1) void this.#work();
    });

  trialGoesOn(): void {
    this.#queue[0].options.onProgress?.({ done: 1, total: 1, text: 'running the model' });
  }

  end = () => {
    this.starts++;
    for (const { fail } of this.#queue.splice(0)) fail(new AppError('crashed', 'restarted on purpose'));
  };

  async #work(): Promise<void> {
    for (let first = this.#queue[0]; first; first = this.#queue[0]) {
      first.options.onProgress?.({ done: 0, total: 1, text: 'trying the model' });
      if (first.method === 'inference.tryModel') return;
      await new Promise((wake) => setTimeout(wake, 1000));
      if (this.#queue[0] !== first) return;
      this.#queue.shift();
      first.done(first.method);
    }
  }
}

function start() {
  const models = new Models();
  const patience = new Patience(models.end);
  const engine = { inference: { client: models }, patience, prompted: new Map([[7, 'a.png']]) } as unknown as Engine;
  const grants = { requireRead: () => undefined, mayRead: () => undefined };
  const handlers = createModelHandlers(null as never, engine, grants as never, scratch());
  const route = createRouter(engine, handlers as never, {} as never);
  const signal = new CancelSource();
  const ask = (method: string, params: unknown = {}) =>
    route(method, params, {
      signal: method === 'app.tryModel' ? signal : new CancelSource(),
      progress: () => {},
    }).catch((error: AppError) => `${error.code}: ${error.message}`);
  const trial = ask('app.tryModel', { files: ['/a.onnx'], wish: {}, imageId: null });
  return { models, patience, ask, trial, signal };
}

/** What the window asks meanwhile: models for its lists, another file, a click. */
const others = [
  ['inference.models'],
  ['app.inspectModel', { files: ['/b.onnx'], wish: {} }],
  ['inference.prompt', { session: 7, points: [{ x: 1, y: 1, isInside: true }] }],
] as const;

test('cancelled', async () => {
  const { models, ask, trial, signal } = start();
  await vi.advanceTimersByTimeAsync(10);
  const beside = others.map(([method, params]) => ask(method, params));
  await vi.advanceTimersByTimeAsync(5000);
  expect(models.starts).toBe(1);
  signal.abort();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await trial).toBe('cancelled: Cancelled');
  expect(await Promise.all(beside)).toEqual(['inference.models', 'inference.inspectModel', 'inference.prompt']);
  expect(models.starts).toBe(2);
});

test('without end: its time begins when its turn comes', async () => {
  const { models, patience, ask, trial } = start();
  await vi.advanceTimersByTimeAsync(100_000);
  // Somebody else's cancellation ends the process: the trial begins anew.
  const gone = new CancelSource();
  const behind = patience.run((own) => models.call('inference.models', {}, own), 'b.png', { signal: gone });
  const over = expect(behind).rejects.toMatchObject({ code: 'cancelled' });
  gone.abort();
  await vi.advanceTimersByTimeAsync(CLICK_GRACE.ms);
  await over;
  const beside = ask('inference.models');
  await vi.advanceTimersByTimeAsync(100_000);
  expect(models.starts).toBe(2);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await trial).toBe('bad-model: The model did not finish the trial picture within 120 seconds');
  expect(await beside).toBe('inference.models');
});

test('it waits for another model as long as that takes, and has its own time afterwards', async () => {
  const { models, patience, trial } = start();
  await vi.advanceTimersByTimeAsync(100_000);
  // A network over a whole image: it says that it runs, and blocks the process.
  const slow = new Promise((done) => setTimeout(done, 300_000));
  const beside = patience.run(
    ({ onProgress }) => (onProgress?.({ done: 2, total: 4, text: 'running the model' }), slow),
    'large.png',
    {},
  );
  await vi.advanceTimersByTimeAsync(300_000);
  await beside;
  models.trialGoesOn();
  await vi.advanceTimersByTimeAsync(119_000);
  expect(models.starts).toBe(1);
  await vi.advanceTimersByTimeAsync(2000);
  expect(await trial).toBe('bad-model: The model did not finish the trial picture within 120 seconds');
});

test('a process that is ended for its settings: who waits is asked again', async () => {
  const { models, patience, ask, trial, signal } = start();
  await vi.advanceTimersByTimeAsync(10);
  signal.abort();
  await vi.advanceTimersByTimeAsync(1000);
  await trial;
  const beside = ask('inference.models');
  await patience.restart();
  await vi.advanceTimersByTimeAsync(5000);
  expect([await beside, models.starts]).toEqual(['inference.models', 3]);
});
