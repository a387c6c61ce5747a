/** Makes files a model of the user's: looked into, tried once on a picture, and kept under its name. */
import { basename, sep } from 'node:path';
import type { ProposalResult } from '@shared/document/proposalResult';
import { AppError, toErrorData } from '@shared/errors/appError';
import type { ImageSource } from '@shared/images/source';
import type { InferenceRequests, ModelFiles } from '@shared/ipc/inference';
import type { AddedModel, ModelDraft, ModelTask, ModelTrial, ModelWish, TensorWords } from '@shared/models/types';
import { type DecodedImage, decodeRgb } from '../images';
import { stageModel } from './catalog/stageModel';
import { type ModelsFolders, readCatalog, shippedIds } from './catalog/catalog';
import { describeModel, familiesFor, titleOf, toId } from './catalog/describe';
import { type ModelFacts, readFacts } from './catalog/facts';
import { imageInput } from './catalog/imageInput';
import { readModelFile } from './catalog/modelFile';
import type { TensorFacts } from './catalog/onnxFile';
import type { Prompter } from './families/family';
import { imageInputOf, shown } from './families/guess';
import { proposalOf } from './families/predictions';
import type { LoadedModel } from './graph/model';
import type { ModelCache } from './graph/modelCache';
import { toImageMask } from './prompts/promptMask';
import { propose } from './proposing';
import type { RequestSteps } from './requestSteps';
import { drawTrialScene } from './trialScene';

type TryParams = InferenceRequests['inference.tryModel']['params'];
type AddParams = InferenceRequests['inference.addModel']['params'];

export class ModelAdding {
  constructor(
    private readonly modelsFolder: ModelsFolders,
    private readonly models: ModelCache,
  ) {}

  async inspect({ files, folder, wish = {} }: ModelFiles): Promise<ModelDraft> {
    const facts = await readFacts(files);
    const title = titleOf(facts, wish);
    const id = toId(title);
    const shipped = await shippedIds(this.modelsFolder, folder);
    const own = (await readCatalog(folder)).models.map(({ manifest }) => manifest.id);
    return {
      id,
      name: title,
      graphs: facts.graphs.map(({ file, bytes, producer, inputs, outputs }) => ({
        file: basename(file),
        bytes,
        producer,
        inputs: inputs.map(inWords),
        outputs: outputs.map(inWords),
      })),
      beside: facts.beside.files,
      families: familiesFor(facts),
      isHalf: facts.graphs.some(({ isHalf }) => isHalf),
      taken: shipped.includes(id) ? 'shipped' : own.includes(id) ? 'own' : null,
      ...described(facts, wish),
    };
  }

  /** What the files would find; nothing of them stays. */
  async try({ files, folder, token, trial, wish = {} }: TryParams, steps: RequestSteps): Promise<ModelTrial> {
    await steps.step('load', 'looking at the file');
    const facts = await readFacts(files);
    const staged = await stageModel(folder, facts, describeModel(facts, wish), { links: true, token });
    try {
      return await this.#run(staged.folder, trial, steps).catch(aboutGiven(staged.folder, facts));
    } finally {
      await staged.discard();
    }
  }

  /** Of a model that fails nothing stays. */
  async add({ files, folder, token, trial, replaces, wish = {} }: AddParams, steps: RequestSteps): Promise<AddedModel> {
    await steps.step('load', 'looking at the file');
    const facts = await readFacts(files);
    const { evidence, assumed, family, ...rest } = describeModel(facts, wish);
    const shipped = await shippedIds(this.modelsFolder, folder);
    const staged = await stageModel(folder, facts, { evidence, assumed, family, ...rest }, { shipped, token });
    try {
      const tried = await this.#run(staged.folder, trial, steps).catch(aboutGiven(staged.folder, facts));
      const { manifest, family: kind } = await readModelFile(staged.folder);
      const { id, name, categories } = manifest;
      const kept = await staged.finish(replaces === true);
      const about = { id, name, family, use: kind.use, categories: categories.length, evidence, assumed };
      return { ...about, folder: kept, trial: tried };
    } catch (error) {
      await staged.discard();
      throw error;
    }
  }

