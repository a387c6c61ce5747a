/** mmdeploy’s exports: dets, labels and masks with a batch before them. */
import type { ModelFacts } from '../../catalog/facts';
import { fits, type Guess, inputGuess, outputNamed, quoted } from '../guess';
import { readPipeline } from './pipeline';

export function recognise(facts: ModelFacts): Guess | null {
  const [graph] = facts.graphs;
  if (facts.graphs.length !== 1) return null;
  const [dets, labels, masks] = ['dets', 'labels', 'masks'].map((name) => outputNamed(graph, name));
  if (!dets || !labels || !masks) return null;
  if (!fits(dets, [1, null, 5]) || !fits(labels, [1, null]) || !fits(masks, [1, null, null, null])) return null;
  const said = readPipeline(facts.beside.pipeline);
  const isSaid = said?.values.mean !== undefined;
  const input = inputGuess(
    graph,
    facts,
    {
      ...{ range: [0, 255], mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375], padTo: 32 },
      ...said?.values,
    },
    said?.resize ?? { mode: 'shortestSide', side: 800, maxSide: 1333 },
    { keepAspect: said?.keepAspect ?? true },
  );
  if (!input) return null;
  return {
    confidence: facts.beside.pipeline ? 0.97 : 0.9,
    evidence: [
      `${quoted(dets)}, ${quoted(labels)} and ${quoted(masks)}, as mmdeploy names them`,
      ...(said ? ['what pipeline.json says of the input'] : []),
    ],
    assumed: input.mean && !isSaid ? ['the usual mean and deviation of mmdetection: see pipeline.json for others'] : [],
    part: { input, outputs: { dets: { name: 'dets' }, labels: { name: 'labels' }, masks: { name: 'masks' } } },
    roles: ['model'],
    classes: null,
  };
}
