/** The minimum cut of a picture's grid graph: each pixel is joined to its eight neighbours and to the two sides. */

/** Steps to the neighbours, as [dx, dy]; the opposite of direction `d` is `7 - d`. */
export const NEIGHBOURS = [
  [-1, -1],
  [0, -1],
  [1, -1],
  [-1, 0],
  [1, 0],
  [-1, 1],
  [0, 1],
  [1, 1],
] as const;

export interface GridGraph {
  /** Pixels a row. The outermost rows and columns have no edges, so that no step leaves the arrays. */
  readonly width: number;
  /** Capacity of the edge from pixel i in direction d at i * 8 + d; used up by the cut. */
  readonly edges: Float32Array;
  /** Capacity from the source less capacity to the sink; 0 for pixels that take no part; used up by the cut. */
  readonly terminal: Float64Array;
}

const NONE = 0;
/** Parents are directions + 1, or one of these. */
const TERMINAL = 9;
const ORPHAN = 10;

/**
 * 1 for each pixel on the source's side, 0 for each on the sink's. What both sides could have, and what has no terminal, counts as
 * the source's. Source: Boykov, Kolmogorov (2004), "An Experimental Comparison of Min-Cut/Max-Flow Algorithms", in the form of
 * OpenCV's GCGraph, so that the same graph gives the same cut.
 */
