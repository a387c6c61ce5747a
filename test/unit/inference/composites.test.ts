/** Models that are made of others: how sure they are, and those made of themselves by a detour: a sentence, never a wait without end. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ModelFile } from '../../../src-main/inference/catalog/modelFile';
import { boxesToMasks } from '../../../src-main/inference/families/boxesToMasks/boxesToMasks';
import type { PredictedBox, Predictor, Prompter, Timing } from '../../../src-main/inference/families/family';
import { createInferenceService } from '../../../src-main/inference/service';
import type { RawProposal } from '@shared/document/proposalResult';
import type { InferenceRequests } from '@shared/ipc/inference';
import { connectLocal } from '@shared/ipc/rpc';

const modelsFolder = mkdtempSync(join(tmpdir(), 'maskwright-composites-'));
afterAll(() => rmSync(modelsFolder, { recursive: true, force: true }));

function write(id: string, part: object) {
  mkdirSync(join(modelsFolder, id));
  const categories = [{ id: 1, name: 'thing' }];
  writeFileSync(
    join(modelsFolder, id, 'model.json'),
    JSON.stringify({ id, name: id, licence: 'CC0-1.0', categories, ...part }),
  );
}
write('boxes', { family: 'boxes-to-masks', detector: 'fused', prompter: 'none' });
write('fused', { family: 'panoptic-fusion', instances: 'boxes', semantic: 'none' });

test.each([
  ['one', ['boxes']],
  ['both at once', ['boxes', 'fused']],
])('models that are made of each other are refused: %s', async (_, ids) => {
  const models = connectLocal<InferenceRequests>(createInferenceService({ modelsFolder }));
  const source = {
    path: join(import.meta.dirname, '../../fixtures/models/images/cells.png'),
    orientation: 'exif',
  } as const;
  const answers = await Promise.allSettled(ids.map((model) => models.call('inference.propose', { source, model })));
  for (const answer of answers) {
    expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'bad-model' } });
    expect(String((answer as PromiseRejectedResult).reason)).toMatch(
      /is made of “(boxes|fused)”, which is made of this one in turn/,
    );
  }
});

async function madeOf(parts: { readonly finds: Predictor; readonly cuts: Prompter }): Promise<Predictor> {
  const models: Record<string, Predictor | Prompter> = parts;
  const host = {
    openGraph: () => Promise.reject(new Error('it has none')),
    useModel: async (id: string) => models[id],
  };
  return (await boxesToMasks.load({} as ModelFile, { detector: 'finds', prompter: 'cuts' }, host)) as Predictor;
}

test('an instance is as sure as its box and its mask together; what falls below the score goes', async () => {
  const items: PredictedBox[] = [0.9, 0.8, 0.5].map((score, i) => ({
    corners: [4 * i, 0, 4 * i + 4, 4],
    score,
    categoryName: `box ${i}`,
  }));
  // By the left side of the box.
  const expectedIou = new Map([
    [0, 0.5],
    [4, 1.02],
    [8, 0.6],
  ]);
  const finds: Predictor = { kind: 'predictor', predict: async () => ({ kind: 'boxes', items }) };
  const features = { values: new Float32Array(1), channels: 1, width: 1, height: 1 };
  const cuts: Prompter = {
    kind: 'prompter',
    contentSize: () => null,
    embed: async ({ width, height }) => ({ imageWidth: width, imageHeight: height, tensors: {} }),
    decode: async (_embedding, { box }) => [
      { predictedIou: expectedIou.get(box![0])!, stability: 1, logits: Float32Array.of(1) },
    ],
    frameOf: () => ({ gridWidth: 1, gridHeight: 1, corners: [0, 0, 12, 4], features }),
  };
  const engine = await madeOf({ finds, cuts });
  const image = { width: 12, height: 4, data: new Uint8Array(12 * 4 * 3) };
  const shares: (number | undefined)[] = [];
  const step = async (_timing: Timing, text?: string, share?: number) => void (text && shares.push(share));
  const found = await engine.predict(image, { score: 0.4, step, note: () => {} });
  expect(shares).toEqual([0.4, 0.6, 0.8].map((share) => expect.closeTo(share) as number));
  expect(found.kind === 'instances' && found.items.map(({ categoryName, score }) => [categoryName, score])).toEqual([
    ['box 1', 0.8],
    ['box 0', 0.45],
  ]);
});

test('specks and pinholes of a mask go, as with a click', async () => {
  const side = 40;
  const isSet = (x: number, y: number) =>
    (x >= 5 && x < 35 && y >= 5 && y < 35 && !(x === 20 && y === 20)) || x + y === 0;
  const logits = Float32Array.from({ length: side * side }, (_, i) => (isSet(i % side, Math.floor(i / side)) ? 9 : -9));
  const found: PredictedBox = { corners: [0, 0, side, side], score: 0.9, categoryName: 'thing' };
  const engine = await madeOf({
    finds: { kind: 'predictor', predict: async () => ({ kind: 'boxes', items: [found] }) },
    cuts: {
      kind: 'prompter',
      contentSize: () => null,
      embed: async () => ({ imageWidth: side, imageHeight: side, tensors: {} }),
      decode: async () => [{ predictedIou: 1, stability: 1, logits }],
      frameOf: () => ({ gridWidth: side, gridHeight: side, corners: [0, 0, side, side], features: null }) as never,
    },
  });
  const image = { width: side, height: side, data: new Uint8Array(3 * side * side) };
  const { items } = (await engine.predict(image, { score: 0, step: async () => {}, note: () => {} })) as {
    items: readonly RawProposal[];
  };
  expect(items.map(({ bbox, area }) => [bbox, area])).toEqual([[[5, 5, 30, 30], 900]]);
});
