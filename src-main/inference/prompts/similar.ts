/**
 * Finds objects like some examples: the mean direction of the encoder's features inside the examples, prompts where the image
 * is most like it, and of each prompt's masks the one that is likely, stable, of the examples' size and looks like them.
 */
import { type Rle } from '@shared/mask';
import type { Candidate, Embedding, Prompter, PromptFrame } from '../families/family';
import { averaged, cellArea, cosineOf, meanDirection, similarity, type UnitFeatures, unitFeatures } from './likeness';
import { type Region, toCoverage } from './promptMask';

/** What is looked for, independent of the image that the examples came from. Plain data. */
export interface Likeness {
  /** Unit direction in the encoder's feature space. */
  readonly direction: Float32Array;
  /** Cosine that nine of ten places inside the examples reach. */
  readonly cosine: number;
  /** Of the examples, image pixels: the mean. */
  readonly areaPx: number;
  /** Small examples were looked at in a part of their image with this longer side, as others like them have to be; image pixels. */
  readonly tileSide?: number;
}

export interface FoundMask {
  readonly logits: Float32Array;
  /** 0..1, the product of what speaks for it. */
  readonly score: number;
}

export interface SimilarOptions {
  /** Masks of what is there already: nothing is found where they are. */
  readonly taken: readonly Rle[];
  /** Called before each prompt; throws to end the search. */
  readonly step: (done: number, total: number) => Promise<void>;
}

/** Of its direction's cosine, how much a place must reach to be asked about. */
const ASK_FROM = 0.8;
/** Smaller to larger area, mask against examples. Objects are cut off or far away; one much larger is several that touch. */
const LEAST_SIZE_AGREEMENT = { smaller: 0.25, larger: 0.4 } as const;
const LEAST_LIKENESS = 0.8;
/** IoU with one that was found before, or with what is there: the same object. */
const MOST_OVERLAP = 0.3;

/** null where the examples cover nothing of the embedded region. */
export function likenessOf(examples: readonly Rle[], frame: PromptFrame, region: Region): Likeness | null {
  const features = unitFeatures(frame);
  const places = features.width * features.height;
  const weights = new Float32Array(places);
  let cells = 0;
  for (const mask of examples) {
    const fine = toCoverage(mask, frame, region);
    cells += fine.reduce((sum, value) => sum + value, 0);
    averaged(fine, frame.gridWidth, features.width, features.height).forEach((value, i) => (weights[i] += value));
  }
  const direction = meanDirection(features, weights);
  if (!direction) return null;
  const cosine = similarity(features, direction);
  const most = weights.reduce((a, b) => Math.max(a, b), 0);
  const inside = [...cosine].filter((_value, i) => weights[i] > most / 2).sort((a, b) => a - b);
  return {
    direction,
    cosine: inside[Math.floor(inside.length / 10)],
    areaPx: (cells / examples.length) * cellArea(frame),
  };
}

/** Everything like `wanted` that is not taken, best first. */
export async function findSimilar(
  prompter: Prompter,
  embedding: Embedding,
  region: Region,
  wanted: Likeness,
  { taken, step }: SimilarOptions,
): Promise<FoundMask[]> {
  const frame = prompter.frameOf(embedding);
  const features = unitFeatures(frame);
  const cosine = similarity(features, wanted.direction);
  const occupied = taken.map((mask) => bitsOf(toCoverage(mask, frame, region), 0.5));
  const covered = new Uint8Array(frame.gridWidth * frame.gridHeight);
  for (const bits of occupied) cover(covered, bits);
  const expectedCells = wanted.areaPx / cellArea(frame);

  const found: (FoundMask & { readonly bits: Uint8Array })[] = [];
  const seeds = seedsOf(cosine, features, frame, embedding, wanted.cosine * ASK_FROM);
  const asked = new Uint8Array(features.width * features.height);
  for (const [done, { x, y, cell, place }] of seeds.entries()) {
    if (covered[cell] || asked[place]) continue;
    // A place beside one that was asked about would be told the same.
    markAround(asked, features.width, place);
    await step(done, seeds.length);
    const candidates = await prompter.decode(embedding, { points: [{ x, y, isInside: true }] });
    const best = bestOf(candidates, { features, frame, wanted, expectedCells });
    if (!best) continue;
    const bits = bitsOf(best.logits, 0);
    if ([...occupied, ...found.map((one) => one.bits)].some((other) => overlap(bits, other) > MOST_OVERLAP)) continue;
    found.push({ ...best, bits });
    cover(covered, bits);
  }
  return found.sort((a, b) => b.score - a.score).map(({ logits, score }) => ({ logits, score }));
}

