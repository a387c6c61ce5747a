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
export function resizePlane({ values, width, height }: Plane, toWidth: number, toHeight: number): Plane {
  if (width === toWidth && height === toHeight) return { values, width, height };
  const columns = taps(width, toWidth);
  const rows = taps(height, toHeight);
  const out = new Float32Array(toWidth * toHeight);
  // One more than there are columns: the last one repeated.
  const line = new Float32Array(width + 1);
  for (let y = 0, at = 0; y < toHeight; y++) {
    const a = rows.cell[y] * width;
    const b = Math.min(rows.cell[y] + 1, height - 1) * width;
    const share = rows.weight[y];
    for (let i = 0; i < width; i++) line[i] = values[a + i] + (values[b + i] - values[a + i]) * share;
    line[width] = line[width - 1];
    for (let x = 0; x < toWidth; x++, at++) {
      const cell = columns.cell[x];
      const left = line[cell];
      out[at] = left + (line[cell + 1] - left) * columns.weight[x];
    }
  }
  return { values: out, width: toWidth, height: toHeight };
}

function taps(from: number, to: number) {
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
