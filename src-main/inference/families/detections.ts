/** What the detection families share: boxes, labels and scores of one run, checked, filtered and in order. */
import { z } from 'zod';
import type { RawProposal } from '@shared/document/proposalResult';
import { AppError } from '@shared/errors/appError';
import type { Rle } from '@shared/mask';
import type { OutputTensor } from '../graph/graph';
import { type Corners, nonMaximumSuppression } from '../image/postprocess';
import type { DecodeContext } from './imagePredictor';
import { proposalOf } from './predictions';

/** `outputs` of model.json for boxes `[n,4]` x1 y1 x2 y2 in input pixels, labels `[n]` and scores `[n]`. */
export const detectionOutputs = {
  boxes: z.looseObject({
    name: z.string(),
    format: z.literal('xyxy').default('xyxy'),
    space: z.literal('input pixels').default('input pixels'),
  }),
  labels: z.looseObject({
    name: z.string(),
    /** The label of the first entry of `categories`; without it a label is a category's id. */
    firstCategory: z.number().int().optional(),
  }),
  scores: z.looseObject({ name: z.string() }),
};

/** What `readDetections` reads: as `detectionOutputs` describes it. */
export type DetectionTensors = Readonly<Record<'boxes' | 'labels' | 'scores', OutputTensor>>;

/** One kept detection: its row in the tensors, its box in input pixels. */
export interface Detection {
  readonly row: number;
  readonly box: Corners;
  readonly score: number;
  readonly categoryName: string;
}

/**
 * The detections of at least the context's score whose label is a category, by descending score (ties: the tensors'
 * order), after class-wise NMS where model.json asks for it. Boxes without extent or with non-finite numbers are dropped.
 */
export function readDetections(
  { boxes, labels, scores }: DetectionTensors,
  firstCategory: number | undefined,
  { head, score }: DecodeContext,
): Detection[] {
  const n = scores.dims.reduce((product, dim) => product * dim, 1);
  expectShape('boxes', boxes, [n, 4]);
  expectShape('labels', labels, [n]);
  const label = (row: number) => Number(labels.data[row]);
  const corners = boxes.data as Float32Array;
  const names = new Map(
    head.categories.map(({ id, name }, i) => [firstCategory === undefined ? id : firstCategory + i, name]),
  );
  const rows: number[] = [];
  for (let row = 0; row < n; row++) {
    const [x1, y1, x2, y2] = corners.subarray(4 * row, 4 * row + 4);
    if (Number(scores.data[row]) >= score && x2 > x1 && y2 > y1 && names.has(label(row))) rows.push(row);
  }
  const { nms } = head.defaults;
  const at = (index: number) => rows[index];
  const kept =
    nms === undefined
      ? rows.slice().sort((a, b) => Number(scores.data[b]) - Number(scores.data[a]) || a - b)
      : nonMaximumSuppression(
          Float32Array.from(rows.flatMap((row) => [...corners.subarray(4 * row, 4 * row + 4)])),
          rows.map((row) => Number(scores.data[row])),
          rows.map(label),
          nms,
        ).map(at);
  return kept.map((row) => ({
    row,
    box: [corners[4 * row], corners[4 * row + 1], corners[4 * row + 2], corners[4 * row + 3]],
    score: Number(scores.data[row]),
    categoryName: names.get(label(row))!,
  }));
}

/** mmdeploy's `dets` [1,n,5] x1 y1 x2 y2 score and `labels` [1,n]. */
export function splitDets(dets: OutputTensor, labels: OutputTensor): DetectionTensors {
  expectShape('dets', dets, [1, null, 5]);
  const n = dets.dims[1];
  const numbers = dets.data as Float32Array;
  const boxes = new Float32Array(4 * n);
  const scores = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    boxes.set(numbers.subarray(5 * i, 5 * i + 4), 4 * i);
    scores[i] = numbers[5 * i + 4];
  }
  return {
    boxes: { dims: [n, 4], data: boxes },
    labels: { dims: [n], data: labels.data },
    scores: { dims: [n], data: scores },
  };
}

/** What `splitDets` gives, without the rows of score 0, which are padding. */
export const readDets = (rows: DetectionTensors, context: DecodeContext): Detection[] =>
  readDetections(rows, 0, { ...context, score: Math.max(context.score, Number.MIN_VALUE) });

export function toProposal(mask: Rle, { score, categoryName }: Detection): RawProposal {
  return proposalOf(mask, score, categoryName);
}

/** Throws `bad-input` unless the tensor has the dimensions; `null` allows any. */
export function expectShape(role: string, tensor: OutputTensor, dims: readonly (number | null)[]): void {
  const same = tensor.dims.length === dims.length && dims.every((dim, i) => dim === null || dim === tensor.dims[i]);
  // Some exports give a flat [n] where [n, 1] or a batch of one was meant: only the count matters there.
  const flat = dims.length === 1 && tensor.data.length === dims[0];
  if (same || flat) return;
  const shown = (list: readonly (number | null)[]) => `[${list.map((dim) => dim ?? 'any').join(', ')}]`;
  throw new AppError('bad-input', `The model's ${role} have the shape ${shown(tensor.dims)}, expected ${shown(dims)}`, {
    place: { pointer: `/outputs/${role}` },
  });
}
