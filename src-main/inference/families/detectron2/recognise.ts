/** Detectron2’s tracing export, by the names of its outputs. */
import type { ModelFacts } from '../../catalog/facts';
import { type Guess, inputGuess } from '../guess';
import { recogniseRoi } from '../roiShapes';

export function recognise(facts: ModelFacts, isAsked = false): Guess | null {
  const found = recogniseRoi(facts);
  if (!found || !(found.isDetectron || isAsked)) return null;
  const input = inputGuess(
    facts.graphs[0],
    facts,
    { colour: 'BGR', range: [0, 255] },
    { mode: 'shortestSide', side: 800, maxSide: 1333 },
  );
  if (!input) return null;
  const { boxes, labels, scores, masks, evidence } = found;
  return {
    confidence: found.isDetectron ? 0.95 : 0.5,
    evidence: found.isDetectron ? [...evidence, 'named as Detectron2 names them'] : evidence,
    assumed: ['BGR values from 0 to 255, the shorter side 800'],
    part: {
      input,
      outputs: { boxes: { name: boxes }, labels: { name: labels }, scores: { name: scores }, masks: { name: masks } },
    },
    roles: ['model'],
    classes: null,
  };
}
