/** Families of one graph that takes the image and gives all tensors at once: only their decoding differs. */
import { z } from 'zod';
import type { ModelHead } from '../catalog/modelFile';
import { imageInput, type ModelInput } from '../catalog/imageInput';
import type { OutputTensor } from '../graph/graph';
import { buildInput, type InputFrame, planInput } from '../image/preprocess';
import type { ModelFamily, Prediction } from './family';

const hasGraph = [
  (files: readonly { role: string }[]) => files.some(({ role }) => role === 'model'),
  'must hold a file with the role "model"',
] as const;

/** Of an input kept for the next image: 8 MB. */
const mostSpared = 2 ** 21;

/** Everything a decoder needs besides the tensors and its own part of model.json. */
export interface DecodeContext {
  readonly head: ModelHead;
  readonly frame: InputFrame;
  /** Lowest score kept. */
  readonly score: number;
  /** For decoders that take long: lets messages come and go; throws `cancelled`. */
  pause(): Promise<void>;
}

/** `O`: the family's outputs in model.json; `A`: what its decoder gives, at once or between pauses. */
export interface ImageFamily<O, A extends Prediction | Promise<Prediction> = Prediction> extends ModelFamily<{
  input: ModelInput;
  outputs: O;
}> {
  readonly outputs: z.ZodType<O>;
  /** Tensors by the keys of `outputs`. Throws `bad-input` for tensors of unexpected shapes. */
  decode(tensors: Readonly<Record<string, OutputTensor>>, outputs: O, context: DecodeContext): A;
}

export function imageFamily<O extends object, A extends Prediction | Promise<Prediction> = Prediction>(
  id: string,
  outputs: z.ZodType<O>,
  decode: ImageFamily<O, A>['decode'],
  { title, use = 'objects', recognise }: Pick<ModelFamily, 'title' | 'recognise'> & { use?: ModelFamily['use'] },
): ImageFamily<O, A> {
  return {
    id,
    title,
    use,
    ...(recognise ? { recognise } : {}),
    outputs,
    part: z.object({
      files: z.array(z.looseObject({ role: z.string() })).refine(...hasGraph),
      input: imageInput,
      outputs,
      categories: z.array(z.unknown()).min(1),
    }),
    decode,
    async load(model, part, host) {
      const graph = await host.openGraph({
        role: 'model',
        inputs: { image: { name: part.input.name, pointer: '/input', layout: part.input.layout } },
        outputs: outputNames(part.outputs, '/outputs'),
      });
      // Memory that is fresh for each image is slow to write to, and large arrays make the collector run.
      let spare: Float32Array | null = null;
      return {
        kind: 'predictor',
        async predict(image, context): Promise<Prediction> {
          await context.step('pre');
          const frame = planInput(image.width, image.height, part.input);
          noteLimit(frame, context.note);
          const input = buildInput(image, part.input, frame, spare);
          // Whoever asks meanwhile makes its own.
          spare = null;
          await context.step('run', 'running the model');
          const tensors = await graph.run({ image: input });
          if (input.data.length <= mostSpared) spare = input.data;
          await context.step('post', 'making masks');
          const pause = () => context.step('post');
          return await (decode(tensors, part.outputs, { head: model.manifest, frame, score: context.score, pause }) as
            Prediction | Promise<Prediction>);
        },
      };
    },
  };
}

/** The named tensors in a family's outputs of model.json by their paths in it (`boxes`, `levels/0/kernels`), with their places. */
export function outputNames(outputs: object, pointer: string): Record<string, { name: string; pointer: string }> {
  const found: Record<string, { name: string; pointer: string }> = {};
  const visit = (value: unknown, path: readonly string[]) => {
    if (typeof value !== 'object' || value === null) return;
    const { name } = value as { name?: unknown };
    if (typeof name === 'string') found[path.join('/')] = { name, pointer: `${pointer}/${path.join('/')}` };
    else for (const [key, inner] of Object.entries(value)) visit(inner, [...path, key]);
  };
  visit(outputs, []);
  return found;
}

function noteLimit({ limitedFrom, transform }: InputFrame, note: (sentence: string) => void): void {
  if (limitedFrom === undefined) return;
  const [used, wanted] = [transform.scaleX, limitedFrom].map((scale) => scale.toPrecision(2));
  note(`The image was scaled by ${used} instead of ${wanted}: it is too large for the model`);
}
