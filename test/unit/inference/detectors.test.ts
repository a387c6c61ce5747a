/** Detectors without masks as Ultralytics and mmdeploy export them: taken for what they are, boxes at their places, and paired for masks. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { families } from '../../../src-main/inference/families';
import { createInferenceService } from '../../../src-main/inference/service';
import type { InferenceRequests } from '@shared/ipc/inference';
import { connectLocal } from '@shared/ipc/rpc';
import { writeModel } from '../../support/onnx';
import { twinModels } from '../../support/twinGoldens';

const root = mkdtempSync(join(tmpdir(), 'maskwright-detectors-'));
const [ships, own] = [join(root, 'ships'), join(root, 'own')];
afterAll(() => rmSync(root, { recursive: true, force: true }));
const models = connectLocal<InferenceRequests>(createInferenceService({ modelsFolder: [ships, own] }));
const source = { path: join(root, 'wide.png'), orientation: 'exif' } as const;

beforeAll(async () => {
  mkdirSync(own);
  cpSync(join(twinModels, 'sam-samexporter'), join(ships, 'smart-select'), { recursive: true });
  const manifest = join(ships, 'smart-select/model.json');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"id": "sam-samexporter"', '"id": "smart-select"'));
  // Half as large, and in the middle of the square, with 16 rows above and below it.
  const picture = sharp({ create: { width: 128, height: 64, channels: 3, background: '#406080' } });
  await picture.png().toFile(source.path);
});

const SIDE = 64;
/** One for each cell of 8, 16 and 32 pixels. */
const CELLS = 64 + 16 + 4;

/** What is given, and nothing for all other rows. */
function table(rows: number, columns: number, filled: readonly (readonly number[])[]): Float32Array {
  const out = new Float32Array(rows * columns);
  for (const [i, row] of filled.entries()) out.set(row, i * columns);
  return out;
}

function transposed(rows: number, columns: number, data: Float32Array): Float32Array {
  return data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)]);
}

type Output = readonly [name: string, dims: number[], data: Float32Array | BigInt64Array];

function modelFile(name: string, outputs: readonly Output[], metadata: Readonly<Record<string, string>> = {}): string {
  const file = join(root, `${name}.onnx`);
  const graph = {
    nodes: outputs.map(([output, dims, data]) => ({
      ...{ op: 'Constant', inputs: [], outputs: [output] },
      attributes: { value: { dims, data } },
    })),
    inputs: [{ name: 'images', dims: [1, 3, SIDE, SIDE] }],
    outputs: outputs.map(([output, dims, data]) => ({
      ...{ name: output, dims },
      type: data instanceof Float32Array ? ('float' as const) : ('int64' as const),
    })),
  };
  writeFileSync(file, writeModel(graph, { metadata }));
  return file;
}

const add = (file: string) => models.call('inference.addModel', { files: [file], folder: own, trial: source });
const ofUltralytics = { task: 'detect', names: "{0: 'cat', 1: 'dog'}" };

/** Two boxes of cats on one place, the surer one first, and a dog, which reaches into the padding; as what comes of them on the picture. */
const centred = { cat: [32, 32, 16, 8], near: [33, 32, 16, 8], dog: [8, 44, 16, 16] } as const;
const corners = ([cx, cy, w, h]: readonly number[]) => [cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2];
const onPicture = [
  { bbox: [48, 24, 32, 16], categoryName: 'cat' },
  { bbox: [0, 40, 32, 24], categoryName: 'dog' },
];

