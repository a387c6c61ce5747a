/** GrabCut's rounds on a small picture: learn both sides' colours from the mask, then cut where the colours and the edges say. */
import { ColourMixture, COMPONENTS, MixtureSums } from './colourMixture';
import { CvRandom, firstGroups } from './firstGroups';
import { minCut, NEIGHBOURS } from './maxFlow';

/** OpenCV's values of a GrabCut mask; the odd ones are the object's. */
export const SURE_BACKGROUND = 0;
export const SURE_OBJECT = 1;
export const LIKELY_BACKGROUND = 2;
export const LIKELY_OBJECT = 3;

export const isObject = (value: number): boolean => (value & 1) !== 0;

/** Weight of an edge between equal neighbours. */
const GAMMA = 50;
/** Squared differences of colours below this are most of all, and their prices are kept. */
const PRICED = 2 ** 12;

/**
 * The colours of a picture, RGB interleaved and row-major, with the price of each border between neighbours. `mute`: pixels, marked
 * by 1, that teach nothing of the colours (other objects, which often look like this one).
 */
export class CutPicture {
  /** By the squared difference of the colours, where it is small; 0 where not computed yet. */
  readonly #prices = new Float64Array(PRICED);
  /** What a squared difference of colours is multiplied with: 1 / twice its mean between neighbours. */
  readonly beta: number;

  constructor(
    readonly rgb: Uint8Array,
    readonly width: number,
    readonly height: number,
    readonly mute: Uint8Array | null = null,
  ) {
    this.beta = contrastOf(rgb, width, height);
  }

  /** Price of a border between neighbours that share a side; by a corner it is this over the root of 2. */
  price(a: number, b: number): number {
    const { rgb } = this;
    const i = a * 3;
    const j = b * 3;
    const dr = rgb[i] - rgb[j];
    const dg = rgb[i + 1] - rgb[j + 1];
    const db = rgb[i + 2] - rgb[j + 2];
    const square = dr * dr + dg * dg + db * db;
    if (square >= PRICED) return GAMMA * Math.exp(-this.beta * square);
    const known = this.#prices[square];
    if (known !== 0) return known;
    return (this.#prices[square] = GAMMA * Math.exp(-this.beta * square));
  }
}

/** 1 / twice the mean squared difference of neighbours; 0 for an even picture. */
function contrastOf(rgb: Uint8Array, width: number, height: number): number {
  let sum = 0;
  const row = width * 3;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 3) {
      const r = rgb[i];
      const g = rgb[i + 1];
      const b = rgb[i + 2];
      if (x > 0) sum += squared(r - rgb[i - 3], g - rgb[i - 2], b - rgb[i - 1]);
      if (y === 0) continue;
      const up = i - row;
      if (x > 0) sum += squared(r - rgb[up - 3], g - rgb[up - 2], b - rgb[up - 1]);
      sum += squared(r - rgb[up], g - rgb[up + 1], b - rgb[up + 2]);
      if (x < width - 1) sum += squared(r - rgb[up + 3], g - rgb[up + 4], b - rgb[up + 5]);
    }
  }
  const pairs = 4 * width * height - 3 * width - 3 * height + 2;
  return sum <= Number.EPSILON ? 0 : pairs / (2 * sum);
}

const squared = (r: number, g: number, b: number): number => r * r + g * g + b * b;

export interface Mixtures {
  readonly background: ColourMixture;
  readonly object: ColourMixture;
}

/** Mixtures of what the mask says, from nothing: k-means groups the colours of each side. A side without pixels learns nothing. */
export function firstMixtures({ rgb, mute }: CutPicture, mask: Uint8Array): Mixtures {
  const random = new CvRandom();
  const learn = (side: 0 | 1): ColourMixture => {
    const colours = coloursOf(rgb, mute, mask, side);
    const groups = firstGroups(colours, COMPONENTS, random);
    const sums = new MixtureSums();
    for (let i = 0, p = 0; i < groups.length; i++, p += 3) {
      sums.add(groups[i], colours[p], colours[p + 1], colours[p + 2]);
    }
    const mixture = new ColourMixture();
    mixture.learn(sums);
    return mixture;
  };
  return { background: learn(0), object: learn(1) };
}

/** The colours of the side's pixels that teach, one after the other. */
function coloursOf(rgb: Uint8Array, mute: Uint8Array | null, mask: Uint8Array, side: 0 | 1): Uint8Array {
  const colours = new Uint8Array(rgb.length);
  let o = 0;
  for (let p = 0, i = 0; p < mask.length; p++, i += 3) {
    if ((mask[p] & 1) !== side || (mute !== null && mute[p] === 1)) continue;
    colours[o++] = rgb[i];
    colours[o++] = rgb[i + 1];
    colours[o++] = rgb[i + 2];
  }
  return colours.subarray(0, o);
}

