/**
 * Grids that their original enlarges to a plane of its own first, and then to the picture: what comes of both steps, without the
 * large plane. Enlarged by a whole number of times, the samples between two cells lie on one line, but for the two next to a cell's
 * centre, which the second step joins by a line of its own: two knots a cell say all of it. Where the number is odd a sample lies on each
 * cell's centre, and the first step adds nothing.
 */
import type { MaskGrid } from './postprocess';
import type { Plane } from './planes';

/** `times`: by how much both sides grow in the first step. Bilinear at cell centres with edges repeated, as `resizePlane`. */
export function toKnots({ values, width, height }: Plane, times: number): MaskGrid {
  if (times % 2 === 1) return { values, offset: 0, width, height };
  const knot = 1 / (2 * times);
  const wide = new Float32Array(2 * width * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 2) {
      const here = values[y * width + x];
      const before = x > 0 ? values[y * width + x - 1] : here;
      const after = x + 1 < width ? values[y * width + x + 1] : here;
      wide[at] = here + (before - here) * knot;
      wide[at + 1] = here + (after - here) * knot;
    }
  }
  const row = 2 * width;
  const out = new Float32Array(2 * row * height);
  for (let y = 0; y < height; y++) {
    const above = Math.max(0, y - 1) * row;
    const below = Math.min(height - 1, y + 1) * row;
    for (let x = 0, here = y * row, at = 2 * y * row; x < row; x++, here++, at++) {
      out[at] = wide[here] + (wide[above + x] - wide[here]) * knot;
      out[at + row] = wide[here] + (wide[below + x] - wide[here]) * knot;
    }
  }
  return { values: out, offset: 0, width: row, height: 2 * height, knot };
}