describe('YOLO’s one tensor', () => {
  const { cat, near, dog } = centred;
  const forms: [name: string, output: Output, more: Readonly<Record<string, string>>][] = [
    [
      'v8 and later',
      [
        'output0',
        [1, 6, CELLS],
        transposed(
          CELLS,
          6,
          table(CELLS, 6, [
            [...cat, 0.9, 0.1],
            [...near, 0.8, 0],
            [...dog, 0.2, 0.6],
          ]),
        ),
      ],
      {},
    ],
    [
      'v5',
      [
        'output0',
        [1, 3 * CELLS, 7],
        table(3 * CELLS, 7, [
          [...cat, 0.9, 1, 0.1],
          [...near, 0.8, 1, 0],
          [...dog, 1, 0.2, 0.6],
        ]),
      ],
      {},
    ],
    [
      'end to end',
      [
        'output0',
        [1, 300, 6],
        table(300, 6, [
          [...corners(cat), 0.9, 0],
          [...corners(dog), 0.6, 1],
        ]),
      ],
      { end2end: 'True' },
    ],
  ];

  test.each(forms)('%s', async (name, output, more) => {
    const added = await add(modelFile(`yolo ${name}`, [output], { ...ofUltralytics, ...more }));
    expect([added.family, added.categories]).toEqual(['boxes', 2]);
    expect(added.trial.notes.join()).toMatch(/it finds boxes without masks; paired with Smart select/);
    const { proposals } = await models.call('inference.propose', { source, model: added.id });
    expect(proposals.map(({ bbox, categoryName }) => ({ bbox, categoryName }))).toEqual(onPicture);
    expect(proposals.map(({ score }) => score)).toEqual([expect.closeTo(0.9, 6), expect.closeTo(0.6, 6)]);
  });

  test('becomes with Smart select a model whose objects have masks', async () => {
    const { id } = await add(modelFile('finder', [forms[0][1]], ofUltralytics));
    const pair = await models.call('inference.pairModel', { model: id, folder: own });
    const { proposals } = await models.call('inference.propose', { source, model: pair.id, score: 0 });
    expect(new Set(proposals.map(({ categoryName }) => categoryName))).toEqual(new Set(['cat', 'dog']));
  });

  test('without a word of who wrote it: by the number of its cells, with what had to be assumed', async () => {
    const { family, assumed } = await add(modelFile('plain', [forms[0][1]]));
    expect([family, assumed.join()]).toEqual(['boxes', expect.stringMatching(/in the middle of a grey square/)]);
  });

  test.each([
    ['poses of Ultralytics', [1, 56, CELLS], { task: 'pose', names: "{0: 'person'}" }],
    ['RT-DETR, whose boxes are shares of the picture', [1, 300, 6 + 2], ofUltralytics],
    ['and of later versions', [1, 300, 6], { ...ofUltralytics, end2end: 'False', args: "{'nms': None}" }],
    ['features of a transformer', [1, 17, 48], {}],
  ])('not taken for it: %s', async (name, dims, metadata) => {
    const output: Output = ['output0', dims, new Float32Array(dims.reduce((a, b) => a * b))];
    await expect(add(modelFile(name, [output], metadata))).rejects.toThrow(/cannot be used as any family/);
  });
});

test('mmdeploy’s dets and labels, without its rows of padding', async () => {
  const dets = table(3, 5, [
    [...corners([16, 8, 8, 8]), 0.9],
    [...corners([40, 16, 16, 8]), 0.8],
  ]);
  const file = modelFile('rtmdet', [
    ['dets', [1, 3, 5], dets],
    ['labels', [1, 3], BigInt64Array.of(16n, 0n, 0n)],
  ]);
  const added = await add(file);
  expect([added.family, added.categories]).toEqual(['boxes', 80]);
  const { proposals } = await models.call('inference.propose', { source, model: added.id, score: 0 });
  // The picture lies at the top of the square.
  expect(proposals.map(({ bbox, categoryName }) => ({ bbox, categoryName }))).toEqual([
    { bbox: [24, 8, 16, 16], categoryName: 'dog' },
    { bbox: [64, 24, 32, 16], categoryName: 'person' },
  ]);
});

test('what a model.json may name is said where it names something else', () => {
  const { part } = families.find(({ id }) => id === 'boxes')!;
  const outputs = { boxes: { name: 'boxes' }, scores: { name: 'scores' } };
  const input = { name: 'image', resize: { mode: 'none' } };
  const { error } = part.safeParse({ files: [{ role: 'model' }], input, outputs, categories: [{}] });
  expect(error?.issues).toMatchObject([
    {
      path: ['outputs'],
      message: expect.stringMatching(/boxes, labels and scores, or detections, or dets and labels/),
    },
  ]);
});
