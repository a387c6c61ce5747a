/** Small planes of numbers that heads of networks give: squashing, enlarging. */

export const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
/** The logit of a probability. */
export const logit = (probability: number): number => Math.log(probability / (1 - probability));

/** `[h, w, C]` as `[C, h, w]`; `length` is h * w. */
export function toPlanar(values: Float32Array, channels: number, length: number): Float32Array {
  if (channels === 1) return values;
  const planes = new Float32Array(values.length);
  for (let i = 0, at = 0; i < length; i++) {
    for (let c = 0; c < channels; c++, at++) planes[c * length + i] = values[at];
  }
  return planes;
}

export interface Plane {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** The plane at another size, bilinear at cell centres with edges repeated: `F.interpolate(align_corners=False)`. */
export function resizePlane(plane: Plane, toWidth: number, toHeight: number): Plane {
  if (plane.width === toWidth && plane.height === toHeight) return plane;
  const values = new Float32Array(toWidth * toHeight);
  const all = { left: 0, top: 0, right: toWidth, bottom: toHeight };
  resizePart(plane, tapsTo(plane, toWidth, toHeight), all, values);
  return { values, width: toWidth, height: toHeight };
}

/** Where the cells of a plane of another size lie: for each of an axis the cell before it, and the weight of the one after that. */
export interface Taps {
  readonly columns: AxisTaps;
  readonly rows: AxisTaps;
}

interface AxisTaps {
  readonly cell: Int32Array;
  readonly weight: Float32Array;
}

export const tapsTo = ({ width, height }: Omit<Plane, 'values'>, toWidth: number, toHeight: number): Taps => ({
  columns: axisTaps(width, toWidth),
  rows: axisTaps(height, toHeight),
});

/** Cells of a plane at another size. */
export interface PlanePart {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A part of what `resizePlane` gives, row by row into `out`. */
export function resizePart(
  { values, width, height }: Plane,
  { columns, rows }: Taps,
  { left, top, right, bottom }: PlanePart,
  out: Float32Array,
): void {
  if (width === columns.cell.length && height === rows.cell.length) {
    for (let y = top; y < bottom; y++) {
      out.set(values.subarray(y * width + left, y * width + right), (y - top) * (right - left));
    }
    return;
  }
  const from = columns.cell[left];
  const end = Math.min(columns.cell[right - 1] + 2, width);
  // One more than there are columns: the last one repeated.
  const line = new Float32Array(end - from + 1);
  for (let y = top, at = 0; y < bottom; y++) {
    const a = rows.cell[y] * width;
    const b = Math.min(rows.cell[y] + 1, height - 1) * width;
    const share = rows.weight[y];
    for (let i = from; i < end; i++) line[i - from] = values[a + i] + (values[b + i] - values[a + i]) * share;
    line[end - from] = line[end - from - 1];
    for (let x = left; x < right; x++, at++) {
      const cell = columns.cell[x] - from;
      const before = line[cell];
      out[at] = before + (line[cell + 1] - before) * columns.weight[x];
    }
  }
}

function axisTaps(from: number, to: number): AxisTaps {
  const cell = new Int32Array(to);
  const weight = new Float32Array(to);
  for (let i = 0; i < to; i++) {
    const position = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    cell[i] = Math.floor(position);
    weight[i] = position - cell[i];
  }
  return { cell, weight };
}

/** Softmax of `count` numbers from `offset`. */
export function softmax(values: ArrayLike<number>, offset: number, count: number): Float64Array {
  const out = new Float64Array(count);
  let greatest = -Infinity;
  for (let i = 0; i < count; i++) greatest = Math.max(greatest, values[offset + i]);
  let sum = 0;
  for (let i = 0; i < count; i++) sum += out[i] = Math.exp(values[offset + i] - greatest);
  for (let i = 0; i < count; i++) out[i] /= sum;
  return out;
}

/** The part of a plane from (left, top), of `toWidth` x `toHeight` cells. */
export function cropPlane(
  { values, width, height }: Plane,
  [left, top, toWidth, toHeight]: readonly [number, number, number, number],
): Plane {
  if (left === 0 && top === 0 && toWidth === width && toHeight === height) return { values, width, height };
  const out = new Float32Array(toWidth * toHeight);
  for (let y = 0; y < toHeight; y++) {
    const at = (top + y) * width + left;
    out.set(values.subarray(at, at + toWidth), y * toWidth);
  }
  return { values: out, width: toWidth, height: toHeight };
}
