/**
 * SOLOv2: for each level a grid of class scores [1,N,S,S] and of kernels [1,E,S,S], and mask features [1,E,h,w]. Each cell whose
 * score is high enough gives a mask: its kernel over the features as a 1x1 convolution, squashed, above 0.5. Points that are not
 * greatest among their neighbours go first, then Matrix NMS lowers what lies over better masks.
 * Source: mmdet/models/dense_heads/solov2_head.py, mmdet/models/layers/matrix_nms.py.
 */
import { z } from 'zod';
import type { Box } from '@shared/geometry/box';
import type { RawProposal } from '@shared/document/proposalResult';
import type { OutputTensor } from '../../graph/graph';
import { matrixProduct } from '../../graph/matrixProduct';
import { extentOf } from '../../image/extent';
import { cropPlane, logit, type Plane, sigmoid } from '../../image/planes';
import { expectShape } from '../detections';
import type { Prediction } from '../family';
import { imageFamily } from '../imagePredictor';
import { proposalOf } from '../predictions';
import { matrixNms } from './matrixNms';
import { recognise } from './recognise';
import { wholeMask } from './wholeMask';

const named = z.looseObject({ name: z.string() });
const outputs = z.object({
  /** From the finest grid to the coarsest. */
  levels: z
    .array(
      z.looseObject({
        categories: named.extend({
          /** `logits`: squashed here unless all are within 0..1; `peaks`: squashed and without neighbours already. */
          values: z.enum(['logits', 'peaks']).default('logits'),
        }),
        kernels: named,
        /** Input pixels a cell: masks of fewer cells of the features than this are noise. */
        stride: z.number().positive(),
      }),
    )
    .min(1),
  features: named,
});

/** As the original: below this a cell is no candidate; most candidates, most objects. */
const lowestCandidate = 0.1;
const mostCandidates = 500;
const mostDetections = 100;

/** Masks that are summed up at once: each time all features are gone through, and twenty megabytes for them. */
const atOnce = 64;
/** Masks that are made between two pauses. */
const pauseEvery = 16;

/** A class at a cell of a level's grid. */
interface Cell {
  readonly category: number;
  readonly score: number;
  readonly kernel: Float32Array;
  readonly stride: number;
}

interface Candidate {
  readonly category: number;
  readonly score: number;
  readonly area: number;
  readonly bits: Uint32Array;
  /** What is above, and a cell around it: nothing further out can come to be above. */
  readonly box: Box;
  readonly logits: Plane;
}

export const solo = imageFamily(
  'solo',
  outputs,
  async (tensors, { levels }, context): Promise<Prediction> => {
    const { head, frame } = context;
    const { features } = tensors;
    expectShape('features', features, [1, null, null, null]);
    const [, channels, height, width] = features.dims;
    const cells = height * width;
    const threshold = logit(head.defaults.maskThreshold);
    const found = bestCells(tensors, levels, head.categories.length, channels);
    const candidates: Candidate[] = [];
    for (let from = 0; from < found.length; from += atOnce) {
      const some = found.slice(from, from + atOnce);
      const kernels = new Float32Array(some.length * channels);
      for (const [i, { kernel }] of some.entries()) kernels.set(kernel, i * channels);
      const planes = await matrixProduct(kernels, features.data as Float32Array, channels);
      for (const [i, { category, score, stride }] of some.entries()) {
        if (i % pauseEvery === 0) await context.pause();
        const logits = { values: planes.subarray(i * cells, (i + 1) * cells), width, height };
        const mask = maskOf(logits, threshold);
        if (!mask || mask.area <= stride) continue;
        const { area, confidence, bits, box } = mask;
        candidates.push({ category, score: score * confidence, area, bits, box, logits: cropPlane(logits, box) });
      }
    }
    candidates.sort((a, b) => b.score - a.score);
    await context.pause();
    const scores = matrixNms(candidates);
    const order = candidates
      .map((candidate, i) => ({ ...candidate, score: scores[i] }))
      .filter(({ score }) => score >= context.score)
      .sort((a, b) => b.score - a.score)
      .slice(0, mostDetections);
    const items: RawProposal[] = [];
    for (const [i, { category, score, logits, box }] of order.entries()) {
      if (i % pauseEvery === 0) await context.pause();
      const mask = wholeMask(logits, box, [width, height], frame, head.defaults.maskThreshold);
      if (mask) items.push(proposalOf(mask, score, head.categories[category].name));
    }
    return { kind: 'instances', items };
  },
  { title: 'SOLOv2', recognise },
);

