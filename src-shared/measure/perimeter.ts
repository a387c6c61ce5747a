/** Length of a mask's outline as scikit-image estimates it, from runs. */
import type { Box } from '../mask';
import type { ColumnIntervals } from '../mask/columns';

/** Lengths of a border pixel's stretch of the outline: none, straight, diagonal, and a turn between the two. */
const kindLengths = [0, 1, Math.SQRT2, (1 + Math.SQRT2) / 2];

/** Kind of a border pixel by 1 + 2 * (border pixels beside it) + 10 * (border pixels at its corners). */
const kinds = new Uint8Array(50);
for (const code of [5, 7, 15, 17, 25, 27]) kinds[code] = 1;
for (const code of [21, 33]) kinds[code] = 2;
for (const code of [13, 23]) kinds[code] = 3;

/**
 * Perimeter in px of the mask with these column intervals, holes included. The estimator is that of
 * skimage.measure.perimeter(mask, neighborhood=4), which is regionprops' `perimeter`: the line through the centres of the
 * border pixels (those with background or the image's edge on one of four sides), weighted 1, sqrt 2 or their mean by the
 * pixel's border neighbours. It is therefore 0 for a single pixel, short of the outer edge by about half a pixel on each
 * side, and about 5 % long on a large circle.
 * Source: K. Benkrid, D. Crookes, Design and FPGA Implementation of a Perimeter Estimator, Queen's University of Belfast.
 * `box` is the mask's own, [left, top, width, height]. O(width + runs + border pixels); holds three columns of the box.
 */
export function perimeter(intervals: ColumnIntervals, box: Box): number {
  const [left, top, width, height] = box;
  if (width === 0 || height === 0) return 0;
  // Rows and columns of background around the box spare the edges of the image.
  let before = newColumn(height + 2);
  let middle = newColumn(height + 2);
  let after = newColumn(height + 2);
  const counts = [0, 0, 0, 0];
  for (let x = left; x <= left + width; x++) {
    markBorder(intervals, x, top - 1, after);
    countKinds(before.marks, middle, after.marks, counts);
    clear(before);
    [before, middle, after] = [middle, after, before];
  }
  return counts.reduce((sum, count, kind) => sum + count * kindLengths[kind], 0);
}

/** Border pixels of one column: a byte a row, and the same as row intervals [from0, to0, from1, to1, ...). */
interface Column {
  readonly marks: Uint8Array;
  readonly ranges: number[];
}

const newColumn = (height: number): Column => ({ marks: new Uint8Array(height), ranges: [] });

function clear({ marks, ranges }: Column): void {
  for (let i = 0; i < ranges.length; i += 2) marks.fill(0, ranges[i], ranges[i + 1]);
  ranges.length = 0;
}

/** Marks the border pixels of column x; row `origin` of the image is row 0 of the column. Columns beyond the last are empty. */
function markBorder({ first, bounds }: ColumnIntervals, x: number, origin: number, { marks, ranges }: Column): void {
  const columns = first.length - 1;
  if (x >= columns) return;
  const emit = (from: number, to: number) => {
    if (from >= to) return;
    marks.fill(1, from - origin, to - origin);
    ranges.push(from - origin, to - origin);
  };
  let l = x > 0 ? first[x - 1] : 0;
  const lEnd = x > 0 ? first[x] : 0;
  let r = x + 1 < columns ? first[x + 1] : 0;
  const rEnd = x + 1 < columns ? first[x + 2] : 0;
  for (let i = first[x]; i < first[x + 1]; i++) {
    const end = bounds[2 * i + 1];
    let next = bounds[2 * i];
    const coreStart = next + 1;
    // Inside are the rows that have foreground above, below, left and right.
    while (l < lEnd && r < rEnd) {
      const from = Math.max(coreStart, bounds[2 * l], bounds[2 * r]);
      const to = Math.min(end - 1, bounds[2 * l + 1], bounds[2 * r + 1]);
      if (from < to) {
        emit(next, from);
        next = to;
      }
      if (Math.min(bounds[2 * l + 1], bounds[2 * r + 1]) >= end) break;
      if (bounds[2 * l + 1] < bounds[2 * r + 1]) l++;
      else r++;
    }
    emit(next, end);
  }
}

function countKinds(left: Uint8Array, { marks, ranges }: Column, right: Uint8Array, counts: number[]): void {
  for (let i = 0; i < ranges.length; i += 2) {
    for (let y = ranges[i]; y < ranges[i + 1]; y++) {
      const sides = marks[y - 1] + marks[y + 1] + left[y] + right[y];
      const corners = left[y - 1] + left[y + 1] + right[y - 1] + right[y + 1];
      counts[kinds[1 + 2 * sides + 10 * corners]]++;
    }
  }
}
