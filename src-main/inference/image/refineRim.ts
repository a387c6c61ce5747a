/** Brings the rim of a mask that was decided on a small grid to the edges of the image: the guided filter, where there is a rim. */
import { expandBox, intersectBoxes } from '@shared/geometry/box';
import { area, type Box, decodeRegion, encodeRegion, type Rle, toBbox } from '@shared/mask';
import { makeAxis } from './gridRuns';
import type { RgbImage } from './rgbImage';

/** Radius of the windows, in samples; see docs/models.md for what was tried. */
const RADIUS = 4;
/** Not more of a small object: its corners would be eaten away. */
const RADIUS_OF_SIDE = 1 / 6;
const EPSILON = 1e-4;
/** Samples of the image a cell of the grid: what the radius was chosen for. A finer image is not looked at more closely. */
const SAMPLES_A_CELL = 1.25;
/** Where a window agrees to this share, nothing of the rim is in it. */
const SURE = 1e-4;
/** A mask that would lose or gain so much was not to be had by moving its rim. */
const MOST_CHANGED = 1 / 3;

/** A part of an image, where it lies in whole pixels; nothing of the mask is changed outside. */
export interface Guide {
  readonly image: RgbImage;
  readonly x: number;
  readonly y: number;
}

/**
 * The mask with its rim moved to the edges of the image nearby: the colours guide the mask, coverage above one half is set.
 * Where the grid's cells are large the coefficients are found on squares of pixels, and used on every pixel. Null where this
 * would be another mask rather than another rim, as for a thin object of its surroundings' colour.
 * Source: He, Sun, Tang (2010), "Guided image filtering"; He, Sun (2015), "Fast guided filter". O(pixels of the mask's box); some 80
 * bytes for each of the squares, of which a grid of 256 x 256 has a hundred thousand at most.
 * @param cell pixels of the image a cell of the grid, its longer side.
 */
export function refineRim(mask: Rle, guide: Guide, cell: number): Rle | null {
  const step = Math.max(1, Math.round(cell / SAMPLES_A_CELL));
  const own = toBbox(mask);
  const radius = Math.min(RADIUS, Math.floor((Math.min(own[2], own[3]) / step) * RADIUS_OF_SIDE));
  if (radius < 1) return null;
  const { data, width, height } = guide.image;
  const box = intersectBoxes(expandBox(own, (2 * radius + 1) * step), [guide.x, guide.y, width, height]);
  const bits = decodeRegion(mask, box);
  const [columns, rows] = [Math.ceil(box[2] / step), Math.ceil(box[3] / step)];
  const share = sample(bits, 0, 1, box[2], box, step);
  const blur = (plane: Float32Array) => boxMeans(plane, columns, rows, radius);
  const means = blur(share);
  const rim = blur(means);
  const colours = [0, 1, 2].map((channel) =>
    sample(data, pixelOf(guide, box[0], box[1]) + channel, 3, width * 3, box, step).map((value) => value / 255),
  );
  const [red, green, blue, constant] = coefficients(colours, share, means, blur);
  const [low, high, weight] = between(box[2], step, columns);
  const [above, below, weightBelow] = between(box[3], step, rows);
  for (let y = 0, at = 0; y < box[3]; y++) {
    const [top, bottom, wy] = [above[y] * columns, below[y] * columns, weightBelow[y]];
    let pixel = pixelOf(guide, box[0], box[1] + y);
    for (let x = 0; x < box[2]; x++, at++, pixel += 3) {
      const wx = weight[x];
      const nearest = rim[(wy < 0.5 ? top : bottom) + (wx < 0.5 ? low[x] : high[x])];
      if (nearest < SURE || nearest > 1 - SURE) continue;
      const a = top + low[x];
      const b = top + high[x];
      const c = bottom + low[x];
      const d = bottom + high[x];
      const covered =
        mix(red, a, b, c, d, wx, wy) * data[pixel] +
        mix(green, a, b, c, d, wx, wy) * data[pixel + 1] +
        mix(blue, a, b, c, d, wx, wy) * data[pixel + 2];
      bits[at] = covered / 255 + mix(constant, a, b, c, d, wx, wy) > 0.5 ? 1 : 0;
    }
  }
  const refined = encodeRegion(bits, box, mask.size);
  return isRimOnly(mask, refined) ? refined : null;
}

/** What is common is not looked for: a rim that moves keeps the area nearly, and what vanishes or floods does not. */
function isRimOnly(before: Rle, after: Rle): boolean {
  const [old, now] = [area(before), area(after)];
  return Math.abs(now - old) <= old * MOST_CHANGED;
}

/** Where the pixel of the whole image lies in the guide's values. */
const pixelOf = ({ image, x, y }: Guide, column: number, row: number): number =>
  ((row - y) * image.width + column - x) * 3;

/** Of a plane, bilinearly between four of its samples. */
function mix(plane: Float32Array, a: number, b: number, c: number, d: number, wx: number, wy: number): number {
  const top = plane[a] + (plane[b] - plane[a]) * wx;
  return top + (plane[c] + (plane[d] - plane[c]) * wx - top) * wy;
}