export function minCut({ width, edges, terminal }: GridGraph): Uint8Array {
  const count = terminal.length;
  const offsets = Int32Array.from(NEIGHBOURS, ([dx, dy]) => dy * width + dx);
  const parent = new Uint8Array(count);
  /** 0: the source's tree, 1: the sink's. */
  const tree = new Uint8Array(count);
  const dist = new Int32Array(count);
  const stamp = new Int32Array(count);
  // A linked list: the next active pixel + 1; the last points to itself. Written out where it is used, as the orphans are: variables
  // that a closure shares are kept in memory, which takes 3 % more time (measured on four photographs).
  const next = new Int32Array(count);
  let first = -1;
  let last = -1;
  // A pixel is there once at most.
  const orphans = new Int32Array(count);
  let orphanCount = 0;
  let time = 0;

  pushToNeighbours(edges, terminal, offsets);
  for (let i = 0; i < count; i++) {
    if (terminal[i] === 0) continue;
    tree[i] = terminal[i] < 0 ? 1 : 0;
    parent[i] = TERMINAL;
    dist[i] = 1;
    if (last >= 0) next[last] = i + 1;
    else first = i;
    last = i;
    next[i] = i + 1;
  }

  for (;;) {
    // Grow both trees until they meet: at the edge from `from` (source's tree) in direction `bridge`.
    let from = -1;
    let bridge = -1;
    while (first >= 0) {
      const v = first;
      if (parent[v] !== NONE) {
        const side = tree[v];
        for (let d = 0; d < 8; d++) {
          const u = v + offsets[d];
          // The flow goes from the source: outwards in its own tree, inwards in the sink's.
          if ((side === 0 ? edges[v * 8 + d] : edges[u * 8 + 7 - d]) === 0) continue;
          if (parent[u] === NONE) {
            tree[u] = side;
            parent[u] = 8 - d;
            stamp[u] = stamp[v];
            dist[u] = dist[v] + 1;
            if (next[u] === 0) {
              // Never empty here: `v` is still in it.
              next[last] = u + 1;
              last = u;
              next[u] = u + 1;
            }
          } else if (tree[u] !== side) {
            from = side === 0 ? v : u;
            bridge = side === 0 ? d : 7 - d;
            break;
          } else if (dist[u] > dist[v] + 1 && stamp[u] <= stamp[v]) {
            parent[u] = 8 - d;
            stamp[u] = stamp[v];
            dist[u] = dist[v] + 1;
          }
        }
        if (from >= 0) break;
      }
      const after = next[v] - 1;
      next[v] = 0;
      if (after === v) first = last = -1;
      else first = after;
    }
    if (from < 0) break;

    // The narrowest place of the path.
    const to = from + offsets[bridge];
    let flow = edges[from * 8 + bridge];
    let v = from;
    for (; parent[v] < TERMINAL;) {
      const d = parent[v] - 1;
      v += offsets[d];
      const capacity = edges[v * 8 + 7 - d];
      if (capacity < flow) flow = capacity;
    }
    if (terminal[v] < flow) flow = terminal[v];
    for (v = to; parent[v] < TERMINAL;) {
      const d = parent[v] - 1;
      const capacity = edges[v * 8 + d];
      if (capacity < flow) flow = capacity;
      v += offsets[d];
    }
    if (-terminal[v] < flow) flow = -terminal[v];

    edges[from * 8 + bridge] -= flow;
    edges[to * 8 + 7 - bridge] += flow;
    for (v = from; parent[v] < TERMINAL;) {
      const d = parent[v] - 1;
      const u = v + offsets[d];
      edges[v * 8 + d] += flow;
      if ((edges[u * 8 + 7 - d] -= flow) === 0) {
        orphans[orphanCount++] = v;
        parent[v] = ORPHAN;
      }
      v = u;
    }
    if ((terminal[v] -= flow) === 0) {
      orphans[orphanCount++] = v;
      parent[v] = ORPHAN;
    }
    for (v = to; parent[v] < TERMINAL;) {
      const d = parent[v] - 1;
      const u = v + offsets[d];
      edges[u * 8 + 7 - d] += flow;
      if ((edges[v * 8 + d] -= flow) === 0) {
        orphans[orphanCount++] = v;
        parent[v] = ORPHAN;
      }
      v = u;
    }
    if ((terminal[v] += flow) === 0) {
      orphans[orphanCount++] = v;
      parent[v] = ORPHAN;
    }

    // Find new parents for those that lost theirs.
    time++;
    while (orphanCount > 0) {
      const lost = orphans[--orphanCount];
      const side = tree[lost];
      let nearest = Infinity;
      let best = -1;
      for (let d = 0; d < 8; d++) {
        const u = lost + offsets[d];
        if ((side === 0 ? edges[u * 8 + 7 - d] : edges[lost * 8 + d]) === 0) continue;
        if (parent[u] === NONE || tree[u] !== side) continue;
        let steps = 0;
        for (let w = u; ;) {
          if (stamp[w] === time) {
            steps += dist[w];
            break;
          }
          const up = parent[w];
          steps++;
          if (up >= TERMINAL) {
            if (up === ORPHAN) steps = Infinity;
            else {
              stamp[w] = time;
              dist[w] = 1;
            }
            break;
          }
          w += offsets[up - 1];
        }
        if (steps === Infinity) continue;
        if (steps + 1 < nearest) {
          nearest = steps + 1;
          best = d;
        }
        for (let w = u; stamp[w] !== time; w += offsets[parent[w] - 1]) {
          stamp[w] = time;
          dist[w] = steps--;
        }
      }
      if (best >= 0) {
        parent[lost] = best + 1;
        stamp[lost] = time;
        dist[lost] = nearest;
        continue;
      }
      parent[lost] = NONE;
      stamp[lost] = 0;
      for (let d = 0; d < 8; d++) {
        const u = lost + offsets[d];
        if (parent[u] === NONE || tree[u] !== side) continue;
        const open = (side === 0 ? edges[u * 8 + 7 - d] : edges[lost * 8 + d]) !== 0;
        if (open && next[u] === 0) {
          if (last >= 0) next[last] = u + 1;
          else first = u;
          last = u;
          next[u] = u + 1;
        }
        if (parent[u] === 8 - d) {
          orphans[orphanCount++] = u;
          parent[u] = ORPHAN;
        }
      }
    }
  }
  for (let i = 0; i < count; i++) tree[i] ^= 1;
  return tree;
}

/** Sends along each edge what can flow over it alone: most of the short paths, without a search. */
function pushToNeighbours(edges: Float32Array, terminal: Float64Array, offsets: Int32Array): void {
  for (let v = 0; v < terminal.length; v++) {
    if (terminal[v] <= 0) continue;
    for (let d = 0; d < 8 && terminal[v] > 0; d++) {
      const u = v + offsets[d];
      const capacity = edges[v * 8 + d];
      if (capacity === 0 || terminal[u] >= 0) continue;
      const flow = Math.min(capacity, terminal[v], -terminal[u]);
      edges[v * 8 + d] -= flow;
      edges[u * 8 + 7 - d] += flow;
      terminal[v] -= flow;
      terminal[u] += flow;
    }
  }
}
