import { encode as encodePng } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { instanceMapFormat } from '@shared/formats/instanceMap/format';
import { readMap } from '@shared/formats/png/maskPng';
import { rleToSegmentation } from '@shared/document/segmentation';
import { MemoryDataset } from '@shared/formats/memoryDataset';
import { fromBox } from '@shared/mask';
import { type Files, memorySource, readFromMemory, writeToMemory } from '../../../support/formatFiles';

const W = 4;
const H = 2;
const numbers = [0, 900, 900, 3, 0, 900, 0, 3];
const deep = encodePng({ width: W, height: H, channels: 1, depth: 16, data: Uint16Array.from(numbers) });
const sizes = new Map([['a.tif', [W, H] as const]]);

describe('instance maps', () => {
  it('take every number of a map of Cellpose as an object, and write the same numbers again', async () => {
    const files: Files = new Map([['a_cp_masks.png', deep]]);
    expect(await instanceMapFormat.recognise(memorySource(files, sizes))).toBe(
      'a_cp_masks.png is called as Cellpose calls its masks',
    );
    const view = (await readFromMemory(instanceMapFormat, files, sizes)).view('x');
    const [image] = [...view.images()];
    expect(image).toMatchObject({ fileName: 'a.tif', width: W, height: H });
    expect(view.categories().map(({ name }) => name)).toEqual(['object']);
    expect(view.annotationsOf(image.id).map(({ annotation }) => annotation.area)).toEqual([2, 3]);
    const again = writeToMemory(view, instanceMapFormat).files;
    expect([...readMap(again.get('a_cp_masks.png') as Uint8Array).values]).toEqual(numbers);
  });

  it('number new objects from 1, the upper one over the lower, and list what each is', () => {
    const dataset = new MemoryDataset('/made', 'made');
    const at = { pointer: '' };
    dataset.image({ id: 1, fileName: 'dir/a.jpg', width: W, height: H }, null, at);
    dataset.category({ id: 7, name: 'cell', supercategory: 'living' }, null, at);
    for (const box of [
      [0, 0, 3, 1],
      [2, 0, 2, 2],
      [0, 0, 1, 1],
    ] as const) {
      const content = {
        ...{ segmentation: rleToSegmentation(fromBox(box, H, W)), bbox: null, area: null },
        ...{ isCrowd: box[0] === 2, score: null, extra: {} },
      };
      dataset.annotation({ id: null, imageId: 1, categoryId: 7, maskSize: null, content }, null, at);
    }
    const { files, losses } = writeToMemory(dataset.view('made'), instanceMapFormat);
    const map = readMap(files.get('instances/dir/a.png') as Uint8Array);
    expect(map.depth).toBe(16);
    expect([...map.values]).toEqual([3, 1, 2, 2, 0, 0, 2, 2]);
    expect(JSON.parse(files.get('objects.json') as string)).toEqual({
      categories: [{ id: 7, name: 'cell', supercategory: 'living', color: '#e69f00', isthing: 1 }],
      maps: {
        'instances/dir/a.png': [
          { id: 1, category_id: 7 },
          { id: 2, category_id: 7, iscrowd: 1 },
          { id: 3, category_id: 7 },
        ],
      },
    });
    expect(losses.list().find(({ code }) => code === 'overlap')).toMatchObject({ count: 1, pixels: 2 });
  });
});
