/** A label map as run lengths: one whole-number label a pixel, without a bitmap of the image. */
import { MaskError } from './error';
import { foregroundEdges, fromForegroundEdges, pixelCount, type Rle } from './rle';

/**
 * A label for every pixel of `size` = [height, width], as runs in column-major order, the order of an Rle. Canonical:
 * neighbouring runs have different labels and none is empty. Immutable by convention, as masks are.
 */
export interface LabelRuns {
  readonly size: readonly [height: number, width: number];
  /** Exclusive ends of the runs as pixel positions, strictly increasing; the last one is height * width. */
  readonly ends: Uint32Array;
  /** Label of each run. */
  readonly labels: Int32Array;
}

/** Label of a pixel that no mask covers, see `paintLabels`. */
export const NOBODY = -1;

/** A map of one label. */
export function uniformLabels(label: number, [h, w]: readonly [number, number]): LabelRuns {
  const total = pixelCount(h, w);
  return total === 0
    ? { size: [h, w], ends: new Uint32Array(0), labels: new Int32Array(0) }
    : { size: [h, w], ends: Uint32Array.of(total), labels: Int32Array.of(label) };
}

/**
 * The map that painting masks one over the other gives: of each pixel the index of the last mask that covers it, `NOBODY`
 * where none does. Merged pairwise as a tree: O(runs * log masks), no bitmap.
 * @throws MaskError for a mask of another size.
 */
export function paintLabels(masks: readonly Rle[], size: readonly [height: number, width: number]): LabelRuns {
  if (masks.length === 0) return uniformLabels(NOBODY, size);
  let level = masks.map((mask, index) => maskLabels(mask, index, size));
  while (level.length > 1) {
    const next: LabelRuns[] = [];
    for (let i = 0; i + 1 < level.length; i += 2) next.push(over(level[i + 1], level[i]));
    if (level.length % 2 === 1) next.push(level[level.length - 1]);
    level = next;
  }
  return level[0];
}

/** The map with every label replaced; runs that become equal are joined. O(runs). */
export function mapLabels({ size, ends, labels }: LabelRuns, to: (label: number) => number): LabelRuns {
  const out = new LabelWriter(size, labels.length);
  const known = new Map<number, number>();
  for (let i = 0; i < labels.length; i++) {
    let label = known.get(labels[i]);
    if (label === undefined) known.set(labels[i], (label = to(labels[i])));
    out.put(ends[i], label);
  }
  return out.done();
}

/** The pixels whose label `holds` accepts. Canonical. O(runs). */
export function maskOfLabels({ size, ends, labels }: LabelRuns, holds: (label: number) => boolean): Rle {
  const edges = new Uint32Array(2 * labels.length);
  let n = 0;
  for (let i = 0; i < labels.length; i++) {
    if (!holds(labels[i])) continue;
    const start = i === 0 ? 0 : ends[i - 1];
    if (n > 0 && edges[n - 1] === start) n--;
    else edges[n++] = start;
    edges[n++] = ends[i];
  }
  return fromForegroundEdges(edges, n, size[0], size[1]);
}

/** The mask of every label that occurs, in the order of their first pixels. Canonical. O(runs). */
export function masksByLabel({ size, ends, labels }: LabelRuns): Map<number, Rle> {
  const edges = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    let own = edges.get(labels[i]);
    if (!own) edges.set(labels[i], (own = []));
    own.push(i === 0 ? 0 : ends[i - 1], ends[i]);
  }
  return new Map([...edges].map(([label, own]) => [label, fromForegroundEdges(own, own.length, size[0], size[1])]));
}

/** Number of pixels of every label that occurs. O(runs). */
export function countLabels({ ends, labels }: LabelRuns): Map<number, number> {
  const counts = new Map<number, number>();
  let start = 0;
  for (let i = 0; i < labels.length; i++) {
    counts.set(labels[i], (counts.get(labels[i]) ?? 0) + ends[i] - start);
    start = ends[i];
  }
  return counts;
}

/** Calls `visit` with the two labels and the length of each stretch on which neither map changes. O(runs of both). */
export function eachLabelPair(
  a: LabelRuns,
  b: LabelRuns,
  visit: (labelA: number, labelB: number, pixels: number) => void,
): void {
  checkSame(a.size, b.size);
  let [i, j, start] = [0, 0, 0];
  while (i < a.ends.length) {
    const end = Math.min(a.ends[i], b.ends[j]);
    visit(a.labels[i], b.labels[j], end - start);
    start = end;
    if (a.ends[i] === end) i++;
    if (b.ends[j] === end) j++;
  }
}

/** Positions (row-major, ascending) of the pixels from row 1 on whose value is not that of the pixel above. */
function verticalChanges(values: ArrayLike<number>, w: number, total: number) {
  let changes = new Uint32Array(1 << 14);
  let count = 0;
  const words = wordsOf(values, w);
  const step = w >> 2;
  for (let i = w; i < total; i++) {
    // Most pixels are as the one above: of bytes four are passed at once.
    if (words !== null && (i & 3) === 0) {
      let at = i >> 2;
      while (at < words.length && words[at] === words[at - step]) at++;
      i = at << 2;
      if (i >= total) break;
    }
    if (values[i] === values[i - w]) continue;
    if (count === changes.length) {
      const longer = new Uint32Array(2 * count);
      longer.set(changes);
      changes = longer;
    }
    changes[count++] = i;
  }
  return { changes, count };
}