/** The classes at cells that score best; only for them a mask is made, which is the dear part. */
function bestCells(
  tensors: Readonly<Record<string, OutputTensor>>,
  levels: z.infer<typeof outputs>['levels'],
  classes: number,
  channels: number,
): Cell[] {
  const maps = levels.map((_, i) => tensors[`levels/${i}/categories`]);
  // Exports often squash already; twice would make candidates of all cells.
  const isSquashed = maps.every(({ data }) => areSquashed(data as Float32Array));
  const found: { level: number; category: number; cell: number; score: number }[] = [];
  for (const [level, { categories: plan }] of levels.entries()) {
    const map = maps[level];
    expectShape(`levels/${level}/categories`, map, [1, classes, null, null]);
    const [, , rows, columns] = map.dims;
    expectShape(`levels/${level}/kernels`, tensors[`levels/${level}/kernels`], [1, channels, rows, columns]);
    const values = map.data as Float32Array;
    const scores = plan.values === 'peaks' ? values : peaks(isSquashed ? values : values.map(sigmoid), columns, rows);
    const grid = rows * columns;
    for (let cell = 0; cell < grid; cell++) {
      for (let category = 0; category < classes; category++) {
        const score = scores[category * grid + cell];
        if (score > lowestCandidate) found.push({ level, category, cell, score });
      }
    }
  }
  found.sort((a, b) => b.score - a.score);
  return found.slice(0, mostCandidates).map(({ level, category, cell, score }) => {
    const { data, dims } = tensors[`levels/${level}/kernels`];
    const grid = dims[2] * dims[3];
    const kernel = new Float32Array(channels);
    for (let c = 0; c < channels; c++) kernel[c] = Number(data[c * grid + cell]);
    return { category, score, kernel, stride: levels[level].stride };
  });
}

function areSquashed(values: Float32Array): boolean {
  for (const value of values) if (!(value >= 0 && value <= 1)) return false;
  return true;
}

/** Scores that are the greatest of the 2x2 cells that end in them; others become 0. `[N, rows, columns]` in, the same out. */
function peaks(scores: Float32Array, columns: number, rows: number): Float32Array {
  const out = new Float32Array(scores.length);
  for (let at = 0; at < scores.length; at++) {
    const x = at % columns;
    const y = Math.floor(at / columns) % rows;
    const left = x > 0 ? scores[at - 1] : -Infinity;
    const up = y > 0 ? scores[at - columns] : -Infinity;
    const corner = x > 0 && y > 0 ? scores[at - columns - 1] : -Infinity;
    if (scores[at] >= left && scores[at] >= up && scores[at] >= corner) out[at] = scores[at];
  }
  return out;
}

/** Cells above the threshold, a bit for each, the mean probability in them, and the box around them grown by a cell; null without any. */
function maskOf({ values, width, height }: Plane, threshold: number) {
  const extent = extentOf({ values, offset: 0, width, height }, threshold);
  if (!extent) return null;
  const { left, top, right, bottom } = extent;
  let [area, sum] = [0, 0];
  const bits = new Uint32Array(Math.ceil(values.length / 32));
  for (let y = top; y <= bottom; y++) {
    for (let at = y * width + left, end = y * width + right; at <= end; at++) {
      const value = values[at];
      if (!(value > threshold)) continue;
      area++;
      sum += sigmoid(value);
      bits[at >>> 5] |= 1 << (at & 31);
    }
  }
  const [x, y] = [Math.max(left - 1, 0), Math.max(top - 1, 0)];
  const box = [x, y, Math.min(right + 2, width) - x, Math.min(bottom + 2, height) - y] as const;
  return { area, confidence: sum / area, bits, box };
}
