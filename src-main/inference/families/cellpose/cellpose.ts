/**
 * Cellpose: one tensor [1,3,h,w] of the flow towards each cell's middle (y, then x, five times enlarged) and the logit of being in
 * a cell. Pixels follow the flow; where they gather is a cell. Cells whose own flow would look different are dropped.
 * The input is the image scaled by 30 / diameter, stretched between its percentiles 1 and 99, padded to multiples of 16.
 * Source: cellpose, dynamics.py (compute_masks) and utils.py (fill_holes_and_remove_small_masks).
 */
import { z } from 'zod';
import { area, fillHoles } from '@shared/mask';
import { labelsToRles } from '../../image/labelsToRles';
import { logit, sigmoid } from '../../image/planes';
import { inputCorners } from '../../image/preprocess';
import { expectShape } from '../detections';
import { imageFamily } from '../imagePredictor';
import { proposalOf } from '../predictions';
import { dropBadFlows } from './flowError';
import { followFlows, gather, type FlowField } from './flows';
import { recognise } from './recognise';

const outputs = z.object({
  flows: z.looseObject({
    name: z.string(),
    /** Mean squared difference of a cell's flow from what its shape should give; 0 turns the check off. */
    mostError: z.number().min(0).default(0.4),
    /** Pixels of the scaled image; smaller cells are dropped. */
    minSize: z.number().min(0).default(15),
  }),
});

export const cellpose = imageFamily(
  'cellpose',
  outputs,
  ({ flows }, { flows: plan }, context) => {
    const { head, frame } = context;
    expectShape('flows', flows, [1, 3, null, null]);
    const field = cut(
      flows.data as Float32Array,
      flows.dims[2],
      flows.dims[3],
      frame.contentHeight,
      frame.contentWidth,
    );
    const { width, height } = field;
    const threshold = logit(head.defaults.maskThreshold);
    const inside = new Uint8Array(width * height);
    for (let i = 0; i < inside.length; i++) if (field.cell[i] > threshold) inside[i] = 1;
    const labels = gather(followFlows(field, inside), inside, width, height);
    const kept = plan.mostError > 0 ? dropBadFlows(labels, field, plan.mostError) : labels;
    const { areas, means } = confidences(kept, field.cell);
    const content = { ...frame, inputWidth: frame.contentWidth, inputHeight: frame.contentHeight };
    const size = [frame.imageHeight, frame.imageWidth] as const;
    const place = (label: number) => (label > 0 && areas[label] >= plan.minSize ? label - 1 : null);
    const masks = labelsToRles({ values: kept, width, height }, inputCorners(content), size, place);
    const items = masks.flatMap((mask, i) => {
      const filled = mask && fillHoles(mask);
      const score = means[i + 1];
      return filled && area(filled) > 0 && score >= context.score
        ? [proposalOf(filled, score, head.categories[0].name)]
        : [];
    });
    items.sort((a, b) => b.score - a.score);
    return { kind: 'instances', items };
  },
  { title: 'Cellpose', recognise },
);

/** The part of the tensor that shows the image, without the padding. */
function cut(values: Float32Array, height: number, width: number, rows: number, columns: number): FlowField {
  const [toWidth, toHeight] = [Math.min(width, columns), Math.min(height, rows)];
  const plane = (channel: number) => {
    const out = new Float32Array(toWidth * toHeight);
    for (let y = 0; y < toHeight; y++) {
      const at = (channel * height + y) * width;
      out.set(values.subarray(at, at + toWidth), y * toWidth);
    }
    return out;
  };
  return { width: toWidth, height: toHeight, y: plane(0), x: plane(1), cell: plane(2) };
}

/** Pixels of each label, and their mean probability. */
function confidences(labels: Int32Array, cell: Float32Array): { areas: Float64Array; means: Float64Array } {
  const sums = new Float64Array(labels.reduce((most, label) => Math.max(most, label), 0) + 1);
  const areas = new Float64Array(sums.length);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (label === 0) continue;
    sums[label] += sigmoid(cell[i]);
    areas[label]++;
  }
  return { areas, means: sums.map((sum, label) => sum / Math.max(1, areas[label])) };
}
