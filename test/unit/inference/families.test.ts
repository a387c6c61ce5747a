import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ImageFamily } from '../../../src-main/inference/families/imagePredictor';
import { findFamily } from '../../../src-main/inference/families';
import type { OutputTensor } from '../../../src-main/inference/graph/graph';
import type { ModelHead } from '../../../src-main/inference/catalog/modelFile';
import type { ModelInput } from '../../../src-main/inference/catalog/imageInput';
import { toProposals } from '../../../src-main/inference/families/predictions';
import { planInput } from '../../../src-main/inference/image/preprocess';
import { decode, fromCompressed } from '@shared/mask';
import type { RawProposal } from '@shared/document/proposalResult';
import { makeInput, makeManifest } from './manifest';

interface Golden {
  readonly pastes: readonly { readonly box: number[]; readonly mask: number[]; readonly bitmap: string }[];
}
const golden: Golden = JSON.parse(readFileSync(new URL('../../golden/inference.json', import.meta.url), 'utf8'));

/** One detection a row of `boxes`. */
function tensors(boxes: number[][], masks: OutputTensor, scores?: number[], labels?: number[]) {
  const n = boxes.length;
  return {
    boxes: { dims: [n, 4], data: Float32Array.from(boxes.flat()) },
    labels: { dims: [n], data: BigInt64Array.from(labels ?? boxes.map(() => 1), BigInt) },
    scores: { dims: [n], data: Float32Array.from(scores ?? boxes.map(() => 0.9)) },
    masks,
  };
}

const roiMasks = (...grids: number[][]): OutputTensor => ({
  dims: [grids.length, 1, 28, 28],
  data: Float32Array.from(grids.flat()),
});
const full = Array<number>(784).fill(1);

function propose(
  familyId: string,
  results: Record<string, OutputTensor>,
  options: {
    width?: number;
    height?: number;
    score?: number;
    masks?: object;
    labels?: object;
    manifest?: Partial<ModelHead> & { input?: ModelInput };
  } = {},
): RawProposal[] {
  const family = findFamily(familyId, 'model.json') as unknown as ImageFamily<Record<string, { name: string }>>;
  const names = Object.fromEntries(Object.keys(results).map((role) => [role, { name: role }]));
  const outputs = family.outputs.parse({
    ...names,
    labels: { name: 'labels', ...(options.labels ?? { firstCategory: 1 }) },
    masks: { name: 'masks', ...options.masks },
  });
  const { input = makeInput(), ...changes } = options.manifest ?? {};
  const head = makeManifest(changes);
  const [width, height] = [options.width ?? 30, options.height ?? 20];
  const frame = planInput(width, height, input);
  const prediction = family.decode(results, outputs, {
    head,
    frame,
    score: options.score ?? 0.5,
    pause: async () => {},
  });
  return toProposals(prediction, [height, width]);
}

const bitsOf = ({ segmentation }: RawProposal) => decode(fromCompressed(segmentation.counts, segmentation.size));

