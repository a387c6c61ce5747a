/** Planes of scores between four cells at a time: which channel owns what lies there, or which ones contend for it. */

/** Planes of scores, `values[(channel * height + y) * width + x]`. */
export interface ScorePlanes {
  readonly values: Float32Array;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Cells of a plane that are read at once, as many columns as that are, but at least a line of the processor's cache. */
const cellsAtOnce = 16_384;
const columnsAtOnce = 16;

/**
 * Columns of cells one after the other; `isAsked` says for which rows of them. Planes are read in their own order, some columns at
 * once, as jumping from plane to plane for each cell takes longer; beside them only what those columns contend for is held.
 */
export class Contests {
  /**
   * By row of the column moved to: the channel that is greatest at all four cells around what follows it, or else `-1 - i`, where the
   * channels that can be greatest there are those from `starts[i]` to `starts[i + 1]` of `rivals`.
   */
  found: Int32Array;
  starts = new Int32Array(1);
  /** Channels, those of a contest in their order. */
  rivals = new Int32Array(0);
  /** Four for each of the rivals: here, to the right, below, across. */
  corners = new Float32Array(0);

  readonly #scores: ScorePlanes;
  readonly #isAsked: (row: number) => boolean;
  /** Of each cell the greatest channel. */
  readonly #owners: Int32Array;
  readonly #atOnce: number;
  /** Of the columns read. */
  #from = 0;
  #to = 0;
  readonly #all: Int32Array;
  /** By contest: the cell, how far on the ones to the right and below are, and the greatest value that a channel is surely not below. */
  readonly #cells = new Numbers(Int32Array);
  readonly #rights = new Numbers(Int32Array);
  readonly #downs = new Numbers(Int32Array);
  readonly #sure = new Numbers(Float32Array);
  /** Pairs of a contest and a channel that may be a rival. */
  readonly #pairs = new Numbers(Int32Array);

  constructor(scores: ScorePlanes, isAsked: (row: number) => boolean) {
    const { values, channels, height, width } = scores;
    this.#scores = scores;
    this.#isAsked = isAsked;
    this.#owners = ownersOf(values, channels, width * height);
    this.#atOnce = Math.min(width, Math.max(columnsAtOnce, Math.floor(cellsAtOnce / height)));
    this.#all = new Int32Array(height * this.#atOnce);
    this.found = this.#all;
  }

  /** To what lies between the column `x` of cells and the next one. */
  moveTo(x: number): void {
    const { height, width } = this.#scores;
    if (x < this.#from || x >= this.#to) {
      this.#from = x;
      this.#to = Math.min(x + this.#atOnce, width);
      this.#decide(x, Math.min(this.#to, width - 1) - x);
    }
    this.found = this.#all.subarray((x - this.#from) * height, (x + 1 - this.#from) * height);
  }

