/** SOLOv2: pairs of grids of classes and kernels, and mask features. */
import type { ModelFacts } from '../../catalog/facts';
import type { TensorFacts } from '../../catalog/onnxFile';
import { type Guess, IMAGENET_BYTES, inputGuess, quoted } from '../guess';

export function recognise(facts: ModelFacts): Guess | null {
  const [graph] = facts.graphs;
  if (facts.graphs.length !== 1 || graph.outputs.length < 3 || graph.outputs.length % 2 === 0) return null;
  const tensors = graph.outputs.filter(({ dims }) => dims.length === 4 && typeof dims[1] === 'number');
  if (tensors.length !== graph.outputs.length) return null;
  // The features are no square grid, or are named so, or come last.
  const isSquare = ({ dims }: TensorFacts) => typeof dims[2] === 'number' && dims[2] === dims[3];
  const features =
    tensors.find(({ name }) => /feat/i.test(name)) ??
    tensors.find((one) => !isSquare(one)) ??
    tensors[tensors.length - 1];
  const grids = tensors.filter((one) => one !== features);
  const channels = features.dims[1];
  const kernels = grids.filter(({ dims, name }) => dims[1] === channels && !/cate|cls|score/i.test(name));
  const categories = grids.filter((one) => !kernels.includes(one));
  const classes = categories[0]?.dims[1];
  if (kernels.length === 0 || kernels.length !== categories.length || typeof classes !== 'number') return null;
  if (categories.some(({ dims }) => dims[1] !== classes)) return null;
  // A kernel belongs to the classes of its grid, or else of its place; from fine to coarse.
  const pairs = categories.map((one, i) => {
    const sameSize = isSquare(one) ? kernels.find(({ dims }) => dims[2] === one.dims[2]) : undefined;
    return { one, kernel: sameSize ?? kernels[i] };
  });
  if (pairs.every(({ one }) => isSquare(one))) pairs.sort((a, b) => Number(b.one.dims[2]) - Number(a.one.dims[2]));
  const input = inputGuess(
    graph,
    facts,
    { ...IMAGENET_BYTES, padTo: 32 },
    { mode: 'shortestSide', side: 800, maxSide: 1333 },
  );
  if (!input) return null;
  const strides = [8, 8, 16, 32, 32];
  return {
    confidence: 0.85,
    evidence: [`${pairs.length} grids of classes and kernels, mask features ${quoted(features)}`],
    assumed: ['class scores are logits where they are not within 0 and 1, strides 8, 8, 16, 32, 32'],
    part: {
      input,
      outputs: {
        levels: pairs.map(({ one, kernel }, i) => ({
          categories: { name: one.name },
          kernels: { name: kernel.name },
          stride: strides[Math.min(i, strides.length - 1)],
        })),
        features: { name: features.name },
      },
    },
    roles: ['model'],
    classes,
    defaults: { score: 0.3 },
  };
}
