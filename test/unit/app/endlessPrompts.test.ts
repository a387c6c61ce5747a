/** A decoder's run without end, at a click, in the middle of prompts or of a search: the process is ended by time or by a cancel, others go on. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { computeProposals } from '../../../src-main/app/computeProposals';
import { createBatchHandlers } from '../../../src-main/app/batchHandlers';
import type { Engine } from '../../../src-main/app/engine';
import { createRouter } from '../../../src-main/app/router';
import { createPromptProposer } from '../../../src-main/cli/lib/promptProposer';
import type { OpenModel } from '../../../src-main/cli/lib/engine';
import { Session } from '../../../src-main/cli/lib/session';
import { Patience } from '../../../src-main/inference/patience';
import { AppError } from '@shared/errors/appError';
import { CancelSource } from '@shared/errors/cancellation';
import type { CallOptions } from '@shared/ipc/rpc';
import type { ProposeWith } from '@shared/project/proposeWith';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const size = [40, 60] as const;
const box = [10, 10, 20, 20] as const;
const mask = { segmentation: { kind: 'rle', size, counts: '' }, bbox: box, area: 400, predictedIou: 0.9 };

/** Models of a process that answers each step in 4 seconds; what is run on the image `endless` never ends, once it was looked at. */
class Models {
  starts = 1;
  #pending = new Set<(error: AppError) => void>();
  #files = new Map<number, string>();

  call = async (method: string, params: Record<string, unknown>, options: CallOptions = {}): Promise<unknown> => {
    const wait = new Promise<void>((done, fail) => {
      this.#pending.add(fail);
      const isEndless =
        this.#files.get(params.session as number) === 'endless.png' && method !== 'inference.closePrompts';
      if (!isEndless) setTimeout(() => (this.#pending.delete(fail), done()), 4000);
    });
    await wait;
    options.onProgress?.({ done: 0, total: 1, text: '' });
    if (method === 'inference.openPrompts') {
      const session = 100 * this.starts + this.#files.size;
      this.#files.set(session, (params.source as { path: string }).path);
      return { session, size };
    }
    if (method === 'inference.prompt') return { candidates: [mask], model: { id: 'any', sha256: '' }, ms: 1 };
    return { size, proposals: [], provenance: {}, timings: {}, notes: [] };
  };

  kill = () => {
    this.starts++;
    for (const fail of this.#pending) fail(new AppError('crashed', 'restarted'));
    this.#pending.clear();
  };
}

const settled = async <T>(asked: readonly Promise<T>[]) => {
  const all = Promise.allSettled(asked);
  await vi.advanceTimersByTimeAsync(3_600_000);
  return (await all).map((one) => (one.status === 'rejected' ? (one.reason as AppError).message : 'found'));
};

/** A window's engine whose images are `first.png` and `endless.png`, and whose batch is all of them. */
function windowOf(models: Models, how?: ProposeWith): Engine {
  const store = (method: string, { imageId }: { imageId: number }) => {
    if (method === 'image.source') return { path: ['', 'first.png', 'endless.png'][imageId], orientation: 'exif' };
    if (method === 'image.masks') return [];
    if (method === 'image.list') return [];
    if (method === 'batch.read') return { imageIds: [1, 2], next: 0, failures: [], with: how };
    return { size, boxes: [1, 2].map((id) => ({ annotationId: id, box, categoryName: 'coin' })) };
  };
  return {
    store: { client: { call: async (method: string, params: { imageId: number }) => store(method, params) } },
    inference: { client: models },
    patience: new Patience(models.kill, 60),
    prompted: new Map(),
    projectLeft: new CancelSource(),
  } as unknown as Engine;
}

const likeness = { direction: [1], cosine: 0.9, areaPx: 400 };
const kinds: [string, ProposeWith][] = [
  ['masks for boxes', { kind: 'boxes', model: 'any', replace: false, boxes: 2 } as unknown as ProposeWith],
  ['a search', { kind: 'similar', model: 'any', likeness, categoryName: 'coin' } as unknown as ProposeWith],
];

test.each(kinds)('in the window: %s', async (_, how) => {
  const models = new Models();
  const engine = windowOf(models);
  const context = { signal: new CancelSource(), progress: () => undefined };
  const found = await settled([1, 2].map((id) => computeProposals(engine, id, how, context)));
  expect(found).toEqual([
    'found',
    'The model did not come to an end on endless.png within 60 seconds, and was stopped',
  ]);
  expect(models.starts).toBeGreaterThan(1);
});

test.each(kinds)('a batch that is cancelled meanwhile ends soon: %s', async (_, how) => {
  const models = new Models();
  const signal = new CancelSource();
  const batch = createBatchHandlers(windowOf(models, how))['app.runBatch']({}, { signal, progress: () => undefined });
  const ended = expect(batch).rejects.toMatchObject({ code: 'cancelled' });
  await vi.advanceTimersByTimeAsync(30_000);
  expect(models.starts).toBe(1);
  signal.abort();
  await vi.advanceTimersByTimeAsync(1000 + 4000);
  await ended;
  expect(models.starts).toBe(2);
});

describe('a click', () => {
  /** On an image that is open. */
  const clicks = async (models: Models) => {
    const engine = windowOf(models);
    const opened = models.call('inference.openPrompts', { source: { path: 'endless.png' } });
    await vi.advanceTimersByTimeAsync(4000);
    const { session } = (await opened) as { session: number };
    engine.prompted.set(session, 'endless.png');
    const route = createRouter(engine, null as never, {} as never);
    return (signal: CancelSource) =>
      route('inference.prompt', { session, points: [{ x: 1, y: 1, isInside: true }] }, { signal, progress: () => {} });
  };

  test('is told like other runs', async () => {
    const models = new Models();
    const click = await clicks(models);
    const sentence = 'The model did not come to an end on endless.png within 60 seconds, and was stopped';
    expect(await settled([click(new CancelSource())])).toEqual([sentence]);
    expect(models.starts).toBe(2);
  });

  test('that nobody waits for any more ends soon, and the next one has a process', async () => {
    const models = new Models();
    const signal = new CancelSource();
    const click = await clicks(models);
    const ended = expect(click(signal)).rejects.toMatchObject({ code: 'cancelled' });
    await vi.advanceTimersByTimeAsync(20_000);
    signal.abort();
    await vi.advanceTimersByTimeAsync(5000);
    await ended;
    expect(models.starts).toBe(2);
  });
});

test('on the command line', async () => {
  const models = new Models();
  const model = { client: models, id: 'any', folder: 'any' } as unknown as OpenModel;
  const session = new Session({ out: () => undefined, err: () => undefined, isTerminal: false });
  const { propose } = await createPromptProposer(model, { boxes: [box, box] }, session);
  const asked = ['endless.png', 'first.png'].map((path) => propose({ path, orientation: 'exif' }));
  expect(await settled(asked)).toEqual([
    'The model did not come to an end on endless.png within 10 minutes, and was stopped',
    'found',
  ]);
});

test('on the command line, interrupted', async () => {
  const models = new Models();
  const model = { client: models, id: 'any', folder: 'any' } as unknown as OpenModel;
  const session = new Session({ out: () => undefined, err: () => undefined, isTerminal: false });
  const { propose } = await createPromptProposer(model, { boxes: [box, box] }, session);
  const ended = expect(propose({ path: 'endless.png', orientation: 'exif' })).rejects.toMatchObject({
    code: 'cancelled',
  });
  await vi.advanceTimersByTimeAsync(30_000);
  session.signal.abort();
  await vi.advanceTimersByTimeAsync(1000 + 4000);
  await ended;
});
