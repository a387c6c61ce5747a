/** Products of matrices in ONNX Runtime: sums that families have left to do, as fast as the networks themselves. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { computeThreads } from './threads';

/** An ONNX graph of one MatMul: a [n,k] by b [k,m] gives c [n,m], whatever n, k and m are. */
const GRAPH =
  'CAgSBHRlc3Q6XwoRCgFhCgFiEgFjIgZNYXRNdWwSBWdyYXBoWhUKAWESEAoOCAESCgoDEgFuCgMSAWtaFQoBYhIQCg4IARIKCgMSAWsKAxIBbWIVCgFjEhAKDggBEgoKAxIBbgoDEgFtQgIQEQ==';

let session: Promise<InferenceSession> | null = null;

/** `a` [n,inner] times `b` [inner,m], row-major; a new array [n,m]. Runs on the calling thread. */
export async function matrixProduct(a: Float32Array, b: Float32Array, inner: number): Promise<Float32Array> {
  const [rows, columns] = [a.length / inner, b.length / inner];
  if (rows === 0 || columns === 0) return new Float32Array(0);
  const product = await opened();
  const factors = { a: new Tensor('float32', a, [rows, inner]), b: new Tensor('float32', b, [inner, columns]) };
  const { c } = await product.run(factors);
  return c.data as Float32Array;
}

/** What fails, as where memory is short, is tried again at the next product. */
function opened(): Promise<InferenceSession> {
  if (session) return session;
  const created = InferenceSession.create(Buffer.from(GRAPH, 'base64'), { intraOpNumThreads: computeThreads() });
  created.catch(() => (session = null));
  return (session = created);
}
