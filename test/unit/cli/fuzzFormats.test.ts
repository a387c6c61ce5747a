import { describe, expect, it } from 'vitest';
import { inside } from '@shared/dataset/outputNames';
import { formats } from '@shared/formats/registry';
import { Random } from '../../support/datasetFuzz';
import { bentFiles, isSentence } from '../../support/formatFuzz';
import { memorySource, writeToMemory } from '../../support/formatFiles';
import { MemoryDataset } from '@shared/formats/memoryDataset';

/** `npm run fuzz -- COUNT SEED` takes others; a few of each format every time. */
const count = Math.ceil(Number(process.env.MASKWRIGHT_FUZZ ?? 300) / 5);
const firstSeed = Number(process.env.MASKWRIGHT_FUZZ_SEED ?? 1);
/** A file that takes longer hangs. */
const mostMs = 5000;

const both = formats.all.filter(({ read, write }) => read && write);

describe.each(both.map((format) => [format.id, format] as const))('bent files of %s', (_, format) => {
  it('are read, or refused with a sentence; what was read is written in any format below its folder', async () => {
    for (let seed = firstSeed; seed < firstSeed + count; seed++) {
      const { files, steps } = bentFiles(format, seed);
      const told = `seed ${seed}: ${steps.join('; ')}`;
      const startedAt = performance.now();
      const dataset = new MemoryDataset('/memory', format.id);
      const sizes = new Map([['a.png', [20, 20] as const]]);
      const fault: unknown = await format.read!(memorySource(files, sizes), dataset).then(
        () => null,
        (error: unknown) => error,
      );
      if (fault !== null && !isSentence(fault)) throw new Error(told, { cause: fault });
      if (fault === null) {
        const random = new Random(seed);
        for (const target of [format, random.pick(formats.writable), random.pick(formats.writable)]) {
          try {
            const { files: written } = writeToMemory(dataset.view('again'), target);
            for (const name of written.keys())
              expect(leadsOut(name), `${told}: ${target.id} writes ${name}`).toBe(false);
          } catch (error) {
            if (!isSentence(error)) throw new Error(`${told}: written as ${target.id}`, { cause: error });
          }
        }
        for (const { record } of dataset.images) expect(leadsOut(inside(record.fileName)), told).toBe(false);
      }
      expect(performance.now() - startedAt, told).toBeLessThan(mostMs);
    }
  });
});

const leadsOut = (name: string) =>
  name.startsWith('/') || name.includes('\0') || /^[a-zA-Z]:/.test(name) || name.split(/[\\/]/).includes('..');
