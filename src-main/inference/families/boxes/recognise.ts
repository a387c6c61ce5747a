/** Detectors without masks: torchvision's, YOLO's and those of mmdeploy. */
import type { ModelFacts } from '../../catalog/facts';
import type { GraphFacts, TensorFacts } from '../../catalog/onnxFile';
import { fits, type Guess, inputGuess, quoted } from '../guess';
import { recogniseDets } from '../mmdeploy/recognise';
import { isCountOfCells, isOfUltralytics, yoloDefaults, yoloFormOf, yoloInput } from '../yoloShapes';

const isFloat = ({ type }: TensorFacts) => type.startsWith('float');

export function recognise(facts: ModelFacts, isAsked = false): Guess | null {
  return recogniseTorchvision(facts) ?? recogniseYolo(facts, isAsked) ?? recogniseMmdeploy(facts);
}

/** Faster R-CNN, RetinaNet, SSD, FCOS: boxes, labels and scores, and nothing else. */
function recogniseTorchvision(facts: ModelFacts): Guess | null {
  const [graph] = facts.graphs;
  if (facts.graphs.length !== 1 || graph.outputs.length !== 3) return null;
  const boxes = graph.outputs.find((one) => fits(one, [null, 4]) && isFloat(one));
  const labels = graph.outputs.find((one) => fits(one, [null]) && one.type.startsWith('int'));
  const scores = graph.outputs.find((one) => fits(one, [null]) && isFloat(one));
  const input = inputGuess(graph, facts, {}, { mode: 'none' });
  if (!boxes || !labels || !scores || !input) return null;
  return {
    confidence: 0.8,
    evidence: [`boxes ${quoted(boxes)}, labels and scores, and no masks`],
    assumed: ['values from 0 to 1, as torchvision takes them'],
    part: {
      input,
      outputs: { boxes: { name: boxes.name }, labels: { name: labels.name }, scores: { name: scores.name } },
    },
    roles: ['model'],
    classes: 91,
    numbering: 'ids after background',
  };
}

/** One tensor of candidates: what Ultralytics says of it, or as many of them as there are cells. */
function recogniseYolo(facts: ModelFacts, isAsked: boolean): Guess | null {
  const [graph] = facts.graphs;
  const [detections] = graph.outputs;
  if (facts.graphs.length !== 1 || graph.outputs.length !== 1 || detections.dims.length !== 3) return null;
  const { task } = graph.metadata;
  if ((task !== undefined && task !== 'detect' && !isAsked) || !isFloat(detections)) return null;
  const found = yoloFormOf(detections, 0, graph);
  const input = yoloInput(graph, facts);
  if (!found || !input) return null;
  const { form, classes } = found;
  const isUltralytics = isOfUltralytics(graph);
  const count = detections.dims[form === 'classes' ? 2 : 1];
  const isFixed = typeof count === 'number';
  // Of others the numbers mean something else: RT-DETR's boxes are shares of the picture.
  const isCounted = form === 'end to end' ? !isRaw(graph) : isCountOfCells(graph, form, count);
  const isSure = isUltralytics && !isFixed && form !== 'end to end';
  if (!isAsked && !isSure && !isCounted) return null;
  return {
    confidence: isUltralytics ? 0.98 : form === 'end to end' ? 0.65 : 0.85,
    evidence: [
      ...(isUltralytics ? ['its metadata are those of Ultralytics'] : []),
      `boxes with their classes ${quoted(detections)}, and no masks`,
    ],
    assumed: isUltralytics
      ? []
      : ['values from 0 to 1, and the picture in the middle of a grey square, as YOLO takes it'],
    part: { input, outputs: { detections: { name: detections.name, form } } },
    roles: ['model'],
    classes,
    defaults: yoloDefaults(form),
  };
}

/** Where Ultralytics says that nothing was suppressed inside, or names another head. */
function isRaw({ metadata: { end2end, args = '', head = '' } }: GraphFacts): boolean {
  return /RTDETR/.test(head) || (end2end === 'False' && !/'nms': True/.test(args));
}

function recogniseMmdeploy(facts: ModelFacts): Guess | null {
  const found = facts.graphs[0].outputs.length === 2 ? recogniseDets(facts) : null;
  return found && { ...found, evidence: [...found.evidence, 'no masks'] };
}
