/** Area, position and size of a mask, from its runs. */
import type { Rle } from '../mask';
import { area, toBbox } from '../mask';
import type { ColumnIntervals } from '../mask/columns';
import { perimeter } from './perimeter';
import type { Geometry } from './types';

/** Geometry of a mask; `intervals` are its own. O(columns + runs + border pixels). */
export function geometryOf(rle: Rle, intervals: ColumnIntervals): Geometry {
  const pixels = area(rle);
  const bbox = toBbox(rle);
  return {
    area: pixels,
    centroid: pixels > 0 ? centroid(intervals, pixels) : null,
    bbox,
    perimeter: perimeter(intervals, bbox),
    equivalentDiameter: Math.sqrt((4 * pixels) / Math.PI),
  };
}

/** Sums of halves below 2^52 are exact: only the division rounds. */
function centroid({ first, bounds }: ColumnIntervals, pixels: number): [x: number, y: number] {
  let sumX = 0;
  let sumY = 0;
  for (let x = 0; x + 1 < first.length; x++) {
    for (let i = first[x]; i < first[x + 1]; i++) {
      const top = bounds[2 * i];
      const bottom = bounds[2 * i + 1];
      sumX += (bottom - top) * (x + 0.5);
      sumY += ((bottom - top) * (top + bottom)) / 2;
    }
  }
  return [sumX / pixels, sumY / pixels];
}
