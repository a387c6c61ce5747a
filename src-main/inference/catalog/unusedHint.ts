/** What helps with files that no family takes: the other half of a pair, another model, or a model.json. */
import { isEmbedding } from '../families/guess';
import type { ModelFacts } from './facts';
import type { GraphFacts, TensorFacts } from './onnxFile';

export function unusedHint({ graphs }: ModelFacts): string {
  const alone = graphs.length === 1 ? graphs[0] : null;
  const kind = alone && (otherHalf(alone) ?? otherKind(alone));
  return kind ?? 'write its model.json by hand, see docs/model-json.md';
}

/** Encoder and decoder belong together. */
function otherHalf({ inputs, outputs }: GraphFacts): string | null {
  if (inputs.some(({ name }) => /point_coords/.test(name)))
    return 'this is the decoder of a model that answers clicks: give its encoder too, both files at once';
  return outputs.some(isEmbedding)
    ? 'this is the encoder of a model that answers clicks: give its decoder too, both files at once'
    : null;
}

/** Networks that no model.json makes one that finds something in an image. */
function otherKind({ inputs, outputs }: GraphFacts): string | null {
  if (inputs.length === 0) return 'it takes no image: Maskwright cannot use it';
  if (inputs.some(({ dims }) => dims.length === 5))
    return 'it takes videos or volumes, perhaps: Maskwright cannot use it, as it gives a model one image at a time';
  const isShort = inputs.every(({ dims }) => dims.length <= 3);
  const takesWords = inputs.some(({ type, dims }) => /^int(32|64)$|string/.test(type) && dims.length === 2);
  if (isShort && (takesWords || !inputs.some(mayBeImage)))
    return 'it takes no image but sequences, as models for text and sound do: Maskwright cannot use it';
  const image = inputs.find(({ dims }) => dims.length === 4);
  if (image && outputs.every((output) => isOneRow(output, image)))
    return 'it looks like a classifier: its outputs are one row of numbers for the whole image, no masks, boxes or maps, so Maskwright cannot use it';
  return null;
}

/** `[3, h, w]` or `[h, w, 3]`; the state of a recurrent network, `[3, 1, 256]`, has a side of one. */
const mayBeImage = ({ dims: [first, second, third] }: TensorFacts): boolean =>
  third !== undefined && second !== 1 && [first, third].some((dim) => dim === 1 || dim === 3);

/** `[1, 1000]`, or `[1, 512, 1, 1]`: a row for each image of the batch. `[n, 4]` and the like are boxes. */
function isOneRow({ dims }: TensorFacts, image: TensorFacts): boolean {
  if (dims.length < 2 || dims.slice(2).some((dim) => dim !== 1)) return false;
  const isOfBatch = dims[0] !== null && dims[0] === image.dims[0];
  return isOfBatch || (typeof dims[1] === 'number' && dims[1] > longestBox);
}

/** Numbers in a row about a box: batch, corners, score, class. */
const longestBox = 7;