describe('maskrcnn-roi', () => {
  test.each(golden.pastes)('pastes into $box as torchvision', ({ box, mask, bitmap }) => {
    const [proposal] = propose('maskrcnn-roi', tensors([box], roiMasks(mask)));
    expect(bitsOf(proposal).join('')).toBe(bitmap);
  });

  test('exact: a full grid in a box of whole pixels fills it, but for what fades at the corners', () => {
    const [proposal] = propose('maskrcnn-roi', tensors([[4, 2, 14, 12]], roiMasks(full)), {
      masks: { paste: 'exact' },
    });
    expect(proposal).toMatchObject({
      bbox: [4, 2, 10, 10],
      area: 100,
      score: expect.closeTo(0.9),
      categoryName: 'square',
    });
  });

  test('logits become probabilities first', () => {
    const grid = full.map((_, i) => (i % 28 < 14 ? 0.2 : 0.8));
    const logits = grid.map((p) => Math.log(p / (1 - p)));
    const box = [[3, 3, 20, 17]];
    const [a] = propose('maskrcnn-roi', tensors(box, roiMasks(grid)));
    const [b] = propose('maskrcnn-roi', tensors(box, roiMasks(logits)), { masks: { values: 'logits' } });
    expect(b.segmentation).toEqual(a.segmentation);
  });

  test('sorted by score, filtered by score and label, empty boxes and masks dropped', () => {
    const boxes = [
      [0, 0, 10, 10],
      [5, 5, 15, 15],
      [10, 0, 20, 10],
      [8, 8, 8, 9],
      [0, 0, 9, 9],
      [1, 1, 5, 5],
    ];
    const results = tensors(
      boxes,
      roiMasks(
        full,
        full,
        full,
        full,
        full.map(() => 0),
        full,
      ),
      [0.5, 0.9, 0.4999, 0.9, 0.9, 0.9],
      [1, 2, 1, 1, 1, 7],
    );
    const proposals = propose('maskrcnn-roi', results);
    expect(proposals.map(({ score, categoryName }) => [+score.toFixed(2), categoryName])).toEqual([
      [0.9, 'corner'],
      [0.5, 'square'],
    ]);
    const byId = propose('maskrcnn-roi', tensors(boxes.slice(0, 2), roiMasks(full, full), [0.9, 0.8], [5, 2]), {
      labels: {},
    });
    expect(byId.map(({ categoryName }) => categoryName)).toEqual(['corner']);
  });

  test('NMS where model.json asks for it', () => {
    const results = tensors(
      [
        [0, 0, 10, 10],
        [0, 0, 10, 9],
        [0, 0, 10, 10],
      ],
      roiMasks(full, full, full),
      [0.7, 0.9, 0.6],
      [1, 1, 2],
    );
    const defaults = { score: 0.5, maskThreshold: 0.5 };
    expect(propose('maskrcnn-roi', results, { manifest: { defaults } })).toHaveLength(3);
    const kept = propose('maskrcnn-roi', results, { manifest: { defaults: { ...defaults, nms: 0.5 } } });
    expect(kept.map(({ score }) => +score.toFixed(1))).toEqual([0.9, 0.6]);
  });

  test('no detections', () => {
    expect(propose('maskrcnn-roi', tensors([], { dims: [0, 1, 28, 28], data: new Float32Array(0) }))).toEqual([]);
  });

  test('shapes that do not fit are named', () => {
    const results = tensors([[0, 0, 10, 10]], { dims: [1, 80, 28, 28], data: new Float32Array(80 * 784) });
    expect(() => propose('maskrcnn-roi', results)).toThrow(
      "The model's masks have the shape [1, 80, 28, 28], expected [1, 1, any, any]",
    );
    const crossed = { ...tensors([[0, 0, 9, 9]], roiMasks(full)), boxes: { dims: [4, 1], data: new Float32Array(4) } };
    expect(() => propose('maskrcnn-roi', crossed)).toThrow("The model's boxes have the shape [4, 1], expected [1, 4]");
  });
});

describe('maskrcnn-torchvision', () => {
  test('at the image size masks come out as they are', () => {
    const data = new Float32Array(20 * 30);
    for (let y = 5; y < 9; y++) data.fill(0.8, y * 30 + 3, y * 30 + 12);
    const results = tensors([[3, 5, 12, 9]], { dims: [1, 1, 20, 30], data });
    const [proposal] = propose('maskrcnn-torchvision', results);
    expect(Array.from(bitsOf(proposal))).toEqual(Array.from(data, (value) => (value >= 0.5 ? 1 : 0)));
    expect(proposal).toMatchObject({ bbox: [3, 5, 9, 4], area: 36 });
  });

  test('masks of an enlarged and padded input are sampled back', () => {
    const manifest = { input: makeInput({ resize: { mode: 'scale', scale: 2 }, padTo: 16 }) };
    const data = new Float32Array(48 * 64);
    for (let y = 8; y < 28; y++) data.fill(1, y * 64 + 8, y * 64 + 28);
    const results = tensors([[8, 8, 28, 28]], { dims: [1, 1, 48, 64], data });
    const [proposal] = propose('maskrcnn-torchvision', results, { manifest });
    expect(proposal).toMatchObject({ bbox: [4, 4, 10, 10], area: 100 });
    expect(proposal.segmentation.size).toEqual([20, 30]);
  });

  test('masks of another size than the input are refused', () => {
    const results = tensors([[3, 5, 12, 9]], { dims: [1, 1, 28, 28], data: new Float32Array(784) });
    expect(() => propose('maskrcnn-torchvision', results)).toThrow('expected [1, 1, 20, 30]');
  });
});

test('an unknown family is named with the known ones', () => {
  expect(() => findFamily('yolo', '/m/model.json')).toThrow('/m/model.json is of the family "yolo"');
});
