/** Graphs that do what no useful network does: no numbers, no end, ten thousand boxes. */
import { type GraphProto, writeGraph, writeModel } from './onnx';

const SIDE = 16;
const image = { name: 'image', dims: [1, 3, SIDE, SIDE] };

/** One that takes a small picture and gives three planes, `logits`. */
export const mapGraph = (nodes: GraphProto['nodes'], more: Partial<GraphProto> = {}): GraphProto => ({
  nodes,
  inputs: [image],
  outputs: [{ name: 'logits', dims: [1, 3, SIDE, SIDE] }],
  ...more,
});

/** The picture itself. */
export const identity = { op: 'Identity', inputs: ['image'], outputs: ['logits'] };

/** The root of what is below zero. */
export const nanGraph = (): GraphProto =>
  mapGraph([
    { op: 'Mul', inputs: ['image', 'image'], outputs: ['square'] },
    { op: 'Neg', inputs: ['square'], outputs: ['minus'] },
    { op: 'Sqrt', inputs: ['minus'], outputs: ['logits'] },
  ]);

/** Mask R-CNN's four outputs as constants, `n` of each; without masks three. */
export function detections(n: number, { hasMasks = true }: { hasMasks?: boolean } = {}): GraphProto {
  const constant = (name: string, dims: number[], data: Float32Array | BigInt64Array) => ({
    op: 'Constant',
    inputs: [],
    outputs: [name],
    attributes: { value: { dims, data } },
  });
  const boxes = Float32Array.from({ length: 4 * n }, (_, i) => [0, 0, 8, 8][i % 4] + (Math.floor(i / 4) % 7));
  const masks = {
    node: constant('masks', [n, 1, 4, 4], new Float32Array(16 * n).fill(1)),
    output: { name: 'masks', dims: [n, 1, 4, 4] },
  };
  return {
    nodes: [
      constant('boxes', [n, 4], boxes),
      constant('labels', [n], new BigInt64Array(n).fill(1n)),
      constant('scores', [n], new Float32Array(n).fill(0.9)),
      ...(hasMasks ? [masks.node] : []),
    ],
    inputs: [image],
    outputs: [
      { name: 'boxes', dims: [n, 4] },
      { name: 'labels', dims: [n], type: 'int64' },
      { name: 'scores', dims: [n] },
      ...(hasMasks ? [masks.output] : []),
    ],
  };
}

/** A loop that hands its picture on for longer than anybody lives; or any tensor, of a graph that takes others, too. */
export function endlessModel(graph: Pick<GraphProto, 'inputs' | 'outputs'> = mapGraph([])): Buffer {
  const [{ name: handed, ...value }] = graph.inputs;
  const [{ name: given }, ...others] = graph.outputs;
  const scalar = (name: string, type: 'int64' | 'bool') => ({ name, dims: [], type });
  const body = writeGraph({
    nodes: [
      { op: 'Identity', inputs: ['on'], outputs: ['onOut'] },
      { op: 'Identity', inputs: ['value'], outputs: ['valueOut'] },
    ],
    inputs: [scalar('i', 'int64'), scalar('on', 'bool'), { ...value, name: 'value' }],
    outputs: [scalar('onOut', 'bool'), { ...value, name: 'valueOut' }],
  });
  const most = { dims: [], data: BigInt64Array.of(1n << 60n) };
  return writeModel({
    ...graph,
    nodes: [
      { op: 'Constant', inputs: [], outputs: ['most'], attributes: { value: most } },
      { op: 'Loop', inputs: ['most', '', handed], outputs: [given], attributes: { body } },
      ...others.map(({ name }) => ({ op: 'Identity', inputs: [given], outputs: [name] })),
    ],
  });
}
