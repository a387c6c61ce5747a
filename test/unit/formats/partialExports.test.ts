/** Part of a dataset in its own format, or with new images: what is no annotation of ours stays with its image. */
import { describe, expect, it } from 'vitest';
import type { DatasetView } from '@shared/dataset/view';
import { formats } from '@shared/formats/registry';
import { type Files, readFromMemory, writeToMemory } from '../../support/formatFiles';

const via = () => {
  const rect = {
    shape_attributes: { name: 'rect', x: 1, y: 1, width: 4, height: 3 },
    region_attributes: { kind: 'cat' },
  };
  const point = { shape_attributes: { name: 'point', cx: 3, cy: 4 }, region_attributes: { kind: 'cat' }, mine: 1.5 };
  const image = (name: string) => ({
    filename: name,
    size: 7,
    regions: [rect, point],
    file_attributes: { note: name },
  });
  return JSON.stringify(
    {
      _via_settings: { mine: true },
      _via_img_metadata: { 'a.jpg7': image('a.jpg'), 'b.jpg7': image('b.jpg'), 'c.jpg7': image('c.jpg') },
      _via_attributes: { region: { kind: { type: 'text' } }, file: {} },
      _via_image_id_list: ['a.jpg7', 'b.jpg7', 'c.jpg7'],
    },
    null,
    1,
  );
};

const box = {
  type: 'rectanglelabels',
  ...{ original_width: 40, original_height: 20 },
  value: { x: 1, y: 1, width: 9, height: 9, rectanglelabels: ['cat'] },
};
const choice = { type: 'choices', value: { choices: ['sharp'] }, from_name: 'q' };
const labelStudio = () => {
  const task = (name: string) => ({
    data: { image: name },
    annotations: [{ result: [box, choice] }],
    meta: { mine: name },
  });
  return JSON.stringify(['a.jpg', 'b.jpg', 'c.jpg'].map(task), null, 2);
};

const datumaro = () => {
  const item = (name: string) => ({
    id: name.replace('.jpg', ''),
    annotations: [
      { id: 1, type: 'bbox', label_id: 0, bbox: [1, 1, 4, 4], group: 0, attributes: {} },
      { id: 2, type: 'points', label_id: 0, points: [3, 4], group: 0, attributes: {} },
    ],
    attr: { mine: name },
    image: { path: name, size: [20, 40] },
  });
  return JSON.stringify({
    info: { mine: 1 },
    categories: { label: { labels: [{ name: 'cat', parent: '', attributes: [] }] } },
    items: ['a.jpg', 'b.jpg', 'c.jpg'].map(item),
  });
};

const sizes = new Map(['a.jpg', 'b.jpg', 'c.jpg', 'new.jpg'].map((name) => [name, [40, 20] as const]));

const onlyImages = (view: DatasetView, ids: readonly number[]): DatasetView => ({
  ...view,
  images: () => [...view.images()].filter(({ id }) => ids.includes(id)),
});

describe.each([
  ['via', 'v.json', via(), '"point"'],
  ['label-studio', 't.json', labelStudio(), '"choices"'],
  ['datumaro', 'annotations/default.json', datumaro(), '"points"'],
])('%s', (id, name, text, other) => {
  const format = formats.get(id)!;
  const files: Files = new Map([[name, text]]);
  const read = async (from = files) => (await readFromMemory(format, from, sizes)).view('v');
  const written = (view: DatasetView) => [...writeToMemory(view, format).files.values()][0] as string;
  const counts = (json: string) => ({ others: json.split(other).length - 1, mine: json.split('mine').length - 1 });
  const whole = counts(text);

  it.each([[[1, 2, 3]], [[1]], [[2]], [[3]], [[1, 3]], [[]]])('keeps the whole of images %j', async (ids) => {
    const view = await read();
    const json = written(onlyImages(view, ids));
    if (ids.length === 3) expect(json).toBe(text);
    const again = await read(new Map([[name, json]]));
    const nameOf = (place: number) => ['a.jpg', 'b.jpg', 'c.jpg'][place - 1];
    expect([...again.images()].map(({ fileName }) => fileName)).toEqual(ids.map(nameOf));
    expect(counts(json).others).toBe((whole.others / 3) * ids.length);
    for (const kept of ids) expect(json).toContain(`"${nameOf(kept)}"`);
    if (id === 'via')
      expect((JSON.parse(json) as Record<string, string[]>)._via_image_id_list).toHaveLength(ids.length);
  });

  it('takes a new image in beside them', async () => {
    const view = await read();
    const image = { ...[...view.images()][0], id: 9, fileName: 'new.jpg', text: null, untouched: false };
    const record = view.annotationsOf(1)[0];
    const own = { ...record, id: 9, imageId: 9, categoryId: 1, text: null, untouched: false, baseline: null };
    const drawn = { ...own, place: {}, annotation: { ...record.annotation, id: 9, imageId: 9 } };
    const more = {
      ...view,
      images: () => [...view.images(), image],
      annotationsOf: (imageId: number) => (imageId === 9 ? [drawn] : view.annotationsOf(imageId)),
    };
    const json = written(more);
    expect(counts(json)).toEqual(whole);
    const again = await read(new Map([[name, json]]));
    expect([...again.images()].map(({ fileName }) => fileName)).toEqual(['a.jpg', 'b.jpg', 'c.jpg', 'new.jpg']);
    expect(again.annotationsOf(4).map(({ annotation }) => annotation.bbox.map(Math.round))).toEqual([
      record.annotation.bbox.map(Math.round),
    ]);
  });
});
