/** Where the models of a batch run elsewhere than wanted, the window is told with the first image, not when all are through. */
import { expect, test } from 'vitest';
import { CancelSource } from '@shared/errors/cancellation';
import type { Progress } from '@shared/errors/work';
import { createBatchHandlers } from '../../../src-main/app/batchHandlers';
import type { Engine } from '../../../src-main/app/engine';

const fallback = 'model.onnx cannot run on CUDA (no kernel): it runs on the processor';

test.each([[[]], [[fallback]]])('%j', async (fallbacks) => {
  const answers: Readonly<Record<string, unknown>> = {
    'batch.read': { with: { kind: 'model', model: 'any' }, imageIds: [1, 2], next: 0, failures: [] },
    'image.list': [1, 2].map((id) => ({ id, fileName: `${id}.png` })),
    'image.source': { path: 'a.png', orientation: 'exif' },
    'inference.propose': { proposals: [], notes: fallbacks, ...(fallbacks.length > 0 ? { fallbacks } : {}) },
  };
  const client = { call: async (method: string) => answers[method] ?? null };
  const engine = {
    store: { client },
    inference: { client },
    patience: { run: (ask: (options: object) => unknown) => ask({}) },
    projectLeft: new CancelSource(),
  } as unknown as Engine;
  const seen: Progress[] = [];
  const context = { signal: new CancelSource(), progress: (progress: Progress) => void seen.push(progress) };
  await createBatchHandlers(engine)['app.runBatch']({}, context);
  const told = fallbacks.length > 0 ? fallbacks : undefined;
  expect(seen.map(({ done, told: said }) => [done, said])).toEqual([
    [0, undefined],
    [1, told],
    [2, told],
  ]);
});
