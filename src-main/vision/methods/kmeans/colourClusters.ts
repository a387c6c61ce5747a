/** Learns the centres of colour groups from a sample of pixels, and gives every pixel its nearest one. */
import type { ParamsOf } from '@shared/methods/params';
import type { Mat } from '../../opencv/cv';
import { elbow } from './elbow';
import type { MatScope } from '../../opencv/matScope';
import { randomFrom } from '@shared/dataset/random';

/** LAB of every pixel in 8 bits as OpenCV scales it, row-major interleaved; ordinary memory. */
export interface ColourFeatures {
  readonly lab: Uint8Array;
  readonly width: number;
  /** Pixels that count, ascending; null = all. */
  readonly chosen: Uint32Array | null;
}

/** `count` rows of [L, a, b] or, with spatial weight, [L, a, b, x, y]; ascending by L, then a, then b. */
export interface Centres {
  readonly values: Float32Array;
  readonly dimensions: number;
  readonly count: number;
}

type KmeansParams = ParamsOf<'kmeans'>;

const ELBOW_RANGE = [2, 3, 4, 5, 6, 7, 8];
/** Part of what the most groups explain that is enough: an object on its ground, with an edge of mixed colours. */
const ENOUGH = 0.85;
/** The curve that the elbow is read from needs fewer pixels than the centres do. */
const ELBOW_SAMPLE = 20_000;

/** `inside`: row-major, 1 = the pixel counts; null = all do. */
export function colourFeatures(scope: MatScope, rgb: Mat, inside: Uint8Array | null): ColourFeatures {
  const lab = scope.mat();
  scope.cv.cvtColor(rgb, lab, scope.cv.COLOR_RGB2Lab);
  const features = { lab: lab.data.slice(), width: rgb.cols, chosen: inside && indicesOf(inside) };
  scope.free(lab);
  return features;
}

/** The centres, and a note that tells how their number came about. */
export function learnCentres(
  scope: MatScope,
  features: ColourFeatures,
  params: KmeansParams,
): { centres: Centres; note: string } {
  const indices = samplePixels(features, params.sample, params.seed);
  const wanted = params.k === 0 ? Math.max(...ELBOW_RANGE) : params.k;
  const most = countDistinct(features, indices, wanted, params.spatial > 0);
  const fit = (k: number, pixels: Uint32Array) => runKmeans(scope, features, pixels, k, params);
  if (params.k === 0) {
    const range = ELBOW_RANGE.filter((k) => k <= most);
    if (range.length === 0) return { centres: fit(1, indices).centres, note: '1 group: there is only one colour' };
    const k = elbowIn(range, compactnessCurve(scope, features, [1, ...range], params));
    return { centres: fit(k, indices).centres, note: `${k} groups by the elbow` };
  }
  const k = Math.min(params.k, most);
  const note = k < params.k ? `${k} groups: there are only ${k} colours` : `${k} groups`;
  return { centres: fit(k, indices).centres, note };
}

/** The elbow plot: the compactness of each k from 1 to 8, as far as there are colours, and the k that k=0 takes. */
export function elbowCurve(
  scope: MatScope,
  features: ColourFeatures,
  params: KmeansParams,
): { points: { k: number; compactness: number }[]; suggested: number } {
  const indices = samplePixels(features, params.sample, params.seed);
  const most = countDistinct(features, indices, Math.max(...ELBOW_RANGE), params.spatial > 0);
  const range = ELBOW_RANGE.filter((k) => k <= most);
  const curve = compactnessCurve(scope, features, [1, ...range], params);
  const points = curve.map((compactness, i) => ({ k: i + 1, compactness }));
  return { points, suggested: range.length === 0 ? 1 : elbowIn(range, curve) };
}

/**
 * The number of groups at the elbow; `curve` begins with one group, before `range`. The first of a range is never farthest
 * below the line between its ends: two groups are taken where they explain most of what the largest number does. The elbow of
 * the curve from one group on needs no such share, but finds three groups in a picture made of four colours. Measured: the
 * share is 68-90% on 34 images of nuclei (12 get two groups, the others four), 78-90% on the 9 of the sample (6 get two), and
 * on 24 photographs of COCO 53-85% (one gets two, the others three to five).
 */
function elbowIn(range: readonly number[], curve: readonly number[]): number {
  const [one, two] = curve;
  if (one - two > ENOUGH * (one - curve[curve.length - 1])) return range[0];
  return range[elbow(range, curve.slice(1))];
}

