/** Images opened for prompts: each has its embedding at hand and remembers its latest answers as priors for the next ones. */
import type { ImageSource } from '@shared/images/source';
import type { PromptAnswer, PromptRequest, PromptSession } from '@shared/models/types';
import type { RawProposal } from '@shared/document/proposalResult';
import type { RleSegmentation } from '@shared/document/types';
import { AppError } from '@shared/errors/appError';
import { area, fromCompressed, type Rle, toBbox } from '@shared/mask';
import { decodeScaled, type ScaledImage } from '../../images';
import type { Candidate, Embedding, Prompt, Prompter, PromptFrame, Steps } from '../families/family';
import { proposalOf } from '../families/predictions';
import type { BorrowedModel } from '../graph/model';
import { cropImage } from '../image/crop';
import type { RgbImage } from '../image/rgbImage';
import { corrected, follows, promptFor } from './corrections';
import type { Embeddings } from './embeddings';
import { EVERYTHING_DEFAULTS, findEverything } from './everything';
import { ALL_OF_PICTURE } from './gridMask';
import { type FinishedMask, MaskFinisher } from './finishing';
import { Pictures } from './pictures';
import { type Region, toImageMask, toPrior } from './promptMask';
import { findSimilar, type FoundMask, type Likeness, likenessOf } from './similar';
import { joinAtSeams } from '../tiles/seams';
import { tileAround, tileSideFor, tilesOf } from './similarTiles';

/** Priors remembered a session; a quarter of a megabyte each. */
const keptAnswers = 40;

interface Open {
  readonly borrowed: BorrowedModel;
  readonly prompter: Prompter;
  readonly source: ImageSource;
  readonly embedding: Embedding;
  readonly region: Region;
  /** [height, width] of the whole image. */
  readonly size: readonly [height: number, width: number];
  /** By the id of the candidate, oldest first. */
  readonly answers: Map<number, Answered>;
}

interface Answered {
  readonly logits: Float32Array;
  /** Where a mask was corrected: that is more than the logits say. */
  readonly corrected: Rle | null;
}

interface Found extends FinishedMask {
  readonly candidate: Candidate;
}

/** Told of how far a search is; throws to end it. */
export type SearchStep = (done: number, total: number) => Promise<void>;

export class PromptSessions {
  readonly #embeddings: Embeddings;
  readonly #open = new Map<number, Open>();
  readonly #pictures = new Pictures();
  readonly #finisher = new MaskFinisher(this.#pictures);
  // Numbers of a restarted process must not meet those of the one before: they would mean another image, another mask.
  #nextSession = Date.now();
  #nextAnswer = Date.now();

  constructor(embeddings: Embeddings) {
    this.#embeddings = embeddings;
  }

  /** `region`: only this part of the image is looked at, the finer for it. Takes over `borrowed`, also when it fails. */
  async open(
    source: ImageSource,
    wanted: Region | null,
    borrowed: BorrowedModel,
    steps: Steps,
  ): Promise<PromptSession> {
    try {
      prompterOf(borrowed);
      await steps.step('pre', 'reading the image');
      const image = wanted ? await this.#pictures.read(source, steps.signal) : null;
      const part = wanted && image && { region: clipRegion(wanted, image), read: () => image };
      // A whole image whose embedding is known is not read again.
      const embedding = await this.#embed(borrowed, source, part, steps);
      const { width, height } = image ?? { width: embedding.imageWidth, height: embedding.imageHeight };
      const region = part?.region ?? ([0, 0, width, height] as const);
      const session = this.#nextSession++;
      const size = [height, width] as const;
      const open = { borrowed, prompter: prompterOf(borrowed), source, embedding, region, size, answers: new Map() };
      this.#open.set(session, open);
      this.#finisher.expect(open);
      return { session, size, region, ...fallbacksOf(borrowed) };
    } catch (error) {
      borrowed.letGo();
      this.#forgetUnused(source);
      throw error;
    }
  }

  close(session: number): void {
    const open = this.#open.get(session);
    this.#open.delete(session);
    if (!open) return;
    this.#finisher.forget(open);
    open.borrowed.letGo();
    this.#forgetUnused(open.source);
  }

