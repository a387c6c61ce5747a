/** A decoder's run without end, in the middle of prompts or of a search: the process is ended, the image fails with a sentence, others go on. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { computeProposals } from '../../../src-main/app/computeProposals';
import type { Engine } from '../../../src-main/app/engine';
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

const likeness = { direction: [1], cosine: 0.9, areaPx: 400 };
test.each<[string, ProposeWith]>([
  ['masks for boxes', { kind: 'boxes', model: 'any', replace: false, boxes: 2 } as unknown as ProposeWith],
  ['a search', { kind: 'similar', model: 'any', likeness, categoryName: 'coin' } as unknown as ProposeWith],
])('in the window: %s', async (_, how) => {
  const models = new Models();
  const store = (method: string, { imageId }: { imageId: number }) => {
    if (method === 'image.source') return { path: ['', 'first.png', 'endless.png'][imageId], orientation: 'exif' };
    if (method === 'image.masks') return [];
    return { size, boxes: [1, 2].map((id) => ({ annotationId: id, box, categoryName: 'coin' })) };
  };
  const engine = {
    store: { client: { call: async (method: string, params: { imageId: number }) => store(method, params) } },
    inference: { client: models },
    patience: new Patience(models.kill, 10),
  } as unknown as Engine;
  const context = { signal: new CancelSource(), progress: () => undefined };
  const found = await settled([1, 2].map((id) => computeProposals(engine, id, how, context)));
  expect(found).toEqual([
    'found',
    'The model did not come to an end on endless.png within 10 seconds, and was stopped',
  ]);
  expect(models.starts).toBeGreaterThan(1);
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
