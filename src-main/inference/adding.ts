/** Makes files a model of the user's: looked into, tried once on a picture, and kept under its name. */
import type { ProposalResult } from '@shared/document/proposalResult';
import type { CallContext } from '@shared/errors/work';
import type { ImageSource } from '@shared/images/source';
import type { InferenceRequests } from '@shared/ipc/inference';
import type { AddedModel, ModelDraft, ModelTrial, ModelWish } from '@shared/models/types';
import { type DecodedImage, decodeRgb } from '../images';
import { stageModel } from './catalog/addModel';
import { type ModelsFolders, shippedIds } from './catalog/catalog';
import { describeModel } from './catalog/describe';
import { readFacts } from './catalog/facts';
import { readModelFile } from './catalog/modelFile';
import { proposalOf } from './families/predictions';
import type { LoadedModel } from './graph/model';
import type { ModelCache } from './graph/modelCache';
import { toImageMask } from './prompts/promptMask';
import { propose } from './proposing';
import type { Steps } from './steps';
import { drawTrialScene } from './trialScene';

type AddParams = InferenceRequests['inference.addModel']['params'];

export class ModelAdding {
  constructor(
    private readonly modelsFolder: ModelsFolders,
    private readonly models: ModelCache,
  ) {}

  async inspect(files: readonly string[], wish: ModelWish = {}): Promise<ModelDraft> {
    const facts = await readFacts(files);
    const { family, evidence, assumed } = describeModel(facts, wish);
    return { family, evidence, assumed, isHalf: facts.graphs.some(({ isHalf }) => isHalf) };
  }

  /** Of a model that fails nothing stays. */
  async add(
    { files, folder, trial, replaces, wish = {} }: AddParams,
    steps: Steps,
    context: CallContext,
  ): Promise<AddedModel> {
    await steps.next('load', 'looking at the file');
    const facts = await readFacts(files);
    const described = describeModel(facts, wish);
    const staged = await stageModel(folder, facts, described, await shippedIds(this.modelsFolder, folder));
    try {
      const file = await readModelFile(staged.folder);
      await steps.next('load', 'trying the model');
      const tried = await this.models.use(file, (loaded) => tryModel(loaded, trial, steps, context));
      const { id, name, categories } = file.manifest;
      const kept = await staged.finish(replaces === true);
      const { evidence, assumed, family } = described;
      const about = { id, name, family, use: file.family.use, categories: categories.length, evidence, assumed };
      return { ...about, folder: kept, trial: tried };
    } catch (error) {
      await staged.discard();
      throw error;
    }
  }
}

/** `source`: the picture; a drawn scene where it is null. */
async function tryModel(
  loaded: LoadedModel,
  source: ImageSource | null,
  steps: Steps,
  context: CallContext,
): Promise<ModelTrial> {
  const read = async (): Promise<DecodedImage> =>
    source ? decodeRgb(source, { signal: context.signal }) : drawTrialScene();
  const { score } = loaded.model.manifest.defaults;
  const started = performance.now();
  const { size, proposals, notes } =
    loaded.engine.kind === 'prompter'
      ? await click(loaded.engine, await read(), steps, context)
      : await propose(loaded, read, { score }, steps, context);
  return { size, proposals, notes, ms: Math.round(performance.now() - started) };
}

/** One click left of and above the middle, where the drawn scene has something. */
async function click(
  prompter: Extract<LoadedModel['engine'], { kind: 'prompter' }>,
  image: DecodedImage,
  steps: Steps,
  { signal }: CallContext,
): Promise<Pick<ProposalResult, 'size' | 'proposals' | 'notes'>> {
  const size = [image.height, image.width] as const;
  const embedding = await prompter.embed(image, { signal, step: (timing, text) => steps.next(timing, text) });
  const points = [{ x: size[1] * 0.3, y: size[0] * 0.4, isInside: true }];
  const candidates = await prompter.decode(embedding, { points });
  const frame = prompter.frameOf(embedding);
  const proposals = candidates.flatMap(({ logits, predictedIou }) => {
    const mask = toImageMask(logits, frame, [0, 0, image.width, image.height], size);
    return mask ? [proposalOf(mask, predictedIou, null)] : [];
  });
  return { size, proposals, notes: [] };
}
