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

/** Everything a decoder needs besides the tensors and its own part of model.json. */
export interface DecodeContext {
  readonly head: ModelHead;
  readonly frame: InputFrame;
  /** Lowest score kept. */
  readonly score: number;
}

/** `O`: the family's outputs in model.json. */
export interface ImageFamily<O> extends ModelFamily<{ input: ModelInput; outputs: O }> {
  readonly outputs: z.ZodType<O>;
  /** Tensors by the keys of `outputs`. Throws `bad-input` for tensors of unexpected shapes. */
  decode(tensors: Readonly<Record<string, OutputTensor>>, outputs: O, context: DecodeContext): Prediction;
}

export function imageFamily<O extends Readonly<Record<string, { readonly name: string }>>>(
  id: string,
  outputs: z.ZodType<O>,
  decode: ImageFamily<O>['decode'],
  use: ModelFamily['use'] = 'objects',
): ImageFamily<O> {
  return {
    id,
    use,
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
      return {
        kind: 'predictor',
        async predict(image, context) {
          await context.step('pre');
          const frame = planInput(image.width, image.height, part.input);
          noteLimit(frame, context.note);
          const input = buildInput(image, part.input, frame);
          await context.step('run', 'running the model');
          const tensors = await graph.run({ image: input });
          await context.step('post', 'making masks');
          return decode(tensors, part.outputs, { head: model.manifest, frame, score: context.score });
        },
      };
    },
  };
}

/** The named tensors among a model.json's outputs, with their places in it. */
export function outputNames(outputs: Readonly<Record<string, { readonly name: string } | undefined>>, pointer: string) {
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([key, output]) =>
      output ? [[key, { name: output.name, pointer: `${pointer}/${key}` }]] : [],
    ),
  );
}

function noteLimit({ limitedFrom, transform }: InputFrame, note: (sentence: string) => void): void {
  if (limitedFrom === undefined) return;
  const [used, wanted] = [transform.scaleX, limitedFrom].map((scale) => scale.toPrecision(2));
  note(`The image was scaled by ${used} instead of ${wanted}: it is too large for the model`);
}
