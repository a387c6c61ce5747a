/** labelme files as labelme lays them out, whatever a label says. */
import { describe, expect, it } from 'vitest';
import { formats } from '@shared/formats/registry';
import { readFromMemory, touchedView, writeToMemory } from '../../support/formatFiles';

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

describe('a turned box that was drawn anew', () => {
  const points = [[10, 10], [20, 10], [20, 14], [10, 14]]; // prettier-ignore
  const shape = { label: 'ship', points, group_id: null, flags: {}, direction: 0.5 };

  /** What becomes of a shape of that type with these corners; null: of a mask. */
  async function redrawn(shape_type: string, corners: readonly (readonly number[])[] | null) {
    const file = {
      version: '5.5.0',
      flags: {},
      shapes: [{ ...shape, shape_type }],
      imagePath: 'a.jpg',
      imageData: null,
    };
    const text = JSON.stringify({ ...file, imageHeight: 40, imageWidth: 60 }, null, 2);
    const labelme = formats.get('labelme')!;
    const view = (await readFromMemory(labelme, new Map([['a.json', text]]), new Map())).view('v');
    if (corners === null) return { same: writeToMemory(view, labelme).files.get('a.json') === text };
    const segmentation = { kind: 'polygons' as const, parts: [{ outer: corners.flat(), holes: [] }] };
    const changed = touchedView(view, (records) =>
      records.map(({ id, imageId, categoryId, text: own, baseline, annotation }) => ({
        ...{ id, imageId, categoryId, text: own, baseline, untouched: false, place: {} },
        annotation: { ...annotation, segmentation },
      })),
    );
    const { files, losses } = writeToMemory(changed, labelme);
    const [written] = (JSON.parse(files.get('a.json') as string) as { shapes: (typeof shape & { shape_type: string })[] }).shapes; // prettier-ignore
    expect(written.points).toEqual(corners);
    return { type: written.shape_type, direction: written.direction, told: losses.count('corners-free') };
  }

  const moved = points.map(([x, y]) => [x + 7.25, y - 3]);
  const quarter = [[30, 10], [30, 20], [26, 20], [26, 10]]; // prettier-ignore
  const skew = [[10, 10], [20, 11], [20, 14], [10, 14]]; // prettier-ignore
  const five = [...points, [9, 12]];

  it.each(['rotation', 'oriented_rectangle', 'quadrilateral'])(
    'leaves as it came when nobody touched it: %s',
    async (type) => expect(await redrawn(type, null)).toEqual({ same: true }),
  );

  it('stays what it is where it was moved or turned, and says how far it is turned', async () => {
    for (const type of ['rotation', 'oriented_rectangle', 'quadrilateral'])
      expect(await redrawn(type, moved)).toEqual({ type, direction: 0.5, told: 0 });
    expect(await redrawn('rotation', quarter)).toEqual({ type: 'rotation', direction: 0.5 + Math.PI / 2, told: 0 });
    expect((await redrawn('quadrilateral', skew)).type).toBe('quadrilateral');
  });

  it('is a polygon where its corners are no box any more, and that is told', async () => {
    for (const type of ['rotation', 'oriented_rectangle'])
      expect(await redrawn(type, skew)).toMatchObject({ type: 'polygon', told: 1 });
    for (const type of ['rotation', 'oriented_rectangle', 'quadrilateral'])
      expect(await redrawn(type, five)).toMatchObject({ type: 'polygon', told: 1 });
    expect(await redrawn('polygon', five)).toMatchObject({ type: 'polygon', told: 0 });
  });
});
