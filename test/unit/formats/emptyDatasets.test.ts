/** Datasets on which nothing is drawn, or that have no images: through every format, and back as far as the format can say them. */
import { describe, expect, it } from 'vitest';
import { exportSentences } from '@shared/dataset/lossWords';
import { FormatRegistry, formats } from '@shared/formats/registry';
import { MemoryDataset } from '@shared/formats/memoryDataset';
import { memorySource, readFromMemory, sizesIn, writeToMemory } from '../../support/formatFiles';

const both = formats.all.filter((format) => format.read && format.write);

function empty(imageCount: number, categoryCount: number) {
  const dataset = new MemoryDataset('/made', 'made');
  const at = { pointer: '' };
  for (let id = 1; id <= categoryCount; id++)
    dataset.category({ id, name: `kind ${id}`, supercategory: null }, null, at);
  for (let id = 1; id <= imageCount; id++)
    dataset.image({ id, fileName: `folder/photo ${id}.png`, width: 20 + id, height: 10 }, null, at);
  return dataset.view('made');
}

/** They are files of images alone. */
const withoutFiles = ['labelme', 'roboflow', 'cityscapes', 'geojson', 'imagej', 'object-masks'];

describe.each(both.map((format) => [format.id, format] as const))('%s', (id, format) => {
  it.each([1, 3])('gives %i images without annotations back, with their sizes', async (count) => {
    for (const categories of [0, 2]) {
      const view = empty(count, categories);
      const { files, losses } = writeToMemory(view, format);
      const sizes = sizesIn(format, view);
      const entry = format.target === 'file' ? [...files.keys()][0] : null;
      const recognised = await new FormatRegistry(both).recognise(memorySource(files, sizes, entry));
      expect(recognised.map((one) => one.format.id)).toEqual([id]);

      const read = await readFromMemory(format, files, sizes);
      const ends = read.images.map(({ record }) => [/photo \d/.exec(record.fileName)?.[0], record.width]);
      expect(ends).toEqual([...view.images()].map(({ fileName, width }) => [/photo \d/.exec(fileName)?.[0], width]));
      expect(read.annotations).toEqual([]);
      const lost = losses.list().find(({ code }) => code === 'unused-category')?.count ?? 0;
      expect(read.categories.length + lost).toBe(categories);
      const faults = read.issues.filter(({ issue }) => issue.code !== 'heading-left-out');
      expect(faults.map(({ issue }) => issue.message)).toEqual([]);
    }
  });

  it.each([0, 2])('says that there are no images, and reads what it wrote of %i categories', async (categories) => {
    const view = empty(0, categories);
    const { files, losses } = writeToMemory(view, format);
    const [first] = exportSentences({ images: 0, files: files.size, losses: losses.list() });
    if (withoutFiles.includes(id)) {
      expect([...files.keys()]).toEqual([]);
      expect(first).toBe('There are no images: nothing was written');
      return;
    }
    expect(files.size).toBe(1);
    expect(first).toBe('There are no images: what was written is empty');
    const entry = format.target === 'file' ? [...files.keys()][0] : null;
    const source = memorySource(files, new Map(), entry);
    const recognised = await new FormatRegistry(both).recognise(source);
    expect(recognised.map((one) => one.format.id)).toEqual([id]);
    const read = await readFromMemory(format, files, new Map());
    expect([read.images, read.annotations]).toEqual([[], []]);
    const lost = losses.list().find(({ code }) => code === 'unused-category')?.count ?? 0;
    expect(read.categories.length + lost).toBe(categories);
  });
});
