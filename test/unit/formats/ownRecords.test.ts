/** Records that are written again in the format they came from: only what was changed is other than it was. */
import { describe, expect, it } from 'vitest';
import { selectView } from '@shared/dataset/selectView';
import type { DatasetView } from '@shared/dataset/view';
import { formats } from '@shared/formats/registry';
import { type Files, readFromMemory, touchedView, writeToMemory } from '../../support/formatFiles';

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
  it.each(['$&', '$$', '$1 $`', "$'", '\\1', '&amp;', '%s', '{0}', '  lead', 'trail ', 'two\nlines'])(
    '%s',
    async (name) => {
      const view = selectView(await read('labelme', new Map([['a.json', labelme('a.jpg', 'cat')]])), {
        map: { cat: name },
      });
      // A copy that came from nowhere: every format writes it whole.
      const bare = { ...view, textFormat: null };
      for (const format of formats.all.filter((one) => one.read && one.write && !one.losses.includes('category'))) {
        const { files } = writeToMemory(bare, format);
        const after = (await readFromMemory(format, files, sizes)).view('v');
        expect(
          after.categories().map((category) => category.name),
          format.id,
        ).toContain(name);
      }
    },
  );
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

/** A file of each format with members that mean nothing here, a category `cat` and one that stays, `dog`. */
const strange: readonly (readonly [id: string, files: Files])[] = [
  ['labelme', new Map([['a.json', labelme('a.jpg', 'cat', 'dog')]])],
  [
    'supervisely',
    new Map([
      [
        'meta.json',
        '{"classes": [{"title": "cat", "id": 5, "shape": "any", "color": "#FF0000", "mine": 1}, {"title": "dog", "shape": "any", "color": "#00FF00"}], "tags": []}',
      ],
      [
        'ds/ann/a.jpg.json',
        `{"tags": [], "size": {"height": 20, "width": 40}, "objects": [${['cat', 'dog']
          .map(
            (name, i) =>
              `{"id": ${i + 3}, "classId": 5, "classTitle": "${name}", "labelerLogin": "me", "tags": [{"name": "old"}], "description": "mine", "instance": "i7", "geometryType": "polygon", "points": {"exterior": [[1, 1], [9.0, 1], [9, 9]], "interior": []}}`,
          )
          .join(', ')}]}`,
      ],
    ]),
  ],
  [
    'label-studio',
    new Map([
      [
        'dataset.json',
        `[{"id": 4, "data": {"image": "a.jpg"}, "annotations": [{"id": 2, "result": [${['cat', 'dog']
          .map(
            (name, i) =>
              `{"id": "abc${i}", "type": "ellipselabels", "from_name": "seg", "to_name": "img", "original_width": 40, "original_height": 20, "image_rotation": 0, "origin": "manual", "parentID": "p", "meta": {"text": ["mine"]}, "value": {"x": 40, "y": 50, "radiusX": 10, "radiusY": 20.0, "rotation": 0, "ellipselabels": ["${name}","second"]}}`,
          )
          .join(', ')}, {"type": "relation", "from_id": "abc0", "to_id": "abc1", "direction": "right"}]}]}]`,
      ],
    ]),
  ],
  [
    'via',
    new Map([
      [
        'dataset.json',
        `{"a.jpg7":{"filename":"a.jpg","size":7,"regions":[${['cat', 'dog']
          .map(
            (name) =>
              `{"mine": 1.50, "shape_attributes":{"name":"circle","cx":10,"cy":9,"r":4.0,"more":1},"region_attributes":{"class":"${name}","seen":"yes"}}`,
          )
          .join(',')}],"file_attributes":{}}}`,
      ],
    ]),
  ],
  [
    'cvat',
    new Map([
      [
        'annotations.xml',
        `<?xml version="1.0"?>\n<annotations>\n  <version>1.1</version>\n  <meta><task><labels><label><name>cat</name></label><label><name>dog</name></label></labels></task></meta>\n  <image id="0" name="a.jpg" width="40" height="20">\n${[
          ['cat', 3],
          ['dog', 1],
        ]
          .map(
            ([name, z]) =>
              `    <ellipse label="${name}" source="auto" occluded="0" cx="10.00" cy="9" rx="4" ry="4" mine="1>0" z_order="${z}">\n      <attribute name="n">1</attribute>\n    </ellipse>\n`,
          )
          .reverse()
          .join('')}  </image>\n</annotations>\n`,
      ],
    ]),
  ],
  [
    'datumaro',
    new Map([
      [
        'annotations/default.json',
        '{"info":{},"categories":{"label":{"labels":[{"name":"cat","parent":"","attributes":[]},{"name":"dog","parent":""}]}},"items":[{"id":"a","annotations":[{"id":9,"type":"bbox","label_id":0,"bbox":[1,1,4.0,4],"group":0,"attributes":{},"z_order":3,"mine":1.50},{"id":12,"type":"bbox","label_id":1,"bbox":[1,1,4,4],"group":0,"attributes":{},"z_order":4}],"image":{"path":"a.jpg","size":[20,40]}}]}',
      ],
    ]),
  ],
  [
    'voc',
    new Map([
      [
        'Annotations/a.xml',
        `<annotation>\n\t<filename>a.jpg</filename>\n\t<size><width>40</width><height>20</height><depth>3</depth></size>\n${[
          'cat',
          'dog',
        ]
          .map(
            (name) =>
              `\t<object>\n\t\t<name>${name}</name>\n\t\t<mine>1</mine>\n\t\t<bndbox><xmin>2.0</xmin><ymin>2</ymin><xmax>9</xmax><ymax>9</ymax></bndbox>\n\t\t<part><name>tail</name></part>\n\t</object>\n`,
          )
          .join('')}</annotation>\n`,
      ],
    ]),
  ],
  [
    'geojson',
    new Map([
      [
        'a.geojson',
        `{"type":"FeatureCollection","features":[\n${['cat', 'dog']
          .map(
            (name) =>
              `{"type":"Feature","id":"f1","geometry":{"type":"Polygon","coordinates":[[[1,1],[9.0,1],[9,9],[1,1]]]},"properties":{"objectType":"annotation","isLocked":true,"classification":{"name":"${name}"},"measurements":[1.50]}}`,
          )
          .join(',\n')}\n]}\n`,
      ],
    ]),
  ],
];

