/** StarDist: a probability and distances along rays, beside a grey input. */
import type { ModelFacts } from '../../catalog/facts';
import { type Guess, imageInputOf, inputGuess, quoted } from '../guess';

export function recognise(facts: ModelFacts): Guess | null {
  const [graph] = facts.graphs;
  if (facts.graphs.length !== 1 || graph.outputs.length > 2) return null;
  const channelsOf = (dims: readonly (number | string | null)[]) =>
    dims.length === 4 ? [dims[1], dims[3]].filter((dim): dim is number => typeof dim === 'number') : [];
  const probability = graph.outputs.find(({ dims }) => channelsOf(dims).includes(1));
  const distances = graph.outputs.find(
    (one) => one !== probability && channelsOf(one.dims).some((count) => count >= 8),
  );
  const whole = graph.outputs.length === 1 && channelsOf(graph.outputs[0].dims).includes(33) ? graph.outputs[0] : null;
  if (!whole && !(probability && distances)) return null;
  const input = inputGuess(graph, facts, { percentiles: [1, 99.8], padTo: 16 }, { mode: 'none' });
  if (!input) return null;
  const first = whole ?? probability!;
  const layout = typeof first.dims[3] === 'number' && first.dims[3] <= 64 ? 'NHWC' : 'NCHW';
  const isGrey = imageInputOf(graph)?.channels === 1;
  return {
    confidence: isGrey ? 0.9 : 0.7,
    evidence: [
      whole
        ? `probability and 32 distances ${quoted(whole)}`
        : `probability ${quoted(first)} and distances ${quoted(distances!)}`,
    ],
    assumed: ['a cell for every second pixel (outputs.grid)'],
    part: {
      input,
      outputs: {
        probability: { name: first.name, layout },
        ...(whole ? {} : { distances: { name: distances!.name, layout } }),
        grid: 2,
      },
    },
    roles: ['model'],
    classes: 1,
    defaults: { score: 0.5, nms: 0.4 },
  };
}
