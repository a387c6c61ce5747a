/** One map for each pixel’s class: the only output, or torchvision’s “out”. */
import type { ModelFacts } from '../../catalog/facts';
import type { TensorFacts } from '../../catalog/onnxFile';
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
  const input = inputGuess(graph, facts, { ...IMAGENET, padTo: 32 }, { mode: 'longestSide', side: 1024 });
  if (!input || imageInputOf(graph)?.channels === 2) return null;
  const isLast = !isWhole && areChannelsLast(map, imageInputOf(graph));
  const said = isLast ? dims[3] : dims[1];
  const channels = isWhole ? null : typeof said === 'number' ? said : (graph.channels.get(map.name) ?? null);
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
    classes: channels,
    map: isWhole ? 'numbers' : 'scores',
  };
}

/** [1,h,w,C]: what is not as wide and high as the picture, all else being equal as the input has it. */
function areChannelsLast({ dims }: TensorFacts, image: ReturnType<typeof imageInputOf>): boolean {
  const [, first, second, last] = dims;
  if (typeof first !== 'number') return typeof last === 'number';
  if (typeof second !== 'number' || typeof last !== 'number') return false;
  const { height, width, layout = 'NCHW' } = image ?? {};
  if (typeof height !== 'number' || typeof width !== 'number') return false;
  const isMap = (rows: number, columns: number) => rows * width === columns * height;
  return isMap(first, second) && (layout.endsWith('C') || !isMap(second, last));
}
