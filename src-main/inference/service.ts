/** Answers the inference requests: which models there are, and the proposals of a model for an image. */
import { setImmediate } from 'node:timers/promises';
import type { ImageSource, InferenceRequests, ProposalResult } from '../../src-shared/ipc/contract';
import { AppError, throwIfCancelled } from '../../src-shared/ipc/errors';
import type { CallContext, Handlers } from '../../src-shared/ipc/rpc';
import { decodeRgb } from '../images';
import { findModel, readCatalog, toSummary } from './catalog';
import { buildInput, type InputFrame, planInput } from './preprocess';
import { loadModel, type LoadedModel } from './session';
import { SessionCache } from './sessionCache';

export interface InferenceServiceOptions {
  /** Folder that holds one folder a model. */
  readonly modelsFolder: string;
}

/**
 * Handlers to serve. ONNX Runtime runs a graph on the calling thread: this process answers nothing meanwhile, and
 * cancellation takes effect between the steps only. Who cannot wait ends the process.
 */
export function createInferenceService({ modelsFolder }: InferenceServiceOptions): Handlers<InferenceRequests> {
  const sessions = new SessionCache(2, (file) => loadModel(file).catch(asModelFault));
  return {
    'inference.models': async () => {
      const { models, findings } = await readCatalog(modelsFolder);
      return { models: models.map(toSummary), findings };
    },

    'inference.propose': async ({ source, model, score }, context) => {
      const nextStep = countSteps(context, 4);
      await nextStep('loading the model');
      const file = await findModel(modelsFolder, model).catch(asModelFault);
      const lowest = checkScore(score ?? file.manifest.defaults.score);
      return sessions.use(file, (loaded) => propose(loaded, source, lowest, nextStep, context));
    },
  };
}

/** What is wrong with a model is told apart from what is wrong with an image. */
function asModelFault(error: unknown): never {
  if (!(error instanceof AppError) || error.code !== 'bad-input') throw error;
  const { message, place, hint } = error;
  throw new AppError('bad-model', message, { place, hint, cause: error });
}

async function propose(
  loaded: LoadedModel,
  source: ImageSource,
  score: number,
  nextStep: (text: string) => Promise<void>,
  { signal }: CallContext,
): Promise<ProposalResult> {
  const { manifest } = loaded.model;
  await nextStep('reading the image');
  const clock = makeClock();
  const image = await decodeRgb(source, { signal });
  const decodeMs = clock();
  const frame = planInput(image.width, image.height, manifest.input);
  const input = buildInput(image, manifest.input, frame);
  const preMs = clock();
  await nextStep('running the model');
  clock();
  const tensors = await loaded.run(input);
  const runMs = clock();
  await nextStep('making masks');
  clock();
  const proposals = loaded.family.toProposals(tensors, loaded.outputs, { manifest, frame, score });
  const postMs = clock();
  return {
    size: [image.height, image.width],
    proposals,
    provenance: {
      tool: 'model',
      model: { id: manifest.id, sha256: loaded.sha256 },
      params: { score, maskThreshold: manifest.defaults.maskThreshold },
      ms: Math.round(decodeMs + preMs + runMs + postMs),
      edits: 0,
    },
    timings: { decodeMs, preMs, runMs, postMs },
    notes: makeNotes(loaded, frame, score, proposals.length),
  };
}

/** Announces the next of `total` steps, unless the request was cancelled; waits so that messages can come and go. */
function countSteps({ signal, progress }: CallContext, total: number): (text: string) => Promise<void> {
  let done = 0;
  return async (text) => {
    await setImmediate();
    throwIfCancelled(signal);
    progress({ done: done++, total, text });
  };
}

/** Milliseconds since the last call. */
function makeClock(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const passed = now - last;
    last = now;
    return passed;
  };
}

function checkScore(score: number): number {
  if (score >= 0 && score <= 1) return score;
  throw new AppError('usage', `The score is ${score}, expected a number from 0 to 1`);
}

function makeNotes({ model }: LoadedModel, frame: InputFrame, score: number, found: number): string[] {
  const { scoreFloor, maxDetections } = model.manifest.inGraph;
  const notes: string[] = [];
  if (frame.limitedFrom !== undefined) {
    const [used, wanted] = [frame.transform.scaleX, frame.limitedFrom].map((scale) => scale.toPrecision(2));
    notes.push(`The image was scaled by ${used} instead of ${wanted}: it is too large for the model`);
  }
  if (scoreFloor !== undefined && score < scoreFloor) {
    notes.push(`The model itself drops what scores below ${scoreFloor}`);
  }
  if (maxDetections !== undefined && found >= maxDetections) {
    notes.push(`The model finds at most ${maxDetections} objects in an image: there may be more`);
  }
  return notes;
}
