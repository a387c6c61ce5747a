import { describe, expect, it } from 'vitest';
import { inside } from '@shared/dataset/outputNames';
import { diffDatasets } from '@shared/dataset/diff';
import { findingKinds } from '@shared/dataset/lint/kinds';
import { FixingDataset } from '@shared/formats/fixDataset';
import type { DatasetFormat } from '@shared/formats/format';
import { LintSink } from '@shared/formats/lintSink';
import { formats } from '@shared/formats/registry';
import { Random } from '../../support/datasetFuzz';
import { bentFiles, isSentence } from '../../support/formatFuzz';
import { type Files, memorySource, writeToMemory } from '../../support/formatFiles';
import { processorClock } from '../../support/processorTime';
import { MemoryDataset } from '@shared/formats/memoryDataset';

/** `npm run fuzz` takes more, over all formats together; a few of each every time. */
const files = Number(process.env.MASKWRIGHT_FUZZ_FILES ?? 600);
const firstSeed = Number(process.env.MASKWRIGHT_FUZZ_SEED ?? 1);
type Sizes = ReadonlyMap<string, readonly [number, number]>;

/** A file that takes longer hangs. */
const mostMs = 5000;

const count = Math.ceil(files / formats.readable.length);
/** What is written where the format itself is read only. */
const coco = formats.get('coco')!;
/** Of one format, milliseconds. */
const most = 20_000 + 100 * count;

describe.each(formats.readable.map((format) => [format.id, format] as const))('bent files of %s', (_, format) => {
  it(
    'are read, or refused with a sentence; what was read is written in any format below its folder',
    async () => {
      for (let seed = firstSeed; seed < firstSeed + count; seed++) {
        const { files, steps } = bentFiles(format, seed);
        const told = `seed ${seed}: ${steps.join('; ')}`;
        const usedMs = processorClock();
        const dataset = new MemoryDataset('/memory', format.id);
        const sizes = new Map([['a.png', [20, 20] as const]]);
        const fault: unknown = await format.read!(memorySource(files, sizes), dataset).then(
          () => null,
          (error: unknown) => error,
        );
        if (fault !== null && !isSentence(fault)) throw new Error(told, { cause: fault });
        if (fault === null) {
          const random = new Random(seed);
          for (const target of [
            format.write ? format : coco,
            random.pick(formats.writable),
            random.pick(formats.writable),
          ]) {
            try {
              const { files: written } = writeToMemory(dataset.view('again'), target);
              for (const name of written.keys())
                expect(leadsOut(name), `${told}: ${target.id} writes ${name}`).toBe(false);
            } catch (error) {
              if (!isSentence(error)) throw new Error(`${told}: written as ${target.id}`, { cause: error });
            }
          }
          for (const { record } of dataset.images) expect(leadsOut(inside(record.fileName)), told).toBe(false);
          await checkUp(format, files, sizes, told);
        }
        expect(usedMs(), told).toBeLessThan(mostMs);
      }
    },
    most,
  );
});

/** Linted, mended, compared with itself: none of it stumbles, and what is mended is read again. */
async function checkUp(format: DatasetFormat, files: Files, sizes: Sizes, told: string): Promise<void> {
  try {
    const sink = new LintSink((issue) => void expect(findingKinds[issue.code], told).toBeDefined());
    await format.read!(memorySource(files, sizes), sink);
    sink.finish();
    const mended = new FixingDataset('/memory', format.id);
    await format.read!(memorySource(files, sizes), mended);
    const view = mended.fixedView('mended');
    const target = format.write ? format : coco;
    const { files: written } = writeToMemory(view, target);
    const again = new MemoryDataset('/memory', target.id);
    await target.read!(memorySource(written, sizes), again);
    diffDatasets(view, again.view('again'));
  } catch (error) {
    if (!isSentence(error)) throw new Error(`${told}: linted and mended`, { cause: error });
  }
}

const leadsOut = (name: string) =>
  name.startsWith('/') || name.includes('\0') || /^[a-zA-Z]:/.test(name) || name.split(/[\\/]/).includes('..');
