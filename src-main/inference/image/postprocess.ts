/** From a model's numbers to masks: boxes back to image space, mask grids to pixels, non-maximum suppression. */
import type { ModelTransform } from '@shared/geometry/coords';
import { encodeRegion, type Rle } from '@shared/mask';

/** Corners in continuous coordinates, x1 <= x2, y1 <= y2. */
export type Corners = readonly [x1: number, y1: number, x2: number, y2: number];

/** A box in input pixels as a box in image space, clipped to the image of `size` [height, width]. */
export function toImageCorners(box: Corners, transform: ModelTransform, size: readonly [number, number]): Corners {
  const { scaleX, scaleY, offsetX, offsetY } = transform;
  const clip = (value: number, limit: number) => Math.min(Math.max(value, 0), limit);
  return [
    clip((box[0] - offsetX) / scaleX, size[1]),
    clip((box[1] - offsetY) / scaleY, size[0]),
    clip((box[2] - offsetX) / scaleX, size[1]),
    clip((box[3] - offsetY) / scaleY, size[0]),
  ];
}

/** A small picture of mask values that is laid over the image: `values[offset + row * width + column]`. */
export interface MaskGrid {
  readonly values: Float32Array;
  readonly offset: number;
  readonly width: number;
  readonly height: number;
  /** Pairs of them stand for a cell, so far before and after its centre; see enlarged.ts. */
  readonly knot?: number;
}

/**
 * The mask of the pixels in `region` whose centre has a value >= `threshold` where the grid is stretched over
 * `gridCorners` (image space) and sampled bilinearly between cell centres, its outermost cells reaching to its border.
 * `size` is the image's [height, width], `region` [x1, y1, x2, y2) in whole pixels inside it; no bitmap larger than the
 * region is made. Null when no pixel is set. O(region).
 */
export function gridToMask(
  grid: MaskGrid,
  gridCorners: Corners,
  region: Corners,
  size: readonly [height: number, width: number],
  threshold: number,
): Rle | null {
  const [left, top, right, bottom] = region;
  const width = right - left;
  const height = bottom - top;
  if (width <= 0 || height <= 0) return null;
  const columns = sampleAt(left, width, gridCorners[0], gridCorners[2], grid.width);
  const rows = sampleAt(top, height, gridCorners[1], gridCorners[3], grid.height);
  const bitmap = new Uint8Array(width * height);
  const line = new Float32Array(grid.width);
  const { values } = grid;
  let any = 0;
  for (let y = 0; y < height; y++) {
    const a = grid.offset + rows.cell[y] * grid.width;
    const b = rows.cell[y] + 1 < grid.height ? a + grid.width : a;
    const weight = rows.weight[y];
    for (let i = 0; i < grid.width; i++) line[i] = values[a + i] + (values[b + i] - values[a + i]) * weight;
    for (let x = 0, at = y * width; x < width; x++, at++) {
      const cell = columns.cell[x];
      const value = line[cell];
      const next = cell + 1 < grid.width ? line[cell + 1] : value;
      const set = value + (next - value) * columns.weight[x] >= threshold ? 1 : 0;
      bitmap[at] = set;
      any |= set;
    }
  }
  return any ? encodeRegion(bitmap, [left, top, width, height], size) : null;
}

/** The whole pixels whose centres lie in the box: [ceil(x1 - 0.5), ...), at least one wide and high inside the image. */
export function pixelsInside(box: Corners, size: readonly [height: number, width: number]): Corners {
  const axis = (low: number, high: number, limit: number): [number, number] => {
    const first = Math.min(Math.max(Math.ceil(low - 0.5), 0), limit - 1);
    return [first, Math.min(Math.max(Math.ceil(high - 0.5), first + 1), limit)];
  };
  const [x1, x2] = axis(box[0], box[2], size[1]);
  const [y1, y2] = axis(box[1], box[3], size[0]);
  return [x1, y1, x2, y2];
}

/** For `count` pixels from `start`: the cell before each pixel centre and the weight of the cell after it. */
function sampleAt(start: number, count: number, low: number, high: number, cells: number) {
  const cell = new Int32Array(count);
  const weight = new Float32Array(count);
  const step = high > low ? cells / (high - low) : 0;
  for (let i = 0; i < count; i++) {
    const position = Math.min(Math.max((start + i + 0.5 - low) * step - 0.5, 0), cells - 1);
    cell[i] = Math.floor(position);
    weight[i] = position - cell[i];
  }
  return { cell, weight };
}

/**
 * Class-wise non-maximum suppression: indices of the kept boxes in descending order of score (ties: the earlier first). A
 * box is dropped when its IoU with a kept box of the same label exceeds `iou`. Boxes are `[n, 4]` corners. O(n * kept).
 */
export function nonMaximumSuppression(
  boxes: ArrayLike<number>,
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  iou: number,
): number[] {
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b);
  const kept: number[] = [];
  for (const i of order) {
    if (kept.every((k) => labels[k] !== labels[i] || boxIouAt(boxes, k, i) <= iou)) kept.push(i);
  }
  return kept;
}

/** IoU of two rows of `[n, 4]` corners. */
export function boxIouAt(boxes: ArrayLike<number>, a: number, b: number): number {
  const area = (i: number) => (boxes[4 * i + 2] - boxes[4 * i]) * (boxes[4 * i + 3] - boxes[4 * i + 1]);
  const overlap = (axis: number) =>
    Math.min(boxes[4 * a + 2 + axis], boxes[4 * b + 2 + axis]) - Math.max(boxes[4 * a + axis], boxes[4 * b + axis]);
  const shared = Math.max(0, overlap(0)) * Math.max(0, overlap(1));
  const union = area(a) + area(b) - shared;
  return union > 0 ? shared / union : 0;
}
