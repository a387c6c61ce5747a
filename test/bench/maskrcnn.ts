/**
 * maskrcnn-overhead: everything that is not the network itself (decoding, preprocessing, masks) over the bare session.run
 * of the shipped model, image by image on the sample's nuclei scenes, as the product itself books the time.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInferenceService } from '../../src-main/inference/service';
import type { InferenceRequests } from '@shared/ipc/inference';
import { connectLocal } from '@shared/ipc/rpc';
import { quantile, type BenchCase } from './types';

const root = join(import.meta.dirname, '../..');
const ROUNDS = 34;

export const rows: readonly BenchCase[] = [
  {
    name: 'maskrcnn-overhead',
    async run() {
      const folder = join(root, 'resources/sample/images');
      const files = readdirSync(folder).filter((name) => name.startsWith('nuclei'));
      const models = connectLocal<InferenceRequests>(createInferenceService({ modelsFolder: join(root, 'models') }));
      const ratios: number[] = [];
      let overheads = 0;
      let runs = 0;
      // The first round warms up and is not counted.
      for (let round = 0; round <= ROUNDS; round++) {
        for (const file of files) {
          const source = { path: join(folder, file), orientation: 'exif' } as const;
          const { timings } = await models.call('inference.propose', { source, model: 'nuclei-maskrcnn', score: 0.05 });
          const { decodeMs, preMs, runMs, postMs } = timings;
          if (round === 0) continue;
          ratios.push((decodeMs + preMs + postMs) / runMs);
          overheads += decodeMs + preMs + postMs;
          runs += runMs;
        }
      }
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
