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
  const out = new Float32Array(toWidth * toHeight);
  const part = { left: 0, top: 0, right: toWidth, bottom: toHeight };
  resizePart(plane, { columns: taps(plane.width, toWidth), rows: taps(plane.height, toHeight) }, part, out);
  return { values: out, width: toWidth, height: toHeight };
}

/** Where the cells of a plane of another size lie in a plane: for each of an axis the cell before it, and the weight of the one after. */
export interface Taps {
  readonly cell: Int32Array;
  readonly weight: Float32Array;
}

/** Cells of the plane at another size, [left, right) x [top, bottom), row by row into `out`, as `resizePlane` gives them. */
export function resizePart(
  { values, width, height }: Plane,
  { columns, rows }: { readonly columns: Taps; readonly rows: Taps },
  {
    left,
    top,
    right,
    bottom,
  }: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number },
  out: Float32Array,
): void {
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

export function taps(from: number, to: number): Taps {
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
