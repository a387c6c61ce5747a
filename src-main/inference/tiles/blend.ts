/** Class maps of tiles where they overlap: scores are averaged, the nearer a tile's middle the more they count, and decided then. */
import { boxesIntersect } from '@shared/geometry/box';
import { merge, fromBox, type Rle, subtract } from '@shared/mask';
import type { LabelScores } from '../families/family';
import { makeAxis, RunWriter } from '../image/gridRuns';
import type { Tile } from './layout';

type Size = readonly [height: number, width: number];

/** Where the pixels of one axis of a tile lie between the cells of its planes, and how much they count. */
interface Placed {
  readonly cell: Int32Array;
  readonly share: Float32Array;
  readonly weight: Float32Array;
}

interface Live {
  readonly tile: Tile;
  readonly scores: LabelScores;
  readonly columns: Placed;
  readonly rows: Placed;
}

/**
 * Takes tiles column by column from the left, and lets go of those that no further column touches, so that the scores of two or three
 * columns of tiles are all that is held. O(overlapping pixels * channels).
 */
export class OverlapBlend {
  readonly #size: Size;
  readonly #overlap: number;
  readonly #runs = new Map<string, RunWriter>();
  #live: Live[] = [];
  #done = 0;

  /** `overlap`: pixels over which a tile fades in from its border. */
  constructor(size: Size, overlap: number) {
    this.#size = size;
    this.#overlap = overlap;
  }

  add(tile: Tile, scores: LabelScores): void {
    const [x, y, width, height] = tile;
    const { planes, corners } = scores;
    const columns = this.#place(x, width, this.#size[1], corners[0], corners[2], planes.width);
    const rows = this.#place(y, height, this.#size[0], corners[1], corners[3], planes.height);
    this.#live.push({
      tile,
      scores: { ...scores, planes: { ...planes, values: finite(planes.values) } },
      columns,
      rows,
    });
  }

  /** Decides the pixels left of `x` that several tiles saw: all of these were added. */
  advance(x: number): void {
    for (; this.#done < x; this.#done++) this.#decide(this.#done);
    this.#live = this.#live.filter(({ tile }) => tile[0] + tile[2] > x);
  }

  /** Pixels of each class among those that several tiles saw. */
  masks(): ReadonlyMap<string, Rle> {
    const pixels = this.#size[0] * this.#size[1];
    return new Map([...this.#runs].map(([name, runs]) => [name, { size: this.#size, counts: runs.counts(pixels) }]));
  }

  #decide(x: number): void {
    const seen = this.#live.filter(({ tile }) => tile[0] <= x && x < tile[0] + tile[2]);
    const bounds = [...new Set(seen.flatMap(({ tile }) => [tile[1], tile[1] + tile[3]]))].sort((a, b) => a - b);
    for (let i = 0; i + 1 < bounds.length; i++) {
      const here = seen.filter(({ tile }) => tile[1] <= bounds[i] && bounds[i] < tile[1] + tile[3]);
      if (here.length > 1) this.#decideRun(x, bounds[i], bounds[i + 1], here);
    }
  }

  #decideRun(x: number, from: number, to: number, tiles: readonly Live[]): void {
    const { names, threshold } = tiles[0].scores;
    const sums = new Float64Array(names.length);
    const start = x * this.#size[0];
    for (let y = from; y < to; y++) {
      sums.fill(0);
      let total = 0;
      for (const one of tiles) total += addScores(sums, one, x - one.tile[0], y - one.tile[1]);
      if (threshold === null) {
        let best = 0;
        for (let c = 1; c < sums.length; c++) if (sums[c] > sums[best]) best = c;
        this.#add(names[best], start + y);
      } else {
        for (let c = 0; c < sums.length; c++) if (sums[c] > threshold * total) this.#add(names[c], start + y);
      }
    }
  }

  #add(name: string | null, position: number): void {
    if (name === null) return;
    let runs = this.#runs.get(name);
    if (!runs) this.#runs.set(name, (runs = new RunWriter()));
    runs.add(position, position + 1);
  }

  /** `start`, `length`: of the tile in an image of `whole` pixels; `low`, `high`: of the planes' `cells` in the tile, which they cover. */
  #place(start: number, length: number, whole: number, low: number, high: number, cells: number): Placed {
    const { cell, weight: share } = makeAxis(low, high, length, cells);
    const weight = new Float32Array(length);
    const fade = Math.max(this.#overlap, 0.5);
    for (let i = 0; i < length; i++) {
      // The image's own border is no seam.
      const before = start > 0 ? i + 0.5 : Infinity;
      const after = start + length < whole ? length - i - 0.5 : Infinity;
      weight[i] = Math.min(1, Math.min(before, after) / fade);
    }
    return { cell, share, weight };
  }
}

const LARGEST = 3e38;

/** A class that is ruled out (minus infinity, no number) loses against every other, also between cells and in a sum. */
function finite(values: Float32Array): Float32Array {
  if (values.every((value) => Number.isFinite(value))) return values;
  return values.map((value) => (value >= -LARGEST ? Math.min(value, LARGEST) : -LARGEST));
}

/** Adds what a tile says of one of its pixels; how much it counts. */
function addScores(sums: Float64Array, { scores: { planes }, columns, rows }: Live, x: number, y: number): number {
  const { values, width, height } = planes;
  const weight = columns.weight[x] * rows.weight[y];
  const [left, top] = [columns.cell[x], rows.cell[y]];
  const right = Math.min(left + 1, width - 1);
  const below = Math.min(top + 1, height - 1);
  const [u, v] = [columns.share[x], rows.share[y]];
  for (let c = 0; c < sums.length; c++) {
    const plane = c * height * width;
    const [upper, lower] = [plane + top * width, plane + below * width];
    const above = values[upper + left] + (values[upper + right] - values[upper + left]) * u;
    const under = values[lower + left] + (values[lower + right] - values[lower + left]) * u;
    sums[c] += weight * (above + (under - above) * v);
  }
  return weight;
}

/** The pixels that only this tile saw. */
export function ownPixels(tile: Tile, tiles: readonly Tile[], size: Size): Rle {
  const near = tiles.filter((other) => other !== tile && boxesIntersect(other, tile));
  const own = fromBox(tile, ...size);
  return near.length > 0 ? subtract(own, merge(near.map((other) => fromBox(other, ...size)))) : own;
}
