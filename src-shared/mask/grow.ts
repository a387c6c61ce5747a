/** Labels that grow into free pixels until they meet: gaps are closed, and regions reach their neighbours' borders. */
import type { Box } from '../geometry/box';
import type { LabelRuns } from './labelRuns';
import { foregroundEdges, fromForegroundEdges, type Rle } from './rle';

/** Of a pixel that a label may grow into, and of one that stays as it is. */
export const FREE = -1;
export const BLOCKED = -2;

/** Marks a label where it has grown to. */
const GROWN = 1 << 30;

/** A part of an image with a value a pixel, column by column as masks are: pixel (x, y) of `box` is at x * height + y. */
export interface LabelRegion {
  /** Whole numbers, inside the image. */
  readonly box: Box;
  readonly values: Int32Array;
}

export function labelRegion(box: Box, value: number): LabelRegion {
  return { box, values: new Int32Array(box[2] * box[3]).fill(value) };
}

/** Sets the region's pixels that the mask has. O(runs + pixels set). */
export function paintMask(region: LabelRegion, mask: Rle, value: number): void {
  const edges = foregroundEdges(mask);
  for (let i = 0; i < edges.length; i += 2) paintRun(region, mask.size[0], edges[i], edges[i + 1], value);
}

/** Sets every pixel of the region to what its label in the map `becomes`. */
export function paintMap(region: LabelRegion, map: LabelRuns, becomes: (label: number) => number): void {
  let start = 0;
  for (let i = 0; i < map.ends.length; i++) {
    paintRun(region, map.size[0], start, map.ends[i], becomes(map.labels[i]));
    start = map.ends[i];
  }
}

/** `start` and `end` are positions in the image's column-major order. */
function paintRun({ box, values }: LabelRegion, h: number, start: number, end: number, value: number): void {
  const [left, top, width, height] = box;
  const last = Math.min(left + width - 1, Math.floor((end - 1) / h));
  for (let x = Math.max(left, Math.floor(start / h)); x <= last; x++) {
    const from = Math.max(top, start - x * h);
    const to = Math.min(top + height, end - x * h);
    if (from < to) values.fill(value, (x - left) * height + from - top, (x - left) * height + to - top);
  }
}

/**
 * Lets the labels (0 and up) grow into free pixels, at most `steps` pixels far, and gives back what each has gained, as masks
 * of an image of `size`. A pixel goes to the label that reaches it first, to the lower one of two that reach it at once; odd
 * steps go along rows and columns, even ones diagonally too, so that a distance is nearly the same in all directions. The
 * region is used up. O(pixels of the region).
 */
export function growLabels(
  { box, values }: LabelRegion,
  steps: number,
  size: readonly [height: number, width: number],
): Map<number, Rle> {
  const [, , width, height] = box;
  let front = borderOf(values, width, height);
  for (let step = 1; step <= steps && front.length > 0; step++) {
    front = advance(values, width, height, front, step % 2 === 0);
  }
  return grownMasks(values, box, size);
}

/**
 * As {@link growLabels}, but labels meet where `cost` (0 to 255, a value a pixel of the region, in its order) is high: of all
 * pixels beside a label the one of the lowest cost is taken next, first come first served among equals. Source: Meyer's
 * flooding (F. Meyer, Un algorithme optimal pour la ligne de partage des eaux, 1991). O(pixels of the region).
 */
export function floodLabels(
  { box, values }: LabelRegion,
  cost: Uint8Array,
  steps: number,
  size: readonly [height: number, width: number],
): Map<number, Rle> {
  const [, , width, height] = box;
  const queues = Array.from({ length: 256 }, (): number[] => []);
  const heads = new Int32Array(256);
  const distances = new Uint16Array(values.length);
  queues[0] = borderOf(values, width, height);
  for (let level = 0; level < 256;) {
    if (heads[level] === queues[level].length) {
      queues[level] = [];
      heads[level++] = 0;
      continue;
    }
    const at = queues[level][heads[level]++];
    const distance = Math.min(65_535, distances[at] + 1);
    if (distance > steps) continue;
    const label = values[at] | GROWN;
    const x = Math.floor(at / height);
    const y = at - x * height;
    const take = (to: number) => {
      if (values[to] !== FREE) return;
      values[to] = label;
      distances[to] = distance;
      // Never below the water.
      queues[Math.max(level, cost[to])].push(to);
    };
    if (x > 0) take(at - height);
    if (y > 0) take(at - 1);
    if (y + 1 < height) take(at + 1);
    if (x + 1 < width) take(at + height);
  }
  return grownMasks(values, box, size);
}

