/** Connected pieces of a mask, and what an editor does with them: fill holes, drop fragments. */
import { columnIntervals, type ColumnIntervals } from './columns';
import { emptyMask, fromForegroundEdges, type Rle } from './rle';
import { invert, merge } from './setOps';

/** 4: pixels that share a side belong together; 8: a corner is enough. */
export interface ConnectivityOptions {
  readonly connectivity?: 4 | 8;
}

interface Labelling {
  /** Label of each column interval, 0-based in the order of the first (leftmost, then topmost) pixel. */
  readonly labels: Uint32Array;
  readonly count: number;
}

/**
 * The connected pieces of a mask (connectivity 4 by default, as in `trace`), each of the full size, canonical and
 * non-empty, in the order of its first pixel (leftmost column, then topmost row). Their union is the mask and no two
 * share a pixel. O(width + runs + columns that runs span), no bitmap.
 */
export function components(rle: Rle, options: ConnectivityOptions = {}): Rle[] {
  const intervals = columnIntervals(rle);
  const { labels, count } = label(intervals, options.connectivity ?? 4);
  return extract(rle, intervals, labels, count);
}

/**
 * The mask with its holes filled: background that cannot reach the image border by steps through pixel sides
 * (connectivity 4, the default) or also corners (8). Canonical. O(width + runs + columns that runs span).
 */
export function fillHoles(rle: Rle, options: ConnectivityOptions = {}): Rle {
  const [h, w] = rle.size;
  const background = invert(rle);
  const intervals = columnIntervals(background);
  const { labels, count } = label(intervals, options.connectivity ?? 4);
  const isHole = new Uint8Array(count).fill(1);
  const { first, bounds } = intervals;
  for (let x = 0; x < w; x++) {
    for (let i = first[x]; i < first[x + 1]; i++) {
      if (x === 0 || x === w - 1 || bounds[2 * i] === 0 || bounds[2 * i + 1] === h) isHole[labels[i]] = 0;
    }
  }
  return merge([rle, select(background, intervals, (i) => isHole[labels[i]] === 1)]);
}

/**
 * The mask without the connected pieces of fewer than `minArea` pixels (connectivity 4 by default). Canonical.
 * O(width + runs + columns that runs span).
 */
export function dropFragments(rle: Rle, minArea: number, options: ConnectivityOptions = {}): Rle {
  const intervals = columnIntervals(rle);
  const { labels, count } = label(intervals, options.connectivity ?? 4);
  const areas = new Float64Array(count);
  const { bounds } = intervals;
  for (let i = 0; i < labels.length; i++) areas[labels[i]] += bounds[2 * i + 1] - bounds[2 * i];
  return select(rle, intervals, (i) => areas[labels[i]] >= minArea);
}

/** Union-find over intervals: those of neighbouring columns are joined where they overlap (8: or touch by a corner). */
function label({ first, bounds }: ColumnIntervals, connectivity: 4 | 8): Labelling {
  const n = bounds.length / 2;
  const parent = new Uint32Array(n);
  for (let i = 0; i < n; i++) parent[i] = i;
  const find = (i: number): number => {
    while (parent[i] !== i) {
      parent[i] = parent[parent[i]];
      i = parent[i];
    }
    return i;
  };
  const reach = connectivity === 8 ? 1 : 0;
  for (let x = 1; x < first.length - 1; x++) {
    let a = first[x - 1];
    let b = first[x];
    const aEnd = first[x];
    const bEnd = first[x + 1];
    while (a < aEnd && b < bEnd) {
      const aBottom = bounds[2 * a + 1];
      const bBottom = bounds[2 * b + 1];
      if (bounds[2 * a] < bBottom + reach && bounds[2 * b] < aBottom + reach) {
        const rootA = find(a);
        const rootB = find(b);
        if (rootA < rootB) parent[rootB] = rootA;
        else parent[rootA] = rootB;
      }
      // With corners, an interval may also touch the one that starts where the other ends: keep the lower one.
      if (aBottom < bBottom) a++;
      else b++;
    }
  }
  const labels = new Uint32Array(n);
  let count = 0;
  for (let i = 0; i < n; i++) {
    const root = find(i);
    labels[i] = root === i ? count++ : labels[root];
  }
  return { labels, count };
}

/** One mask a label. */
function extract(rle: Rle, { first, bounds }: ColumnIntervals, labels: Uint32Array, count: number): Rle[] {
  const [h, w] = rle.size;
  if (count === 0) return [];
  const ends = new Uint32Array(count + 1);
  for (let i = 0; i < labels.length; i++) ends[labels[i] + 1] += 2;
  for (let k = 0; k < count; k++) ends[k + 1] += ends[k];
  const begins = ends.slice(0, count);
  const cursor = begins.slice();
  const edges = new Uint32Array(bounds.length);
  for (let x = 0; x < w; x++) {
    for (let i = first[x]; i < first[x + 1]; i++) {
      const k = labels[i];
      const start = x * h + bounds[2 * i];
      if (cursor[k] > begins[k] && edges[cursor[k] - 1] === start) cursor[k]--;
      else edges[cursor[k]++] = start;
      edges[cursor[k]++] = x * h + bounds[2 * i + 1];
    }
  }
  const out: Rle[] = [];
  for (let k = 0; k < count; k++) {
    const own = edges.subarray(begins[k], cursor[k]);
    out.push(fromForegroundEdges(own, own.length, h, w));
  }
  return out;
}

/** The mask of the intervals that `keep` accepts. */
function select(rle: Rle, { first, bounds }: ColumnIntervals, keep: (interval: number) => boolean): Rle {
  const [h, w] = rle.size;
  if (bounds.length === 0) return emptyMask(h, w);
  const edges = new Uint32Array(bounds.length);
  let n = 0;
  for (let x = 0; x < w; x++) {
    for (let i = first[x]; i < first[x + 1]; i++) {
      if (!keep(i)) continue;
      const start = x * h + bounds[2 * i];
      if (n > 0 && edges[n - 1] === start) n--;
      else edges[n++] = start;
      edges[n++] = x * h + bounds[2 * i + 1];
    }
  }
  return fromForegroundEdges(edges, n, h, w);
}
