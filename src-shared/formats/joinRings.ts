/** Several outlines as one, joined by bridges of no width: what formats want that know one outline an object. */

/**
 * The rings as one, each joined to the nearest of those before by a bridge of no width, walked there and back. Of equally near
 * ones the first ring, then the first point of what is joined, then the first of the ring. Pairs of rings that lie further
 * apart than what is known already are passed over, and points are looked at by their x.
 */
export function joinRings(rings: readonly (readonly number[])[]): number[] {
  const joined = new Joined(rings[0]);
  const waiting = rings.slice(1).map((ring) => new Waiting(ring));
  let added: Added = { box: boxOf(rings[0]), nodes: joined.all() };
  for (let left = waiting.length; left > 0; left--) {
    let nearest: Waiting | null = null;
    for (const ring of waiting) {
      if (ring.isDone) continue;
      ring.look(joined, added);
      if (!nearest || ring.distance < nearest.distance) nearest = ring;
    }
    nearest!.isDone = true;
    added = { box: nearest!.box, nodes: joined.insert(nearest!.ring, nearest!.from, nearest!.to) };
  }
  return joined.ring();
}

type Box = readonly [left: number, top: number, right: number, bottom: number];

interface Added {
  readonly box: Box;
  readonly nodes: readonly number[];
}

/** What is joined so far: points in a chain, each with a label that grows along it. */
class Joined {
  readonly xs: number[] = [];
  readonly ys: number[] = [];
  readonly labels: number[] = [];
  readonly #next: number[] = [];

  constructor(ring: readonly number[]) {
    for (let i = 0; i < ring.length; i += 2) this.#add(ring[i], ring[i + 1], i / 2, i / 2 + 1);
    this.#next[this.#next.length - 1] = -1;
  }

  all(): number[] {
    return this.xs.map((_, node) => node);
  }

  /** The ring from its point `to` on and back to it, then the point `from` again: behind `from`. Returns the new points. */
  insert(ring: readonly number[], from: number, to: number): number[] {
    const count = ring.length / 2;
    const after = this.#next[from];
    if (!this.#hasRoom(from, after, count + 2)) this.#relabel();
    const start = this.labels[from];
    const step = after < 0 ? 1 : (this.labels[after] - start) / (count + 3);
    const nodes: number[] = [];
    for (let i = 0; i < count + 2; i++) {
      const at = ((to + i) % count) * 2;
      const [x, y] = i === count + 1 ? [this.xs[from], this.ys[from]] : [ring[at], ring[at + 1]];
      const node = this.xs.length;
      this.#add(x, y, start + step * (i + 1), i === count + 1 ? after : node + 1);
      nodes.push(node);
    }
    this.#next[from] = nodes[0];
    return nodes;
  }

  ring(): number[] {
    const ring: number[] = [];
    for (let node = 0; node >= 0; node = this.#next[node]) ring.push(this.xs[node], this.ys[node]);
    return ring;
  }

  #add(x: number, y: number, label: number, next: number): void {
    this.xs.push(x);
    this.ys.push(y);
    this.labels.push(label);
    this.#next.push(next);
  }

  /** Whether the labels between two points can be told apart. */
  #hasRoom(from: number, after: number, count: number): boolean {
    if (after < 0) return true;
    return this.labels[after] - this.labels[from] > (count + 3) * 1e-9 * Math.max(1, this.labels[after]);
  }

  #relabel(): void {
    let label = 0;
    for (let node = 0; node >= 0; node = this.#next[node]) this.labels[node] = label++;
  }
}

/** A ring that is not joined yet, and where it is nearest to what is. */
class Waiting {
  readonly ring: readonly number[];
  readonly box: Box;
  isDone = false;
  /** Squared. */
  distance = Infinity;
  /** A node of what is joined, and the place of a point of the ring. */
  from = -1;
  to = -1;
  /** Places of points by x; made when it pays. */
  #byX: readonly number[] | null = null;

  constructor(ring: readonly number[]) {
    this.ring = ring;
    this.box = boxOf(ring);
  }

  look(joined: Joined, { box, nodes }: Added): void {
    if (gap(box, this.box) > this.distance) return;
    if (nodes.length * this.ring.length < 4000) {
      for (const node of nodes) for (let to = 0; to * 2 < this.ring.length; to++) this.#try(joined, node, to);
      return;
    }
    this.#byX ??= Array.from({ length: this.ring.length / 2 }, (_, i) => i).sort(
      (a, b) => this.ring[a * 2] - this.ring[b * 2],
    );
    for (const node of nodes) {
      const x = joined.xs[node];
      if (gap([x, joined.ys[node], x, joined.ys[node]], this.box) > this.distance) continue;
      const start = this.#firstFrom(this.#byX, x);
      for (let i = start; i < this.#byX.length && (this.ring[this.#byX[i] * 2] - x) ** 2 <= this.distance; i++)
        this.#try(joined, node, this.#byX[i]);
      for (let i = start - 1; i >= 0 && (this.ring[this.#byX[i] * 2] - x) ** 2 <= this.distance; i--)
        this.#try(joined, node, this.#byX[i]);
    }
  }

  #try(joined: Joined, node: number, to: number): void {
    const distance = (joined.xs[node] - this.ring[to * 2]) ** 2 + (joined.ys[node] - this.ring[to * 2 + 1]) ** 2;
    if (distance > this.distance) return;
    if (distance === this.distance && this.from >= 0) {
      const order = joined.labels[node] - joined.labels[this.from];
      if (order > 0 || (order === 0 && to >= this.to)) return;
    }
    this.distance = distance;
    this.from = node;
    this.to = to;
  }

  #firstFrom(byX: readonly number[], x: number): number {
    let [low, high] = [0, byX.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.ring[byX[middle] * 2] < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function boxOf(ring: readonly number[]): Box {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < ring.length; i += 2) {
    box[0] = Math.min(box[0], ring[i]);
    box[1] = Math.min(box[1], ring[i + 1]);
    box[2] = Math.max(box[2], ring[i]);
    box[3] = Math.max(box[3], ring[i + 1]);
  }
  return box;
}

/** The square of the least distance that points of the two can have. */
function gap(one: Box, other: Box): number {
  const x = Math.max(0, one[0] - other[2], other[0] - one[2]);
  const y = Math.max(0, one[1] - other[3], other[1] - one[3]);
  return x * x + y * y;
}