  /** `left`: where the columns read lie; the first `paired` of them have one to the right. */
  #decide(left: number, paired: number): void {
    const { values, channels, height, width: stride } = this.#scores;
    const [owners, all] = [this.#owners, this.#all];
    const [cells, rights, downs, sures, pairs] = [this.#cells, this.#rights, this.#downs, this.#sure, this.#pairs];
    const count = this.#to - this.#from;
    const plane = height * stride;
    for (const one of [cells, rights, downs, sures, pairs]) one.length = 0;
    for (let j = 0; j < height; j++) {
      const down = j + 1 < height ? stride : 0;
      const isAsked = this.#isAsked(j);
      for (let k = 0, at = j * stride + left; k < count; k++, at++) {
        const right = k < paired ? 1 : 0;
        const owner = owners[at];
        const b = owners[at + right];
        const c = owners[at + down];
        const d = owners[at + down + right];
        if ((owner === b && owner === c && owner === d) || !isAsked) all[k * height + j] = owner;
        else {
          all[k * height + j] = -1 - cells.length;
          cells.add(at);
          rights.add(right);
          downs.add(down);
          let sure = -Infinity;
          for (let one = 0; one < 4; one++) {
            const from = (one === 0 ? owner : one === 1 ? b : one === 2 ? c : d) * plane + at;
            const least = Math.min(
              values[from],
              values[from + right],
              values[from + down],
              values[from + down + right],
            );
            if (least > sure) sure = least;
          }
          sures.add(sure);
        }
      }
    }
    for (let channel = 0; channel < channels; channel++) {
      addRivals(values, channel, plane, cells.length, cells.data, rights.data, downs.data, sures.data, pairs);
    }
    this.#collect();
  }

  /** Puts the pairs in the order of the contests, without those that came before another was seen to be surely greater. */
  #collect(): void {
    const { values, height, width } = this.#scores;
    const [cells, pairs] = [this.#cells, this.#pairs];
    const plane = height * width;
    const starts = new Int32Array(cells.length + 1);
    for (let p = 0; p < pairs.length; p += 2) starts[pairs.data[p] + 1]++;
    for (let i = 0; i < cells.length; i++) starts[i + 1] += starts[i];
    const ordered = new Int32Array(pairs.length / 2);
    const next = starts.slice();
    for (let p = 0; p < pairs.length; p += 2) ordered[next[pairs.data[p]]++] = pairs.data[p + 1];
    const corners = new Float32Array(4 * ordered.length);
    let kept = 0;
    for (let i = 0; i < cells.length; i++) {
      const cell = cells.data[i];
      const [right, down] = [this.#rights.data[i], this.#downs.data[i]];
      const [from, end] = [starts[i], starts[i + 1]];
      starts[i] = kept;
      for (let p = from; p < end; p++) {
        const at = ordered[p] * plane + cell;
        const [a, b, c, d] = [values[at], values[at + right], values[at + down], values[at + down + right]];
        if (Math.max(a, b, c, d) < this.#sure.data[i]) continue;
        ordered[kept] = ordered[p];
        const to = 4 * kept++;
        corners[to] = a;
        corners[to + 1] = b;
        corners[to + 2] = c;
        corners[to + 3] = d;
      }
    }
    starts[cells.length] = kept;
    [this.starts, this.rivals, this.corners] = [starts, ordered, corners];
  }
}

/** Adds a pair for each contest that the channel may win, and raises what is surely reached there. */
function addRivals(
  values: Float32Array,
  channel: number,
  plane: number,
  contests: number,
  cells: Int32Array,
  rights: Int32Array,
  downs: Int32Array,
  sures: Float32Array,
  pairs: Numbers<Int32Array>,
): void {
  for (let i = 0; i < contests; i++) {
    const at = channel * plane + cells[i];
    const right = at + rights[i];
    const below = at + downs[i];
    const across = below + rights[i];
    const sure = sures[i];
    if (values[at] < sure && values[right] < sure && values[below] < sure && values[across] < sure) continue;
    pairs.add(i);
    pairs.add(channel);
    const least = Math.min(values[at], values[right], values[below], values[across]);
    if (least > sure) sures[i] = least;
  }
}

/** Numbers that are added one by one. */
class Numbers<T extends Int32Array | Float32Array> {
  data: T;
  length = 0;
  readonly #type: new (length: number) => T;

  constructor(type: new (length: number) => T) {
    this.#type = type;
    this.data = new type(256);
  }

  add(value: number): void {
    if (this.length === this.data.length) {
      const grown = new this.#type(2 * this.length);
      grown.set(this.data);
      this.data = grown;
    }
    this.data[this.length++] = value;
  }
}

/** Cells whose greatest values stay near the processor while all planes are gone through. */
const block = 2048;

/** Of each of `cells` the channel with the greatest value, the first of equal ones (what is no number has none); `values[channel * cells + cell]`. */
function ownersOf(values: Float32Array, channels: number, cells: number): Int32Array {
  const owners = new Int32Array(cells);
  const most = new Float32Array(Math.min(block, cells));
  for (let from = 0; from < cells; from += block) {
    most.fill(-Infinity);
    // The last four may be looked at twice: nothing is greater than itself.
    for (let c = 0; c < channels; c += 4)
      compareFour(values, Math.min(c, Math.max(0, channels - 4)), channels, cells, from, most, owners);
  }
  return owners;
}

/** Four channels from `first` on, of `most.length` cells from `from` on: what is the greatest so far is read once for them, and mostly stays so. */
function compareFour(
  values: Float32Array,
  first: number,
  channels: number,
  cells: number,
  from: number,
  most: Float32Array,
  owners: Int32Array,
): void {
  const last = channels - 1;
  const second = Math.min(first + 1, last);
  const third = Math.min(first + 2, last);
  const fourth = Math.min(first + 3, last);
  const count = Math.min(most.length, cells - from);
  for (let i = 0, at = from; i < count; i++, at++) {
    let greatest = most[i];
    const a = values[first * cells + at];
    const b = values[second * cells + at];
    const c = values[third * cells + at];
    const d = values[fourth * cells + at];
    if (a > greatest || b > greatest || c > greatest || d > greatest) {
      let owner = owners[at];
      if (a > greatest) {
        greatest = a;
        owner = first;
      }
      if (b > greatest) {
        greatest = b;
        owner = second;
      }
      if (c > greatest) {
        greatest = c;
        owner = third;
      }
      if (d > greatest) {
        greatest = d;
        owner = fourth;
      }
      most[i] = greatest;
      owners[at] = owner;
    }
  }
}
