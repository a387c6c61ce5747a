/**
 * YOLACT: loc [1,P,4], conf [1,P,N+1] probabilities whose first is background, coefficients [1,P,M], protos [1,h,w,M], P anchors;
 * priors [P,4] cx cy w h as fractions of the input where the export gives them, else computed for the usual anchors of a
 * square input. The input is 550 x 550, stretched.
 * A mask is sigmoid(protos . coefficients), cut to its box and a cell around it, then enlarged, above 0.5.
 * Source: dbolya/yolact, layers/functions/detection.py (fast NMS), layers/output_utils.py, utils of layers/box_utils.py.
 */
import { z } from 'zod';
import { matrixProduct } from '../../graph/matrixProduct';
import { warm } from '../../image/warm';
import { logitsToRle } from '../../image/logitsToRle';
import { sigmoid, toPlanar } from '../../image/planes';
import { boxIouAt } from '../../image/postprocess';
import { inputCorners } from '../../image/preprocess';
import { type Detection, expectShape, toProposal } from '../detections';
import type { Prediction } from '../family';
import { imageFamily } from '../imagePredictor';
import { usualPriors } from './priors';
import { recognise } from './recognise';

const named = z.looseObject({ name: z.string() });
const outputs = z.object({
  loc: named,
  conf: named,
  coefficients: named,
  protos: named,
  priors: named.optional(),
});

/** As the original: candidates a class that are compared, and objects kept. */
const mostCandidates = 200;
const mostDetections = 100;
const variances = [0.1, 0.2];
const anchorsAtOnce = 64;

export const yolact = imageFamily(
  'yolact',
  outputs,
  async (tensors, _plan, context): Promise<Prediction> => {
    const { head, frame, score } = context;
    const { loc, conf, coefficients, protos } = tensors;
    const classes = head.categories.length;
    expectShape('loc', loc, [1, null, 4]);
    const anchors = loc.dims[1];
    expectShape('conf', conf, [1, anchors, classes + 1]);
    expectShape('protos', protos, [1, null, null, null]);
    const [, height, width, count] = protos.dims;
    expectShape('coefficients', coefficients, [1, anchors, count]);
    const priors = tensors.priors ? (tensors.priors.data as Float32Array) : usualPriors(frame.inputWidth);
    expectShape('priors', { dims: [priors.length / 4, 4], data: priors }, [anchors, 4]);

    const found: Detection[] = [];
    const probabilities = conf.data as Float32Array;
    const candidates = rowsOf(probabilities, classes, score);
    const boxes = decodeBoxes(loc.data as Float32Array, priors, candidates);
    for (const [c, rows] of candidates.entries()) {
      const scores = (i: number) => probabilities[i * (classes + 1) + 1 + c];
      for (const row of fastNms(boxes, scores, rows, head.defaults.nms ?? 0.5)) {
        const box = [boxes[4 * row], boxes[4 * row + 1], boxes[4 * row + 2], boxes[4 * row + 3]] as const;
        found.push({ row, box, score: scores(row), categoryName: head.categories[c].name });
      }
    }
    found.sort((a, b) => b.score - a.score);

    const cells = width * height;
    const planes = toPlanar(protos.data as Float32Array, count, cells);
    const size = [frame.imageHeight, frame.imageWidth] as const;
    const kept = found.slice(0, mostDetections);
    const weights = new Float32Array(kept.length * count);
    for (const [i, { row }] of kept.entries()) {
      weights.set((coefficients.data as Float32Array).subarray(row * count, (row + 1) * count), i * count);
    }
    const logits = await matrixProduct(weights, planes, count);
    const items = kept.flatMap((detection, i) => {
      const values = cropped(logits.subarray(i * cells, (i + 1) * cells), width, height, detection.box);
      const grid = { values, offset: 0, width, height };
      const mask = logitsToRle(grid, inputCorners(frame), size, head.defaults.maskThreshold);
      return mask ? [toProposal(mask, detection)] : [];
    });
    return { kind: 'instances', items };
  },
  { title: 'YOLACT', recognise },
);

/** For each class the anchors that have it with at least the score. */
function rowsOf(probabilities: Float32Array, classes: number, score: number): number[][] {
  const rows = Array.from({ length: classes }, (): number[] => []);
  const { length } = probabilities;
  const step = (classes + 1) * anchorsAtOnce;
  for (let from = 0; from < length; from += step) {
    const end = Math.min(from + step, length);
    warm(probabilities, from, end);
    for (let at = from; at < end;) {
      // Past the background.
      at++;
      for (let c = 0; c < classes; c++, at++) {
        if (probabilities[at] >= score) rows[c].push(Math.floor(at / (classes + 1)));
      }
    }
  }
  return rows;
}

/** Boxes x1 y1 x2 y2 as fractions of the input, of the rows that are asked for. */
function decodeBoxes(loc: Float32Array, priors: Float32Array, rows: readonly (readonly number[])[]): Float32Array {
  const boxes = new Float32Array(loc.length);
  for (const row of rows.flat()) {
    const i = 4 * row;
    const [pw, ph] = [priors[i + 2], priors[i + 3]];
    const cx = priors[i] + loc[i] * variances[0] * pw;
    const cy = priors[i + 1] + loc[i + 1] * variances[0] * ph;
    const w = pw * Math.exp(loc[i + 2] * variances[1]);
    const h = ph * Math.exp(loc[i + 3] * variances[1]);
    boxes[i] = cx - w / 2;
    boxes[i + 1] = cy - h / 2;
    boxes[i + 2] = cx + w / 2;
    boxes[i + 3] = cy + h / 2;
  }
  return boxes;
}

/** A candidate goes where any better one of its class overlaps it, even one that went itself: one pass, as the original does. */
function fastNms(boxes: Float32Array, scores: (i: number) => number, rows: number[], iou: number): number[] {
  rows.sort((a, b) => scores(b) - scores(a) || a - b);
  const best = rows.slice(0, mostCandidates);
  return best.filter((row, i) => best.slice(0, i).every((better) => boxIouAt(boxes, better, row) <= iou));
}

/**
 * Turns logits, in place, into probabilities inside the box and a cell around it, and into 0 elsewhere; whole cells that begin there
 * (sanitize_coordinates without cast).
 */
export function cropped(logits: Float32Array, width: number, height: number, box: Detection['box']): Float32Array {
  const range = (a: number, b: number, cells: number) => {
    const low = Math.ceil(Math.min(a, b) * cells - 1);
    const high = Math.ceil(Math.max(a, b) * cells + 1);
    return [Math.max(low, 0), Math.min(high, cells)];
  };
  const [left, right] = range(box[0], box[2], width);
  const [top, bottom] = range(box[1], box[3], height);
  if (left >= right || top >= bottom) return logits.fill(0);
  logits.fill(0, 0, top * width).fill(0, bottom * width);
  for (let y = top; y < bottom; y++) {
    const row = y * width;
    logits.fill(0, row, row + left).fill(0, row + right, row + width);
    for (let i = row + left; i < row + right; i++) logits[i] = sigmoid(logits[i]);
  }
  return logits;
}
