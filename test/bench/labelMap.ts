/**
 * labelmap-flatten: who owns which pixel of a 12-megapixel image with 20 kinds of stuff and 60 things, from their masks.
 * semantic-eval, pq-eval: the numbers of 200 pairs of label maps of 1 megapixel, from pixels in memory, beside scikit-learn's
 * confusion matrix and panopticapi on the same maps.
 */
import { flatView } from '@shared/document/labelMap';
import { annotationFromRle } from '@shared/document/segmentation';
import { fromPolygons, labelsFromRaster } from '@shared/mask';
import {
  addToConfusion,
  addToPanopticSums,
  emptyConfusion,
  type PanopticImage,
  panopticQuality,
  type PanopticSums,
  semanticMetrics,
} from '@shared/metrics';
import { randomFrom, star } from './maskData';
import { runReference } from './maskReference';
import { quantile, type BenchCase, type BenchRow } from './types';

const WIDTH = 4000;
const HEIGHT = 3000;
const STUFF = 20;
const THINGS = 60;
const ROUNDS = 60;
const WARM_UP = 10;

function flatten(): BenchRow {
  const random = randomFrom(5);
  const size = [HEIGHT, WIDTH] as const;
  const annotations = Array.from({ length: STUFF + THINGS }, (_, i) => {
    const ring = star(random, HEIGHT, WIDTH);
    const identity = { id: i + 1, imageId: 1, categoryId: i < STUFF ? i + 1 : STUFF + 1, zOrder: i };
    return annotationFromRle(fromPolygons([ring], HEIGHT, WIDTH), identity);
  });
  const stuff = new Set(Array.from({ length: STUFF }, (_, i) => i + 1));
  const samples: number[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const start = performance.now();
    flatView(annotations, stuff, size);
    if (round >= 0) samples.push(performance.now() - start);
  }
  return row('labelmap-flatten', samples);
}

const SIDE = 1000;
const IMAGES = 200;
const CLASSES = 20;
/** Rectangles painted one over the other: label, left, top, width, height. */
type Patches = readonly (readonly [number, number, number, number, number])[];

interface Pair {
  readonly truth: Patches;
  readonly predicted: Patches;
}

function pairs(): Pair[] {
  const random = randomFrom(9);
  const whole = (most: number) => Math.floor(random() * most);
  return Array.from({ length: IMAGES }, () => {
    const truth = Array.from({ length: 40 }, (_, i) => {
      return [i % CLASSES, whole(SIDE - 20), whole(SIDE - 20), 20 + whole(400), 20 + whole(400)] as const;
    });
    const predicted = truth.map(([label, x, y, w, h]) => {
      return [random() < 0.1 ? (label + 1) % CLASSES : label, x + whole(9), y + whole(9), w, h] as const;
    });
    return { truth, predicted };
  });
}

function paint(patches: Patches): Uint8Array {
  const map = new Uint8Array(SIDE * SIDE);
  for (const [label, x, y, w, h] of patches) {
    const end = Math.min(SIDE, x + w);
    for (let row = y; row < Math.min(SIDE, y + h); row++) map.fill(label, row * SIDE + x, row * SIDE + end);
  }
  return map;
}

interface Reference {
  readonly semanticMs: readonly number[];
  readonly panopticMs: readonly number[] | null;
  readonly meanIou: number;
  readonly pq: number | null;
  readonly versions: string;
}

let cached: { readonly pairs: readonly Pair[]; readonly reference: Reference | null } | undefined;

function data() {
  if (cached) return cached;
  const list = pairs();
  const packages = ['numpy', 'sklearn'];
  const reference = runReference<Reference>('labelMap.py', { side: SIDE, classes: CLASSES, pairs: list }, packages);
  return (cached = { pairs: list, reference });
}

function semantic(): BenchRow {
  const { pairs: list, reference } = data();
  const samples: number[] = [];
  let matrix = emptyConfusion(CLASSES);
  for (const { truth, predicted } of list) {
    const [a, b] = [paint(truth), paint(predicted)];
    const start = performance.now();
    matrix = addToConfusion(matrix, a, b);
    samples.push(performance.now() - start);
  }
  const { meanIou } = semanticMetrics(matrix);
  if (!reference) return row('semantic-eval', samples);
  agree('mean IoU', meanIou, reference.meanIou);
  return { ...row('semantic-eval', samples), ...against(samples, reference.semanticMs, 'scikit-learn', reference) };
}

function panoptic(): BenchRow {
  const { pairs: list, reference } = data();
  const samples: number[] = [];
  let sums: PanopticSums = new Map();
  const image = (values: Uint8Array): PanopticImage => {
    const map = labelsFromRaster(values, SIDE, SIDE);
    const ids = [...new Set(map.labels)].filter((id) => id > 0);
    return { map, segments: ids.map((id) => ({ id, categoryId: id })) };
  };
  for (const { truth, predicted } of list) {
    const [a, b] = [paint(truth), paint(predicted)];
    const start = performance.now();
    sums = addToPanopticSums(sums, image(a), image(b));
    samples.push(performance.now() - start);
  }
  const categories = Array.from({ length: CLASSES - 1 }, (_, i) => ({ id: i + 1, isThing: true }));
  const { pq } = panopticQuality(sums, categories).all;
  if (!reference?.panopticMs) return row('pq-eval', samples);
  agree('PQ', pq, reference.pq!);
  return { ...row('pq-eval', samples), ...against(samples, reference.panopticMs, 'panopticapi', reference) };
}

function row(name: string, samples: readonly number[]): BenchRow {
  return { name, n: samples.length, p50: quantile(samples, 0.5), p95: quantile(samples, 0.95), unit: 'ms' };
}

function against(ours: readonly number[], theirs: readonly number[], name: string, { versions }: Reference) {
  const sum = (list: readonly number[]) => list.reduce((total, ms) => total + ms, 0);
  return { reference: `${name} (${versions})`, ratio: sum(ours) / sum(theirs) };
}

/** A comparison of times means nothing where the answers differ. */
function agree(what: string, got: number, expected: number): void {
  if (Math.abs(got - expected) > 1e-12) throw new Error(`Got a ${what} of ${got} when the reference has ${expected}`);
}

export const rows: readonly BenchCase[] = [
  { name: 'labelmap-flatten', run: flatten },
  { name: 'semantic-eval', run: semantic },
  { name: 'pq-eval', run: panoptic },
];