  async #run(folder: string, trial: ImageSource | null, steps: RequestSteps): Promise<ModelTrial> {
    const file = await readModelFile(folder);
    await steps.step('load', 'trying the model');
    try {
      return await this.models.use(file, (loaded) => runTrial(loaded, trial, steps));
    } finally {
      this.models.drop(folder);
    }
  }
}

/** Where the trial runs is gone when its fault is read: a sentence is about the file that was given. */
function aboutGiven(staged: string, { graphs }: ModelFacts): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof AppError)) throw error;
    const { message, place } = error;
    const isNamed = message.includes(staged);
    if (!isNamed && !place?.file?.startsWith(staged)) throw error;
    const about = isNamed ? undefined : { file: graphs[0].file };
    throw error.saying({ message: message.replaceAll(`${staged}${sep}`, ''), place: about });
  };
}

const inWords = (tensor: TensorFacts): TensorWords => ({ name: tensor.name, shape: shown(tensor) });

type Described = Pick<
  ModelDraft,
  'family' | 'evidence' | 'assumed' | 'preparation' | 'isSizeFixed' | 'task' | 'categories' | 'classes' | 'problem'
>;

/** What the files are taken for; where no family can read them, why. */
function described(facts: ModelFacts, wish: ModelWish): Described {
  try {
    const { family, guess, evidence, assumed, manifest, problem } = describeModel(facts, wish);
    const { input, encoder, outputs, categories } = manifest as unknown as ManifestParts;
    const { colour, range, mean, std, resize } = imageInput.parse(input ?? encoder?.input);
    const image = facts.graphs.map(imageInputOf).find((found) => found !== null);
    return {
      family,
      evidence,
      assumed,
      preparation: { colour, range, mean, std, resize },
      isSizeFixed: [image?.width, image?.height].every((side) => typeof side === 'number' && side > 1),
      task: outputs?.task ?? null,
      categories: categories.map(({ name }) => name),
      classes: guess.classes,
      problem: problem && toErrorData(problem),
    };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const nothing = { family: null, evidence: [], assumed: [], preparation: null, isSizeFixed: false, task: null };
    return { ...nothing, categories: [], classes: null, problem: toErrorData(error) };
  }
}

/** Of a manifest that was made of a guess. */
interface ManifestParts {
  readonly input?: unknown;
  readonly encoder?: { readonly input: unknown };
  readonly outputs?: { readonly task?: ModelTask };
  readonly categories: readonly { readonly name: string }[];
}

/** `source`: the picture; a drawn scene where it is null. */
export async function runTrial(
  loaded: LoadedModel,
  source: ImageSource | null,
  steps: RequestSteps,
): Promise<ModelTrial> {
  const read = async (): Promise<DecodedImage> =>
    source ? decodeRgb(source, { signal: steps.signal }) : drawTrialScene();
  const { score } = loaded.model.manifest.defaults;
  const started = performance.now();
  const { size, proposals, notes } =
    loaded.engine.kind === 'prompter'
      ? await click(loaded.engine, await read(), steps)
      : await propose(loaded, read, { score }, steps);
  return { size, proposals, notes, ms: Math.round(performance.now() - started) };
}

/** One click left of and above the middle, where the drawn scene has something. */
async function click(
  prompter: Prompter,
  image: DecodedImage,
  steps: RequestSteps,
): Promise<Pick<ProposalResult, 'size' | 'proposals' | 'notes'>> {
  const size = [image.height, image.width] as const;
  const embedding = await prompter.embed(image, steps);
  const points = [{ x: size[1] * 0.3, y: size[0] * 0.4, isInside: true }];
  const candidates = await prompter.decode(embedding, { points });
  const frame = prompter.frameOf(embedding);
  const proposals = candidates.flatMap(({ logits, predictedIou }) => {
    const mask = toImageMask(logits, frame, [0, 0, image.width, image.height], size);
    return mask ? [proposalOf(mask, predictedIou, null)] : [];
  });
  return { size, proposals, notes: [] };
}
