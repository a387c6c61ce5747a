/**
 * Finds objects like some examples: the mean direction of the encoder's features inside the examples, prompts where the image
 * is most like it, and of each prompt's masks the one that is likely, stable, of the examples' size and looks like them.
 */
import { type Rle } from '@shared/mask';
import type { Box } from '@shared/geometry/box';
import type { Candidate, Embedding, Prompter, PromptFrame } from '../families/family';
import { cropPlane, type Plane } from '../image/planes';
import { cover, type GridMask, gridMaskOf, isSame, occupy } from './gridMask';
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

/** Of its direction's cosine, how much a place must reach to be asked about; and at least, whatever the examples are like inside. */
const ASK_FROM = 0.8;
const LEAST_COSINE = 0.7;
/** So many places in a row that show nothing, and the rest, less alike, is not asked about. */
const MOST_IN_VAIN = 12;
/** Smaller to larger area, mask against what is expected. Objects are cut off or far away; one much larger is several that touch. */
const LEAST_SIZE_AGREEMENT = { smaller: 0.25, larger: 0.4 } as const;
const LEAST_LIKENESS = 0.8;
/** Predicted IoU x stability x likeness. */
const LEAST_QUALITY = 0.6;
/** What is found tells how large the objects are here: from so many on; their lower third, as what is too large is often two. */
const FEWEST_SIZES = 5;
const USUAL_SIZE = 1 / 3;
/** Their size is taken as known once another look changes it by less. */
const SETTLED = 1.15;
const MOST_LOOKS = 6;
/** How far the objects' area may be from the examples'. */
const SIZES = { least: 1 / 8, most: 4 } as const;
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

/**
 * Everything like `wanted` that is not taken, best first. Objects of another image, or farther away, may all be smaller or larger than
 * the examples: once some are found, what they have is what is expected.
 */
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
  const { occupied, covered } = occupy(taken, frame, region);
  const least = Math.max(wanted.cosine * ASK_FROM, LEAST_COSINE);
  const seeds = seedsOf(cosine, features, frame, embedding, least).filter(({ cell }) => !covered[cell]);

  const known = new Map<number, readonly Looked[]>();
  const lookAt = async ({ x, y, place }: Seed): Promise<readonly Looked[]> => {
    const before = known.get(place);
    if (before) return before;
    // How many are left shows only on the way: as many at least as end the search.
    await step(known.size, Math.min(seeds.length, known.size + MOST_IN_VAIN));
    const candidates = await prompter.decode(embedding, { points: [{ x, y, isInside: true }] });
    const looked = candidates.flatMap((candidate) => judge(candidate, features, frame, wanted.direction) ?? []);
    known.set(place, looked);
    return looked;
  };
  const search = async (expectedCells: number): Promise<Fitting[]> => {
    const found: Fitting[] = [];
    const inside = covered.slice();
    const asked = new Uint8Array(features.width * features.height);
    let inVain = 0;
    for (const seed of seeds) {
      if (inside[seed.cell] || asked[seed.place]) continue;
      if (inVain++ === MOST_IN_VAIN) break;
      // A place beside one that was asked about would be told the same.
      markAround(asked, features.width, seed.place);
      const best = bestOf(await lookAt(seed), expectedCells);
      if (!best || [...occupied, ...found].some((other) => isSame(best, other, MOST_OVERLAP))) continue;
      inVain = 0;
      found.push(best);
      cover(inside, frame.gridWidth, best);
    }
    return found;
  };

  const given = wanted.areaPx / cellArea(frame);
  let expected = given;
  let found = await search(expected);
  for (let look = 1; look < MOST_LOOKS && found.length >= FEWEST_SIZES; look++) {
    const sizes = found.map(({ cells }) => cells).sort((a, b) => a - b);
    const usual = sizes[Math.floor(sizes.length * USUAL_SIZE)];
    const next = Math.max(given * SIZES.least, Math.min(given * SIZES.most, usual));
    if (Math.max(next / expected, expected / next) < SETTLED) break;
    expected = next;
    found = await search(expected);
  }
  // Which mask of a place fits is a matter of size; how sure it is of what it shows is not.
  return found
    .sort((a, b) => b.quality - a.quality)
    .map((one) => ({ logits: wholeLogits(one, frame), score: one.quality }));
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

/** A mask that is sharp and looks like the examples, of whatever size. */
interface Looked extends GridMask {
  /** Of the box and `RIM` around it. */
  readonly logits: Plane;
  /** 0..1 */
  readonly quality: number;
}

/** `fit`: its quality, less where its size is not what is expected. */
type Fitting = Looked & { readonly fit: number };

function judge(
  { logits, predictedIou, stability }: Candidate,
  features: UnitFeatures,
  frame: PromptFrame,
  wanted: Float32Array,
): Looked | null {
  const { gridWidth, gridHeight } = frame;
  const mask = gridMaskOf(logits, gridWidth, 0);
  if (!mask) return null;
  const covered = new Uint8Array(gridWidth * gridHeight);
  cover(covered, gridWidth, mask);
  const weights = averaged(covered, gridWidth, features.width, features.height);
  const direction = meanDirection(features, weights);
  const likeness = direction ? cosineOf(direction, wanted) : 0;
  const quality = Math.max(0, Math.min(1, predictedIou)) * stability * likeness;
  if (likeness < LEAST_LIKENESS || quality < LEAST_QUALITY) return null;
  const plane = { values: logits, width: gridWidth, height: gridHeight };
  return { ...mask, logits: cropPlane(plane, withRim(mask, frame)), quality };
}

function bestOf(candidates: readonly Looked[], expectedCells: number): Fitting | null {
  let best: Fitting | null = null;
  for (const one of candidates) {
    const size = Math.min(one.cells, expectedCells) / Math.max(one.cells, expectedCells);
    const isLarger = one.cells > expectedCells;
    if (size < LEAST_SIZE_AGREEMENT[isLarger ? 'larger' : 'smaller']) continue;
    // Among objects of one kind small ones are common, and one that is too large is two.
    const fit = one.quality * (isLarger ? size : Math.sqrt(size));
    if (!best || fit > best.fit) best = { ...one, fit };
  }
  return best;
}

/** What is farther from a mask has no part in its border, however the grid is enlarged. */
const RIM = 2;

function withRim({ left, top, width, height }: GridMask, { gridWidth, gridHeight }: PromptFrame): Box {
  const [x, y] = [Math.max(left - RIM, 0), Math.max(top - RIM, 0)];
  return [x, y, Math.min(left + width + RIM, gridWidth) - x, Math.min(top + height + RIM, gridHeight) - y];
}

/** On the whole grid again. */
function wholeLogits(mask: Looked, frame: PromptFrame): Float32Array {
  const { values, width, height } = mask.logits;
  const [x, y] = withRim(mask, frame);
  const whole = new Float32Array(frame.gridWidth * frame.gridHeight).fill(-1);
  for (let row = 0; row < height; row++) {
    whole.set(values.subarray(row * width, (row + 1) * width), (y + row) * frame.gridWidth + x);
  }
  return whole;
}
