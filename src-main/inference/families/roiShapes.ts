/** The four outputs of a Mask R-CNN among those of a graph, by their shapes. */
import type { ModelFacts } from '../catalog/facts';
import type { TensorFacts } from '../catalog/onnxFile';
import { fits, imageInputOf, quoted } from './guess';

/** Names that the ONNX model zoo's Mask R-CNN has. */
const zooNames = ['6568', '6570', '6572', '6887'];

/** The largest grid that a mask for each box has. */
const mostRoiSide = 56;

/** boxes [n,4], labels [n] whole numbers, scores [n], masks [n,1,h,w]; null where the graph has no such set. */
export function recogniseRoi({ graphs }: ModelFacts) {
  if (graphs.length !== 1) return null;
  const [graph] = graphs;
  const { outputs } = graph;
  const isFloat = ({ type }: TensorFacts) => type.startsWith('float');
  const boxes = outputs.find((one) => fits(one, [null, 4]) && isFloat(one));
  const labels = outputs.find((one) => fits(one, [null]) && one.type.startsWith('int') && one.dims[0] !== 2);
  const scores = outputs.find((one) => fits(one, [null]) && isFloat(one));
  const masks = outputs.find((one) => fits(one, [null, 1, null, null]) && isFloat(one));
  if (!boxes || !labels || !scores || !masks) return null;
  const [, , height, width] = masks.dims;
  const image = imageInputOf(graph);
  const isInputSize = typeof height === 'number' && height === image?.height && width === image?.width;
  return {
    boxes: boxes.name,
    labels: labels.name,
    scores: scores.name,
    masks: masks.name,
    /** A small grid for each box; otherwise a picture of the input's size. */
    isGrid: typeof height === 'number' && height <= mostRoiSide && !isInputSize,
    isZoo: zooNames.every((name) => outputs.some((output) => output.name === name)),
    isDetectron: outputs.some(({ name }) => name === 'pred_masks' || name === 'pred_boxes'),
    evidence: [`boxes ${quoted(boxes)}, labels, scores and masks ${quoted(masks)}`],
  };
}
