/** Answers the inference requests: which models there are, and the proposals of a model for an image. */
import { setImmediate } from 'node:timers/promises';
import type { ImageSource } from '@shared/images/source';
import type { InferenceRequests } from '@shared/ipc/inference';
import type { ProposalResult, RawProposal } from '@shared/document/proposalResult';
import { AppError } from '@shared/errors/appError';
import { throwIfCancelled } from '@shared/errors/cancellation';
import type { CallContext } from '@shared/errors/work';
import type { Handlers } from '@shared/ipc/rpc';
import { decodeRgb, scalingNotes } from '../images';
import { findModel, type ModelsFolders, readCatalog, shippedIds, toSummary } from './catalog/catalog';
import { stageModel } from './catalog/addModel';
import { describeModel } from './catalog/describe';
import { readFacts } from './catalog/facts';
import { type ModelFile, readModelFile } from './catalog/modelFile';
import type { PredictContext, Timing } from './families/family';
import { type ProposalOptions, toProposals } from './families/predictions';
import { loadModel, type LoadedModel } from './graph/model';
import { ModelCache } from './graph/modelCache';
import { Waits } from './graph/waits';
import { Embeddings } from './prompts/embeddings';
import { predictTiled, type TileOptions } from './tiles/tiles';
import { PromptSessions, type SearchStep } from './prompts/promptSessions';

export interface InferenceServiceOptions {
  /** Folders that hold one folder a model. */
  readonly modelsFolder: ModelsFolders;
  /** Where embeddings are kept between runs; absent: in memory only. */
  readonly embeddingsFolder?: string;
}

/**
 * Handlers to serve. ONNX Runtime runs a graph on the calling thread: this process answers nothing meanwhile, and
 * cancellation takes effect between the steps only. Who cannot wait ends the process.
 */
export function createInferenceService({
  modelsFolder,
  embeddingsFolder,
}: InferenceServiceOptions): Handlers<InferenceRequests> {
  const waits = new Waits();
  const models: ModelCache = new ModelCache(4, (file) =>
    loadModel(file, async (id) => {
      const refused = (what: string) =>
        new AppError('bad-input', `${file.file} is made of “${id}”, which is ${what}`, { place: { file: file.file } });
      const part = await findModel(modelsFolder, id);
      if (part.family.use === 'objects' && part.family.id === file.family.id)
        throw refused('itself made of other models');
      if (waits.reaches(part.folder, file.folder)) throw refused('made of this one in turn');
      return waits.during(file.folder, part.folder, () => models.borrow(part));
    }).catch(asModelFault),
  );
  const sessions = new PromptSessions(new Embeddings({ folder: embeddingsFolder }));
  const borrow = async (id: string) => models.borrow(await findModel(modelsFolder, id).catch(asModelFault));

  /** What a search over an opened image gives, with its progress. */
  const search = async (
    session: number,
    tool: string,
    context: CallContext,
    run: (step: SearchStep) => Promise<RawProposal[]>,
  ): Promise<ProposalResult> => {
    const started = performance.now();
    const proposals = await run(async (done, total) => {
      await setImmediate();
      throwIfCancelled(context.signal);
      context.progress({ done, total, text: `${tool}: place ${done + 1} of ${total}` });
    });
    const ms = Math.round(performance.now() - started);
    const { size, model } = sessions.about(session);
    return {
      size,
      proposals,
      provenance: { tool: 'model', model, params: { search: tool }, ms, edits: 0 },
      timings: { runMs: ms },
      notes: [],
    };
  };

  return {
    'inference.models': async () => {
      const { models, findings } = await readCatalog(modelsFolder);
      return { models: await Promise.all(models.map(toSummary)), findings };
    },

    'inference.propose': async ({ source, model, score, split, tiles }, context) => {
      const steps = new Steps(context, 4);
      await steps.next('load', 'loading the model');
      const file = await findModel(modelsFolder, model).catch(asModelFault);
      const lowest = checkScore(score ?? file.manifest.defaults.score);
      return models.use(file, (loaded) =>
        propose(loaded, source, { score: lowest, split, tiles: checkTiles(tiles) }, steps, context),
      );
    },

    'inference.addModel': async ({ files, folder, trial, replaces }, context) => {
      const steps = new Steps(context, 6);
      await steps.next('load', 'looking at the file');
      const facts = await readFacts(files);
      const described = describeModel(facts, {});
      const staged = await stageModel(folder, facts, described, await shippedIds(modelsFolder, folder));
      try {
        const file = await readModelFile(staged.folder);
        await steps.next('load', 'trying the model');
        const tried = await models.use(file, async (loaded) =>
          trial && file.family.use === 'objects'
            ? propose(loaded, trial, { score: file.manifest.defaults.score }, steps, context)
            : null,
        );
        const found = tried ? tried.proposals.length : null;
        const { id, name } = file.manifest;
        const kept = await staged.finish(replaces === true);
        const { evidence, assumed, family } = described;
        return { id, name, family, use: file.family.use, folder: kept, evidence, assumed, found };
      } catch (error) {
        await staged.discard();
        throw error;
      }
    },

    'inference.openPrompts': async ({ source, model, region }, context) => {
      const steps = new Steps(context, 3);
      await steps.next('load', 'loading the model');
      const borrowed = await borrow(model);
      return sessions.open(source, region ?? null, borrowed, {
        signal: context.signal,
        step: (timing, text) => steps.next(timing, text),
      });
    },

    'inference.prompt': async ({ session, ...request }, { signal }) => {
      // A newer prompt may have taken its place while the one before was computed.
      await setImmediate();
      throwIfCancelled(signal);
      return sessions.prompt(session, request);
    },

    'inference.closePrompts': async ({ session }) => {
      sessions.close(session);
      return null;
    },

    'inference.describe': async ({ session, examples }, context) => {
      const steps = new Steps(context, 3);
      return sessions.describe(session, examples, {
        signal: context.signal,
        step: (timing, text) => steps.next(timing, text),
      });
    },

    'inference.similar': async ({ session, likeness, taken }, context) =>
      search(session, 'similar', context, (step) => sessions.similar(session, likeness, taken, step)),

    'inference.everything': async ({ session, taken }, context) =>
      search(session, 'everything', context, (step) => sessions.everything(session, taken, step)),
  };
}

