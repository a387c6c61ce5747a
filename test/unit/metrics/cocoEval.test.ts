/** COCO evaluation on cases small enough to work out by hand. */
import { describe, expect, it } from 'vitest';
import { fromBox, type Box } from '@shared/mask';
import { evaluateDetections, IOU_THRESHOLDS, MetricsError, toDetections, type GroundTruth } from '@shared/metrics';

const SIZE = [200, 200] as const;

function truth(id: number, bbox: Box, more: Partial<GroundTruth> = {}): GroundTruth {
  const rle = fromBox(bbox, ...SIZE);
  return { id, imageId: 1, categoryId: 1, area: bbox[2] * bbox[3], bbox, isCrowd: false, rle, ...more };
}

function found(score: number, bbox: Box, more: { imageId?: number; categoryId?: number } = {}) {
  return { imageId: 1, categoryId: 1, score, bbox, rle: fromBox(bbox, ...SIZE), ...more };
}

/** The reference adds numpy.spacing(1) to the divisor of precision, so its perfect score is 2e-16 short of 1. */
const round = (value: number): number => Math.round(value * 1e12) / 1e12;

function evaluate(truths: GroundTruth[], results: ReturnType<typeof found>[], maxDets?: number[]) {
  const { statNames, stats, ...rest } = evaluateDetections(truths, toDetections(results), { iouType: 'bbox', maxDets });
  return { ...rest, stats: Object.fromEntries(statNames.map((name, i) => [name, round(stats[i])])) };
}

const A: Box = [0, 0, 50, 50];
const B: Box = [100, 100, 50, 50];

