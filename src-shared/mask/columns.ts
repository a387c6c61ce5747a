/** A mask as intervals of rows column by column: the view that tracing and labelling work on. */
import { MaskError } from './error';
import { foregroundEdges, type Rle } from './rle';

/**
 * Foreground of each column as row intervals, half-open, top to bottom. Interval i covers rows bounds[2i] to
 * bounds[2i + 1]; those of column x are first[x] <= i < first[x + 1]. Intervals of one column never touch; one that
 * reaches the bottom and its neighbour at the top of the next column are separate.
 */
export interface ColumnIntervals {
  readonly first: Uint32Array;
  readonly bounds: Uint32Array;
}

/** Splits the runs of the mask at column ends. O(width + runs + columns that runs span). */
export function columnIntervals(rle: Rle): ColumnIntervals {
  const [h, w] = rle.size;
  const edges = foregroundEdges(rle);
  if (edges.length > 0 && edges[edges.length - 1] > h * w) {
    throw new MaskError(`The mask's runs sum to more than ${h * w} (${h} x ${w})`);
  }
  let n = 0;
  for (let i = 0; i < edges.length; i += 2) n += (((edges[i + 1] - 1) / h) | 0) - ((edges[i] / h) | 0) + 1;
  const first = new Uint32Array(w + 1);
  const bounds = new Uint32Array(2 * n);
  n = 0;
  let column = 0;
  for (let i = 0; i < edges.length; i += 2) {
    let x = (edges[i] / h) | 0;
    let y = edges[i] - x * h;
    for (let rest = edges[i + 1] - edges[i]; rest > 0; x++) {
      const stop = Math.min(y + rest, h);
      while (column < x) first[++column] = n;
      bounds[2 * n] = y;
      bounds[2 * n + 1] = stop;
      n++;
      rest -= stop - y;
      y = 0;
    }
  }
  while (column < w) first[++column] = n;
  return { first, bounds };
}
