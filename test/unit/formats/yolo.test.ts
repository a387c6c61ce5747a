/** YOLO as trainers read it: the sets of data.yaml, poses, images that are called as lists are. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { parse as parseYaml } from 'yaml';
import { proxyOf } from '@shared/dataset/completeView';
import type { DatasetView } from '@shared/dataset/view';
import { shareOf } from '@shared/formats/yolo/labels';
import { selectView, withImages } from '@shared/dataset/selectView';
import { MemoryDataset } from '@shared/formats/memoryDataset';
import { formats } from '@shared/formats/registry';
import { type Files, memorySource, readFromMemory, touchedView, writeToMemory } from '../../support/formatFiles';

const boxes = formats.get('yolo')!;
const line = '0 0.5 0.5 0.25 0.5\n';

const sizesOf = (...names: string[]) => new Map(names.map((name) => [name, [40, 20] as const]));
const read = async (files: Files, sizes: ReturnType<typeof sizesOf>) => {
  const dataset = await readFromMemory(boxes, files, sizes);
  const view = dataset.view('v');
  return {
    view,
    names: [...view.images()].map(({ fileName }) => fileName),
    messages: dataset.issues.map(({ issue }) => issue.message),
  };
};

const all = sizesOf('set/images/train/a.jpg', 'set/images/val/b.jpg', 'set/images/spare/c.jpg', 'set/d.jpg');
const labels = new Map([...all.keys()].map((name) => [name.replace('images/', 'labels/').replace('jpg', 'txt'), line]));
const yaml = (text: string, name = 'data.yaml', more: Files = new Map()): Files =>
  new Map<string, string | Uint8Array>([[name, `${text}\nnames: [cat]\n`], ...labels, ...more]);

describe('the sets of data.yaml', () => {
  const trainAndVal = ['set/images/train/a.jpg', 'set/images/val/b.jpg'];
  it.each([
    ['folders below path', yaml('path: set\ntrain: images/train\nval: images/val'), trainAndVal],
    [
      'a path of another machine',
      yaml('path: /home/me/set\ntrain: set/images/train\nval: set/images/val/'),
      trainAndVal,
    ],
    ['beside the file', yaml('train: ./images/train\nval: images/val', 'set/data.yaml'), trainAndVal],
    [
      'one level too high, as Roboflow writes',
      yaml('train: ../images/train\nval: ../images/val', 'set/data.yaml'),
      trainAndVal,
    ],
    ['up from the file', yaml('path: ../set\ntrain: images/train\nval: images/val', 'set/data.yaml'), trainAndVal],
    [
      'lists of folders',
      yaml('path: set\ntrain: [images/train, images/spare]\nval: [images/val]'),
      [...trainAndVal, 'set/images/spare/c.jpg'],
    ],
    [
      'a list of files',
      yaml(
        'path: set\ntrain: train.txt\nval: images/val',
        'data.yaml',
        new Map([['set/train.txt', './images/spare/c.jpg\r\n\n']]),
      ),
      ['set/images/val/b.jpg', 'set/images/spare/c.jpg'],
    ],
    [
      'a list with the paths of another machine',
      yaml(
        'train: set/train.txt\nval: set/images/val',
        'data.yaml',
        new Map([['set/train.txt', 'D:\\data\\images\\train\\a.jpg\n']]),
      ),
      trainAndVal,
    ],
    ['one file', yaml('path: set\ntrain: images/train/a.jpg\nval: images/train/a.jpg'), ['set/images/train/a.jpg']],
    ['the folder itself', yaml('path: set\ntrain: .\nval: images/val'), [...all.keys()]],
    ['nothing that is there', yaml('train: elsewhere/a\nval: elsewhere/b'), [...all.keys()]],
    ['no sets', yaml(''), [...all.keys()]],
  ])('are %s', async (_what, files, expected) => {
    const { names } = await read(files, all);
    expect([...names].sort()).toEqual([...expected].sort());
  });

  it('what none of them has is named, and a set that is not there too', async () => {
    const { messages } = await read(yaml('path: set\ntrain: images/train\nval: images/gone'), all);
    expect(messages).toEqual([
      'images/gone is not there',
      expect.stringMatching(/^3 images, such as set\/.*, are in none of its sets/),
    ]);
  });
});

describe('poses', () => {
  const pose = '1 0.5 0.5 0.25 0.5 0.1 0.2 2 0 0 0 0.5 1 1';
  const text = 'train: images/train\nval: images/train\nkpt_shape: [3, 3]\nnames: [cat, dog]\n';
  const files: Files = new Map([
    ['data.yaml', text],
    ['labels/train/a.txt', `${pose}\n${pose}\n`],
  ]);
  const sizes = sizesOf('images/train/a.jpg');

  it('are boxes with points, in pixels as COCO says them', async () => {
    expect((await formats.recognise(memorySource(files, sizes))).map(({ format }) => format.id)).toEqual(['yolo']);
    const { view } = await read(files, sizes);
    const [{ annotation }] = view.annotationsOf(1);
    expect(annotation.bbox).toEqual([15, 5, 10, 10]);
    expect(annotation.segmentation).toBeNull();
    expect(annotation.extra).toEqual({ keypoints: [4, 4, 2, 0, 0, 0, 20, 20, 1], num_keypoints: 2 });
    const coco = JSON.parse([...writeToMemory(view, formats.get('coco')!).files.values()][0] as string) as {
      annotations: { keypoints: number[] }[];
    };
    expect(coco.annotations[0].keypoints).toEqual([4, 4, 2, 0, 0, 0, 20, 20, 1]);
  });

  it('of two values are visible unless they are nowhere', async () => {
    const two = new Map([
      ['data.yaml', text.replace('[3, 3]', '[2, 2]')],
      ['labels/train/a.txt', '0 0.5 0.5 0.25 0.5 0.1 0.2 0 0\n'],
    ]);
    const { view } = await read(two, sizes);
    expect(view.annotationsOf(1)[0].annotation.extra).toEqual({ keypoints: [4, 4, 2, 0, 0, 0], num_keypoints: 1 });
  });

  it('stay of one length when an object is changed or new; other formats count them as lost', async () => {
    const { view } = await read(files, sizes);
    const [first, second] = view.annotationsOf(1);
    const touched = (record: typeof first, extra = record.annotation.extra) => ({
      ...{ id: record.id, imageId: 1, categoryId: record.categoryId, text: record.text, untouched: false },
      ...{ baseline: null, place: {}, annotation: { ...record.annotation, extra } },
    });
    const images = () => [...view.images()].map((image) => ({ ...image, untouched: false }));
    const changed = { ...view, images, annotationsOf: () => [touched(first), touched(second, {})] };
    const { files: written } = writeToMemory(changed, boxes);
    expect(written.get('labels/train/a.txt')).toBe(`${pose}\n1 0.5 0.5 0.25 0.5 0 0 0 0 0 0 0 0 0\n`);
    expect(writeToMemory(view, formats.get('voc')!).losses.count('attributes')).toBe(2);
  });
});

describe('images that are called as lists are', () => {
  const names = ['train', 'val', 'test', 'classes', 'README'].map((stem) => `images/train/${stem}.jpg`);
  const files: Files = new Map([
    ['data.yaml', 'train: images/train\nval: images/train\nnames: [cat]\n'],
    ...names.map((name) => [name.replace('images', 'labels').replace('jpg', 'txt'), line] as const),
  ]);
  it.each([
    ['with their pictures', sizesOf(...names)],
    ['without', sizesOf()],
  ])('keep their labels %s', async (_what, sizes) => {
    const dataset = await readFromMemory(boxes, files, sizes);
    expect(dataset.images.map(({ record }) => record.fileName).sort()).toEqual([...names].sort());
    expect(dataset.images.every(({ text }) => text === line)).toBe(true);
    if (sizes.size > 0) expect(dataset.annotations).toHaveLength(5);
  });

  it('a list of classes among the labels stays one', async () => {
    const { names: found, view } = await read(
      new Map([
        ['labels/classes.txt', 'cat\n2 dogs\n'],
        ['labels/a.txt', '1 0.5 0.5 0.25 0.5\n'],
      ]),
      sizesOf('images/a.jpg'),
    );
    expect(found).toEqual(['images/a.jpg']);
    expect(view.categories().map(({ name }) => name)).toEqual(['cat', '2 dogs']);
  });
});

describe('what a data.yaml says of a dataset without objects', () => {
  const sizes = sizesOf('images/a.jpg', 'images/b.jpg');
  const yamlOf = async (files: Files) => {
    const { view } = await read(files, sizes);
    return [view, touchedView(view)].map((one) => String(writeToMemory(one, boxes).files.get('data.yaml')));
  };

  it('it does not say where there are lines, whether they leave as they came or anew', async () => {
    const texts = await yamlOf(new Map([['labels/a.txt', line], ['labels/b.txt', '']])); // prettier-ignore
    for (const text of texts) expect(text.startsWith('train:'), text).toBe(true);
  });

  it('is that they would be boxes', async () => {
    for (const text of await yamlOf(
      new Map([
        ['labels/a.txt', '\n'],
        ['labels/b.txt', ''],
      ]),
    ))
      // prettier-ignore
      expect(text).toMatch(/^# Boxes/);
  });
});

describe('a share', () => {
  const written = (value: number, side: number) => String(shareOf(value, side));
  const asText = (value: number, side: number) => String(Number((value / side).toFixed(6)));

  it('is what six decimals read as', () => {
    const side = fc.integer({ min: 1, max: 40_000 });
    fc.assert(
      fc.property(fc.double({ min: -1, max: 2, noNaN: true }), side, (part, of) => {
        expect(written(part * of, of)).toBe(asText(part * of, of));
      }),
      { numRuns: 2000 },
    );
  });

  it('is so at halves of the last decimal, next to them, and for numbers beyond all images', () => {
    for (let whole = -50; whole < 2000; whole++) {
      const half = (whole + 0.5) / 1e6;
      for (const value of [half, half * (1 + 2 ** -52), half * (1 - 2 ** -52), half * (1 + 1e-9), half * (1 - 1e-9)]) {
        expect(written(value, 1)).toBe(asText(value, 1));
      }
    }
    for (const value of [0, -0, 1e9, 123456789012.3456, 1e21, 1e-300]) expect(written(value, 1)).toBe(asText(value, 1));
  });
});

describe('labels and their pictures', () => {
  const png = { files: new Map([['labels/a.txt', line]]), sizes: sizesOf('a.png') };
  it.each([
    ['in another folder, with any ending', png.files, png.sizes],
    ['in another folder, beside no folder of their own', new Map([['a.txt', line]]), sizesOf('deep/a.PNG')],
  ])('%s', async (_name, files, sizes) => {
    const source = { ...memorySource(files, sizes), names: async () => [...files.keys()] };
    const dataset = new MemoryDataset('/memory', 'yolo');
    await boxes.read!(source, dataset);
    expect(dataset.images).toHaveLength(1);
    expect(dataset.annotations).toHaveLength(1);
    expect(dataset.issues).toEqual([]);
  });

  it('beside each other in a folder that is called images', async () => {
    const files = new Map([
      ['images/a.txt', line],
      ['images/classes.txt', 'cat\n'],
    ]);
    const { view, names } = await read(files, sizesOf('images/a.png', 'images/b.png'));
    expect(names).toEqual(['images/a.png', 'images/b.png']);
    expect([...view.annotations()].map(({ imageId }) => imageId)).toEqual([1]);
    const both = new Map([...files, ['labels/a.txt', `${line}${line}`]]);
    const other = await read(both, sizesOf('images/a.png'));
    expect(other.names).toEqual(['images/a.png']);
    expect(other.view.annotationCount).toBe(2);
  });
});

it('corners on whole and half pixels are read as such', async () => {
  const outlines = formats.get('yolo-seg')!;
  const files: Files = new Map([['labels/a.txt', '0 0.56 0.14 0.58 0.14 0.58 0.28\n']]);
  const view = (await readFromMemory(outlines, files, new Map([['images/a.jpg', [25, 50] as const]]))).view('v');
  const [{ annotation }] = view.annotationsOf(1);
  expect(annotation.segmentation).toEqual({
    kind: 'polygons',
    parts: [{ outer: [14, 7, 14.5, 7, 14.5, 14], holes: [] }],
  });
});

describe('a dataset that stays YOLO', () => {
  const cats = 'names:\n- cat\n- dog\nnc: 2\n# mine\n';
  const layouts: readonly (readonly [string, Files, readonly string[]])[] = [
    [
      'all in one folder',
      new Map([
        ['data.yaml', `train: .\nval: .\n${cats}`],
        ['a.txt', '1 0.50 .5 0.25 0.5\n'],
        ['b.txt', ''],
      ]),
      ['a.jpg', 'b.png'],
    ],
    [
      'with folders of its own and a YAML among them',
      new Map([
        ['set/dataset.yml', `train: ../set/train/images\nval: valid/images\n${cats}`],
        ['set/train/labels/a.txt', '1 0.50 .5 0.25 0.5\n'],
        ['set/valid/labels/b.txt', '0 0.5 0.5 0.25 0.5\r\n'],
      ]),
      ['set/train/images/a.jpg', 'set/valid/images/b.png'],
    ],
    [
      'with lists',
      new Map([
        ['data.yaml', `path: set\ntrain: train.txt\nval: [val.txt]\n${cats}`],
        ['set/train.txt', './images/a.jpg\r\n./images/not-here.jpg\r\n'],
        ['set/val.txt', '/home/me/set/images/b.png'],
        ['set/labels/a.txt', '1 0.50 .5 0.25 0.5\n'],
      ]),
      ['set/images/a.jpg', 'set/images/b.png'],
    ],
  ];

  describe.each(layouts)('%s', (_, files, pictures) => {
    const sizes = sizesOf(...pictures);

    it('leaves as it came, its pictures where they were', async () => {
      const { view, names } = await read(files, sizes);
      expect(names).toEqual(pictures);
      expect(Object.fromEntries(writeToMemory(view, boxes).files)).toEqual(Object.fromEntries(files));
      expect(boxes.placeImages!(view).map(({ picture }) => picture)).toEqual(pictures);
    });

    it('keeps its layout, and its numbers, under other and with more names', async () => {
      const { view } = await read(files, sizes);
      const more: DatasetView = {
        ...proxyOf(selectView(view, { map: { cat: 'tiger' } })),
        categories: () => [
          ...selectView(view, { map: { cat: 'tiger' } }).categories(),
          { ...view.categories()[0], id: 3, name: 'cow' },
        ],
      };
      const changed = new Map(
        [...files].map(([name, text]) => [
          name,
          (text as string).replace('- cat\n- dog\nnc: 2', '- tiger\n- dog\n- cow\nnc: 3'),
        ]),
      );
      const written = Object.fromEntries(writeToMemory(more, boxes).files);
      const yamlName = [...files.keys()].find((name) => /ya?ml$/.test(name))!;
      const parsed = ({ [yamlName]: text, ...rest }: Record<string, unknown>) => [parseYaml(text as string), rest];
      expect(parsed(written)).toEqual(parsed(Object.fromEntries(changed)));
      expect(written[yamlName]).toContain('# mine');
    });

    it('has a number for each class up to the last when one is gone, and lists what is left', async () => {
      const { view } = await read(files, sizes);
      const kept = selectView(view, { drop: ['cat'] });
      const one = withImages(kept, ({ id }) => id === 1);
      const written = writeToMemory(one, boxes).files;
      const again = await read(written, sizesOf(pictures[0]));
      expect(again.names).toEqual([pictures[0]]);
      expect(again.messages).toEqual(written.has('set/val.txt') ? [] : expect.any(Array));
      expect(again.view.categories().map(({ name }) => name)).toEqual(['dog']);
      expect([...written.values()]).toContain('0 0.50 .5 0.25 0.5\n');
    });

    it('takes a new image in, which a set of it has', async () => {
      const { view } = await read(files, sizes);
      const [first] = view.images();
      const fileName = `${pictures[0].replace(/[^/]*$/, '')}new.jpg`;
      const image = { ...first, id: 9, fileName, text: null, untouched: false };
      const more: DatasetView = { ...proxyOf(view), images: () => [...view.images(), image] };
      const written = writeToMemory(more, boxes).files;
      const again = await read(written, sizesOf(...pictures, fileName));
      expect([...again.names].sort()).toEqual([...pictures, fileName].sort());
      expect(again.messages).toEqual([]);
    });
  });

  it('keeps lines that are no objects where they stand when others change', async () => {
    const text = '# by hand\n0 0.50 0.5 0.25 0.5\nx y z\n0 0.25 0.25 0.1 0.1\n';
    const files: Files = new Map([
      ['data.yaml', 'train: images\nval: images\nnames: [cat, dog]\n'],
      ['labels/a.txt', text],
    ]);
    const { view } = await read(files, sizesOf('images/a.jpg'));
    const changed = touchedView(view, (records) =>
      records.map((record, place) => {
        const { id, imageId, text: own, baseline, annotation } = record;
        return place === 1
          ? { id, imageId, categoryId: 2, text: own, baseline, untouched: false, annotation, place: {} }
          : record;
      }),
    );
    expect(writeToMemory(changed, boxes).files.get('labels/a.txt')).toBe(text.replace('0 0.25', '1 0.25'));
  });

  it('names the sets of a new split alone, under whatever keys the old ones were', async () => {
    const files: Files = new Map([
      [
        'data.yaml',
        '# mine\npath: set\ntrain: images/train\nvalidation: images/old\nminival: images/old\nnames: [cat]\n',
      ],
      ['set/labels/train/a.txt', line],
      ['set/labels/old/b.txt', line],
    ]);
    const { view } = await read(files, sizesOf('set/images/train/a.jpg', 'set/images/old/b.jpg'));
    const split = selectView(view, { split: { shares: [0.5, 0.5], seed: 0 } });
    const { files: written } = writeToMemory(split, boxes);
    expect(written.get('data.yaml')).toContain('# mine');
    expect(parseYaml(written.get('data.yaml') as string)).toEqual({
      ...{ train: 'images/train', val: 'images/val', names: ['cat'] },
    });
    const again = await read(written, sizesOf(...boxes.placeImages!(split).map(({ picture }) => picture)));
    expect([again.names.length, again.messages]).toEqual([2, []]);
  });

  it('has no numbers that a line drawn anew could lose; one that is new has', async () => {
    const files: Files = new Map([
      ['data.yaml', 'train: images\nval: images\nnames: [cat]\n'],
      ['labels/a.txt', '0 0.5 0.5 0.25 0.5\n'],
    ]);
    const { view } = await read(files, sizesOf('images/a.jpg'));
    const [first] = view.annotations();
    const annotation = { ...first.annotation, bbox: [10, 5, 10, 10] as const };
    const { id, imageId, categoryId, text, baseline } = first;
    const lossesOf = (own: Pick<typeof first, 'text' | 'baseline'>) => {
      const record = { id, imageId, categoryId, ...own, untouched: false, annotation, place: {} };
      const { files: made, losses } = writeToMemory(
        touchedView(view, () => [record]),
        boxes,
      );
      expect(made.get('labels/a.txt')).toBe('0 0.375 0.5 0.25 0.5\n');
      return losses.list().map(({ code }) => code);
    };
    expect(lossesOf({ text, baseline })).toEqual([]);
    expect(lossesOf({ text: null, baseline: null })).toEqual(['id']);
  });

  it('says which objects its trainers cannot take: corners of oriented boxes, key points of poses', async () => {
    const outlines = formats.get('yolo-seg')!;
    const corners = '0 0.1 0.1 0.4 0.15 0.35 0.6 0.05 0.5\n';
    const obb: Files = new Map([
      ['data.yaml', 'train: images\nval: images\nnames: [cat]\n'],
      ['labels/a.txt', corners + corners],
    ]);
    const sizes = sizesOf('images/a.jpg');
    const [found] = await formats.recognise(memorySource(obb, sizes));
    expect(found).toMatchObject({ format: outlines, why: expect.stringContaining('oriented boxes (OBB)') });
    const redrawn = (view: DatasetView) =>
      touchedView(view, ([first, ...rest]) => {
        const segmentation = {
          kind: 'polygons' as const,
          parts: [{ outer: [4, 4, 8, 2, 16, 4, 16, 12, 4, 12], holes: [] }],
        };
        const { id, imageId, categoryId } = first;
        const annotation = { ...first.annotation, segmentation, extra: {} };
        return [
          { id, imageId, categoryId, text: null, baseline: null, untouched: false, annotation, place: {} },
          ...rest,
        ];
      });
    const told = async (format: typeof boxes, files: Files) => {
      const view = (await readFromMemory(format, files, sizes)).view('v');
      return [view, redrawn(view)].map((one) =>
        writeToMemory(one, format)
          .losses.list()
          .map(({ code }) => code),
      );
    };
    expect(await told(outlines, obb)).toEqual([[], ['other-corners', 'id']]);
    const pose: Files = new Map([
      ['data.yaml', 'train: images\nval: images\nnames: [cat]\nkpt_shape: [1, 3]\n'],
      ['labels/a.txt', '0 0.5 0.5 0.25 0.5 0.5 0.5 2\n0 0.5 0.5 0.25 0.5 0.5 0.5 2\n'],
    ]);
    expect(await told(boxes, pose)).toEqual([[], ['mask-as-box', 'no-keypoints', 'id']]);
  });
});

describe('classes without a data.yaml', () => {
  const files = new Map([['labels/a.txt', '5 0.5 0.5 0.25 0.5\n2 0.50 0.5 0.1 0.5\n']]);
  it('keep their numbers, with a name for each up to the last', async () => {
    const { view } = await read(files, sizesOf('images/a.png'));
    const written = writeToMemory(view, boxes).files;
    expect(written.get('labels/train/a.txt')).toBe(files.get('labels/a.txt'));
    const again = await read(written, sizesOf('images/train/a.png'));
    expect(again.view.categories().map(({ id, name }) => [id - 1, name])).toEqual(
      Array.from({ length: 6 }, (_, index) => [index, `class ${index}`]),
    );
    const outlines = writeToMemory(view, formats.get('yolo-seg')!).files.get('labels/train/a.txt') as string;
    expect(outlines.split('\n').map((text) => text.split(' ')[0])).toEqual(['5', '2', '']);
  });

  it('and those of another name leave the shares as they are spelled', async () => {
    const { view } = await read(files, sizesOf('images/a.png'));
    const { files: written, losses } = writeToMemory(selectView(view, { map: { 'class 2': 'class 5' } }), boxes);
    expect(written.get('labels/train/a.txt')).toBe('5 0.5 0.5 0.25 0.5\n5 0.50 0.5 0.1 0.5\n');
    expect(losses.list()).toEqual([]);
  });
});
