/** The neighbourhood of a cut through a mask: blocks of untouched pixels, and the pixels on the cut one by one. */
import { foregroundEdges, type Rle } from './rle';

const NEIGHBOURS = [-1, -1, 0, -1, 1, -1, -1, 0, 1, 0, -1, 1, 0, 1, 1, 1];

/** Nodes: the blocks that the line does not touch, then every pixel that it does. Pairs: neighbours, 8-connected. */
export class PixelGraph {
  readonly nodeCount: number;
  readonly blocks: readonly Rle[];
  readonly positions: Float64Array;
  readonly size: readonly [number, number];
  readonly #cutNode = new Map<number, number>();
  readonly #edges: Uint32Array;
  readonly #owner: Uint32Array;

  constructor(size: readonly [number, number], blocks: readonly Rle[], positions: Float64Array) {
    this.size = size;
    this.blocks = blocks;
    this.positions = positions;
    this.nodeCount = blocks.length + positions.length;
    positions.forEach((position, i) => this.#cutNode.set(position, blocks.length + i));
    const perBlock = blocks.map(foregroundEdges);
    const count = perBlock.reduce((sum, edges) => sum + edges.length / 2, 0);
    const owners = new Uint32Array(count);
    const ends = new Uint32Array(count);
    // Start and index in one number, so that a plain numeric sort puts the intervals in order: below 2^53 for any image.
    const keys = new Float64Array(count);
    let n = 0;
    perBlock.forEach((edges, block) => {
      for (let i = 0; i < edges.length; i += 2, n++) {
        owners[n] = block;
        ends[n] = edges[i + 1];
        keys[n] = edges[i] * count + n;
      }
    });
    keys.sort();
    this.#edges = new Uint32Array(2 * count);
    this.#owner = new Uint32Array(count);
    keys.forEach((key, i) => {
      const index = key % count;
      this.#edges[2 * i] = (key - index) / count;
      this.#edges[2 * i + 1] = ends[index];
      this.#owner[i] = owners[index];
    });
  }

  /** Every pair of neighbours of which at least one is a cut pixel, with their positions; some pairs twice. */
  eachPair(visit: (a: number, b: number, positionA: number, positionB: number) => void): void {
    const [h, w] = this.size;
    this.positions.forEach((position, i) => {
      const x = Math.floor(position / h);
      const y = position % h;
      for (let k = 0; k < NEIGHBOURS.length; k += 2) {
        const nx = x + NEIGHBOURS[k];
        const ny = y + NEIGHBOURS[k + 1];
        if (nx < 0 || ny < 0 || nx >= w || ny >= h) continue;
        const node = this.#nodeAt(nx * h + ny);
        if (node >= 0) visit(this.blocks.length + i, node, position, nx * h + ny);
      }
    });
  }

  #nodeAt(position: number): number {
    const node = this.#cutNode.get(position);
    if (node !== undefined) return node;
    // Neighbouring intervals of two blocks may touch at a column end: the search takes the later one, which holds it.
    let low = 0;
    let high = this.#owner.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#edges[2 * middle] <= position) low = middle + 1;
      else high = middle;
    }
    return low > 0 && position < this.#edges[2 * low - 1] ? this.#owner[low - 1] : -1;
  }
}

/** Union-find. */
export class Groups {
  readonly #parent: Uint32Array;

  constructor(count: number) {
    this.#parent = Uint32Array.from({ length: count }, (_, i) => i);
  }

  of(node: number): number {
    const parent = this.#parent;
    while (parent[node] !== node) node = parent[node] = parent[parent[node]];
    return node;
  }

  join(a: number, b: number): void {
    this.#parent[this.of(a)] = this.of(b);
  }
}
