/**
 * Bare session.run to compare a family's own work with: the network itself, as exported at its true size (weights may be untrained),
 * where the folder MASKWRIGHT_NETWORKS holds FAMILY.onnx; otherwise plain convolutions of as many multiply-adds.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { computeThreads } from '../../src-main/inference/graph/threads';
import type { Fake } from './familyFakes';
import { plainWork } from './plainWork';

export interface BareNetwork {
  readonly what: string;
  /** One run, in milliseconds. */
  run(): Promise<number>;
}

export async function bareNetwork(family: string, { name, gmacs }: Fake['network']): Promise<BareNetwork> {
  const folder = process.env.MASKWRIGHT_NETWORKS;
  const file = folder && join(folder, `${family}.onnx`);
  if (!file || !existsSync(file)) {
    return {
      what: `${gmacs.toFixed(1)} billion multiply-adds (${name})`,
      run: async () => gmacs * (await plainWork()),
    };
  }
  const session = await InferenceSession.create(file, { intraOpNumThreads: computeThreads(), interOpNumThreads: 1 });
  const inputs = Object.fromEntries(
    session.inputMetadata.map((input) => {
      const dims = input.isTensor ? input.shape.map((side) => (typeof side === 'number' ? side : 1)) : [];
      const { length } = new Float32Array(dims.reduce((product, side) => product * side, 1));
      return [input.name, new Tensor('float32', new Float32Array(length).fill(0.5), dims)];
    }),
  );
  return {
    what: `the network itself, ${family}.onnx`,
    async run() {
      const began = performance.now();
      await session.run(inputs);
      return performance.now() - began;
    },
  };
}
