/**
 * coco-eval: mask AP and AR of 5,000 images with 36 detections each, here and by pycocotools (evaluate, accumulate,
 * summarize; reading the files and building the indices is left out on both sides). The twelve numbers must agree to
 * 1e-9.
 */
import { area, fromPolygons, toBbox, toCompressed, type Rle } from '@shared/mask/index';
import { evaluateDetections, toDetections, type GroundTruth } from '@shared/metrics/index';
import { randomFrom } from './maskData';
import { runReference } from './maskReference';
import { quantile, type BenchCase, type BenchRow } from './types';

const IMAGES = 5000;
const DETECTIONS = 36;
const CATEGORIES = 80;
const H = 480;
const W = 640;
const REPEATS = 5;

interface Result {
  readonly imageId: number;
  readonly categoryId: number;
  readonly score: number;
  readonly rle: Rle;
}

interface Reference {
  readonly version: string;
  readonly ms: number;
  readonly stats: number[];
}

/** About seven objects an image in three categories, each found up to four times with some error, and false alarms. */
function makeData(): { truths: GroundTruth[]; results: Result[] } {
  const random = randomFrom(7);
  const truths: GroundTruth[] = [];
  const results: Result[] = [];
  for (let imageId = 1; imageId <= IMAGES; imageId++) {
    const local = Array.from({ length: 3 }, () => 1 + Math.floor(random() * CATEGORIES));
    const shapes: { categoryId: number; ring: number[] }[] = [];
    for (let i = Math.floor(random() * 15); i > 0; i--) {
      const ring = blob(random);
      const rle = fromPolygons([ring], H, W);
      const categoryId = local[Math.floor(random() * 3)];
      const isCrowd = random() < 0.02;
      truths.push({ id: truths.length + 1, imageId, categoryId, area: area(rle), bbox: toBbox(rle), isCrowd, rle });
      shapes.push({ categoryId, ring });
    }
    for (let i = 0; i < DETECTIONS; i++) {
      const from = shapes[i % 10];
      const isHit = from !== undefined && random() < 0.8;
      const ring = isHit ? moved(from.ring, random) : blob(random);
      const categoryId = isHit && random() < 0.9 ? from.categoryId : 1 + Math.floor(random() * CATEGORIES);
      // Three digits, so that equal scores occur.
      const score = Math.round((isHit ? 0.3 + 0.7 * random() : random() ** 2) * 1000) / 1000;
      results.push({ imageId, categoryId, score, rle: fromPolygons([ring], H, W) });
    }
  }
  return { truths, results };
}

function blob(random: () => number): number[] {
  const radius = 5 + 90 * random() ** 3;
  const x = random() * W;
  const y = random() * H;
  const ring: number[] = [];
  for (let i = 0; i < 16; i++) {
    const r = radius * (0.7 + 0.5 * random());
    ring.push(x + r * Math.cos((i * Math.PI) / 8), y + r * Math.sin((i * Math.PI) / 8));
  }
  return ring;
}

function moved(ring: number[], random: () => number): number[] {
  const dx = (random() - 0.5) * 8;
  const dy = (random() - 0.5) * 8;
  return ring.map((value, i) => value + (i % 2 === 0 ? dx : dy) + (random() - 0.5) * 4);
}

function run(): BenchRow {
  const { truths, results } = makeData();
  const imageIds = Array.from({ length: IMAGES }, (_, i) => i + 1);
  const categories = Array.from({ length: CATEGORIES }, (_, i) => ({ id: i + 1 }));
  const detections = toDetections(results);
  const samples: number[] = [];
  let stats: readonly number[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const start = performance.now();
    ({ stats } = evaluateDetections(truths, detections, { iouType: 'segm', imageIds, categories }));
    samples.push(performance.now() - start);
  }
  const p50 = quantile(samples, 0.5);
  const row = { name: 'coco-eval', n: REPEATS, p50, p95: quantile(samples, 0.95), unit: 'ms' } as const;

  const reference = runReference<Reference>('cocoEval.py', {
    size: [H, W],
    images: IMAGES,
    categories: CATEGORIES,
    truths: truths.map(({ imageId, categoryId, isCrowd, rle, area: pixels, bbox }) => {
      return [imageId, categoryId, Number(isCrowd), pixels, bbox, toCompressed(rle as Rle)];
    }),
    results: results.map((result) => [result.imageId, result.categoryId, result.score, toCompressed(result.rle)]),
  });
  if (!reference) return row;
  const difference = Math.max(...stats.map((value, i) => Math.abs(value - reference.stats[i])));
  if (!(difference < 1e-9)) throw new Error(`Got ${stats.join(' ')} when pycocotools has ${reference.stats.join(' ')}`);
  return { ...row, reference: `pycocotools ${reference.version}`, ratio: p50 / reference.ms };
}

export const rows: readonly BenchCase[] = [{ name: 'coco-eval', run }];