describe.each(strange)('a record of %s', (id, files) => {
  const spelled = (name: string) => new RegExp(`(["'>])${name}(["'<])`, 'g');

  it('under another name is its text with that name', async () => {
    const view = await read(id, files);
    const { texts, losses } = textsOf(id, selectView(view, { map: { cat: 'tiger' } }));
    expect(losses).toEqual([]);
    for (const [name, text] of files) {
      const expected = (text as string).replace(
        spelled('cat'),
        (_, before: string, after: string) => `${before}tiger${after}`,
      );
      expect(new Map(texts).get(name)).toBe(expected);
    }
  });

  it('that was drawn anew keeps what is said of it besides', async () => {
    const view = await read(id, files);
    const outline = { kind: 'polygons' as const, parts: [{ outer: [2, 2, 12, 2, 12, 12, 2, 12], holes: [] }] };
    const redrawn = (records: ReturnType<DatasetView['annotationsOf']>) =>
      records.map((record) => ({
        ...{ id: record.id, imageId: record.imageId, categoryId: record.categoryId, text: record.text },
        ...{ untouched: false, baseline: record.baseline, place: {} },
        annotation: { ...record.annotation, segmentation: outline, bbox: [2, 2, 10, 10] as const },
      }));
    const { texts, losses } = textsOf(id, touchedView(view, redrawn));
    expect(losses.filter(({ code }) => !['rounded', 'outline-as-mask', 'overlap'].includes(code))).toEqual([]);
    const again = await read(id, new Map(texts));
    const before = [...view.annotations()];
    const after = [...again.annotations()];
    expect(after.map(({ annotation }) => annotation.extra)).toEqual(before.map(({ annotation }) => annotation.extra));
    expect(after.map(({ annotation }) => annotation.bbox.map(Math.round))).toEqual(before.map(() => [2, 2, 10, 10]));
    const kept =
      /mine|labelerLogin|instance|parentID|abc\d|"seg"|isLocked|source="auto"|z_order\D+\d|group_id\D+\d|1\.50|second|tail|relation/g;
    for (const [name, text] of files)
      expect(new Map(texts).get(name)!.match(kept)).toEqual((text as string).match(kept));
  });
});

