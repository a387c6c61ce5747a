/** Mask R-CNN with small masks, by the shapes of its four outputs; the ONNX model zoo’s by its names too. */
import type { ModelFacts } from '../../catalog/facts';
import { type Guess, inputGuess } from '../guess';
import { recogniseRoi } from '../roiShapes';

export function recognise(facts: ModelFacts, isAsked = false): Guess | null {
  const found = recogniseRoi(facts);
  if (!found || ((found.isDetectron || !(found.isGrid || found.isZoo)) && !isAsked)) return null;
  const { boxes, labels, scores, masks, evidence, isZoo } = found;
  const input = isZoo
    ? inputGuess(
        facts.graphs[0],
        facts,
        { colour: 'BGR', range: [0, 255], mean: [102.9801, 115.9465, 122.7717], padTo: 32 },
        { mode: 'shortestSide', side: 800, maxSide: 1333 },
      )
    : inputGuess(facts.graphs[0], facts, {}, { mode: 'none' });
  if (!input) return null;
  return {
    confidence: isZoo ? 0.95 : 0.75,
    evidence,
    assumed: isZoo ? [] : ['values from 0 to 1, resizing inside the graph, labels from 1'],
    part: {
      input,
      outputs: {
        boxes: { name: boxes },
        labels: { name: labels, firstCategory: 1 },
        scores: { name: scores },
        masks: { name: masks },
      },
    },
    roles: ['model'],
    classes: isZoo ? 80 : null,
  };
}