/** Learns both mixtures anew from the mask, each pixel counted for the Gaussian that has most of it now. */
export function learnMixtures({ rgb, mute }: CutPicture, mask: Uint8Array, { background, object }: Mixtures): void {
  const sums = [new MixtureSums(), new MixtureSums()] as const;
  for (let p = 0, i = 0; p < mask.length; p++, i += 3) {
    if (mute?.[p] === 1) continue;
    const side = (mask[p] & 1) as 0 | 1;
    const mixture = side === 0 ? background : object;
    const r = rgb[i];
    const g = rgb[i + 1];
    const b = rgb[i + 2];
    sums[side].add(mixture.nearest(r, g, b), r, g, b);
  }
  background.learn(sums[0]);
  object.learn(sums[1]);
}

/**
 * The graph of a mask's likely pixels; what is sure of their neighbours is folded into their terminals. It can be cut again with
 * other colours: the flow of the cut before stays in it, so that only what changed is to be found.
 */
export class CutGraph {
  readonly #picture: CutPicture;
  readonly #region: Region | null;
  readonly #columns: number;
  readonly #edges: Float32Array;
  /** What is left of the terminals after the last cut. */
  readonly #terminal: Float64Array;
  /** What the mixtures and the bias said at the last cut. */
  readonly #said: Float64Array;

  constructor(picture: CutPicture, mask: Uint8Array) {
    this.#picture = picture;
    this.#region = openRegion(mask, picture.width);
    const [left, top, right, bottom] = this.#region ?? [0, 0, -1, -1];
    this.#columns = right - left + 3;
    const nodes = this.#columns * (bottom - top + 3);
    this.#edges = new Float32Array(nodes * 8);
    this.#terminal = new Float64Array(nodes);
    this.#said = new Float64Array(nodes);
    this.#join(mask);
  }

  /**
   * Decides the likely pixels of the mask anew, in place. `bias` is added to what speaks for the object: natural logarithms, as
   * the mixtures' costs are. The mask's sure pixels must be those that the graph was made with.
   */
  cut(mask: Uint8Array, { background, object }: Mixtures, bias: Float32Array | null): void {
    const { rgb } = this.#picture;
    const terminal = this.#terminal;
    const said = this.#said;
    this.#visit(mask, (p, node) => {
      const i = p * 3;
      const r = rgb[i];
      const g = rgb[i + 1];
      const b = rgb[i + 2];
      let forObject = background.cost(r, g, b) - object.cost(r, g, b);
      if (bias !== null) forObject += bias[p];
      terminal[node] += forObject - said[node];
      said[node] = forObject;
    });
    const isObject = minCut({ width: this.#columns, edges: this.#edges, terminal });
    this.#visit(mask, (p, node) => (mask[p] = isObject[node] !== 0 ? LIKELY_OBJECT : LIKELY_BACKGROUND));
  }

  #join(mask: Uint8Array): void {
    const picture = this.#picture;
    const { width, height } = picture;
    const edges = this.#edges;
    const terminal = this.#terminal;
    const columns = this.#columns;
    this.#visit(mask, (p, node) => {
      const y = Math.floor(p / width);
      const x = p - y * width;
      for (let d = 0; d < 8; d++) {
        const dx = ACROSS[d];
        const dy = DOWN[d];
        if (x + dx < 0 || y + dy < 0 || x + dx >= width || y + dy >= height) continue;
        const q = p + dy * width + dx;
        const value = mask[q];
        // An edge between two likely pixels is entered from the first of them.
        if (value >= LIKELY_BACKGROUND && d < 4) continue;
        const price = dx !== 0 && dy !== 0 ? picture.price(p, q) * Math.SQRT1_2 : picture.price(p, q);
        if (value === SURE_BACKGROUND) terminal[node] -= price;
        else if (value === SURE_OBJECT) terminal[node] += price;
        else {
          edges[node * 8 + d] = price;
          edges[(node + dy * columns + dx) * 8 + 7 - d] = price;
        }
      }
    });
  }

  /** Each likely pixel and its node. */
  #visit(mask: Uint8Array, each: (pixel: number, node: number) => void): void {
    if (!this.#region) return;
    const [left, top, right, bottom] = this.#region;
    for (let y = top; y <= bottom; y++) {
      let p = y * this.#picture.width + left;
      let node = (y - top + 1) * this.#columns + 1;
      for (let x = left; x <= right; x++, p++, node++) if (mask[p] >= LIKELY_BACKGROUND) each(p, node);
    }
  }
}

/** NEIGHBOURS as numbers side by side: pairs would be taken apart for every edge. */
const ACROSS = Int8Array.from(NEIGHBOURS, ([dx]) => dx);
const DOWN = Int8Array.from(NEIGHBOURS, ([, dy]) => dy);

type Region = readonly [left: number, top: number, right: number, bottom: number];

/** First and last column and row that have a likely pixel; null where none is. */
function openRegion(mask: Uint8Array, width: number): Region | null {
  let left = width;
  let right = -1;
  let top = -1;
  let bottom = -1;
  for (let p = 0, y = 0; p < mask.length; y++) {
    for (let x = 0; x < width; x++, p++) {
      if (mask[p] < LIKELY_BACKGROUND) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (top < 0) top = y;
      bottom = y;
    }
  }
  return right < 0 ? null : [left, top, right, bottom];
}
