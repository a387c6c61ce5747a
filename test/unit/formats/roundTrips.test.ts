import { describe, expect, it } from 'vitest';
import { formats } from '@shared/formats/registry';
import { Random } from '../../support/datasetFuzz';
import { through } from '../../support/throughFormat';
import { wideDataset } from '../../support/wideDataset';
import {
  type Files,
  madeDataset,
  memorySource,
  readFromMemory,
  richDataset,
  sizesIn,
  writeToMemory,
} from '../../support/formatFiles';

const both = formats.all.filter((format) => format.read && format.write);

describe.each(both.map((format) => [format.id, format] as const))('%s', (id, format) => {
  it('gives every object back, or says in its losses what it did to it', async () => {
    for (let seed = 1; seed <= Number(process.env.MASKWRIGHT_SEEDS ?? 60); seed++) {
      const before = (seed % 2 === 0 ? richDataset : madeDataset)(new Random(seed)).view('made');
      expect((await through(format, before)).faults, `seed ${seed}`).toEqual([]);
    }
  });

  it('gives back what is odd: names, numbers past 32 bits, objects over the border and thinner than a pixel', async () => {
    // More of them: MASKWRIGHT_SEEDS=5000.
    for (let seed = 1; seed <= Number(process.env.MASKWRIGHT_SEEDS ?? 30); seed++) {
      const before = wideDataset(new Random(seed)).view('made');
      expect((await through(format, before)).faults, `seed ${seed}`).toEqual([]);
    }
  });

  it('writes again, byte for byte, what it read', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const made = madeDataset(new Random(seed)).view('made');
      const { files } = writeToMemory(made, format);
      const sizes = sizesIn(format, made);
      const read = await readFromMemory(format, files, sizes);
      const again = writeToMemory(read.view('made'), format).files;
      for (const [name, content] of files) {
        if (typeof content === 'string') expect(again.get(name), `seed ${seed}: ${name}`).toBe(content);
        else expect(Buffer.compare(Buffer.from(again.get(name) as Uint8Array), Buffer.from(content))).toBe(0);
      }
    }
  });

  const others = both.filter((other) => other !== format);
  it.each(others.map((other) => [other.id, other] as const))(
    'hands on to %s, and takes back from it',
    async (otherId, other) => {
      for (let seed = 1; seed <= 4; seed++) {
        const made = richDataset(new Random(seed)).view('made');
        const first = await through(format, made);
        const second = await through(other, first.after);
        expect(second.faults, `seed ${seed}, there`).toEqual([]);
        if (otherId === 'coco') expectSoundIds(second.files);
        expect((await through(format, second.after)).faults, `seed ${seed}, and back`).toEqual([]);
      }
    },
  );

  it('is known by its files, and no other format claims them', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const made = madeDataset(new Random(seed)).view('made');
      if (made.annotationCount === 0) continue;
      const { files } = writeToMemory(made, format);
      const found = await formats.recognise(memorySource(files, new Map()));
      expect(
        found.map((one) => one.format.id),
        `seed ${seed}`,
      ).toEqual([id]);
    }
  });
});

/** Ids of COCO are whole numbers, and lead to records that are there. */
function expectSoundIds(files: Files): void {
  const { images, annotations, categories } = JSON.parse([...files.values()][0] as string) as Record<
    'images' | 'annotations' | 'categories',
    Record<string, unknown>[] | undefined
  >;
  const idsOf = (records: Record<string, unknown>[] = []) => records.map((record) => record.id);
  for (const one of [...idsOf(images), ...idsOf(annotations), ...idsOf(categories)])
    expect(Number.isInteger(one), String(one)).toBe(true);
  for (const one of annotations ?? []) {
    expect(idsOf(images)).toContain(one.image_id);
    expect(idsOf(categories)).toContain(one.category_id);
  }
}