it('a Datumaro dataset of one subset keeps its name, and the pictures theirs', async () => {
  const [, files] = strange.find(([id]) => id === 'datumaro')!;
  const text = [...files.values()][0];
  const view = await read('datumaro', new Map([['annotations/train.json', text]]));
  expect([...writeToMemory(view, formats.get('datumaro')!).files]).toEqual([['annotations/train.json', text]]);
  expect(formats.get('datumaro')!.placeImages!(view).map(({ picture }) => picture)).toEqual(['images/train/a.jpg']);
});

it('a name with spaces at its ends is one category, also where the list of labels does not set them apart', async () => {
  const [, files] = strange.find(([id]) => id === 'cvat')!;
  const text = (files.get('annotations.xml') as string).replace(/(["'>])cat(["'<])/g, '$1  cat$2');
  const view = await read('cvat', new Map([['annotations.xml', text]]));
  expect(view.categories()).toHaveLength(2);
  expect(textsOf('cvat', view).texts).toEqual([['annotations.xml', text]]);
});

describe('what COCO files say besides', () => {
  const coco = {
    info: { year: 2017, mine: 1 },
    licenses: [{ id: 4, name: 'CC' }],
    images: [{ id: 7, file_name: 'a.jpg', width: 40, height: 20, license: 4, coco_url: 'http://x/a.jpg', mine: [1] }],
    annotations: [
      {
        id: 3,
        image_id: 7,
        category_id: 9,
        bbox: [1, 1, 4, 4],
        area: 16,
        iscrowd: 0,
        segmentation: [[1, 1, 5, 1, 5, 5, 1, 5]],
      },
    ],
    categories: [{ id: 9, name: 'person', supercategory: 'living', keypoints: ['nose'], skeleton: [[1, 1]] }],
  };
  it.each(['roboflow', 'coco-panoptic'])('goes along to %s and comes back', async (id) => {
    const files = (view: DatasetView, format: string) => writeToMemory(view, formats.get(format)!).files;
    const jsonOf = (made: Files) =>
      JSON.parse([...made].find(([name]) => name.endsWith('.json'))![1] as string) as Record<
        string,
        Record<string, unknown>[]
      >;
    const there = files(await read('coco', new Map([['c.json', JSON.stringify(coco)]])), id);
    const back = files(await read(id, there), 'coco');
    for (const json of [jsonOf(there), jsonOf(back)]) {
      expect(json.info).toEqual(coco.info);
      expect(json.licenses).toEqual(coco.licenses);
      expect(json.images).toHaveLength(1);
      expect(json.images[0]).toMatchObject({ license: 4, coco_url: 'http://x/a.jpg', mine: [1] });
      expect(json.categories.at(-1)).toMatchObject({ name: 'person', keypoints: ['nose'], skeleton: [[1, 1]] });
    }
    expect(jsonOf(back).annotations[0].category_id).toBe(jsonOf(back).categories[0].id);
  });

  it('is told as lost where the format has no place for it', async () => {
    const view = await read('coco', new Map([['c.json', JSON.stringify(coco)]]));
    for (const format of formats.all.filter((one) => one.write && one.id !== 'coco')) {
      const codes = writeToMemory(view, format)
        .losses.list()
        .map(({ code }) => code);
      const isKept = format.id === 'roboflow' || format.id === 'coco-panoptic';
      expect(
        codes.filter((code) => code.endsWith('-fields')),
        format.id,
      ).toEqual(isKept ? [] : ['image-fields', 'category-fields']);
      expect(codes.filter((code) => !format.losses.includes(code))).toEqual([]);
    }
  });
});
