/**
 * Segment Anything and its kin (MobileSAM, EfficientSAM, SAM 2): an encoder that runs once an image, a decoder that turns clicks
 * and boxes into masks.
 * encoder: the image -> embedding [1,C,h,w], and of SAM 2 features of a higher resolution. One that pads the resized image
 * to a square by itself says its `square`.
 * decoder: embedding and features, points [1,n,2] (EfficientSAM: [1,1,n,2]) in input pixels, labels [1,n] (1 on the object, 0 not,
 * 2 and 3 the box's corners, -1 padding: one such point where there is no box), prior [1,1,p,p] logits of an earlier answer or
 * zeros, hasPrior [1], originalSize [2] height and width -> masks [1,k,p,p] logits over the encoder's whole input, scores [1,k]
 * expected IoU. `masks` is the output of low resolution where there are two; a decoder that enlarges its masks to the original
 * size is told the size of the small grid instead.
 * Source: Kirillov et al., Segment Anything (2023), and its ONNX example; EfficientSAM's and SAM 2's exports.
 */
import { z } from 'zod';
import { imagePoint, imageToModel } from '@shared/geometry/coords';
import { AppError } from '@shared/errors/appError';
import { imageInput } from '../../catalog/imageInput';
import type { Graph, OutputTensor } from '../../graph/graph';
import { buildInput, inputCorners, type InputFrame, planInput } from '../../image/preprocess';
import type { Candidate, Embedding, ModelFamily, Prompt, PromptFrame, Prompter } from '../family';
import { outputNames } from '../imagePredictor';
import { recognise } from './recognise';

const tensor = z.looseObject({ name: z.string().min(1) });

const part = z.object({
  encoder: z.looseObject({
    input: imageInput,
    embedding: tensor,
    /** More outputs that the decoder takes, under the same keys as its own `features`. */
    features: z.record(z.string(), tensor).default({}),
    /** Side of the square that the encoder itself pads the image to, on the right and at the bottom. */
    square: z.number().int().positive().optional(),
  }),
  decoder: z.looseObject({
    embedding: tensor,
    features: z.record(z.string(), tensor).default({}),
    points: tensor.extend({
      /** 4: with a dimension for the object before the points. */
      rank: z.union([z.literal(3), z.literal(4)]).default(3),
      /** `original size`: counted in the size that the decoder is told. */
      space: z.enum(['input', 'original size']).default('input'),
      /** Whether a prompt without a box needs a point that means "no box". */
      padding: z.boolean().default(true),
    }),
    labels: tensor,
    prior: tensor.extend({ side: z.number().int().positive().default(256) }).optional(),
    hasPrior: tensor.optional(),
    originalSize: tensor.optional(),
    masks: tensor
      .extend({
        side: z.number().int().positive().default(256),
        /** Side of the square that the original enlarges its masks to before it cuts and resizes them to the picture: a multiple. */
        enlargedTo: z.number().int().positive().optional(),
      })
      .refine(
        ({ side, enlargedTo = side }) => enlargedTo % side === 0,
        'must have an enlargedTo that is a multiple of side',
      ),
    scores: tensor,
    /**
     * The mask meant for prompts without ambiguity (a box, several clicks, a prior) among those of the decoder; one that is
     * not there for decoders without such a mask.
     */
    wholeMask: z.number().int().min(0).default(0),
  }),
});

type Part = z.infer<typeof part>;

/** What the decoder's labels mean. */
const LABEL = { padding: -1, outside: 0, inside: 1, topLeft: 2, bottomRight: 3 } as const;

export const promptable: ModelFamily<Part> = {
  id: 'promptable',
  title: 'Segment Anything, MobileSAM, EfficientSAM, SAM 2',
  use: 'prompts',
  part,
  recognise,
  async load(_model, { encoder, decoder }, host): Promise<Prompter> {
    const encoding = await host.openGraph({
      role: 'encoder',
      inputs: { image: { name: encoder.input.name, pointer: '/encoder/input', layout: encoder.input.layout } },
      outputs: outputNames({ embedding: encoder.embedding, features: encoder.features }, '/encoder'),
    });
    const { masks, scores, embedding, features, points, labels, prior, hasPrior, originalSize } = decoder;
    const decoding = await host.openGraph({
      role: 'decoder',
      inputs: outputNames({ embedding, features, points, labels, prior, hasPrior, originalSize }, '/decoder'),
      outputs: outputNames({ masks, scores }, '/decoder'),
    });
    const frameOf = ({ imageWidth, imageHeight }: Pick<Embedding, 'imageWidth' | 'imageHeight'>): InputFrame => {
      const frame = planInput(imageWidth, imageHeight, encoder.input);
      const { square } = encoder;
      return square === undefined ? frame : { ...frame, inputWidth: square, inputHeight: square };
    };
    return {
      kind: 'prompter',
      contentSize(width, height) {
        if (encoder.input.white !== '255' || encoder.input.percentiles) return null;
        const { contentWidth, contentHeight } = planInput(width, height, encoder.input);
        return [contentWidth, contentHeight];
      },
      async embed(image, context, { width, height } = image) {
        await context.step('pre');
        const input = buildInput(image, encoder.input, planInput(width, height, encoder.input));
        await context.step('run', 'looking at the image');
        const found = await encoding.run({ image: input });
        const tensors = Object.entries(found).map(([key, { dims, data }]) => {
          if (!(data instanceof Float32Array)) throw unexpected(key, { dims, data });
          return [key, { dims, data }] as const;
        });
        return { imageWidth: width, imageHeight: height, tensors: Object.fromEntries(tensors) };
      },
      decode: (embedded, prompt) => decode(decoding, decoder, frameOf(embedded), embedded, prompt),
      frameOf: (embedded) => {
        const { dims, data: values } = embedded.tensors.embedding;
        const [, channels, height, width] = dims;
        return {
          gridWidth: masks.side,
          gridHeight: masks.side,
          ...(masks.enlargedTo ? { enlargement: masks.enlargedTo / masks.side } : {}),
          corners: inputCorners(frameOf(embedded)),
          features: { values, channels, width, height },
        } satisfies PromptFrame;
      },
    };
  },
};

