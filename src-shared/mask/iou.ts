/** Intersection over union of masks and of boxes, every detection with every ground truth. */
import { MaskError } from './error';
import { area, toBbox, writeForegroundEdges, type Box, type Rle } from './rle';
import { Scratch } from './scratch';

const edgeBuffer = new Scratch();

/**
 * IoU of every mask of `dt` with every mask of `gt`: a new Float64Array [dt.length, gt.length], row-major (value of
 * (d, g) at d * gt.length + g). Where iscrowd[g] is true (or 1) the divisor is the area of dt[d] alone. A pair of
 * overlapping boxes but different image sizes gives -1, as in the source: maskApi.c rleIou.
 * O(pairs of overlapping boxes * runs within the overlap).
 * @throws MaskError where iscrowd is given and has another length than gt.
 */
export function iou(
  dt: readonly Rle[],
  gt: readonly Rle[],
  iscrowd: ArrayLike<number | boolean> = new Uint8Array(gt.length),
): Float64Array {
  const out = boxIou(dt.map(toBbox), gt.map(toBbox), iscrowd);
  const overlaps = out.some((value) => value > 0);
  if (!overlaps) return out;

  // All masks as sorted foreground positions in one array; mask i is edges[starts[i]] .. edges[starts[i + 1]].
  const masks = [...dt, ...gt];
  const edges = edgeBuffer.get(masks.reduce((sum, mask) => sum + mask.counts.length + 1, 0));
  const starts = new Uint32Array(masks.length + 1);
  for (let i = 0; i < masks.length; i++) starts[i + 1] = writeForegroundEdges(masks[i], edges, starts[i]);
  const areas = Float64Array.from(masks, area);

  const n = gt.length;
  for (let d = 0; d < dt.length; d++) {
    for (let g = 0; g < n; g++) {
      if (!(out[d * n + g] > 0)) continue;
      if (dt[d].size[0] !== gt[g].size[0] || dt[d].size[1] !== gt[g].size[1]) {
        out[d * n + g] = -1;
        continue;
      }
      const m = dt.length + g;
      const shared = intersection(edges, starts[d], starts[d + 1], starts[m], starts[m + 1]);
      const divisor = iscrowd[g] ? areas[d] : areas[d] + areas[m] - shared;
      out[d * n + g] = shared === 0 ? 0 : shared / divisor;
    }
  }
  return out;
}

/** Pixels that the foreground intervals edges[a..aEnd) and edges[b..bEnd) have in common. */
function intersection(edges: Uint32Array, a: number, aEnd: number, b: number, bEnd: number): number {
  a = firstEndingAfter(edges, a, aEnd, edges[b]);
  b = firstEndingAfter(edges, b, bEnd, edges[a]);
  let sum = 0;
  while (a < aEnd && b < bEnd) {
    const start = edges[a] > edges[b] ? edges[a] : edges[b];
    const endA = edges[a + 1];
    const endB = edges[b + 1];
    if (endA < endB) {
      if (endA > start) sum += endA - start;
      a += 2;
    } else {
      if (endB > start) sum += endB - start;
      b += 2;
    }
  }
  return sum;
}

/** Index of the first interval of edges[from..to) that ends after `position`; `to` where there is none. */
function firstEndingAfter(edges: Uint32Array, from: number, to: number, position: number): number {
  let low = 0;
  let high = (to - from) >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[from + 2 * middle + 1] > position) high = middle;
    else low = middle + 1;
  }
  return from + 2 * low;
}

/**
 * IoU of every box of `dt` with every box of `gt` ([x, y, width, height], continuous image space): a new Float64Array
 * [dt.length, gt.length], row-major; crowd as in `iou`. Source: maskApi.c bbIou. O(pairs).
 * @throws MaskError where iscrowd is given and has another length than gt.
 */
export function boxIou(
  dt: readonly Box[],
  gt: readonly Box[],
  iscrowd: ArrayLike<number | boolean> = new Uint8Array(gt.length),
): Float64Array {
  if (iscrowd.length !== gt.length) {
    throw new MaskError(`iscrowd has ${iscrowd.length} entries when ${gt.length} (one a ground truth) was expected`);
  }
  const n = gt.length;
  const out = new Float64Array(dt.length * n);
  for (let d = 0; d < dt.length; d++) {
    const [x, y, width, height] = dt[d];
    for (let g = 0; g < n; g++) {
      const other = gt[g];
      const w = Math.min(width + x, other[2] + other[0]) - Math.max(x, other[0]);
      if (!(w > 0)) continue;
      const h = Math.min(height + y, other[3] + other[1]) - Math.max(y, other[1]);
      if (!(h > 0)) continue;
      const shared = w * h;
      out[d * n + g] = shared / (iscrowd[g] ? width * height : width * height + other[2] * other[3] - shared);
    }
  }
  return out;
}