  #forgetUnused(source: ImageSource): void {
    if ([...this.#open.values()].some((open) => open.source.path === source.path)) return;
    this.#pictures.forget(source);
  }

  /** Size of the image, and which model looks at it. */
  about(session: number) {
    const { size, borrowed } = this.#get(session);
    const { model, sha256 } = borrowed.loaded;
    return { size, model: { id: model.manifest.id, sha256 } };
  }

  async prompt(session: number, request: PromptRequest): Promise<PromptAnswer> {
    const open = this.#get(session);
    const started = performance.now();
    if (request.finish) this.#finisher.prepare(request.finish, open);
    const frame = open.prompter.frameOf(open.embedding);
    const base = await this.#baseOf(request, open, frame);
    const prompt = base ? promptFor(base, request.points, frame, open.region) : toPrompt(request, open);
    const candidates = await open.prompter.decode(open.embedding, prompt);
    let found = candidates.flatMap((candidate): Found[] => {
      const mask = toImageMask(candidate.logits, frame, open.region, open.size);
      return mask ? [{ candidate, mask, isRefined: false }] : [];
    });
    // Before the rims, of which the first one's counts most.
    if (!base && !request.box) found = objectsFirst(found, open.region);
    if (request.finish) {
      const masks = found.map(({ mask }) => mask);
      const finished = await this.#finisher.finish(masks, request.finish, open, frame, request.points);
      found = found.map(({ candidate }, i) => ({ candidate, ...finished[i] }));
    }
    if (base) found = corrected(base, request.points[request.points.length - 1], found, frame);
    const answers = found.map((one) => this.#remember(open, one, base !== null));
    return { candidates: answers, model: this.about(session).model, ms: Math.round(performance.now() - started) };
  }

  /** The mask that the last click corrects; null: none, what is asked about is found anew. */
  async #baseOf({ corrects, points, prior, mask }: PromptRequest, open: Open, frame: PromptFrame): Promise<Rle | null> {
    if (!corrects || points.length === 0) return null;
    const known = prior === undefined ? undefined : open.answers.get(prior);
    let base = known ? known.corrected : mask ? toRle(mask) : null;
    if (!base || area(base) === 0) return null;
    // As in a draft that is gone on with: what was clicked before is made up for first.
    for (let n = 1; n < points.length && !known; n++) {
      if (follows(base, points[n - 1])) continue;
      const prompt = promptFor(base, points.slice(0, n), frame, open.region);
      const candidates = await open.prompter.decode(open.embedding, prompt);
      const found = candidates.flatMap(({ logits }) => {
        const one = toImageMask(logits, frame, open.region, open.size);
        return one ? [{ mask: one }] : [];
      });
      base = corrected(base, points[n - 1], found, frame)[0]?.mask ?? base;
    }
    return base;
  }

  /** What the examples look like, for looking for the like here or on another image. Small ones are looked at anew, and finer. */
  async describe(session: number, examples: readonly RleSegmentation[], steps: Steps): Promise<Likeness> {
    const open = this.#get(session);
    const { prompter, embedding, region } = open;
    const masks = examples.map(toRle);
    const frame = prompter.frameOf(embedding);
    const likeness = likenessOf(masks, frame, region);
    const tileSide = likeness && tileSideFor(likeness.areaPx, frame, region);
    if (likeness && tileSide) {
      const tile = tileAround(toBbox(masks[0]), tileSide, region);
      const finer = await this.#embedTiles(open, [tile], steps, (view) => likenessOf(masks, view.frame, tile));
      const { areaPx } = likeness;
      if (finer[0]) return { ...finer[0], areaPx, tileSide };
    }
    if (likeness) return likeness;
    throw new AppError('usage', 'The examples have no pixels on this part of the image: select objects with a mask');
  }

  async similar(
    session: number,
    likeness: Likeness,
    taken: readonly RleSegmentation[],
    step: SearchStep,
  ): Promise<RawProposal[]> {
    const open = this.#get(session);
    this.#finisher.expectNone();
    const { prompter, embedding, region, size } = open;
    const masks = taken.map(toRle);
    const { tileSide, areaPx } = likeness;
    if (tileSide === undefined) {
      return toProposals(open, await findSimilar(prompter, embedding, region, likeness, { taken: masks, step }));
    }
    const tiles = tilesOf(region, tileSide, areaPx);
    const steps: Steps = { step: () => step(0, tiles.length) };
    const found = await this.#embedTiles(open, tiles, steps, async (view, at) => {
      // What a tile's places are in all of them, as far as one can tell.
      const inTile: SearchStep = (done, total) => step(at * total + done, tiles.length * total);
      const options = { taken: masks, step: inTile };
      const here = await findSimilar(prompter, view.embedding, view.tile, likeness, options);
      return here.flatMap(({ logits, score }) => {
        const mask = toImageMask(logits, view.frame, view.tile, size);
        return mask ? [{ tile: view.tile, mask, score, categoryName: null }] : [];
      });
    });
    return joinAtSeams(found.flat()).map(({ mask, score }) => proposalOf(mask, score, null));
  }

  /** Looks at parts of an open image one after the other; the image is read once, and only where a part is not known yet. */
  async #embedTiles<T>(
    { borrowed, prompter, source }: Open,
    tiles: readonly Region[],
    steps: Steps,
    use: (view: { embedding: Embedding; frame: PromptFrame; tile: Region }, at: number) => T | Promise<T>,
  ): Promise<T[]> {
    let image: Promise<RgbImage> | null = null;
    const read = () => (image ??= this.#pictures.read(source, steps.signal));
    const results: T[] = [];
    for (const [at, region] of tiles.entries()) {
      const embedding = await this.#embed(borrowed, source, { region, read }, steps);
      results.push(await use({ embedding, frame: prompter.frameOf(embedding), tile: region }, at));
    }
    return results;
  }

  /** `part`: null for all of the image. */
  #embed(
    borrowed: BorrowedModel,
    source: ImageSource,
    part: { readonly region: Region; readonly read: () => RgbImage | Promise<RgbImage> } | null,
    steps: Steps,
  ): Promise<Embedding> {
    const { sha256, model } = borrowed.loaded;
    // The same weights with another size or normalisation see another picture.
    const maker = `${sha256} ${JSON.stringify(model.part)}`;
    const embed = async (shared: Steps) => {
      const prompter = prompterOf(borrowed);
      if (part) return prompter.embed(cropImage(await part.read(), part.region), shared);
      const { image, ...size } = await this.#readWhole(source, prompter, shared);
      return prompter.embed(image, shared, size);
    };
    return this.#embeddings.get(source, part?.region ?? null, maker, embed, steps);
  }

  /** No larger than the model looks at it, where reading it is the shorter for it. */
  async #readWhole(source: ImageSource, prompter: Prompter, { signal }: Steps): Promise<ScaledImage> {
    const scaled = await decodeScaled(source, (width, height) => prompter.contentSize(width, height), { signal });
    if (scaled) return scaled;
    const image = await this.#pictures.read(source, signal);
    return { image, width: image.width, height: image.height };
  }

  async everything(session: number, taken: readonly RleSegmentation[], step: SearchStep): Promise<RawProposal[]> {
    const open = this.#get(session);
    this.#finisher.expectNone();
    const options = { ...EVERYTHING_DEFAULTS, taken: taken.map(toRle), step };
    return toProposals(open, await findEverything(open.prompter, open.embedding, open.region, options));
  }

  #get(session: number): Open {
    const open = this.#open.get(session);
    // As after a restart of the process: whoever asks opens the image again.
    if (!open) throw new AppError('crashed', 'The image is not open for prompts any more', { hint: 'try again' });
    return open;
  }

  #remember({ answers }: Open, { mask, isRefined, candidate }: Found, isCorrected: boolean) {
    const id = this.#nextAnswer++;
    const { predictedIou, stability, logits } = candidate;
    answers.set(id, { logits, corrected: isCorrected ? mask : null });
    for (const oldest of answers.keys()) {
      if (answers.size <= keptAnswers) break;
      answers.delete(oldest);
    }
    const { segmentation, bbox } = proposalOf(mask, 1, null);
    const measured = { predictedIou, stability, ...(isRefined ? { isRimRefined: true as const } : {}) };
    return { id, segmentation, bbox, area: area(mask), ...measured };
  }
}

