/** Metrics of label maps against scikit-learn, panopticapi and the boundary IoU code, see scripts/goldens/labelMaps.py. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { segmentationFromCoco } from '@shared/formats/coco/toDocument';
import type { CocoSegmentation } from '@shared/formats/coco/types';
import { segmentationToRle } from '@shared/document/segmentation';
import { equals, fromCompressed, labelsFromRaster, mapLabels, NOBODY, paintLabels, type Rle } from '@shared/mask';
import { translate } from '@shared/mask/edit';
import {
  addRunsToConfusion,
  addToConfusion,
  addToPanopticSums,
  boundaryIou,
  boundaryOf,
  emptyConfusion,
  panopticQuality,
  type PanopticMean,
  type PanopticSums,
  semanticMetrics,
  VOID,
} from '@shared/metrics';

type Size = [number, number];
type Mean = { pq: number; sq: number; rq: number; n: number } | null;
type Means = { all: Mean; things: Mean; stuff: Mean };

interface Golden {
  semantic: {
    size: Size;
    classes: number;
    truth: string;
    predicted: string;
    confusion: number[] | null;
    iou: (number | null)[];
    dice: (number | null)[];
    [mean: string]: unknown;
  }[];
  panoptic: {
    cases: {
      size: Size;
      truth: string;
      predicted: string;
      trueSegments: [number, number, number][];
      segments: [number, number][];
      perCategory: Record<string, [number, number, number, number]>;
    }[];
    total: Means;
  };
  cocoMini: Means;
  boundary: { size: Size; ratio: number; a: string; b: string; boundary: string; iou: number }[];
}

const read = <T>(name: string) => JSON.parse(readFileSync(`test/golden/${name}`, 'utf8')) as T;
const golden = read<Golden>('label-maps.json');
const IGNORE = 40;
const DIGITS = 12;

const labelsOf = (text: string) => Int32Array.from(text, (character) => character.charCodeAt(0) - 48);
const runsOf = (text: string, [h, w]: Size) => labelsFromRaster(labelsOf(text), h, w);

function expectClose(got: number, expected: number | null) {
  if (expected === null) expect(got).toBeNaN();
  else expect(got).toBeCloseTo(expected, DIGITS);
}

function expectMeans(got: { all: PanopticMean; things: PanopticMean; stuff: PanopticMean }, expected: Means) {
  for (const part of ['all', 'things', 'stuff'] as const) {
    const means = expected[part];
    expect(got[part].categories).toBe(means?.n ?? 0);
    for (const key of ['pq', 'sq', 'rq'] as const) expectClose(got[part][key], means && means[key]);
  }
}

describe('semantic metrics', () => {
  it('are scikit-learn’s on 200 maps, from pixels and from runs', () => {
    expect(golden.semantic).toHaveLength(200);
    for (const { size, classes, truth, predicted, confusion, iou, dice, ...means } of golden.semantic) {
      const empty = emptyConfusion(classes);
      const options = { ignoreIndex: IGNORE };
      const matrix = addRunsToConfusion(empty, runsOf(truth, size), runsOf(predicted, size), options);
      expect(matrix).toEqual(addToConfusion(empty, labelsOf(truth), labelsOf(predicted), options));
      const metrics = semanticMetrics(matrix);
      expect([...matrix.counts]).toEqual(confusion ?? [...empty.counts]);
      if (!confusion) {
        expect(metrics.meanIou).toBeNaN();
        continue;
      }
      iou.forEach((value, c) => expectClose(metrics.iou[c], value));
      dice.forEach((value, c) => expectClose(metrics.dice[c], value));
      const names = ['meanIou', 'meanDice', 'pixelAccuracy', 'meanAccuracy', 'frequencyWeightedIou'] as const;
      for (const name of names) expectClose(metrics[name], means[name] as number);
    }
  });

  it('a class of nothing takes pixels from the others and has no value of its own', () => {
    const matrix = addToConfusion(emptyConfusion(3), [0, 0, 1, 1], [0, 2, 1, 1]);
    const { iou, meanIou, pixelAccuracy } = semanticMetrics(matrix, { nothing: 2 });
    expect(iou).toEqual([0.5, 1, NaN]);
    expect([meanIou, pixelAccuracy]).toEqual([0.75, 0.75]);
  });
});

describe('panoptic quality', () => {
  const categories = [1, 2, 3, 4, 5, 6].map((id) => ({ id, isThing: id < 4 }));

  it('is panopticapi’s on 200 pairs with crowds and voids', () => {
    expect(golden.panoptic.cases).toHaveLength(200);
    let total: PanopticSums = new Map();
    for (const { size, truth, predicted, trueSegments, segments, perCategory } of golden.panoptic.cases) {
      const a = {
        map: runsOf(truth, size),
        segments: trueSegments.map(([id, categoryId, crowd]) => ({ id, categoryId, isCrowd: crowd === 1 })),
      };
      const b = { map: runsOf(predicted, size), segments: segments.map(([id, categoryId]) => ({ id, categoryId })) };
      const sums = addToPanopticSums(new Map(), a, b);
      for (const { id } of categories) {
        const { iou = 0, tp = 0, fp = 0, fn = 0 } = sums.get(id) ?? {};
        const expected = perCategory[id] ?? [0, 0, 0, 0];
        expect(iou).toBeCloseTo(expected[0], DIGITS);
        expect([tp, fp, fn]).toEqual(expected.slice(1));
      }
      total = addToPanopticSums(total, a, b);
    }
    expectMeans(panopticQuality(total, categories), golden.panoptic.total);
  });

  it('is panopticapi’s on 24 COCO images made panoptic', () => {
    const coco = read<{
      images: { id: number; width: number; height: number }[];
      categories: { id: number }[];
      annotations: { image_id: number; category_id: number; iscrowd: 0 | 1; segmentation: CocoSegmentation }[];
    }>('coco-mini/instances.json');
    const names = coco.categories.map(({ id }) => id).sort((a, b) => a - b);
    const following = new Map(names.map((id, at) => [id, names[(at + 1) % names.length]]));
    let sums: PanopticSums = new Map();
    for (const { id, height, width } of coco.images) {
      const own = coco.annotations.filter((annotation) => annotation.image_id === id);
      const masks = own.map(({ segmentation }) =>
        segmentationToRle(segmentationFromCoco(segmentation), [height, width]),
      );
      const owners = (painted: readonly Rle[]) =>
        mapLabels(paintLabels(painted, [height, width]), (owner) => (owner === NOBODY ? VOID : owner + 1));
      const map = owners(masks);
      const isSeen = (labels: Int32Array) => (_: unknown, at: number) => labels.includes(at + 1);
      const segments = own.map((annotation, at) => ({
        id: at + 1,
        categoryId: annotation.category_id,
        isCrowd: annotation.iscrowd === 1,
      }));
      const moved = owners(masks.map((mask) => translate(mask, 7, 5)));
      sums = addToPanopticSums(
        sums,
        { map, segments: segments.filter(isSeen(map.labels)) },
        {
          map: moved,
          segments: segments.filter(isSeen(moved.labels)).map((segment) => ({
            id: segment.id,
            categoryId: segment.id % 5 === 0 ? following.get(segment.categoryId)! : segment.categoryId,
          })),
        },
      );
    }
    expectMeans(
      panopticQuality(
        sums,
        names.map((id) => ({ id, isThing: id < 62 })),
      ),
      golden.cocoMini,
    );
  });

  it('says which segment and pixels do not fit', () => {
    const truth = { map: runsOf('11', [1, 2]), segments: [{ id: 1, categoryId: 1 }] };
    const at = (text: string, size: Size) => ({ map: runsOf(text, size), segments: [{ id: 1, categoryId: 1 }] });
    expect(() => addToPanopticSums(new Map(), truth, at('12', [1, 2]))).toThrow(
      'Pixels of segment 2 are not in the list',
    );
    expect(() => addToPanopticSums(new Map(), truth, at('00', [1, 2]))).toThrow('Segment 1 has no pixel');
    expect(() => addToPanopticSums(new Map(), truth, at('111', [1, 3]))).toThrow('Label map is [1, 3] when [1, 2]');
  });
});

describe('boundary IoU', () => {
  it('is the reference’s on 100 masks, the boundary too', () => {
    expect(golden.boundary).toHaveLength(100);
    for (const { size, ratio, a, b, boundary, iou } of golden.boundary) {
      const [maskA, maskB] = [fromCompressed(a, size), fromCompressed(b, size)];
      expect(equals(boundaryOf(maskA, ratio), fromCompressed(boundary, size))).toBe(true);
      expectClose(boundaryIou(maskA, maskB, ratio), iou);
    }
  });

  it('refuses a width of nothing', () => {
    expect(() => boundaryOf(fromCompressed('1', [1, 1]), 0)).toThrow('Dilation ratio is 0');
  });
});
