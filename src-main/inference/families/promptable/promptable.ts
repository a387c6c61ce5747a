/**
 * Segment Anything and its kin: an encoder that runs once an image, a decoder that turns clicks and boxes into masks.
 * encoder: the image -> embedding [1,C,h,w].
 * decoder: embedding, points [1,n,2] in input pixels, labels [1,n] (1 on the object, 0 not, 2 and 3 the box's corners, -1
 * padding: one such point where there is no box), prior [1,1,p,p] logits of an earlier answer or zeros, hasPrior [1] ->
 * masks [1,k,p,p] logits over the encoder's whole input, scores [1,k] expected IoU.
 * Source: Kirillov et al., Segment Anything (2023), and its ONNX example.
 */
import { z } from 'zod';
import { imagePoint, imageToModel } from '@shared/geometry/coords';
import { AppError } from '@shared/errors/appError';
import { imageInput } from '../../catalog/imageInput';
import type { Graph, OutputTensor } from '../../graph/graph';
import { buildInput, inputCorners, type InputFrame, planInput } from '../../image/preprocess';
import type { Candidate, Embedding, ModelFamily, Prompt, PromptFrame, Prompter } from '../family';

const tensor = z.looseObject({ name: z.string().min(1) });

const part = z.object({
  encoder: z.looseObject({ input: imageInput, embedding: tensor }),
  decoder: z.looseObject({
    embedding: tensor,
    points: tensor,
    labels: tensor,
    prior: tensor.extend({ side: z.number().int().positive().default(256) }),
    hasPrior: tensor,
    masks: tensor,
    scores: tensor,
    /** The mask meant for prompts without ambiguity (a box, several clicks, a prior) among those of the decoder. */
    wholeMask: z.number().int().min(0).default(0),
  }),
});

type Part = z.infer<typeof part>;

/** What the decoder's labels mean. */
const LABEL = { padding: -1, outside: 0, inside: 1, topLeft: 2, bottomRight: 3 } as const;

export const promptable: ModelFamily<Part> = {
  id: 'promptable',
  use: 'prompts',
  part,
  async load(_model, { encoder, decoder }, host): Promise<Prompter> {
    const at = (graph: string, key: string, { name }: { name: string }) => ({ name, pointer: `/${graph}/${key}` });
    const encoding = await host.openGraph({
      role: 'encoder',
      inputs: { image: { ...at('encoder', 'input', encoder.input), layout: encoder.input.layout } },
      outputs: { embedding: at('encoder', 'embedding', encoder.embedding) },
      // It runs once an image and needs a gigabyte of intermediate tensors where they are kept.
      keepsMemory: false,
    });
    const { embedding, points, labels, prior, hasPrior, masks, scores } = decoder;
    const inputs = { embedding, points, labels, prior, hasPrior };
    const outputs = { masks, scores };
    const placed = (tensors: Readonly<Record<string, { name: string }>>) =>
      Object.fromEntries(Object.entries(tensors).map(([key, plan]) => [key, at('decoder', key, plan)]));
    const decoding = await host.openGraph({ role: 'decoder', inputs: placed(inputs), outputs: placed(outputs) });
    const frameOf = ({ imageWidth, imageHeight }: Embedding) => planInput(imageWidth, imageHeight, encoder.input);
    return {
      kind: 'prompter',
      async embed(image, context) {
        await context.step('pre');
        const frame = planInput(image.width, image.height, encoder.input);
        const input = buildInput(image, encoder.input, frame);
        await context.step('run', 'looking at the image');
        const { embedding: found } = await encoding.run({ image: input });
        if (!(found.data instanceof Float32Array)) throw unexpected('embedding', found);
        const { width: imageWidth, height: imageHeight } = image;
        return { imageWidth, imageHeight, tensors: { embedding: { dims: found.dims, data: found.data } } };
      },
      decode: (embedding, prompt) => decode(decoding, decoder, frameOf(embedding), embedding, prompt),
      frameOf: (embedding) => {
        const { dims, data: values } = embedding.tensors.embedding;
        const [, channels, height, width] = dims;
        return {
          gridWidth: decoder.prior.side,
          gridHeight: decoder.prior.side,
          corners: inputCorners(frameOf(embedding)),
          features: { values, channels, width, height },
        } satisfies PromptFrame;
      },
    };
  },
};

async function decode(
  graph: Graph,
  { prior: { side }, wholeMask }: Part['decoder'],
  frame: InputFrame,
  { tensors }: Embedding,
  prompt: Prompt,
): Promise<readonly Candidate[]> {
  const { coords, labels } = toPoints(prompt, frame);
  const { masks, scores } = await graph.run({
    embedding: tensors.embedding,
    points: { data: coords, dims: [1, labels.length, 2] },
    labels: { data: labels, dims: [1, labels.length] },
    prior: { data: prompt.prior ?? new Float32Array(side * side), dims: [1, 1, side, side] },
    hasPrior: { data: Float32Array.of(prompt.prior ? 1 : 0), dims: [1] },
  });
  const [, count, height, width] = masks.dims;
  if (masks.dims.length !== 4 || !(masks.data instanceof Float32Array)) throw unexpected('masks', masks);
  if (!(scores.data instanceof Float32Array) || scores.data.length !== count) throw unexpected('scores', scores);
  const all = masks.data;
  const order = rank(scores.data, wholeMask, isAmbiguous(prompt));
  return order.map((k) => {
    // Copied: the tensor's memory is the runtime's.
    const logits = all.slice(k * height * width, (k + 1) * height * width);
    return {
      predictedIou: (scores.data as Float32Array)[k],
      stability: stabilityOf(logits, width, height, frame),
      logits,
    };
  });
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

function toPoints({ points, box }: Prompt, { transform }: InputFrame) {
  const placed: [x: number, y: number, label: number][] = [];
  const add = (x: number, y: number, label: number) => {
    const point = imageToModel(imagePoint(x, y), transform);
    placed.push([point.x, point.y, label]);
  };
  for (const { x, y, isInside } of points) add(x, y, isInside ? LABEL.inside : LABEL.outside);
  if (box) {
    add(box[0], box[1], LABEL.topLeft);
    add(box[2], box[3], LABEL.bottomRight);
  } else placed.push([0, 0, LABEL.padding]);
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
      if (value > 1) sure++;
      if (value > -1) possible++;
    }
  }
  return possible === 0 ? 0 : sure / possible;
}

function unexpected(role: string, { dims }: OutputTensor): AppError {
  return new AppError('bad-input', `The model's ${role} have an unexpected shape or type: [${dims.join(', ')}]`);
}
