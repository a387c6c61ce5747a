/** What lies under a point or in a box of the open document, topmost first. */
import type { Annotation } from '@shared/document/types';
import type { Box } from '@shared/geometry/box';
import { SpatialIndex } from '@shared/geometry/spatialIndex';
import { pointInParts, pointInRuns, runEnds } from '@shared/geometry/hitTest';
import { fromCompressed, toBbox } from '@shared/mask';
import { type Bounds, boundsOf } from './shape';

type Hittable = Pick<Annotation, 'id' | 'segmentation' | 'bbox'>;

/** Compressed masks longer than this are not parsed to build the index, only when a point is tested against them. */
const LONG_COUNTS = 20_000;

const boundsCache = new WeakMap<object, Bounds>();
const runsCache = new WeakMap<object, { ends: Uint32Array; size: readonly [number, number] } | null>();

export class DocumentHits {
  /** In painter's order. */
  readonly #items: readonly Hittable[];
  #index: SpatialIndex | null = null;
  #boxes = new Float64Array(0);

  /** `items` in painter's order. The index is built at the first question. */
  constructor(items: readonly Hittable[]) {
    this.#items = items;
  }

  /**
   * Ids of the annotations at image point (x, y), topmost first. An object smaller than `tolerance` (image pixels) a side
   * is hit from that far away: a dot on screen can still be clicked.
   */
  at(x: number, y: number, tolerance = 0): number[] {
    const hits: number[] = [];
    const candidates = this.#built().touching(x - tolerance, y - tolerance, x + tolerance, y + tolerance);
    for (let i = candidates.length - 1; i >= 0; i--) {
      const item = this.#items[candidates[i]];
      if (contains(item, x, y) || this.#isSmall(candidates[i], tolerance)) hits.push(item.id);
    }
    return hits;
  }

  /** Ids of the annotations whose bounds touch the image-space box, topmost first. */
  touching([x, y, w, h]: Box): number[] {
    const found = this.#built().touching(x, y, x + w, y + h);
    return found.reverse().map((i) => this.#items[i].id);
  }

  /** Ids of the annotations whose bounds lie inside the image-space box, topmost first. */
  inside(box: Box): number[] {
    const [x, y, w, h] = box;
    const found = this.#built().touching(x, y, x + w, y + h);
    const boxes = this.#boxes;
    return found
      .filter((i) => {
        const b = 4 * i;
        return boxes[b] >= x && boxes[b + 1] >= y && boxes[b + 2] <= x + w && boxes[b + 3] <= y + h;
      })
      .reverse()
      .map((i) => this.#items[i].id);
  }

  #isSmall(index: number, tolerance: number): boolean {
    const b = 4 * index;
    const boxes = this.#boxes;
    return boxes[b + 2] - boxes[b] < tolerance && boxes[b + 3] - boxes[b + 1] < tolerance;
  }

  #built(): SpatialIndex {
    if (!this.#index) {
      this.#boxes = new Float64Array(4 * this.#items.length);
      this.#items.forEach((item, i) => this.#boxes.set(itemBounds(item), 4 * i));
      this.#index = new SpatialIndex(this.#boxes);
    }
    return this.#index;
  }
}

/** True when image point (x, y) is in the annotation's own shape: its mask, its polygons, or its box where it has neither. */
function contains(item: Hittable, x: number, y: number): boolean {
  const { segmentation, bbox } = item;
  if (!segmentation) return x >= bbox[0] && y >= bbox[1] && x < bbox[0] + bbox[2] && y < bbox[1] + bbox[3];
  if (segmentation.kind === 'polygons') return pointInParts(segmentation.parts, x, y);
  const runs = runsOf(segmentation);
  return runs !== null && pointInRuns(runs.ends, runs.size, x, y);
}

/** Bounds from the shape itself: an imported bbox may be wrong. A long mask counts as covering the image until it is read. */
function itemBounds({ segmentation, bbox }: Hittable): Bounds {
  if (!segmentation) return [bbox[0], bbox[1], bbox[0] + bbox[2], bbox[1] + bbox[3]];
  const known = boundsCache.get(segmentation);
  if (known) return known;
  const bounds = computeBounds(segmentation);
  boundsCache.set(segmentation, bounds);
  return bounds;
}

function computeBounds(segmentation: NonNullable<Hittable['segmentation']>): Bounds {
  if (segmentation.kind === 'polygons') {
    const all = segmentation.parts.map(({ outer }) => boundsOf(outer)).filter(([minX]) => !Number.isNaN(minX));
    if (all.length === 0) return NOWHERE;
    return all.reduce((a, b) => [
      Math.min(a[0], b[0]),
      Math.min(a[1], b[1]),
      Math.max(a[2], b[2]),
      Math.max(a[3], b[3]),
    ]);
  }
  const { counts, size } = segmentation;
  if (counts.length > LONG_COUNTS) return [0, 0, size[1], size[0]];
  try {
    const [x, y, w, h] = toBbox(fromCompressed(counts, size));
    return w > 0 && h > 0 ? [x, y, x + w, y + h] : NOWHERE;
  } catch {
    return NOWHERE;
  }
}

function runsOf(segmentation: Extract<Hittable['segmentation'], { kind: 'rle' }>) {
  let runs = runsCache.get(segmentation);
  if (runs === undefined) {
    try {
      runs = { ends: runEnds(fromCompressed(segmentation.counts, segmentation.size).counts), size: segmentation.size };
    } catch {
      runs = null;
    }
    runsCache.set(segmentation, runs);
  }
  return runs;
}

const NOWHERE: Bounds = [NaN, NaN, NaN, NaN];
