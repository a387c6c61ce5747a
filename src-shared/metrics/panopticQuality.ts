/** Panoptic quality (Kirillov et al. 2019, arXiv:1801.00868), by the rules of panopticapi's evaluation.py for crowds and void. */
import { countLabels, eachLabelPair, type LabelRuns } from '../mask/labelRuns';
import { MetricsError } from './types';

/** Id of pixels that belong to no segment. */
export const VOID = 0;

export interface PanopticSegment {
  /** The pixels' label in the map, above `VOID`. */
  readonly id: number;
  readonly categoryId: number;
  /** Of truth: a region of objects that are not told apart. */
  readonly isCrowd?: boolean;
}

export interface PanopticImage {
  /** A segment's id, or `VOID`, for every pixel. */
  readonly map: LabelRuns;
  readonly segments: readonly PanopticSegment[];
}

export interface PanopticCategory {
  readonly id: number;
  readonly isThing: boolean;
}

/** Sums over images of one category: IoU of the matched pairs, and how many segments matched, were wrong, were missed. */
export interface PanopticCounts {
  readonly iou: number;
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
}

/** By category id; an empty map to start with. */
export type PanopticSums = ReadonlyMap<number, PanopticCounts>;

/** PQ, SQ (how well the matched fit) and RQ (how many match), 0..1. */
export interface PanopticNumbers {
  readonly pq: number;
  readonly sq: number;
  readonly rq: number;
}

/** Means over the `categories` categories that occur; NaN where none does. */
export interface PanopticMean extends PanopticNumbers {
  readonly categories: number;
}

export interface PanopticQuality {
  readonly all: PanopticMean;
  readonly things: PanopticMean;
  readonly stuff: PanopticMean;
  /** Every category in the given order; zeros where it does not occur (tp + fp + fn is 0). */
  readonly perCategory: readonly (PanopticNumbers & PanopticCounts & { readonly categoryId: number })[];
}

/**
 * `sums` plus one image. A pair of one category matches above IoU 0.5, void pixels of truth counted on neither side; a
 * predicted segment that lies by more than half on void or on a crowd of its category is not wrong, a missed crowd not
 * missed. A new map. O(runs + pairs).
 * @throws MetricsError for maps of different sizes, a predicted pixel without a segment, or a segment without a pixel.
 */
export function addToPanopticSums(sums: PanopticSums, truth: PanopticImage, predicted: PanopticImage): PanopticSums {
  const trueAreas = countLabels(truth.map);
  const areas = countLabels(predicted.map);
  const trueSegments = byId(truth.segments);
  const segments = byId(predicted.segments);
  checkPixels(segments, areas);
  const overlaps = overlapsOf(truth.map, predicted.map);
  const onVoid = (id: number) => overlaps.get(pairKey(VOID, id))?.pixels ?? 0;
  const out = new Map(sums);
  const count = (categoryId: number, more: Partial<PanopticCounts>) => {
    const old = out.get(categoryId) ?? { iou: 0, tp: 0, fp: 0, fn: 0 };
    const { iou = 0, tp = 0, fp = 0, fn = 0 } = more;
    out.set(categoryId, { iou: old.iou + iou, tp: old.tp + tp, fp: old.fp + fp, fn: old.fn + fn });
  };
  const matched = new Set<PanopticSegment>();
  for (const { truthId, id, pixels } of overlaps.values()) {
    const a = trueSegments.get(truthId);
    const b = segments.get(id);
    if (!a || !b || a.isCrowd || a.categoryId !== b.categoryId) continue;
    const union = areas.get(id)! + trueAreas.get(truthId)! - pixels - onVoid(id);
    const iou = pixels / union;
    if (iou <= 0.5) continue;
    count(a.categoryId, { tp: 1, iou });
    matched.add(a).add(b);
  }
  const crowds = new Map<number, number>();
  for (const segment of trueSegments.values()) {
    if (matched.has(segment)) continue;
    // As in the source, one crowd a category and image counts: the last one.
    if (segment.isCrowd) crowds.set(segment.categoryId, segment.id);
    else count(segment.categoryId, { fn: 1 });
  }
  for (const segment of segments.values()) {
    if (matched.has(segment)) continue;
    const crowd = crowds.get(segment.categoryId);
    const onCrowd = crowd === undefined ? 0 : (overlaps.get(pairKey(crowd, segment.id))?.pixels ?? 0);
    if ((onVoid(segment.id) + onCrowd) / areas.get(segment.id)! <= 0.5) count(segment.categoryId, { fp: 1 });
  }
  return out;
}

/** The numbers of the gathered images for these categories; what was counted for others is left out. */
export function panopticQuality(sums: PanopticSums, categories: readonly PanopticCategory[]): PanopticQuality {
  const perCategory = categories.map(({ id, isThing }) => {
    const counts = sums.get(id) ?? { iou: 0, tp: 0, fp: 0, fn: 0 };
    const { iou, tp, fp, fn } = counts;
    const weight = tp + 0.5 * fp + 0.5 * fn;
    const numbers = weight === 0 ? { pq: 0, sq: 0, rq: 0 } : { pq: iou / weight, sq: tp && iou / tp, rq: tp / weight };
    return { isThing, result: { categoryId: id, ...numbers, ...counts }, occurs: weight > 0 };
  });
  const mean = (holds: (isThing: boolean) => boolean): PanopticMean => {
    const taken = perCategory.filter(({ isThing, occurs }) => occurs && holds(isThing)).map(({ result }) => result);
    const of = (key: keyof PanopticNumbers) => taken.reduce((sum, result) => sum + result[key], 0) / taken.length;
    return { pq: of('pq'), sq: of('sq'), rq: of('rq'), categories: taken.length };
  };
  return {
    all: mean(() => true),
    things: mean((isThing) => isThing),
    stuff: mean((isThing) => !isThing),
    perCategory: perCategory.map(({ result }) => result),
  };
}

interface Overlap {
  readonly truthId: number;
  readonly id: number;
  pixels: number;
}

/** Ids lie below 2^24 (they are colours of a PNG), so two of them fit a number. */
const pairKey = (truthId: number, id: number) => truthId * 0x1000000 + id;

function overlapsOf(truth: LabelRuns, predicted: LabelRuns): Map<number, Overlap> {
  const overlaps = new Map<number, Overlap>();
  eachLabelPair(truth, predicted, (truthId, id, pixels) => {
    const key = pairKey(truthId, id);
    const known = overlaps.get(key);
    if (known) known.pixels += pixels;
    else overlaps.set(key, { truthId, id, pixels });
  });
  return overlaps;
}

function byId(segments: readonly PanopticSegment[]): Map<number, PanopticSegment> {
  return new Map(segments.map((segment) => [segment.id, segment]));
}

function checkPixels(segments: ReadonlyMap<number, PanopticSegment>, areas: ReadonlyMap<number, number>): void {
  for (const id of areas.keys()) {
    if (id !== VOID && !segments.has(id))
      throw new MetricsError(`Pixels of segment ${id} are not in the list of segments`);
  }
  for (const id of segments.keys()) {
    if (!areas.has(id)) throw new MetricsError(`Segment ${id} has no pixel`);
  }
}