describe('evaluateDetections', () => {
  it('has the ten thresholds, 0.5 and 0.75 exact', () => {
    expect(IOU_THRESHOLDS).toHaveLength(10);
    expect([IOU_THRESHOLDS[0], IOU_THRESHOLDS[5], IOU_THRESHOLDS[9]]).toEqual([0.5, 0.75, 0.95]);
    IOU_THRESHOLDS.forEach((value, i) => expect(value).toBeCloseTo(0.5 + 0.05 * i, 12));
  });

  it.each(['segm', 'bbox'] as const)('%s: a perfect detector scores 1, sizes that do not occur -1', (iouType) => {
    const results = toDetections([found(0.9, A), found(0.8, B)]);
    const { stats } = evaluateDetections([truth(1, A), truth(2, B)], results, { iouType });
    // 2,500 px: medium. AR1 finds one of two.
    expect(stats.map(round)).toEqual([1, 1, 1, -1, 1, -1, 0.5, 1, 1, -1, 1, -1]);
  });

  it('half the objects found first: 51 of the 101 recall points', () => {
    const { stats } = evaluate([truth(1, A), truth(2, B)], [found(0.9, A)]);
    expect(stats.AP).toBeCloseTo(51 / 101, 12);
    expect(stats.AR100).toBe(0.5);
  });

  it('a false alarm before the only hit halves precision', () => {
    const { stats } = evaluate([truth(1, A)], [found(0.9, B), found(0.8, A)]);
    expect(stats.AP).toBeCloseTo(0.5, 12);
    expect(stats.AR1).toBe(0);
    expect(stats.AR10).toBe(1);
  });

  it('equal scores keep their order', () => {
    expect(evaluate([truth(1, A)], [found(0.5, A), found(0.5, B)]).stats.AP).toBe(1);
    expect(evaluate([truth(1, A)], [found(0.5, B), found(0.5, A)]).stats.AP).toBeCloseTo(0.5, 12);
  });

  it('IoU 0.8 counts up to its threshold', () => {
    const { stats } = evaluate([truth(1, A)], [found(0.9, [0, 0, 50, 40])]);
    expect(stats.AP50).toBe(1);
    expect(stats.AP75).toBe(1);
    expect(stats.AP).toBeCloseTo(0.7, 12);
  });

  it('a second detection of one object is a false alarm', () => {
    const truths = [truth(1, A), truth(2, B)];
    const { stats } = evaluate(truths, [found(0.9, A), found(0.8, A), found(0.7, B)]);
    // Precision 1 up to recall 0.5 (51 points), 2/3 beyond (50 points).
    expect(stats.AP50).toBeCloseTo((51 + (50 * 2) / 3) / 101, 12);
  });

  it('detections within a crowd count neither way, and it is never used up', () => {
    const truths = [truth(1, A), truth(2, [100, 100, 90, 90], { isCrowd: true })];
    const inCrowd = [found(0.99, [110, 110, 20, 20]), found(0.98, [140, 140, 20, 20])];
    expect(evaluate(truths, [...inCrowd, found(0.9, A)]).stats.AP).toBe(1);
    const none = evaluate([truth(2, B, { isCrowd: true })], inCrowd).stats;
    expect([none.AP, none.AR100]).toEqual([-1, -1]);
  });

  it('ground truth of id 0 counts as unmatched, as in the reference', () => {
    const { stats } = evaluate([truth(0, A)], [found(0.9, A)]);
    expect([stats.AP, stats.AR100]).toEqual([0, 0]);
  });

  it('of two ground truths with one id, the last stands in for both', () => {
    const { stats } = evaluate([truth(1, A), truth(1, B)], [found(0.9, A), found(0.8, B)]);
    // Two objects at B, one detection there, and the one at A is a false alarm.
    expect(stats.AR100).toBe(0.5);
    expect(stats.AP50).toBeCloseTo((51 * 0.5) / 101, 12);
  });

  it('sizes go by the annotated area, both bounds included', () => {
    const border = truth(1, A, { area: 32 ** 2 });
    const { stats } = evaluate([border], [found(0.9, A)]);
    expect([stats.APs, stats.APm, stats.APl]).toEqual([1, 1, -1]);
    const large = truth(1, A, { area: 96 ** 2 + 0.5 });
    expect(evaluate([large], [found(0.9, A)]).stats.APl).toBe(1);
  });

  it('an unmatched detection outside the size range is ignored in it', () => {
    const { stats } = evaluate([truth(1, A)], [found(0.95, [100, 100, 5, 5]), found(0.9, A)]);
    expect(stats.APm).toBe(1);
    expect(stats.AP).toBeCloseTo(0.5, 12);
  });

  it('maxDets: AP at the last, AR at each, ascending whatever the order given', () => {
    const boxes = Array.from({ length: 4 }, (_, i): Box => [40 * i, 0, 35, 35]);
    const truths = boxes.map((bbox, i) => truth(i + 1, bbox));
    const results = boxes.map((bbox, i) => found(0.9 - i / 10, bbox));
    const { maxDets, stats } = evaluate(truths, results, [3, 1, 2]);
    expect(maxDets).toEqual([1, 2, 3]);
    expect([stats.AR1, stats.AR2, stats.AR3]).toEqual([0.25, 0.5, 0.75]);
    expect(stats.AP).toBeCloseTo(76 / 101, 12);
    expect(evaluate(truths, results, [4]).stats).toMatchObject({ AP: 1, AR4: 1, ARm: 1 });
  });

  it('the limit holds for each image and category apart', () => {
    const truths = [truth(1, A), truth(2, A, { imageId: 2 }), truth(3, A, { categoryId: 2 })];
    const results = [found(0.9, A), found(0.9, A, { imageId: 2 }), found(0.9, A, { categoryId: 2 })];
    expect(evaluate(truths, results, [1, 2, 3]).stats.AR1).toBe(1);
  });

  it('means go over categories with ground truth; each category has its own numbers', () => {
    const truths = [truth(1, A), truth(2, B, { categoryId: 7 })];
    const results = toDetections([found(0.9, A), found(0.8, B)]);
    const categories = [{ id: 9 }, { id: 7, name: 'cell' }, { id: 1 }];
    const { stats, perCategory } = evaluateDetections(truths, results, { iouType: 'segm', categories });
    expect(perCategory.map(({ categoryId, name, AP }) => [categoryId, name, round(AP)])).toEqual([
      [1, undefined, 1],
      [7, 'cell', 0],
      [9, undefined, -1],
    ]);
    expect(round(stats[0])).toBe(0.5);
  });

  it('nothing in, nothing defined', () => {
    expect(evaluateDetections([], [], { iouType: 'segm' }).stats).toEqual(Array(12).fill(-1));
  });

  it('says what is wrong', () => {
    const noMask = { ...found(1, A), rle: null };
    const act = (results: Parameters<typeof toDetections>[0], options = {}) => {
      return () => evaluateDetections([truth(1, A)], toDetections(results), { iouType: 'segm', ...options });
    };
    expect(act([found(NaN, A)])).toThrow('Detection 0 has the score NaN when a finite number was expected');
    expect(act([noMask])).toThrow("Detection 0 has no mask when 'segm' needs one");
    expect(act([found(1, A, { imageId: 5 })], { imageIds: [1] })).toThrow('Detection 0 is of image 5');
    expect(act([found(1, A)], { maxDets: [1, 0] })).toThrow('maxDets is [1, 0]');
    expect(act([found(1, A)], { maxDets: [] })).toThrow(MetricsError);
    const noTruth = () => evaluateDetections([truth(3, A, { rle: null })], [], { iouType: 'segm' });
    expect(noTruth).toThrow("Annotation 3 has no mask when 'segm' needs one");
  });
});

describe('toDetections', () => {
  it('takes area and bbox from the box where the first entry has one', () => {
    const rle = fromBox([0, 0, 10, 10], ...SIZE);
    const [first] = toDetections([{ imageId: 1, categoryId: 1, score: 1, bbox: [0, 0, 20.5, 2], rle }]);
    expect([first.area, first.bbox, first.rle]).toEqual([41, [0, 0, 20.5, 2], rle]);
  });

  it('takes them from the mask where it has none', () => {
    const rle = fromBox([3, 4, 10, 20], ...SIZE);
    const results = [{ imageId: 1, categoryId: 1, score: 1, rle }];
    expect(toDetections(results)[0]).toMatchObject({ area: 200, bbox: [3, 4, 10, 20] });
  });

  it('makes a mask of the box where sizes are known, and says what is missing', () => {
    const result = { imageId: 1, categoryId: 1, score: 1 };
    const [first] = toDetections([{ ...result, bbox: A }], () => SIZE);
    expect(first.rle).toEqual(fromBox(A, ...SIZE));
    expect(toDetections([{ ...result, bbox: A }])[0].rle).toBeNull();
    expect(() => toDetections([{ ...result, bbox: A }, result])).toThrow('Detection 1 has no bbox');
    expect(() => toDetections([result])).toThrow('Detection 0 has neither bbox nor mask');
  });
});
