/** Answers the inference requests: which models there are, and the proposals of a model for an image. */
import { setImmediate } from 'node:timers/promises';
import type { InferenceRequests } from '@shared/ipc/inference';
import type { ProposalResult, RawProposal } from '@shared/document/proposalResult';
import { AppError } from '@shared/errors/appError';
import { throwIfCancelled } from '@shared/errors/cancellation';
import type { CallContext } from '@shared/errors/work';
import type { ModelRuntime, Provider } from '@shared/models/providers';
import type { Handlers } from '@shared/ipc/rpc';
import { decodeRgb } from '../images';
import { ModelAdding, runTrial } from './adding';
import { findModel, findPart, madeInTurn, type ModelsFolders, readCatalog, toSummary } from './catalog/catalog';
import { pairModel } from './catalog/pairModel';
import { loadModel } from './graph/model';
import { ModelCache } from './graph/modelCache';
import { chooseRuntime } from './graph/providers';
import { computeThreads } from './graph/threads';
import { Waits } from './graph/waits';
import { Embeddings } from './prompts/embeddings';
import { PromptSessions, type SearchStep } from './prompts/promptSessions';
import { checkScore, checkTiles, propose } from './proposing';
import { RequestSteps } from './requestSteps';

export interface InferenceServiceOptions {
  /** Folders that hold one folder a model. */
  readonly modelsFolder: ModelsFolders;
  /** Where embeddings are kept between runs; absent: in memory only. */
  readonly embeddingsFolder?: string;
  /** What models are to run on; the processor where that cannot be used. */
  readonly provider?: Provider;
}

/** Above it models that nobody uses are let go: some 300 MB more, what one of them takes for a picture, stay below 1.2 GB. */
const room = { held: () => process.memoryUsage.rss(), most: 800 * 2 ** 20 };

/**
 * Handlers to serve. ONNX Runtime runs a graph on the calling thread: this process answers nothing meanwhile, and
 * cancellation takes effect between the steps only. Who cannot wait ends the process.
 */
export function createInferenceService({
  modelsFolder,
  embeddingsFolder,
  provider: wanted = 'cpu',
}: InferenceServiceOptions): Handlers<InferenceRequests> {
  const waits = new Waits();
  let chosen: Promise<ModelRuntime> | null = null;
  const runtime = () => (chosen ??= chooseRuntime(wanted));
  const models: ModelCache = new ModelCache(
    4,
    async (file) => {
      const { used } = await runtime();
      const borrowPart = async (id: string) => {
        const part = await findPart(modelsFolder, file, id);
        if (waits.reaches(part.folder, file.folder)) throw madeInTurn(file, id);
        return waits.during(file.folder, part.folder, () => models.borrow(part));
      };
      return loadModel(file, borrowPart, used).catch(asModelFault);
    },
    room,
  );
  const adding = new ModelAdding(modelsFolder, models);
  const embeddings = new Embeddings({ folder: embeddingsFolder });
  const sessions = new PromptSessions(embeddings);
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
      context.progress({ done, total, text: `place ${done + 1} of ${total}` });
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
      return { models: await Promise.all(models.map((one) => toSummary(one, models))), findings };
    },

    'inference.runtime': runtime,

    'inference.propose': async ({ source, model, score, split, tiles }, context) => {
      // How many tiles there are shows when the image is read.
      const steps = new RequestSteps(context, tiles ? 0 : 4);
      await steps.step('load', 'loading the model');
      const file = await findModel(modelsFolder, model).catch(asModelFault);
      const lowest = checkScore(score ?? file.manifest.defaults.score);
      const read = () => decodeRgb(source, { signal: context.signal });
      return models.use(file, (loaded) =>
        propose(loaded, read, { score: lowest, split, tiles: checkTiles(tiles) }, steps),
      );
    },

    'inference.inspectModel': (params) => adding.inspect(params),

    'inference.tryModel': (params, context) => adding.try(params, new RequestSteps(context, 6)),

    'inference.addModel': (params, context) => adding.add(params, new RequestSteps(context, 6)),

    'inference.pairModel': ({ model, folder }) => pairModel(modelsFolder, folder, model),

    'inference.bench': async ({ model, trial, runs }, context) => {
      const steps = new RequestSteps(context, 2 + runs);
      await steps.step('load', 'loading the model');
      const file = await findModel(modelsFolder, model).catch(asModelFault);
      const started = performance.now();
      return models.use(file, async (loaded) => {
        const loadMs = performance.now() - started;
        const runMs: number[] = [];
        // The first one prepares what the others use.
        for (let i = 0; i <= runs; i++) runMs.push((await runTrial(loaded, trial, steps)).ms);
        return {
          loadMs,
          runMs: runMs.slice(1),
          rssBytes: process.memoryUsage.rss(),
          threads: computeThreads(),
          provider: (await runtime()).used,
        };
      });
    },

    'inference.openPrompts': async ({ source, model, region }, context) => {
      const steps = new RequestSteps(context, 3);
      await steps.step('load', 'loading the model');
      const borrowed = await borrow(model);
      return sessions.open(source, region ?? null, borrowed, steps);
    },

    'inference.prompt': async ({ session, ...request }, { signal }) => {
      // A newer prompt may have taken its place while the one before was computed.
      await setImmediate();
      throwIfCancelled(signal);
      return sessions.prompt(session, request);
    },

    'inference.closePrompts': async ({ session }) => {
      sessions.close(session);
      // Whoever is done with the image may end the process.
      await embeddings.written();
      return null;
    },

    'inference.describe': ({ session, examples }, context) =>
      sessions.describe(session, examples, new RequestSteps(context, 3)),

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
