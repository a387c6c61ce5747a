/** YOLACT’s five tensors, by their shapes. */
import type { ModelFacts } from '../../catalog/facts';
import { type Guess, inputGuess, quoted } from '../guess';

export function recognise(facts: ModelFacts): Guess | null {
  const [graph] = facts.graphs;
  if (facts.graphs.length !== 1) return null;
  const protos = graph.outputs.find(({ dims }) => dims.length === 4);
  const lists = graph.outputs.filter(({ dims }) => dims.length === 3);
  const count = protos?.dims[3];
  const loc = lists.find(({ dims }) => dims[2] === 4);
  const coefficients = lists.find((one) => one !== loc && one.dims[2] === count && /mask|coef/i.test(one.name));
  const conf = lists.find((one) => one !== loc && one !== coefficients);
  const priors = graph.outputs.find(({ dims }) => dims.length === 2 && dims[1] === 4);
  if (!protos || !loc || !coefficients || !conf || typeof conf.dims[2] !== 'number') return null;
  const input = inputGuess(
    graph,
    facts,
    { range: [0, 255], mean: [123.68, 116.78, 103.94], std: [58.4, 57.12, 57.38] },
    { mode: 'fixed', width: 550, height: 550, keepAspect: false, centred: false },
  );
  if (!input) return null;
  return {
    confidence: 0.9,
    evidence: [`offsets ${quoted(loc)}, classes ${quoted(conf)}, coefficients and prototypes ${quoted(protos)}`],
    part: {
      input,
      outputs: {
        loc: { name: loc.name },
        conf: { name: conf.name },
        coefficients: { name: coefficients.name },
        protos: { name: protos.name },
        ...(priors ? { priors: { name: priors.name } } : {}),
      },
    },
    roles: ['model'],
    classes: conf.dims[2] - 1,
    defaults: { score: 0.3, nms: 0.5 },
  };
}
