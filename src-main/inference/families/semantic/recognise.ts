/** One map for each pixel’s class: the only output, or torchvision’s “out”. */
import type { ModelFacts } from '../../catalog/facts';
import { type Guess, IMAGENET, imageInputOf, inputGuess, isEmbedding, outputNamed, quoted } from '../guess';

export function recognise(facts: ModelFacts, isAsked = false): Guess | null {
  const [graph] = facts.graphs;
  if (facts.graphs.length !== 1) return null;
  const map = outputNamed(graph, 'logits', 'out') ?? graph.outputs[0];
  const isNamed = map.name === 'logits' || map.name === 'out';
  // What an encoder hands to its decoder looks like scores.
  if ((graph.outputs.length > 1 || isEmbedding(map)) && !isNamed && !isAsked) return null;
  const isWhole = /^(u?int)/.test(map.type);
  const { dims } = map;
  if (isWhole ? dims.length < 2 || dims.length > 4 : dims.length !== 4) return null;
  const [mean, std] = [[...IMAGENET.mean], [...IMAGENET.std]] as [[number, number, number], [number, number, number]];
  const input = inputGuess(graph, facts, { mean, std, padTo: 32 }, { mode: 'longestSide', side: 1024 });
  if (!input || imageInputOf(graph)?.channels === 2) return null;
  const isLast = !isWhole && typeof dims[1] !== 'number' && typeof dims[3] === 'number';
  const channels = isWhole ? null : isLast ? dims[3] : dims[1];
  // Flows and a logit, three channels beside a grey input, are Cellpose’s.
  const squashed = channels === 1 && /^(Hard)?Sigmoid$/.test(graph.makers.get(map.name) ?? '');
  return {
    confidence: isNamed || isWhole ? 0.8 : 0.6,
    evidence: [
      isWhole
        ? `one number of a class for each pixel, ${quoted(map)}`
        : `one score a class for each pixel, ${quoted(map)}`,
    ],
    assumed: [
      ...(input.mean && !facts.beside.preprocessor?.image_mean ? ['mean and deviation of ImageNet'] : []),
      ...(squashed ? ['probabilities, as the graph squashes them'] : []),
    ],
    part: {
      input,
      outputs: {
        map: {
          name: map.name,
          ...(isLast ? { layout: 'NHWC' } : {}),
          ...(isWhole ? { values: 'classes' } : squashed ? { values: 'probability' } : {}),
        },
      },
    },
    roles: ['model'],
    classes: typeof channels === 'number' ? channels : null,
    map: isWhole ? 'numbers' : 'scores',
  };
}
