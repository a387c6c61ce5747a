/**
 * A small mask at a larger size, its edge that of the linearly scaled mask. Bit for bit what OpenCV's linear `resize` of the mask as 0
 * and 255 gives, cut at 127, but only the pixels along the edge are computed; the rest is filled.
 */

/** One is this in OpenCV's weights. */
const ONE = 2048;
/** A set pixel, and the largest value that counts as unset. */
const SET = 255;
const MOST_UNSET = 127;

/**
 * Where the larger pixels of a row or a column lie: in gap i between small pixel i - 1 and i, from gap 0 before the first small pixel to
 * the one after the last; beyond its ends the row goes on as it ends.
 */
interface Steps {
  /** The weight of the small pixel behind the gap of each; the one before it has the rest of ONE. */
  readonly weight: Int32Array;
  /** The first larger pixel in or behind each gap; one entry more than there are gaps. */
  readonly first: Int32Array;
}

/** `mask`: row-major, 1 = set, `columns` wide; the result is `width` x `height`, no side smaller than the mask's. */
export function enlargeMask(mask: Uint8Array, columns: number, width: number, height: number): Uint8Array {
  const rows = mask.length / columns;
  const across = stepsOf(columns, width);
  const down = stepsOf(rows, height);
  const bitmap = new Uint8Array(width * height);
  for (let row = 0; row <= rows; row++) {
    const [top, bottom] = [down.first[row], down.first[row + 1]];
    const line = Math.max(row - 1, 0) * columns;
    const below = Math.min(row, rows - 1) * columns;
    const fill = (from: number, to: number): void => {
      for (let y = top; y < bottom; y++) bitmap.fill(1, y * width + from, y * width + to);
    };
    // The run of larger columns that are set all the way down.
    let run = -1;
    for (let column = 0; column <= columns; column++) {
      const before = Math.max(column - 1, 0);
      const behind = Math.min(column, columns - 1);
      const [a, b, c, d] = [mask[line + before], mask[line + behind], mask[below + before], mask[below + behind]];
      const from = across.first[column];
      const isSet = (a & b & c & d) === 1;
      if (isSet && run < 0) run = from;
      if (!isSet && run >= 0) {
        fill(run, from);
        run = -1;
      }
      if (isSet || (a | b | c | d) === 0) continue;
      for (let x = from; x < across.first[column + 1]; x++) {
        const weight = across.weight[x];
        const above = (SET * (a * (ONE - weight) + b * weight)) >> 4;
        const under = (SET * (c * (ONE - weight) + d * weight)) >> 4;
        for (let y = top; y < bottom; y++) {
          const part = down.weight[y];
          const value = ((((ONE - part) * above) >> 16) + ((part * under) >> 16) + 2) >> 2;
          if (value > MOST_UNSET) bitmap[y * width + x] = 1;
        }
      }
    }
    if (run >= 0) fill(run, width);
  }
  return bitmap;
}

function stepsOf(small: number, large: number): Steps {
  // In two steps, as OpenCV does: the last bit differs.
  const scale = 1 / (large / small);
  const weight = new Int32Array(large);
  const first = new Int32Array(small + 2).fill(large);
  for (let i = large - 1; i >= 0; i--) {
    const place = Math.fround((i + 0.5) * scale - 0.5);
    const before = Math.floor(place);
    weight[i] = roundHalfToEven(Math.fround(place - before) * ONE);
    first[Math.max(0, Math.min(before + 1, small))] = i;
  }
  // A gap may have none of the larger pixels.
  for (let i = small; i >= 0; i--) first[i] = Math.min(first[i], first[i + 1]);
  return { weight, first };
}

/** As a processor rounds. */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
