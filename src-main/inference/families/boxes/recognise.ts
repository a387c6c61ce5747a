/** torchvision's detectors without masks (Faster R-CNN, RetinaNet, SSD, FCOS): boxes, labels and scores, and nothing else. */
import type { ModelFacts } from '../../catalog/facts';
import type { TensorFacts } from '../../catalog/onnxFile';
import { fits, type Guess, inputGuess, quoted } from '../guess';

const isFloat = ({ type }: TensorFacts) => type.startsWith('float');

export function recognise(facts: ModelFacts): Guess | null {
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