function compactnessCurve(
  scope: MatScope,
  features: ColourFeatures,
  range: readonly number[],
  params: KmeansParams,
): number[] {
  const pixels = samplePixels(features, Math.min(params.sample, ELBOW_SAMPLE), params.seed);
  return range.map((k) => runKmeans(scope, features, pixels, Math.min(k, pixels.length), params).compactness);
}

function runKmeans(
  scope: MatScope,
  features: ColourFeatures,
  indices: Uint32Array,
  k: number,
  params: KmeansParams,
): { centres: Centres; compactness: number } {
  const { cv } = scope;
  const dimensions = params.spatial > 0 ? 5 : 3;
  const samples = scope.own(new cv.Mat(indices.length, dimensions, cv.CV_32FC1));
  const rows = samples.data32F;
  for (let i = 0; i < indices.length; i++) {
    const p = indices[i];
    for (let c = 0; c < 3; c++) rows[i * dimensions + c] = features.lab[p * 3 + c];
    if (dimensions === 3) continue;
    rows[i * dimensions + 3] = (p % features.width) * params.spatial;
    rows[i * dimensions + 4] = Math.floor(p / features.width) * params.spatial;
  }
  const labels = scope.mat();
  const found = scope.mat();
  const stop = new cv.TermCriteria(cv.TermCriteria_EPS + cv.TermCriteria_MAX_ITER, params.iterations, params.epsilon);
  cv.setRNGSeed(params.seed);
  const compactness = cv.kmeans(samples, k, labels, stop, params.attempts, cv.KMEANS_PP_CENTERS, found);
  const centres = { values: sortRows(found.data32F, dimensions), dimensions, count: k };
  for (const mat of [samples, labels, found]) scope.free(mat);
  return { centres, compactness };
}

/** The group of every pixel: the nearest centre, the first of equally near ones. */
export function assignToCentres(features: ColourFeatures, centres: Centres, spatial: number): Uint8Array {
  const { lab, width } = features;
  const { values, dimensions } = centres;
  const count = lab.length / 3;
  const groups = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const l = lab[i * 3];
    const a = lab[i * 3 + 1];
    const b = lab[i * 3 + 2];
    const x = dimensions === 5 ? (i % width) * spatial : 0;
    const y = dimensions === 5 ? Math.floor(i / width) * spatial : 0;
    let best = Infinity;
    for (let group = 0, at = 0; group < centres.count; group++, at += dimensions) {
      let d = (l - values[at]) ** 2 + (a - values[at + 1]) ** 2 + (b - values[at + 2]) ** 2;
      if (dimensions === 5) d += (x - values[at + 3]) ** 2 + (y - values[at + 4]) ** 2;
      if (d < best) {
        best = d;
        groups[i] = group;
      }
    }
  }
  return groups;
}

/**
 * Pixel indices, ascending: all of them where `wanted` suffices, else one at random from each of `wanted` equal stretches (an
 * even stride alone would follow the columns of some image widths).
 */
function samplePixels({ lab, chosen }: ColourFeatures, wanted: number, seed: number): Uint32Array {
  const count = chosen ? chosen.length : lab.length / 3;
  const random = randomFrom(seed);
  const places =
    count <= wanted
      ? Uint32Array.from({ length: count }, (_, i) => i)
      : Uint32Array.from({ length: wanted }, (_, i) => Math.floor(((i + random()) * count) / wanted));
  return chosen ? places.map((place) => chosen[place]) : places;
}

function indicesOf(inside: Uint8Array): Uint32Array {
  const found: number[] = [];
  for (let i = 0; i < inside.length; i++) if (inside[i] !== 0) found.push(i);
  return Uint32Array.from(found);
}

/** Different colours among the pixels (different places too where those count), counted up to `enough`. */
function countDistinct({ lab }: ColourFeatures, indices: Uint32Array, enough: number, byPlace: boolean): number {
  if (byPlace) return Math.min(enough, indices.length);
  const seen = new Set<number>();
  for (let i = 0; i < indices.length && seen.size < enough; i++) {
    const p = indices[i] * 3;
    seen.add((lab[p] << 16) | (lab[p + 1] << 8) | lab[p + 2]);
  }
  return seen.size;
}

function sortRows(values: Float32Array, dimensions: number): Float32Array {
  const rows: Float32Array[] = [];
  for (let i = 0; i < values.length; i += dimensions) rows.push(values.slice(i, i + dimensions));
  rows.sort((p, q) => p[0] - q[0] || p[1] - q[1] || p[2] - q[2]);
  const sorted = new Float32Array(values.length);
  rows.forEach((row, i) => sorted.set(row, i * dimensions));
  return sorted;
}
