/** A clock on ONNX Runtime's session.run in this process, for rows that measure what is beside it. */
import { InferenceSession } from 'onnxruntime-node';

/** Milliseconds inside the runtime since it was last asked. */
let inside = 0;
const { prototype } = InferenceSession as unknown as { readonly prototype: InferenceSession };
const bareRun = prototype.run as (...request: unknown[]) => Promise<InferenceSession.ReturnType>;
prototype.run = async function (this: InferenceSession, ...request: unknown[]) {
  const began = performance.now();
  try {
    return await bareRun.apply(this, request);
  } finally {
    inside += performance.now() - began;
  }
};

export interface Sample {
  readonly ms: number;
  /** Of them, inside session.run. */
  readonly runMs: number;
}

export async function clock(work: () => Promise<unknown>): Promise<Sample> {
  inside = 0;
  const began = performance.now();
  await work();
  return { ms: performance.now() - began, runMs: inside };
}

export const total = (samples: readonly Sample[], of: keyof Sample) => samples.reduce((sum, each) => sum + each[of], 0);

/** What is beside session.run over session.run, of all together. */
export const besideOverRun = (samples: readonly Sample[]) =>
  (total(samples, 'ms') - total(samples, 'runMs')) / total(samples, 'runMs');
