/** Bare work for ONNX Runtime, to compare with what is done beside it: convolutions without anything between them. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { computeThreads } from '../../src-main/inference/graph/threads';
import { writeModel } from '../support/onnx';

const CHANNELS = 64;
const SIDE = 80;
const LAYERS = 8;
const GMACS = (LAYERS * SIDE * SIDE * CHANNELS * CHANNELS * 9) / 1e9;

let session: Promise<InferenceSession> | null = null;

/** One session.run, in milliseconds a billion multiply-adds: 3 x 3 convolutions of 64 channels, with the product's own options. */
export async function plainWork(): Promise<number> {
  session ??= InferenceSession.create(makeGraph(), { intraOpNumThreads: computeThreads(), interOpNumThreads: 1 });
  const opened = await session;
  const x = new Tensor('float32', new Float32Array(CHANNELS * SIDE * SIDE).fill(1), [1, CHANNELS, SIDE, SIDE]);
  const began = performance.now();
  await opened.run({ x });
  return (performance.now() - began) / GMACS;
}

function makeGraph(): Buffer {
  const weights = new Float32Array(CHANNELS * CHANNELS * 9).fill(1 / (CHANNELS * 9));
  const value = { dims: [CHANNELS, CHANNELS, 3, 3], data: weights };
  const layers = Array.from({ length: LAYERS }, (_, i) => ({
    op: 'Conv',
    inputs: [i === 0 ? 'x' : `h${i}`, 'w'],
    outputs: [`h${i + 1}`],
    attributes: { auto_pad: 'SAME_UPPER' },
  }));
  const dims = [1, CHANNELS, SIDE, SIDE];
  return writeModel({
    nodes: [{ op: 'Constant', inputs: [], outputs: ['w'], attributes: { value } }, ...layers],
    inputs: [{ name: 'x', dims }],
    outputs: [{ name: `h${LAYERS}`, dims }],
  });
}
