/**
 * What YOLO's one tensor of detections says, with N classes, M mask coefficients (none in detectors without masks) and A candidates:
 * - `classes` (v8, 9, 11, 12): [1,4+N+M,A]: cx cy w h in input pixels, probabilities, coefficients;
 * - `objectness` (v5, v7): [1,A,5+N+M]: the same with the probability of any object before the classes;
 * - `end to end` (10, 26, or exported with NMS): [1,K,6+M]: x1 y1 x2 y2, score, class, coefficients; nothing is suppressed here.
 * Source: Ultralytics, utils/nms.py.
 */
import { z } from 'zod';
import { AppError } from '@shared/errors/appError';
import type { OutputTensor } from '../graph/graph';
import { warm } from '../image/warm';
import { type Detection, type DetectionTensors, expectShape, readDetections } from './detections';
import type { DecodeContext } from './imagePredictor';

const forms = ['classes', 'objectness', 'end to end'] as const;
export type YoloForm = (typeof forms)[number];

/** `detections` of model.json's outputs. */
export const yoloDetections = z.looseObject({
  name: z.string(),
  /** Told by the shape unless given. */
  form: z.enum(forms).optional(),
});

/** As Ultralytics: what a crowded scene needs, and a bound for a threshold of 0. */
const mostDetections = 300;
const usualNms = 0.7;

export interface FoundByYolo {
  /** At most 300, best first. */
  readonly found: readonly Detection[];
  /** Of one of them. */
  coefficientsOf(detection: Detection): Float32Array;
}

/** `coefficients`: how many there are for a mask. Throws `bad-input` for a shape that does not fit the categories. */
export function readYolo(
  tensor: OutputTensor,
  wanted: YoloForm | undefined,
  coefficients: number,
  context: DecodeContext,
): FoundByYolo {
  const { head } = context;
  const rows = readRows(tensor, wanted, head.categories.length, coefficients, context);
  const isSuppressed = rows.form === 'end to end';
  const nms = isSuppressed ? head.defaults.nms : (head.defaults.nms ?? usualNms);
  const found = readDetections(rows, 0, { ...context, head: { ...head, defaults: { ...head.defaults, nms } } });
  return {
    found: found.slice(0, mostDetections),
    coefficientsOf: ({ row }) => rows.coefficients.subarray(row * coefficients, (row + 1) * coefficients),
  };
}

interface Rows extends DetectionTensors {
  readonly form: YoloForm;
  /** `[n, M]` */
  readonly coefficients: Float32Array;
}

/** The candidates of at least the context's score, each with its best class. */
function readRows(
  { dims, data }: OutputTensor,
  wanted: YoloForm | undefined,
  classes: number,
  coefficients: number,
  { score: lowest }: DecodeContext,
): Rows {
  const form = wanted ?? formFor(dims, classes, coefficients);
  const before = { classes: 4, objectness: 5, 'end to end': 6 }[form];
  const length = form === 'end to end' ? before + coefficients : before + classes + coefficients;
  const expected = form === 'classes' ? [1, length, null] : [1, null, length];
  expectShape('detections', { dims, data }, expected);
  const values = data as Float32Array;
  const n = form === 'classes' ? dims[2] : dims[1];
  // From one candidate, and from one number of it, to the next.
  const [perCandidate, perNumber] = form === 'classes' ? [1, n] : [length, 1];
  const at = (i: number, k: number) => i * perCandidate + k * perNumber;
  const boxes: number[] = [];
  const labels: number[] = [];
  const scores: number[] = [];
  const kept: number[] = [];
  const isCandidate =
    form === 'classes' ? reached(values.subarray(before * n, (before + classes) * n), n, lowest) : null;
  for (let i = 0; i < n; i++) {
    if (isCandidate?.[i] === 0) continue;
    const label = form === 'end to end' ? values[at(i, 5)] : bestClass(i);
    const score = scoreOf(i, label);
    if (!(score >= lowest)) continue;
    const [a, b, c, d] = [values[at(i, 0)], values[at(i, 1)], values[at(i, 2)], values[at(i, 3)]];
    if (form === 'end to end') boxes.push(a, b, c, d);
    else boxes.push(a - c / 2, b - d / 2, a + c / 2, b + d / 2);
    labels.push(label);
    scores.push(score);
    for (let k = length - coefficients; k < length; k++) kept.push(values[at(i, k)]);
  }
  return {
    form,
    boxes: { dims: [scores.length, 4], data: Float32Array.from(boxes) },
    labels: { dims: [scores.length], data: Int32Array.from(labels) },
    scores: { dims: [scores.length], data: Float32Array.from(scores) },
    coefficients: Float32Array.from(kept),
  };

  function bestClass(i: number): number {
    let [best, most] = [0, -Infinity];
    for (let c = 0, from = at(i, before); c < classes; c++, from += perNumber) {
      if (values[from] > most) {
        most = values[from];
        best = c;
      }
    }
    return best;
  }

  function scoreOf(i: number, label: number): number {
    if (form === 'end to end') return values[at(i, 4)];
    const most = values[at(i, before + label)];
    return form === 'objectness' ? most * values[at(i, 4)] : most;
  }
}

/**
 * Of `n` candidates the ones with a probability of at least `lowest` are 1; `probabilities[class * n + candidate]`. Gone through in
 * their own order: from class to class of one candidate it is far.
 */
function reached(probabilities: Float32Array, n: number, lowest: number): Uint8Array {
  const is = new Uint8Array(n);
  const { length } = probabilities;
  for (let from = 0; from < length; from += n) {
    warm(probabilities, from, from + n);
    for (let at = from, end = from + n; at < end; at += 8) {
      // Most of eight have none.
      if (
        probabilities[at] >= lowest ||
        probabilities[at + 1] >= lowest ||
        probabilities[at + 2] >= lowest ||
        probabilities[at + 3] >= lowest ||
        probabilities[at + 4] >= lowest ||
        probabilities[at + 5] >= lowest ||
        probabilities[at + 6] >= lowest ||
        probabilities[at + 7] >= lowest
      ) {
        for (let i = at; i < Math.min(at + 8, end); i++) if (probabilities[i] >= lowest) is[i - from] = 1;
      }
    }
  }
  return is;
}

function formFor(dims: readonly number[], classes: number, coefficients: number): YoloForm {
  const [, rows, columns] = dims;
  const fits: Record<YoloForm, boolean> = {
    classes: rows === 4 + classes + coefficients,
    'end to end': columns === 6 + coefficients && rows <= mostDetections,
    objectness: columns === 5 + classes + coefficients,
  };
  const form = (['classes', 'end to end', 'objectness'] as const).find((one) => fits[one]);
  if (dims.length === 3 && form) return form;
  throw new AppError(
    'bad-input',
    `The model's detections have the shape [${dims.join(', ')}], which does not fit ${classes} categories and ` +
      `${coefficients} mask coefficients`,
    { place: { pointer: '/categories' }, hint: 'name as many categories as the model was trained with' },
  );
}