interface Seed {
  /** Pixels of the embedded image. */
  readonly x: number;
  readonly y: number;
  /** Index in the logits' grid. */
  readonly cell: number;
  /** Index in the features' grid. */
  readonly place: number;
  readonly cosine: number;
}

/** The middles of the features' places that are like enough, the most alike first. */
function seedsOf(
  cosine: Float32Array,
  { width, height }: UnitFeatures,
  { corners, gridWidth, gridHeight }: PromptFrame,
  { imageWidth, imageHeight }: Embedding,
  least: number,
): Seed[] {
  const seeds: Seed[] = [];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const value = cosine[row * width + column];
      const x = corners[0] + ((column + 0.5) * (corners[2] - corners[0])) / width;
      const y = corners[1] + ((row + 0.5) * (corners[3] - corners[1])) / height;
      if (value < least || x < 0 || y < 0 || x >= imageWidth || y >= imageHeight) continue;
      const cell =
        Math.floor(((row + 0.5) * gridHeight) / height) * gridWidth + Math.floor(((column + 0.5) * gridWidth) / width);
      seeds.push({ x, y, cell, place: row * width + column, cosine: value });
    }
  }
  return seeds.sort((a, b) => b.cosine - a.cosine);
}

function markAround(marks: Uint8Array, width: number, place: number): void {
  const column = place % width;
  for (let row = place - width; row <= place + width; row += width) {
    if (row < 0 || row >= marks.length) continue;
    for (let dx = -1; dx <= 1; dx++) if (column + dx >= 0 && column + dx < width) marks[row + dx] = 1;
  }
}

interface Judgement {
  readonly features: UnitFeatures;
  readonly frame: PromptFrame;
  readonly wanted: Likeness;
  readonly expectedCells: number;
}

function bestOf(candidates: readonly Candidate[], judge: Judgement): FoundMask | null {
  let best: FoundMask | null = null;
  for (const { logits, predictedIou, stability } of candidates) {
    const { features, frame, wanted, expectedCells } = judge;
    let cells = 0;
    for (let i = 0; i < logits.length; i++) if (logits[i] > 0) cells++;
    if (cells === 0) continue;
    const size = Math.min(cells, expectedCells) / Math.max(cells, expectedCells);
    if (size < LEAST_SIZE_AGREEMENT[cells > expectedCells ? 'larger' : 'smaller']) continue;
    const weights = averaged(bitsOf(logits, 0), frame.gridWidth, features.width, features.height);
    const direction = meanDirection(features, weights);
    const likeness = direction ? cosineOf(direction, wanted.direction) : 0;
    if (likeness < LEAST_LIKENESS) continue;
    // Among objects of one kind small ones are common, and one that is too large is two.
    const sizeScore = cells > expectedCells ? size : Math.sqrt(size);
    const score = Math.max(0, Math.min(1, predictedIou)) * stability * sizeScore * likeness;
    if (!best || score > best.score) best = { logits, score };
  }
  return best;
}

export function bitsOf(values: Float32Array, above: number): Uint8Array {
  // A loop: `from` with a function took a fifth of a search.
  const bits = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) if (values[i] > above) bits[i] = 1;
  return bits;
}

export function cover(covered: Uint8Array, bits: Uint8Array): void {
  for (let i = 0; i < bits.length; i++) covered[i] |= bits[i];
}

/** Intersection over union of two bitmaps of one size. */
export function overlap(a: Uint8Array, b: Uint8Array): number {
  let [both, either] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    both += a[i] & b[i];
    either += a[i] | b[i];
  }
  return either === 0 ? 0 : both / either;
}
