/** Records that are written again in the format they came from: only what was changed is other than it was. */
import { describe, expect, it } from 'vitest';
import { selectView } from '@shared/dataset/selectView';
import type { DatasetView } from '@shared/dataset/view';
import { formats } from '@shared/formats/registry';
import { type Files, readFromMemory, writeToMemory } from '../../support/formatFiles';

const sizes = new Map(['a.jpg', 'b.jpg'].map((name) => [name, [40, 20] as const]));

const read = async (id: string, files: Files) => (await readFromMemory(formats.get(id)!, files, sizes)).view('v');
const textsOf = (id: string, view: DatasetView) => {
  const { files, losses } = writeToMemory(view, formats.get(id)!);
  return { texts: [...files].map(([name, text]) => [name, text as string] as const), losses: losses.list() };
};

const labelme = (image: string, ...labels: string[]) =>
  JSON.stringify(
    {
      version: '5.5.0',
      flags: {},
      shapes: labels.map((label, place) => ({
        label,
        points: [
          [1, 1],
          [9, 1],
          [9, 9 + place],
        ],
        group_id: 7 + place,
        description: 'costs $$ or $& more',
        shape_type: 'polygon',
        flags: {},
        mask: null,
        mine: 1.5,
      })),
      imagePath: image,
      imageData: null,
      imageHeight: 20,
      imageWidth: 40,
    },
    null,
    2,
  );

describe('names and texts with signs that mean something elsewhere', () => {
  it.each(['$&', '$$', '$1 $`', "$'", '\\1', '&amp;', '%s', '{0}'])('%s', async (name) => {
    const view = selectView(await read('labelme', new Map([['a.json', labelme('a.jpg', 'cat')]])), {
      map: { cat: name },
    });
    // A copy that came from nowhere: every format writes it whole.
    const bare = { ...view, textFormat: null };
    for (const format of formats.all.filter((one) => one.read && one.write)) {
      const { files } = writeToMemory(bare, format);
      const after = (await readFromMemory(format, files, sizes)).view('v');
      expect(
        after.categories().map((category) => category.name),
        format.id,
      ).toContain(name);
    }
  });
});

describe('other names for some categories', () => {
  it('touch the records of those alone, in whatever way they are asked for', async () => {
    const files: Files = new Map([
      ['a.json', labelme('a.jpg', 'cat', 'dog')],
      ['b.json', labelme('b.jpg', 'dog')],
    ]);
    const view = selectView(await read('labelme', files), { map: { cat: 'tiger' } });
    expect([...view.images()].map(({ untouched }) => untouched)).toEqual([false, true]);
    const byImage = [...view.images()].flatMap(({ id }) => view.annotationsOf(id));
    const all = [...view.annotations()];
    for (const list of [byImage, all]) expect(list.map(({ untouched }) => untouched)).toEqual([false, true, true]);
    expect(byImage.map(({ categoryId }) => categoryId)).toEqual(all.map(({ categoryId }) => categoryId));
  });

  it('are no change of a dataset that has none of them', async () => {
    const files: Files = new Map([['a.json', labelme('a.jpg', 'cat', 'dog')]]);
    const { texts, losses } = textsOf('labelme', selectView(await read('labelme', files), { map: { cow: 'ox' } }));
    expect(texts).toEqual([...files]);
    expect(losses).toEqual([]);
  });
});
