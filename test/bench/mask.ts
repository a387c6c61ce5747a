/**
 * mask-encode, mask-decode, mask-rasterise, mask-merge, mask-iou: this project's mask code and pycocotools on the same
 * 1,000 masks of 480 x 640. Bitmaps are row-major on both sides; masks are in each side's own form, the one its
 * functions take and give: runs in a typed array here, the compressed string there.
 */
import {
  area,
  decode,
  encode,
  fromCompressed,
  fromPolygons,
  iou,
  merge,
  toCompressed,
  type Rle,
} from '@shared/mask/index';
import { makeShapes } from './maskData';
import { runReference } from './maskReference';
import { quantile, type BenchCase, type BenchRow } from './types';

const COUNT = 1000;
const H = 480;
const W = 640;
const ROUNDS = 7;
/** Rounds before those that count, for the JIT. */
const WARM_UP = 3;
/** mask-iou compares every mask of a group with every other, as an image's detections and ground truth. */
const GROUP = 20;

type Operation = 'encode' | 'decode' | 'rasterise' | 'merge' | 'iou';

interface Reference {
  readonly version: string;
  /** Milliseconds of the whole data set, per operation and round. */
  readonly totals: Record<Operation, number[]>;
  /** Check sums of the answers: areas of unions, sum of all IoUs. */
  readonly unionArea: number;
  readonly iouSum: number;
}

interface Data {
  readonly rings: number[][][];
  readonly masks: Rle[];
  readonly reference: Reference | null;
}

let cached: Data | undefined;

function data(): Data {
  if (cached) return cached;
  const shapes = makeShapes(COUNT, H, W);
  const rings = shapes.map((shape) => shape.rings);
  const strings = shapes.map((shape) => toCompressed(shape.mask));
  const masks = strings.map((text) => fromCompressed(text, [H, W]));
  const reference = runReference<Reference>('mask.py', { size: [H, W], rings, strings, rounds: ROUNDS, group: GROUP });
  if (reference) compareAnswers(masks, reference);
  return (cached = { rings, masks, reference });
}

/** A comparison of times means nothing where the answers differ. */
function compareAnswers(masks: Rle[], reference: Reference): void {
  const unionArea = masks.reduce((sum, mask, i) => sum + area(merge([mask, masks[(i + 1) % COUNT]])), 0);
  let iouSum = 0;
  for (let i = 0; i < COUNT; i += GROUP) {
    const group = masks.slice(i, i + GROUP);
    iouSum = iou(group, group).reduce((sum, value) => sum + value, iouSum);
  }
  if (unionArea !== reference.unionArea || Math.abs(iouSum - reference.iouSum) > 1e-6) {
    throw new Error(
      `Got union area ${unionArea} and IoU sum ${iouSum} when pycocotools has ${reference.unionArea} and ${reference.iouSum}`,
    );
  }
}

function measure(operation: Operation, calls: number, prepare: (i: number) => () => unknown): BenchRow {
  const { reference } = data();
  const samples: number[] = [];
  const totals: number[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    let total = 0;
    for (let i = 0; i < calls; i++) {
      const run = prepare(i);
      const start = performance.now();
      run();
      const ms = performance.now() - start;
      total += ms;
      if (round >= 0) samples.push(ms);
    }
    if (round >= 0) totals.push(total);
  }
  const row = {
    name: `mask-${operation}`,
    n: samples.length,
    p50: quantile(samples, 0.5),
    p95: quantile(samples, 0.95),
  };
  if (!reference) return { ...row, unit: 'ms' };
  const ratio = quantile(totals, 0.5) / quantile(reference.totals[operation], 0.5);
  return { ...row, unit: 'ms', reference: `pycocotools ${reference.version}`, ratio };
}

export const rows: readonly BenchCase[] = [
  {
    name: 'mask-encode',
    run: () =>
      measure('encode', COUNT, (i) => {
        const bitmap = decode(data().masks[i]);
        return () => encode(bitmap, H, W);
      }),
  },
  {
    name: 'mask-decode',
    run: () => measure('decode', COUNT, (i) => () => decode(data().masks[i])),
  },
  {
    name: 'mask-rasterise',
    run: () => measure('rasterise', COUNT, (i) => () => fromPolygons(data().rings[i], H, W)),
  },
  {
    name: 'mask-merge',
    run: () => measure('merge', COUNT, (i) => () => merge([data().masks[i], data().masks[(i + 1) % COUNT]])),
  },
  {
    name: 'mask-iou',
    run: () =>
      measure('iou', COUNT / GROUP, (i) => {
        const group = data().masks.slice(i * GROUP, (i + 1) * GROUP);
        return () => iou(group, group);
      }),
  },
];