async function decode(
  graph: Graph,
  { masks: { side }, points, prior, hasPrior, originalSize, wholeMask }: Part['decoder'],
  frame: InputFrame,
  { tensors }: Embedding,
  prompt: Prompt,
): Promise<readonly Candidate[]> {
  const { coords, labels } = toPoints(prompt, frame, points, side);
  const lead = points.rank === 4 ? [1, 1] : [1];
  const found = await graph.run({
    ...tensors,
    points: { data: coords, dims: [...lead, labels.length, 2] },
    labels: { data: labels, dims: [...lead, labels.length] },
    ...(prior ? { prior: priorOf(prompt, prior.side) } : {}),
    ...(hasPrior ? { hasPrior: { data: Float32Array.of(prompt.prior ? 1 : 0), dims: [1] } } : {}),
    ...(originalSize ? { originalSize: { data: Float32Array.of(side, side), dims: [2] } } : {}),
  });
  const [height, width] = found.masks.dims.slice(-2);
  const { data } = found.masks;
  const scores = found.scores.data;
  const count = scores.length;
  if (!(data instanceof Float32Array) || data.length !== count * side * side || width !== side || height !== side) {
    throw unexpected('masks', found.masks);
  }
  if (!(scores instanceof Float32Array)) throw unexpected('scores', found.scores);
  return rank(scores, wholeMask, isAmbiguous(prompt)).map((k) => {
    // Copied: the tensor's memory is the runtime's.
    const logits = data.slice(k * height * width, (k + 1) * height * width);
    return { predictedIou: scores[k], stability: stabilityOf(logits, width, height, frame), logits };
  });
}

/** Zeros, never written to: made anew for each click they would make the collector run more often. */
let noPrior = new Float32Array(0);

function priorOf({ prior }: Prompt, side: number) {
  if (noPrior.length !== side * side) noPrior = new Float32Array(side * side);
  return { data: prior ?? noPrior, dims: [1, 1, side, side] };
}

/** One click may mean a part, an object or a group; the decoder has a mask for each and one for when it is clear. */
function isAmbiguous({ points, box, prior }: Prompt): boolean {
  return points.length === 1 && !box && !prior;
}

/** Best first: by expected IoU, where the mask for clear prompts is the first or the last. */
function rank(scores: Float32Array, wholeMask: number, isAmbiguous: boolean): number[] {
  const others = Array.from(scores, (_, k) => k).filter((k) => k !== wholeMask);
  others.sort((a, b) => scores[b] - scores[a] || a - b);
  if (wholeMask >= scores.length) return others;
  return isAmbiguous ? [...others, wholeMask] : [wholeMask, ...others];
}

function toPoints(
  { points, box }: Prompt,
  { transform, inputWidth, inputHeight }: InputFrame,
  { space, padding }: Part['decoder']['points'],
  side: number,
) {
  // The masks' grid, which the decoder is told is the picture's size, lies over the whole input.
  const [scaleX, scaleY] = space === 'input' ? [1, 1] : [side / inputWidth, side / inputHeight];
  const placed: [x: number, y: number, label: number][] = [];
  const add = (x: number, y: number, label: number) => {
    const point = imageToModel(imagePoint(x, y), transform);
    placed.push([point.x * scaleX, point.y * scaleY, label]);
  };
  for (const { x, y, isInside } of points) add(x, y, isInside ? LABEL.inside : LABEL.outside);
  if (box) {
    add(box[0], box[1], LABEL.topLeft);
    add(box[2], box[3], LABEL.bottomRight);
  } else if (padding) placed.push([0, 0, LABEL.padding]);
  return {
    coords: Float32Array.from(placed.flatMap(([x, y]) => [x, y])),
    labels: Float32Array.from(placed, ([, , label]) => label),
  };
}

/** Pixels above +1 over pixels above -1, inside the image's part of the input. */
function stabilityOf(logits: Float32Array, width: number, height: number, frame: InputFrame): number {
  const columns = Math.ceil((frame.contentWidth / frame.inputWidth) * width);
  const rows = Math.ceil((frame.contentHeight / frame.inputHeight) * height);
  let [sure, possible] = [0, 0];
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const value = logits[y * width + x];
      sure += +(value > 1);
      possible += +(value > -1);
    }
  }
  return possible === 0 ? 0 : sure / possible;
}

function unexpected(role: string, { dims }: OutputTensor): AppError {
  return new AppError('bad-input', `The model's ${role} have an unexpected shape or type: [${dims.join(', ')}]`);
}