/** Four bytes a number; null where rows do not begin with a whole one. */
function wordsOf(values: ArrayLike<number>, w: number): Uint32Array | null {
  if (!(values instanceof Uint8Array) || w % 4 !== 0 || values.byteOffset % 4 !== 0) return null;
  return new Uint32Array(values.buffer, values.byteOffset, values.length >> 2);
}

/** Columns that are turned at once: their pixels of some rows fit the cache. */
const STRIP = 32;

/**
 * The map of row-major `values`, one a pixel.
 * @throws MaskError where there are not h * w of them.
 */
export function labelsFromRaster(values: ArrayLike<number>, h: number, w: number): LabelRuns {
  const total = pixelCount(h, w);
  if (values.length !== total) {
    throw new MaskError(`Label map has ${values.length} values when ${total} (${h} x ${w}) was expected`);
  }
  const out = new LabelWriter([h, w], 1024);
  if (total === 0) return out.done();
  const { changes, count } = verticalChanges(values, w, total);
  // Counting sort by column: place[x] first holds how many lie in column x, then where its next one goes.
  const place = new Uint32Array(w + 1);
  for (let i = 0; i < count; i++) place[(changes[i] % w) + 1]++;
  for (let x = 0; x < w; x++) place[x + 1] += place[x];
  const ends = place.slice(1);
  const rows = new Uint32Array(count);
  for (let i = 0; i < count; i++) rows[place[changes[i] % w]++] = (changes[i] / w) | 0;
  let next = 0;
  for (let x = 0; x < w; x++) {
    let label = values[x];
    for (; next < ends[x]; next++) {
      out.put(x * h + rows[next], label);
      label = values[rows[next] * w + x];
    }
    out.put((x + 1) * h, label);
  }
  return out.done();
}

/** Writes the map row-major into `values` (height * width of them), e.g. a Uint8Array; labels are stored as they fit. */
export function labelsToRaster<T extends { [index: number]: number; readonly length: number }>(
  { size: [h, w], ends, labels }: LabelRuns,
  values: T,
): T {
  if (values.length !== h * w) {
    throw new MaskError(`Room for ${values.length} labels when ${h * w} (${h} x ${w}) was expected`);
  }
  const strip = new Int32Array(STRIP * h);
  let run = 0;
  for (let left = 0; left < w; left += STRIP) {
    const columns = Math.min(STRIP, w - left);
    const base = left * h;
    const stop = base + columns * h;
    for (let at = base; at < stop;) {
      const end = Math.min(ends[run], stop);
      strip.fill(labels[run], at - base, end - base);
      at = end;
      if (ends[run] === end) run++;
    }
    for (let y = 0; y < h; y++) {
      const row = y * w + left;
      for (let c = 0; c < columns; c++) values[row + c] = strip[c * h + y];
    }
  }
  return values;
}

function maskLabels(mask: Rle, label: number, size: readonly [number, number]): LabelRuns {
  checkSame(size, mask.size);
  const total = pixelCount(size[0], size[1]);
  const edges = foregroundEdges(mask);
  const out = new LabelWriter(size, edges.length + 1);
  for (let i = 0; i < edges.length; i++) out.put(edges[i], i % 2 === 0 ? NOBODY : label);
  if (edges.length === 0 || edges[edges.length - 1] < total) out.put(total, NOBODY);
  return out.done();
}

/** `top` where it has a label, `bottom` elsewhere. */
function over(top: LabelRuns, bottom: LabelRuns): LabelRuns {
  const out = new LabelWriter(top.size, top.ends.length + bottom.ends.length);
  let j = 0;
  let start = 0;
  for (let i = 0; i < top.ends.length; i++) {
    const end = top.ends[i];
    if (top.labels[i] !== NOBODY) out.put(end, top.labels[i]);
    else {
      while (bottom.ends[j] <= start) j++;
      while (bottom.ends[j] < end) {
        out.put(bottom.ends[j], bottom.labels[j]);
        j++;
      }
      out.put(end, bottom.labels[j]);
    }
    start = end;
  }
  return out.done();
}

/** Collects runs in order and joins those of one label. */
class LabelWriter {
  readonly #size: readonly [number, number];
  #ends: Uint32Array;
  #labels: Int32Array;
  #length = 0;

  constructor(size: readonly [number, number], capacity: number) {
    this.#size = size;
    this.#ends = new Uint32Array(capacity);
    this.#labels = new Int32Array(capacity);
  }

  put(end: number, label: number): void {
    const n = this.#length;
    if (end === 0) return;
    if (n > 0 && this.#labels[n - 1] === label) {
      this.#ends[n - 1] = end;
      return;
    }
    if (n === this.#ends.length) this.#grow();
    this.#ends[n] = end;
    this.#labels[n] = label;
    this.#length++;
  }

  done(): LabelRuns {
    const [h, w] = this.#size;
    return { size: [h, w], ends: this.#ends.slice(0, this.#length), labels: this.#labels.slice(0, this.#length) };
  }

  #grow(): void {
    const capacity = Math.max(1024, 2 * this.#ends.length);
    const [ends, labels] = [this.#ends, this.#labels];
    this.#ends = new Uint32Array(capacity);
    this.#labels = new Int32Array(capacity);
    this.#ends.set(ends);
    this.#labels.set(labels);
  }
}

function checkSame(expected: readonly [number, number], got: readonly [number, number]): void {
  if (expected[0] === got[0] && expected[1] === got[1]) return;
  throw new MaskError(`Label map is [${got[0]}, ${got[1]}] when [${expected[0]}, ${expected[1]}] was expected`);
}
