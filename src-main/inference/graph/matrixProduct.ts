/** Products of matrices in ONNX Runtime: sums that families have left to do, as fast as the networks themselves. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { computeThreads } from './threads';

/** An ONNX graph of one MatMul: a [n,k] by b [k,m] gives c [n,m], whatever n, k and m are. */
const PRODUCT = graph(
  'CAgSBHRlc3Q6XwoRCgFhCgFiEgFjIgZNYXRNdWwSBWdyYXBoWhUKAWESEAoOCAESCgoDEgFuCgMSAWtaFQoBYhIQCg4IARIKCgMSAWsKAxIBbWIVCgFjEhAKDggBEgoKAxIBbgoDEgFtQgIQEQ==',
);

/** The same after b's numbers went through Neg, Exp, Add 1 and Reciprocal. The runtime's own Sigmoid is cut off at -18. */
const SQUASHED = graph(
  'CAgSCm1hc2t3cmlnaHQ6tgEKDQoBYhIBbhoAIgNOZWcKDQoBbhIBZRoAIgNFeHAKEAoBZQoBbxIBcxoAIgNBZGQKFAoBcxIBcBoAIgpSZWNpcHJvY2FsChMKAWEKAXASAWMaACIGTWF0TXVsEgVncmFwaCoNCAEQASIEAACAP0IBb1oVCgFhEhAKDggBEgoKAxIBbgoDEgFrWhUKAWISEAoOCAESCgoDEgFrCgMSAW1iFQoBYxIQCg4IARIKCgMSAW4KAxIBbUIECgAQEQ==',
);

/** `a` [n,inner] times `b` [inner,m], row-major; a new array [n,m]. Runs on the calling thread. */
export function matrixProduct(a: Float32Array, b: Float32Array, inner: number): Promise<Float32Array> {
  return multiply(PRODUCT, a, b, inner);
}

/** `a` [n,inner] times the probabilities of `logits` [inner,m]. */
export function probabilityProduct(a: Float32Array, logits: Float32Array, inner: number): Promise<Float32Array> {
  return multiply(SQUASHED, a, logits, inner);
}

async function multiply(open: () => Promise<InferenceSession>, a: Float32Array, b: Float32Array, inner: number) {
  const [rows, columns] = [a.length / inner, b.length / inner];
  if (rows === 0 || columns === 0) return new Float32Array(0);
  const product = await open();
  const factors = { a: new Tensor('float32', a, [rows, inner]), b: new Tensor('float32', b, [inner, columns]) };
  const { c } = await product.run(factors);
  return c.data as Float32Array;
}

/** Opened once. What fails, as where memory is short, is tried again at the next product. */
function graph(base64: string): () => Promise<InferenceSession> {
  let session: Promise<InferenceSession> | null = null;
  return () => {
    if (session) return session;
    const created = InferenceSession.create(Buffer.from(base64, 'base64'), { intraOpNumThreads: computeThreads() });
    created.catch(() => (session = null));
    return (session = created);
  };
}
