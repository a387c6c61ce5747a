/** Erosion and dilation of a mask by a square: what stays away from its border, and what is near it. */
import { columnIntervals } from './columns';
import { foregroundEdges, fromForegroundEdges, type Rle } from './rle';
import { merge } from './setOps';

/**
 * The pixels of the mask that are more than `distance` pixels (>= 1, along rows, columns and diagonals alike) away from
 * every pixel that is not in it; what lies outside the image is not in it. Canonical. Equal to `distance` erosions by a
 * 3 x 3 square. O((width + runs) * log distance), no bitmap.
 */
export function erode(rle: Rle, distance: number): Rle {
  const h = rle.size[0];
  const span = 2 * distance + 1;
  // A row is the intersection of its neighbours: of 1, 2, 4 ... columns to the right, then of just `span` of them.
  let mask = erodeColumns(rle, distance);
  let columns = 1;
  for (; columns * 2 <= span; columns *= 2) mask = intersect(mask, shifted(mask, -columns * h));
  if (columns < span) mask = intersect(mask, shifted(mask, -(span - columns) * h));
  return shifted(mask, distance * h);
}

/**
 * The pixels at most `distance` pixels (>= 1, along rows, columns and diagonals alike) away from one of the mask. Canonical.
 * O((width + runs) * log distance), no bitmap.
 */
export function dilate(rle: Rle, distance: number): Rle {
  const column = rle.size[0];
  const spread = (mask: Rle, by: number): Rle => {
    let columns = 1;
    for (; columns * 2 <= distance + 1; columns *= 2) mask = merge([mask, shifted(mask, by * columns)]);
    const rest = distance + 1 - columns;
    return rest > 0 ? merge([mask, shifted(mask, by * rest)]) : mask;
  };
  const tall = dilateColumns(rle, distance);
  return merge([spread(tall, column), spread(tall, -column)]);
}

/** Dilation within each column alone. */
function dilateColumns(rle: Rle, distance: number): Rle {
  const [h, w] = rle.size;
  const { first, bounds } = columnIntervals(rle);
  const edges: number[] = [];
  for (let x = 0; x < w; x++) {
    for (let i = first[x]; i < first[x + 1]; i++) {
      const top = x * h + Math.max(0, bounds[2 * i] - distance);
      const bottom = x * h + Math.min(h, bounds[2 * i + 1] + distance);
      // Intervals of a column, and runs of two columns, may have met.
      if (edges.length > 0 && edges[edges.length - 1] >= top) edges.pop();
      else edges.push(top);
      edges.push(bottom);
    }
  }
  return fromForegroundEdges(edges, edges.length, h, w);
}

const intersect = (a: Rle, b: Rle): Rle => merge([a, b], { intersect: true });

/** Erosion within each column alone. */
function erodeColumns(rle: Rle, distance: number): Rle {
  const [h, w] = rle.size;
  const { first, bounds } = columnIntervals(rle);
  const edges: number[] = [];
  for (let x = 0; x < w; x++) {
    for (let i = first[x]; i < first[x + 1]; i++) {
      const top = bounds[2 * i] + distance;
      const bottom = bounds[2 * i + 1] - distance;
      if (top < bottom) edges.push(x * h + top, x * h + bottom);
    }
  }
  return fromForegroundEdges(edges, edges.length, h, w);
}

/** The mask with its pixels moved along the column-major order; what leaves the image is gone. */
function shifted(rle: Rle, by: number): Rle {
  const [h, w] = rle.size;
  const total = h * w;
  const edges = foregroundEdges(rle);
  let n = 0;
  for (let i = 0; i < edges.length; i += 2) {
    const start = Math.max(0, edges[i] + by);
    const end = Math.min(total, edges[i + 1] + by);
    if (start >= end) continue;
    edges[n++] = start;
    edges[n++] = end;
  }
  return fromForegroundEdges(edges, n, h, w);
}
