/** mmdeploy’s exports: dets, labels and masks with a batch before them. */
import type { ModelFacts } from '../../catalog/facts';
import { fits, type Guess, IMAGENET_BYTES, inputGuess, outputNamed, quoted } from '../guess';
import { readPipeline } from './pipeline';

export function recognise(facts: ModelFacts): Guess | null {
  const masks = facts.graphs.length === 1 ? outputNamed(facts.graphs[0], 'masks') : null;
  if (!masks || !fits(masks, [1, null, null, null])) return null;
  const found = recogniseDets(facts);
  if (!found) return null;
  const { evidence, part } = found;
  return {
    ...found,
    evidence: [`masks ${quoted(masks)}`, ...evidence],
    part: { ...part, outputs: { ...part.outputs, masks: { name: 'masks' } } },
  };
}

/** What the graphs have that find boxes, with masks or without. */
export function recogniseDets(facts: ModelFacts) {
  const [graph] = facts.graphs;
  if (facts.graphs.length !== 1) return null;
  const [dets, labels] = ['dets', 'labels'].map((name) => outputNamed(graph, name));
  if (!dets || !labels || !fits(dets, [1, null, 5]) || !fits(labels, [1, null])) return null;
  const said = readPipeline(facts.beside.pipeline);
  const isSaid = said?.values.mean !== undefined;
  const input = inputGuess(
    graph,
    facts,
    {
      ...IMAGENET_BYTES,
      padTo: 32,
      ...said?.values,
    },
    said?.resize ?? { mode: 'shortestSide', side: 800, maxSide: 1333 },
    { keepAspect: said?.keepAspect ?? true },
  );
  if (!input) return null;
  return {
    confidence: facts.beside.pipeline ? 0.97 : 0.9,
    evidence: [
      `${quoted(dets)} and ${quoted(labels)}, as mmdeploy names them`,
      ...(said ? ['what pipeline.json says of the input'] : []),
    ],
    assumed: input.mean && !isSaid ? ['the usual mean and deviation of mmdetection: see pipeline.json for others'] : [],
    part: { input, outputs: { dets: { name: 'dets' }, labels: { name: 'labels' } } },
    roles: ['model'],
    classes: null,
  } satisfies Guess;
}
