import { describe, expect, it } from 'vitest';
import type { DatasetFormat } from '@shared/formats/format';
import { FormatRegistry, formats } from '@shared/formats/registry';
import { Random } from '../../support/datasetFuzz';
import { madeDataset, memorySource, readFromMemory, writeToMemory } from '../../support/formatFiles';

/** All that a format is: this object. Nothing else in the product is told of it. */
const dummy: DatasetFormat = {
  id: 'dummy',
  title: 'Dummy',
  about: 'One line an object: image, category, box.',
  extensions: ['dummy'],
  target: 'file',
  options: [],
  losses: ['id'],
  recognise: async (source) => {
    const name = (await source.names()).find((one) => one.endsWith('.dummy'));
    return name === undefined ? null : `${name} is there`;
  },
  async read(source, sink) {
    const ids = { images: new Map<string, number>(), categories: new Map<string, number>() };
    const idOf = (kind: 'images' | 'categories', name: string, add: (id: number) => void) => {
      const known = ids[kind].get(name);
      if (known !== undefined) return known;
      ids[kind].set(name, ids[kind].size + 1);
      add(ids[kind].size);
      return ids[kind].size;
    };
    for (const [index, line] of (await source.text('dataset.dummy')).split('\n').filter(Boolean).entries()) {
      const [image, category, ...box] = JSON.parse(line) as [string, string, number, number, number, number];
      const at = { pointer: `line ${index + 1}` };
      const imageId = idOf('images', image, (id) => sink.image({ id, fileName: image, width: 9, height: 9 }, null, at));
      const categoryId = idOf('categories', category, (id) =>
        sink.category({ id, name: category, supercategory: null }, null, at),
      );
      const content = { segmentation: null, bbox: box, area: null, isCrowd: false, score: null, extra: {} };
      sink.annotation({ id: null, imageId, categoryId, maskSize: null, content }, line, at);
    }
  },
  *write(view, { losses }) {
    const names = new Map(view.categories().map(({ id, name }) => [id, name]));
    const lines = [...view.annotations()].map(({ id, imageId, categoryId, annotation }) => {
      losses.add('id', { imageId, annotationId: id });
      return JSON.stringify([view.image(imageId!)!.fileName, names.get(categoryId), ...annotation.bbox]);
    });
    yield { name: 'dataset.dummy', content: lines.join('\n') };
  },
};

describe('a format is one object and one line in the registry', () => {
  const registry = new FormatRegistry([...formats.all, dummy]);

  it('is recognised, read and written through the registry alone', async () => {
    const view = madeDataset(new Random(7)).view('made');
    const { files, losses } = writeToMemory(view, registry.get('dummy')!);
    expect(losses.count('id')).toBe(view.annotationCount);
    const found = await registry.recognise(memorySource(files, new Map()));
    expect(found.map(({ format, why }) => [format.id, why])).toEqual([['dummy', 'dataset.dummy is there']]);
    const read = await readFromMemory(found[0].format, files, new Map());
    expect(read.view('read').annotationCount).toBe(view.annotationCount);
    expect(registry.writable.at(-1)).toBe(dummy);
  });
});