/** How much a row-major picture (0 to 255, of an image of `size`) changes at each pixel of the box, in the order of a region. */
export function steepness(
  picture: Uint8Array,
  [height, width]: readonly [height: number, width: number],
  [left, top, boxWidth, boxHeight]: Box,
): Uint8Array {
  const out = new Uint8Array(boxWidth * boxHeight);
  for (let y = top; y < top + boxHeight; y++) {
    const [above, below] = [Math.max(0, y - 1) * width, Math.min(height - 1, y + 1) * width];
    for (let x = left; x < left + boxWidth; x++) {
      const across = picture[y * width + Math.min(width - 1, x + 1)] - picture[y * width + Math.max(0, x - 1)];
      const down = picture[below + x] - picture[above + x];
      out[(x - left) * boxHeight + y - top] = Math.max(Math.abs(across), Math.abs(down));
    }
  }
  return out;
}

/** Positions of labelled pixels beside free ones, those of lower labels first. */
function borderOf(values: Int32Array, width: number, height: number): number[] {
  const border: number[] = [];
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      const at = x * height + y;
      if (values[at] < 0) continue;
      const isBeside =
        (y > 0 && values[at - 1] === FREE) ||
        (y + 1 < height && values[at + 1] === FREE) ||
        (x > 0 && values[at - height] === FREE) ||
        (x + 1 < width && values[at + height] === FREE);
      const isDiagonal =
        !isBeside &&
        ((x > 0 &&
          ((y > 0 && values[at - height - 1] === FREE) || (y + 1 < height && values[at - height + 1] === FREE))) ||
          (x + 1 < width &&
            ((y > 0 && values[at + height - 1] === FREE) || (y + 1 < height && values[at + height + 1] === FREE))));
      if (isBeside || isDiagonal) border.push(at);
    }
  }
  return border.sort((a, b) => values[a] - values[b] || a - b);
}

/** One step of all labels at once; gives back the pixels from which the next step goes on. */
function advance(
  values: Int32Array,
  width: number,
  height: number,
  front: readonly number[],
  isDiagonal: boolean,
): number[] {
  const next: number[] = [];
  for (const at of front) {
    const label = values[at] | GROWN;
    const x = Math.floor(at / height);
    const y = at - x * height;
    let isLeft = false;
    for (let dx = -1; dx <= 1; dx++) {
      if (x + dx < 0 || x + dx >= width) continue;
      for (let dy = -1; dy <= 1; dy++) {
        if (y + dy < 0 || y + dy >= height) continue;
        const to = at + dx * height + dy;
        if (values[to] !== FREE) continue;
        if (dx !== 0 && dy !== 0 && !isDiagonal) {
          // A diagonal step may take it yet.
          isLeft = true;
          continue;
        }
        values[to] = label;
        next.push(to);
      }
    }
    if (isLeft) next.push(at);
  }
  return next;
}

function grownMasks(values: Int32Array, box: Box, [h, w]: readonly [number, number]): Map<number, Rle> {
  const [left, top, width, height] = box;
  const edges = new Map<number, number[]>();
  for (let x = 0; x < width; x++) {
    const base = (left + x) * h + top;
    for (let y = 0; y < height;) {
      const value = values[x * height + y];
      const from = y;
      while (y < height && values[x * height + y] === value) y++;
      if (value < 0 || (value & GROWN) === 0) continue;
      const label = value & ~GROWN;
      let own = edges.get(label);
      if (!own) edges.set(label, (own = []));
      // Runs of two columns may meet.
      if (own.length > 0 && own[own.length - 1] === base + from) own.pop();
      else own.push(base + from);
      own.push(base + y);
    }
  }
  return new Map([...edges].map(([label, own]) => [label, fromForegroundEdges(own, own.length, h, w)]));
}
