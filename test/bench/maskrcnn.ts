/**
 * maskrcnn-overhead: everything that is not the network itself (decoding, preprocessing, masks) over the bare session.run
 * of the shipped model, image by image on the sample's nuclei scenes.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { decodeRgb } from '../../src-main/images';
import { readModelFile } from '../../src-main/inference/modelFile';
import { buildInput, planInput } from '../../src-main/inference/preprocess';
import { loadModel } from '../../src-main/inference/session';
import { quantile, type BenchCase } from './types';

const root = join(import.meta.dirname, '../..');
const ROUNDS = 4;
/** Overheads measured after each run of the network, which takes far longer. */
const REPEATS = 9;

export const rows: readonly BenchCase[] = [
  {
    name: 'maskrcnn-overhead',
    async run() {
      const folder = join(root, 'resources/sample/images');
      const files = readdirSync(folder).filter((name) => name.startsWith('nuclei'));
      const model = await loadModel(await readModelFile(join(root, 'models/nuclei-maskrcnn')));
      const { manifest } = model.model;
      const ratios: number[] = [];
      let overheads = 0;
      let runs = 0;
      // The first round warms up and is not counted.
      for (let round = 0; round <= ROUNDS; round++) {
        for (const file of files) {
          const source = { path: join(folder, file), orientation: 'exif' } as const;
          const prepare = async () => {
            const image = await decodeRgb(source);
            const frame = planInput(image.width, image.height, manifest.input);
            return { frame, input: buildInput(image, manifest.input, frame) };
          };
          const { input } = await prepare();
          let start = performance.now();
          const tensors = await model.run(input);
          const runMs = performance.now() - start;
          for (let i = 0; i < REPEATS; i++) {
            start = performance.now();
            const { frame } = await prepare();
            model.family.toProposals(tensors, model.outputs, { manifest, frame, score: 0.05 });
            const ms = performance.now() - start;
            if (round === 0) continue;
            ratios.push(ms / runMs);
            overheads += ms / REPEATS;
          }
          if (round > 0) runs += runMs;
        }
      }
      await model.release();
      return {
        name: 'maskrcnn-overhead',
        n: ratios.length,
        p50: quantile(ratios, 0.5),
        p95: quantile(ratios, 0.95),
        unit: 'ratio',
        reference: 'session.run of the same image',
        ratio: overheads / runs,
      };
    },
  },
];