const fallbacksOf = ({ loaded: { notes } }: BorrowedModel) => (notes.length > 0 ? { fallbacks: notes } : {});

function prompterOf({ loaded: { engine, model } }: BorrowedModel): Prompter {
  if (engine.kind === 'prompter') return engine;
  throw new AppError('bad-model', `The model “${model.manifest.name}” answers no clicks and boxes`);
}

/** Into the embedded region's own pixels. */
function toPrompt({ points, box, prior, mask }: PromptRequest, { prompter, embedding, region, answers }: Open): Prompt {
  const [x, y] = region;
  const remembered = prior === undefined ? undefined : answers.get(prior)?.logits;
  const before = remembered ?? (mask && toPrior(toRle(mask), prompter.frameOf(embedding), region));
  return {
    points: points.map((point) => ({ ...point, x: point.x - x, y: point.y - y })),
    ...(box ? { box: [box[0] - x, box[1] - y, box[0] + box[2] - x, box[1] + box[3] - y] as const } : {}),
    ...(before ? { prior: before } : {}),
  };
}

/** What is as good as all that was looked at is rarely what a click meant: it comes last. */
function objectsFirst(found: readonly Found[], [, , width, height]: Region): Found[] {
  const isObject = ({ mask }: Found) => area(mask) <= ALL_OF_PICTURE * width * height;
  return [...found.filter(isObject), ...found.filter((one) => !isObject(one))];
}

const toRle = ({ counts, size }: RleSegmentation): Rle => fromCompressed(counts, size);

function toProposals({ prompter, embedding, region, size }: Open, found: readonly FoundMask[]): RawProposal[] {
  const frame = prompter.frameOf(embedding);
  return found.flatMap(({ logits, score }) => {
    const mask = toImageMask(logits, frame, region, size);
    return mask ? [proposalOf(mask, score, null)] : [];
  });
}

/** Whole pixels inside the image, at least one. */
function clipRegion([x, y, width, height]: Region, image: RgbImage): Region {
  const left = Math.min(Math.max(0, Math.floor(x)), image.width - 1);
  const top = Math.min(Math.max(0, Math.floor(y)), image.height - 1);
  const right = Math.min(Math.max(left + 1, Math.ceil(x + width)), image.width);
  const bottom = Math.min(Math.max(top + 1, Math.ceil(y + height)), image.height);
  return [left, top, right - left, bottom - top];
}
