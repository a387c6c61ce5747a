/** torchvision’s Mask R-CNN: the four outputs, masks of no fixed size. */
import type { ModelFacts } from '../../catalog/facts';
import { type Guess, inputGuess } from '../guess';
import { recogniseRoi } from '../roiShapes';

export function recognise(facts: ModelFacts, isAsked = false): Guess | null {
  const found = recogniseRoi(facts);
  if (!found || found.isGrid || ((found.isZoo || found.isDetectron) && !isAsked)) return null;
  const input = inputGuess(facts.graphs[0], facts, {}, { mode: 'none' });
  if (!input) return null;
  const { boxes, labels, scores, masks, evidence } = found;
  return {
    confidence: 0.8,
    evidence: [...evidence, 'masks as large as the picture'],
    assumed: ['values from 0 to 1, as torchvision takes them'],
    part: {
      input,
      outputs: { boxes: { name: boxes }, labels: { name: labels }, scores: { name: scores }, masks: { name: masks } },
    },
    roles: ['model'],
    classes: 91,
    numbering: 'ids after background',
  };
}