/**
 * The plane over the colours that fits the coverage best in each window, averaged over the windows that a sample is in: what red,
 * green and blue are multiplied by, and what is added.
 */
function coefficients(
  colours: readonly Float32Array[],
  share: Float32Array,
  means: Float32Array,
  blur: (plane: Float32Array) => Float32Array,
): Float32Array[] {
  const product = (p: Float32Array, q: Float32Array) => blur(p.map((value, i) => value * q[i]));
  const [r, g, b] = colours;
  const [mr, mg, mb] = colours.map(blur);
  const [pr, pg, pb] = colours.map((colour) => product(colour, share));
  const [rr, rg, rb, gg, gb, bb] = [
    [r, r],
    [r, g],
    [r, b],
    [g, g],
    [g, b],
    [b, b],
  ].map(([p, q]) => product(p, q));
  const [red, green, blue, constant] = [0, 1, 2, 3].map(() => new Float32Array(share.length));
  for (let i = 0; i < share.length; i++) {
    const x = mr[i];
    const y = mg[i];
    const z = mb[i];
    const mean = means[i];
    // The window's covariances, symmetric, and the coverage's with each colour.
    const xx = rr[i] - x * x + EPSILON;
    const yy = gg[i] - y * y + EPSILON;
    const zz = bb[i] - z * z + EPSILON;
    const xy = rg[i] - x * y;
    const xz = rb[i] - x * z;
    const yz = gb[i] - y * z;
    const px = pr[i] - x * mean;
    const py = pg[i] - y * mean;
    const pz = pb[i] - z * mean;
    const c00 = yy * zz - yz * yz;
    const c01 = xz * yz - xy * zz;
    const c02 = xy * yz - xz * yy;
    const c11 = xx * zz - xz * xz;
    const c12 = xy * xz - xx * yz;
    const c22 = xx * yy - xy * xy;
    const scale = 1 / (xx * c00 + xy * c01 + xz * c02);
    red[i] = (c00 * px + c01 * py + c02 * pz) * scale;
    green[i] = (c01 * px + c11 * py + c12 * pz) * scale;
    blue[i] = (c02 * px + c12 * py + c22 * pz) * scale;
    constant[i] = mean - red[i] * x - green[i] * y - blue[i] * z;
  }
  return [red, green, blue, constant].map(blur);
}

/** Mean of each square of `step` values; the first lies at `start`, the next `across` and the one below `down` from it. */
function sample(
  values: Uint8Array,
  start: number,
  across: number,
  down: number,
  [, , width, height]: Box,
  step: number,
): Float32Array {
  const [columns, rows] = [Math.ceil(width / step), Math.ceil(height / step)];
  const samples = new Float32Array(columns * rows);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / step) * columns;
    const from = start + y * down;
    for (let x = 0, column = 0, left = step; x < width; x++) {
      samples[row + column] += values[from + x * across];
      if (--left === 0) {
        column++;
        left = step;
      }
    }
  }
  if (step === 1) return samples;
  for (let row = 0, i = 0; row < rows; row++) {
    const tall = Math.min(step, height - row * step);
    for (let column = 0; column < columns; column++, i++) {
      samples[i] /= tall * Math.min(step, width - column * step);
    }
  }
  return samples;
}

/** Mean of the window around each sample, cut off at the borders; running sums, whatever the radius. */
function boxMeans(plane: Float32Array, columns: number, rows: number, radius: number): Float32Array {
  const across = new Float32Array(plane.length);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let sum = 0;
    for (let i = 0; i < Math.min(radius, columns); i++) sum += plane[start + i];
    for (let i = 0; i < columns; i++) {
      if (i + radius < columns) sum += plane[start + i + radius];
      if (i > radius) sum -= plane[start + i - radius - 1];
      across[start + i] = sum / (Math.min(columns - 1, i + radius) - Math.max(0, i - radius) + 1);
    }
  }
  const sums = new Float64Array(columns);
  for (let row = 0; row < Math.min(radius, rows); row++) add(sums, across, row * columns, 1);
  const means = new Float32Array(plane.length);
  for (let row = 0; row < rows; row++) {
    if (row + radius < rows) add(sums, across, (row + radius) * columns, 1);
    if (row > radius) add(sums, across, (row - radius - 1) * columns, -1);
    const count = Math.min(rows - 1, row + radius) - Math.max(0, row - radius) + 1;
    for (let i = 0; i < columns; i++) means[row * columns + i] = sums[i] / count;
  }
  return means;
}

function add(sums: Float64Array, plane: Float32Array, from: number, sign: 1 | -1): void {
  for (let i = 0; i < sums.length; i++) sums[i] += sign * plane[from + i];
}

/** For each pixel of an axis: the samples before and after its centre, and the weight of the later one. */
function between(pixels: number, step: number, samples: number): [Int32Array, Int32Array, Float32Array] {
  const { cell, weight } = makeAxis(0, samples * step, pixels, samples);
  return [cell, cell.map((one) => Math.min(one + 1, samples - 1)), weight];
}