/** What is wrong with a model is told apart from what is wrong with an image. */
function asModelFault(error: unknown): never {
  if (!(error instanceof AppError) || error.code !== 'bad-input') throw error;
  const { message, place, hint } = error;
  throw new AppError('bad-model', message, { place, hint, cause: error });
}

async function propose(
  { model, sha256, engine }: LoadedModel,
  source: ImageSource,
  { score, split, tiles }: { score: number; split?: ProposalOptions['split']; tiles?: TileOptions },
  steps: Steps,
  { signal }: CallContext,
): Promise<ProposalResult> {
  const { manifest } = model;
  if (engine.kind !== 'predictor') {
    throw new AppError('usage', `The model “${manifest.name}” finds nothing by itself: it answers clicks and boxes`);
  }
  await steps.next('decode', 'reading the image');
  const image = await decodeRgb(source, { signal });
  const notes = scalingNotes(image);
  const context: PredictContext = {
    score,
    signal,
    step: (timing, text) => steps.next(timing, text),
    note: (sentence) => notes.push(sentence),
  };
  const prediction = await (tiles
    ? predictTiled(engine, image, tiles, context, manifest.categories)
    : engine.predict(image, context));
  const size = [image.height, image.width] as const;
  const { categories, defaults } = manifest;
  const options = { split: split ?? defaults.split, minArea: defaults.minArea };
  const proposals = toProposals(prediction, size, categories, options);
  const { decodeMs, preMs, runMs, postMs } = steps.end();
  return {
    size,
    proposals,
    provenance: {
      tool: 'model',
      model: { id: manifest.id, sha256 },
      params: {
        score,
        maskThreshold: manifest.defaults.maskThreshold,
        ...(tiles ? { tile: tiles.side, overlap: tiles.overlap } : {}),
      },
      ms: Math.round(decodeMs + preMs + runMs + postMs),
      edits: 0,
    },
    timings: { decodeMs, preMs, runMs, postMs },
    notes: [...notes, ...limitsOf(model, score, proposals.length)],
  };
}

type StepTiming = Timing | 'load' | 'decode';

/** The steps of one request: announces them, lets cancellations in, and adds up what each kind took. */
class Steps {
  readonly #ms: Record<StepTiming, number> = { load: 0, decode: 0, pre: 0, run: 0, post: 0 };
  readonly #context: CallContext;
  readonly #total: number;
  #done = 0;
  #current: StepTiming | null = null;
  #since = 0;

  constructor(context: CallContext, total: number) {
    this.#context = context;
    this.#total = total;
  }

  /** Begins what is booked under `timing`, unless the request was cancelled; waits so that messages can come and go. */
  async next(timing: StepTiming, text?: string): Promise<void> {
    this.#book();
    await setImmediate();
    throwIfCancelled(this.#context.signal);
    if (text !== undefined) {
      const done = Math.min(this.#done++, this.#total - 1);
      this.#context.progress({ done, total: this.#total, text });
    }
    this.#current = timing;
    this.#since = performance.now();
  }

  /** Milliseconds by kind. */
  end(): Record<'decodeMs' | 'preMs' | 'runMs' | 'postMs', number> {
    this.#book();
    const { decode, pre, run, post } = this.#ms;
    return { decodeMs: decode, preMs: pre, runMs: run, postMs: post };
  }

  #book(): void {
    if (this.#current) this.#ms[this.#current] += performance.now() - this.#since;
    this.#current = null;
  }
}

function checkScore(score: number): number {
  if (score >= 0 && score <= 1) return score;
  throw new AppError('usage', `The score is ${score}, expected a number from 0 to 1`);
}

function checkTiles(tiles: TileOptions | undefined): TileOptions | undefined {
  if (!tiles) return undefined;
  const { side, overlap } = tiles;
  if (Number.isInteger(side) && Number.isInteger(overlap) && side >= 64 && overlap >= 0 && overlap <= side / 2)
    return tiles;
  throw new AppError('usage', `Tiles of ${side} pixels with an overlap of ${overlap} cannot be laid`, {
    hint: 'a tile has at least 64 pixels, and the overlap is at most half of it',
  });
}

/** What the graph itself keeps back. */
function limitsOf({ manifest }: ModelFile, score: number, found: number): string[] {
  const { scoreFloor, maxDetections } = manifest.inGraph;
  const notes: string[] = [];
  if (scoreFloor !== undefined && score < scoreFloor) {
    notes.push(`The model itself drops what scores below ${scoreFloor}`);
  }
  if (maxDetections !== undefined && found >= maxDetections) {
    notes.push(`The model finds at most ${maxDetections} objects in an image: there may be more`);
  }
  return notes;
}
