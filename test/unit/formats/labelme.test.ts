/** labelme files as labelme lays them out, whatever a label says. */
import { describe, expect, it } from 'vitest';
import { formats } from '@shared/formats/registry';
import { readFromMemory, writeToMemory } from '../../support/formatFiles';

const category = 'a "points": [] $& $1 \\ \n';
const coco = {
  images: [{ id: 1, file_name: 'a.jpg', width: 40, height: 20 }],
  categories: [{ id: 1, name: category }],
  annotations: [
    {
      id: 1,
      image_id: 1,
      category_id: 1,
      segmentation: [[1, 2.5, 30.125, 2, 7e-7, 19]],
      area: 1,
      bbox: [0, 2, 30, 17],
    },
    { id: 2, image_id: 1, category_id: 1, area: 12, bbox: [3, 4, 3, 4], flags: { '"points": []': true } },
  ],
};

describe('a labelme file from another format', () => {
  it('is laid out as JSON.stringify would, with its points and labels as they are', async () => {
    const dataset = await readFromMemory(formats.get('coco')!, new Map([['d.json', JSON.stringify(coco)]]), new Map());
    const text = writeToMemory(dataset.view('v'), formats.get('labelme')!).files.get('a.json') as string;
    const file = JSON.parse(text) as { shapes: { label: string; points: number[][] }[] };
    expect(text.trimEnd()).toBe(JSON.stringify(file, null, 2));
    expect(file.shapes.map(({ label }) => label)).toEqual([category, category]);
    expect(file.shapes.map(({ points }) => points)).toEqual([
      [
        [1, 2.5],
        [30.125, 2],
        [7e-7, 19],
      ],
      [
        [3, 4],
        [6, 8],
      ],
    ]);
  });
});
