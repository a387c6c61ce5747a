/** VOC as its makers ship it: classes numbered without a list, a border that belongs to nobody, pictures of one name in several folders. */
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { augmentedView } from '@shared/dataset/augment/augmentedView';
import { parseRecipe } from '@shared/dataset/augment/recipe';
import { selectView, withImages } from '@shared/dataset/selectView';
import { vocRgb } from '@shared/document/palette';
import { area } from '@shared/mask';
import { segmentationToRle } from '@shared/document/segmentation';
import { readMap, vocPalette, writeIndexedPng } from '@shared/formats/png/maskPng';
import { formats } from '@shared/formats/registry';
import { type Files, readFromMemory, touchedView, writeToMemory } from '../../support/formatFiles';

const voc = formats.get('voc')!;
const [width, height] = [12, 8];

const xml = (file: string, names: readonly string[]) =>
  `<annotation><filename>${file}</filename><size><width>${width}</width><height>${height}</height><depth>3</depth></size>` +
  `${names.map((name) => `<object><name>${name}</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>3</xmax><ymax>3</ymax></bndbox></object>`).join('')}</annotation>`;

/** Rows of one number each, as a palette picture. */
const map = (rows: readonly number[], colours = false) => {
  const values = Uint8Array.from({ length: width * height }, (_, i) => rows[Math.floor(i / width)] ?? 0);
  if (!colours) return writeIndexedPng(values, width, height, vocPalette());
  return encode({ width, height, channels: 3, depth: 8, data: Uint8Array.from([...values].flatMap(vocRgb)) });
};

/** Train of VOC 2012: the person is 15, the dog 12, whoever comes first. */
const original = (colours = false): Files =>
  new Map<string, string | Uint8Array>([
    ['Annotations/a.xml', xml('a.jpg', ['person', 'dog'])],
    ['SegmentationObject/a.png', map([1, 255, 2, 2], colours)],
    ['SegmentationClass/a.png', map([15, 255, 12, 12, 255], colours)],
    ['ImageSets/Segmentation/train.txt', 'a\n'],
  ]);
const sizes = new Map([['JPEGImages/a.jpg', [width, height] as const]]);
const valuesOf = (content: unknown) => [...readMap(content as Uint8Array).values];

describe('VOC without a list of classes', () => {
  it.each(['SegmentationObject', 'SegmentationClass'])('keeps its numbers and its border in %s', async (folder) => {
    const files = original();
    const again = writeToMemory((await readFromMemory(voc, files, sizes)).view('v'), voc).files;
    expect(valuesOf(again.get(`${folder}/a.png`))).toEqual(valuesOf(files.get(`${folder}/a.png`)));
    expect([...again.keys()].sort()).toEqual([...files.keys()].sort());
  });

  it('keeps them when a class is renamed or left out, and a new class gets a number that nobody has', async () => {
    const view = (await readFromMemory(voc, original(), sizes)).view('v');
    const renamed = writeToMemory(selectView(view, { map: { person: 'rider' } }), voc).files;
    expect(new Set(valuesOf(renamed.get('SegmentationClass/a.png')))).toEqual(new Set([15, 255, 12, 0]));
    const dropped = writeToMemory(selectView(view, { drop: ['person'] }), voc).files;
    expect(new Set(valuesOf(dropped.get('SegmentationClass/a.png')))).toEqual(new Set([255, 12, 0]));
    const added = {
      ...view,
      categories: () => [...view.categories(), { ...view.categories()[0], id: 9, name: 'cow' }],
    };
    const record = view.annotationsOf(1)[0];
    const cow = {
      ...{ id: 9, imageId: 1, categoryId: 9, text: null, untouched: false, baseline: null, place: {} },
      annotation: { ...record.annotation, id: 9, categoryId: 9 },
    };
    const more = { ...added, annotationsOf: () => [...view.annotationsOf(1), cow] };
    expect(valuesOf(writeToMemory(more, voc).files.get('SegmentationClass/a.png'))[0]).toBe(16);
  });

  it('reads pictures in colours as the numbers that they stand for', async () => {
    const view = (await readFromMemory(voc, original(true), sizes)).view('v');
    expect(
      view.annotationsOf(1).map(({ annotation }) => area(segmentationToRle(annotation.segmentation!, [height, width]))),
    ).toEqual([width, 2 * width]);
  });
});

it('another format is told to lose the border, for the images that are left', async () => {
  const sizes = new Map([['JPEGImages/a.jpg', [width, height] as const]]);
  const view = (await readFromMemory(voc, original(), sizes)).view('made');
  for (const format of formats.all.filter(({ id, write }) => write && id !== 'voc' && id !== 'label-map')) {
    const { losses } = writeToMemory(view, format);
    expect(losses.count('void-border'), format.id).toBe(1);
    expect(format.losses, format.id).toContain('void-border');
  }
  expect(writeToMemory(view, voc).losses.count('void-border')).toBe(0);
  const none = selectView(view, { drop: ['person', 'dog'] });
  expect(writeToMemory(none, formats.get('coco')!).losses.count('void-border')).toBe([...none.images()].length);
});

it('a label map has the border as pixels that are left out, under whatever number', async () => {
  const view = (await readFromMemory(voc, original(), sizes)).view('v');
  const labelMap = formats.get('label-map')!;
  const [person, dog] = [1, 2];
  const mapIn = (files: Files) => [...files].find(([name]) => name.endsWith('.png'))![1];
  const rows = (ignore: number) => [person, ignore, dog, dog, ignore, 0, 0, 0];
  for (const ignore of [255, 9, 3000]) {
    const { files, losses } = writeToMemory(view, labelMap, { ignore: String(ignore) });
    const values = valuesOf(mapIn(files));
    expect(rows(ignore).map((_, row) => values[row * width])).toEqual(rows(ignore));
    expect(losses.count('void-border')).toBe(0);
  }
  // Where it is drawn on, it is the object's.
  const own = view.annotationsOf(1)[0];
  const outline = { kind: 'polygons' as const, parts: [{ outer: [0, 0, 12, 0, 12, 2, 0, 2], holes: [] }] };
  const grown = { ...own, untouched: false, annotation: { ...own.annotation, segmentation: outline } };
  const { files } = writeToMemory({ ...view, annotationsOf: () => [grown] }, labelMap);
  expect(valuesOf(mapIn(files))[width]).toBe(person);
});

it('an augmented copy has the border where its objects went, in pictures of numbers and in label maps', async () => {
  const view = (await readFromMemory(voc, original(), sizes)).view('v');
  const recipe = (changes: object) => parseRecipe({ ...changes, splits: ['train', 'val', 'test'] }, 'r');
  const copyOf = (changes: object, id: string, options = {}) => {
    const work = augmentedView(view, recipe(changes), () => true);
    let step = work.next();
    while (!step.done) step = work.next();
    const { files } = writeToMemory(step.value.view, formats.get(id)!, options);
    return (folder: string) => {
      const { values, width: w } = readMap(
        [...files].find(([name]) => name.startsWith(`${folder}/`) && name.includes('a_aug'))![1] as Uint8Array,
      );
      return Array.from({ length: values.length / w }, (_, y) => [...values.subarray(y * w, (y + 1) * w)]);
    };
  };
  const rows = (numbers: readonly number[]) => numbers.map((one) => Array.from({ length: width }, () => one));
  const upsideDown = copyOf({ flipVertical: 1 }, 'voc', { border: '0' });
  expect(upsideDown('SegmentationObject')).toEqual(rows([0, 0, 0, 0, 2, 2, 255, 1]));
  expect(upsideDown('SegmentationClass')).toEqual(rows([0, 0, 0, 255, 12, 12, 255, 15]));
  const quarter = copyOf({ rotate: { angles: [90] } }, 'voc', { border: '0' })('SegmentationClass');
  expect(quarter).toEqual(Array.from({ length: width }, () => [0, 0, 0, 255, 12, 12, 255, 15]));
  expect(copyOf({ flipVertical: 1 }, 'label-map', { ignore: '99' })('labels')).toEqual(
    rows([0, 0, 0, 99, 2, 2, 99, 1]),
  );
});

it('an object is drawn over the border, the rest of which stays', async () => {
  const view = (await readFromMemory(voc, original(), sizes)).view('v');
  const [first, ...rest] = view.annotationsOf(1);
  const grown = {
    ...{ id: first.id, imageId: 1, categoryId: first.categoryId, text: first.text, untouched: false },
    ...{ baseline: first.baseline, place: first.place },
    annotation: {
      ...first.annotation,
      segmentation: { kind: 'polygons' as const, parts: [{ outer: [0, 0, 6, 0, 6, 2, 0, 2], holes: [] }] },
    },
  };
  const { files } = writeToMemory({ ...view, annotationsOf: () => [grown, ...rest] }, voc);
  const values = valuesOf(files.get('SegmentationObject/a.png'));
  expect(values.slice(width, 2 * width)).toEqual([...Array<number>(6).fill(1), ...Array<number>(6).fill(255)]);
});

it('a list of classes keeps its colours and its order, takes new names, and new classes at its end', async () => {
  const text = '# label:color_rgb:parts:actions\nbackground:0,0,0::\ndog:1,2,3:head:run\nperson:9,9,9::\n';
  const files = new Map([...original(), ['labelmap.txt', text]]);
  const view = (await readFromMemory(voc, files, sizes)).view('v');
  expect(writeToMemory(view, voc).files.get('labelmap.txt')).toBe(text);
  const more = {
    ...selectView(view, { map: { dog: 'wolf' } }),
    categories: () => [
      ...selectView(view, { map: { dog: 'wolf' } }).categories(),
      { ...view.categories()[0], id: 7, name: 'cow' },
    ],
  };
  expect(writeToMemory(more, voc).files.get('labelmap.txt')).toBe(
    `${text.replace('dog:', 'wolf:')}cow:${vocRgb(3).join(',')}::\n`,
  );
});

it('a class that is left out is in the list of classes no more, and the numbers of the maps follow', async () => {
  const text = '# label:color_rgb:parts:actions\nbackground:0,0,0::\ndog:1,2,3:head:run\nperson:9,9,9::\n';
  const files = new Map([...original(), ['labelmap.txt', text]]);
  const view = (await readFromMemory(voc, files, sizes)).view('v');
  const written = writeToMemory(selectView(view, { drop: ['dog'] }), voc).files;
  expect(written.get('labelmap.txt')).toBe(text.replace('dog:1,2,3:head:run\n', ''));
  const again = (await readFromMemory(voc, written, sizes)).view('again');
  expect(again.categories().map(({ name }) => name)).toEqual(['person']);
  const classes = new Set(
    [...written].filter(([name]) => name.startsWith('SegmentationClass/')).flatMap(([, png]) => valuesOf(png)),
  );
  expect([...classes].filter((value) => value !== 0 && value !== 255)).toEqual([1]);
});

describe('two pictures of one name', () => {
  const files: Files = new Map<string, string | Uint8Array>([
    ['one/Annotations/a.xml', xml('a.jpg', ['dog'])],
    ['two/Annotations/a.xml', xml('a.jpg', ['dog', 'person'])],
    ['two/SegmentationObject/a.png', map([1, 2])],
    ['three/x/a.xml', xml('a.jpg', [])],
    ['three/x/a.jpg', ''],
  ]);
  const pictures = new Map(
    ['one/JPEGImages/a.jpg', 'two/JPEGImages/a.jpg', 'three/x/a.jpg'].map((name) => [name, [width, height] as const]),
  );

  it('are each that of the annotation in their folder', async () => {
    const view = (await readFromMemory(voc, files, pictures)).view('v');
    const found = [...view.images()].map(({ id, fileName }) => [fileName, view.annotationsOf(id).length]);
    expect(Object.fromEntries(found)).toEqual({
      'one/JPEGImages/a.jpg': 1,
      'two/JPEGImages/a.jpg': 2,
      'three/x/a.jpg': 0,
    });
  });

  it('are none of theirs where no folder tells', async () => {
    const apart = new Map([...files].filter(([name]) => name.startsWith('one/')));
    const elsewhere = new Map(['p/a.jpg', 'q/a.jpg'].map((name) => [name, [width, height] as const]));
    const view = (await readFromMemory(voc, apart, elsewhere)).view('v');
    expect([...view.images()].map(({ fileName }) => fileName)).toEqual(['a.jpg']);
  });
});

it('lists name the images that are there, under their names', async () => {
  const files = new Map([
    ...original(),
    ['Annotations/b.xml', xml('b.jpg', [])] as const,
    ['ImageSets/Main/dog_train.txt', 'a  1\nb -1\n'] as const,
    // What an action's list says of each object, and images of a test set, which have no file.
    ['ImageSets/Action/running_train.txt', 'a  1  -1\nb  2  1\n'] as const,
    ['ImageSets/Main/test.txt', '2008_000001\n2008_000002  0\n'] as const,
  ]);
  const both = new Map([...sizes, ['JPEGImages/b.jpg', [width, height] as const]]);
  const view = (await readFromMemory(voc, files, both)).view('v');
  for (const name of files.keys())
    if (name.startsWith('ImageSets/')) expect(writeToMemory(view, voc).files.get(name)).toBe(files.get(name));
  const one = writeToMemory(
    withImages(view, ({ id }) => id === 1),
    voc,
  ).files;
  expect(one.get('ImageSets/Main/dog_train.txt')).toBe('a  1\n');
  expect(one.get('ImageSets/Action/running_train.txt')).toBe('a  1  -1\n');
  expect(one.get('ImageSets/Main/test.txt')).toBe(files.get('ImageSets/Main/test.txt'));
});

it('objects of which nothing is read keep their place, and the numbers in the maps with them', async () => {
  const named = (name: string) =>
    `<name>${name}</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>3</xmax><ymax>3</ymax></bndbox>`;
  const objects = [
    named('cat').replace(/<name>.*<\/name>/, ''),
    named('cat'),
    '<name>dog</name><point><x>1</x></point>',
    named('dog'),
  ];
  const head = `<annotation><filename>a.jpg</filename><size><width>${width}</width><height>${height}</height></size>`;
  const text = `${head}${objects.map((one) => `<object>${one}</object>`).join('')}</annotation>`;
  const files = new Map<string, string | Uint8Array>([
    ['Annotations/a.xml', text],
    ['SegmentationObject/a.png', map([0, 2, 2, 0, 4, 0, 0, 0])],
    ['SegmentationClass/a.png', map([0, 1, 1, 0, 2, 0, 0, 0])],
  ]);
  const view = (await readFromMemory(voc, files, sizes)).view('v');
  const written = writeToMemory(view, voc).files;
  expect(written.get('Annotations/a.xml')).toBe(text);
  for (const kind of ['Object', 'Class']) {
    const [then, now] = [files, written].map((all) => readMap(all.get(`Segmentation${kind}/a.png`) as Uint8Array));
    expect(now.values).toEqual(then.values);
  }
  // Once another object is gone, what was not read is still there.
  const one = selectView(view, { drop: ['cat'] });
  const changed = writeToMemory(one, voc).files;
  for (const at of [0, 2]) expect(changed.get('Annotations/a.xml')).toContain(objects[at]);
  const again = (await readFromMemory(voc, changed, sizes)).view('v');
  const masks = (each: typeof view) => [...each.annotations()].map(({ annotation }) => annotation.segmentation);
  expect(masks(again)).toEqual(masks(one));
});

it('an image that has another size now is written without the border that it had', async () => {
  const view = (await readFromMemory(voc, original(), sizes)).view('v');
  const larger = { ...[...view.images()][0], width: 2 * width, height: 2 * height };
  const { files } = writeToMemory({ ...view, images: () => [larger] }, voc);
  const map = readMap(files.get('SegmentationObject/a.png') as Uint8Array);
  expect([map.width, map.height, map.values.includes(255)]).toEqual([2 * width, 2 * height, false]);
});

it('a list of classes without a background numbers them from 1, as CVAT writes and reads it', async () => {
  const text = 'dog:::\nperson:::\n';
  const files = new Map<string, string | Uint8Array>([
    ['Annotations/a.xml', xml('a.jpg', ['person', 'dog'])],
    ['SegmentationObject/a.png', map([1, 0, 2])],
    ['SegmentationClass/a.png', map([2, 0, 1])],
    ['labelmap.txt', text],
  ]);
  const view = (await readFromMemory(voc, files, sizes)).view('v');
  for (const one of [view, touchedView(view)]) {
    const again = writeToMemory(one, voc).files;
    expect(valuesOf(again.get('SegmentationClass/a.png'))).toEqual(valuesOf(files.get('SegmentationClass/a.png')));
    expect(again.get('labelmap.txt')).toBe(text);
  }
  const renamed = writeToMemory(selectView(view, { map: { person: 'rider' } }), voc).files;
  expect(renamed.get('labelmap.txt')).toBe('dog:::\nrider:::\n');
});

describe('XML of other tools that look alike', () => {
  const file = (objects: string) =>
    `<annotation><filename>a.jpg</filename><folder/><source><sourceImage/></source><imagesize><nrows>${height}</nrows><ncols>${width}</ncols></imagesize>${objects}</annotation>`;
  const pointsOf = (ring: readonly number[]) =>
    ring.map((value, i) => (i % 2 === 0 ? `<pt><x>${value}</x>` : `<y>${value}</y></pt>`)).join('');
  const polygon = `<object><name>dog</name><deleted>0</deleted><verified>0</verified><id>0</id><polygon><username/>${pointsOf([1, 1, 9, 1, 9, 5])}</polygon></object>`;

  it('of LabelMe, as CVAT writes it too, are outlines; what was deleted there stays so', async () => {
    const gone = polygon.replace('<deleted>0', '<deleted>1');
    const files: Files = new Map([['a.xml', file(polygon + gone)]]);
    const dataset = await readFromMemory(voc, files, sizes);
    const view = dataset.view('v');
    expect([...view.images()].map((one) => [one.width, one.height])).toEqual([[width, height]]);
    expect([...view.annotations()].map(({ annotation }) => annotation.segmentation)).toEqual([
      { kind: 'polygons', parts: [{ outer: [1, 1, 9, 1, 9, 5], holes: [] }] },
    ]);
    expect(dataset.issues.map(({ issue }) => issue.message)).toEqual([
      'the object was deleted where it was drawn: left out',
    ]);
    expect([...writeToMemory(view, voc).files.values()]).toContain(files.get('a.xml'));
  });

  it('of roLabelImg are boxes that are turned', async () => {
    const box = `<object><type>robndbox</type><name>dog</name><robndbox><cx>6</cx><cy>4</cy><w>4</w><h>2</h><angle>${Math.PI / 2}</angle></robndbox></object>`;
    const view = (await readFromMemory(voc, new Map([['a.xml', file(box)]]), sizes)).view('v');
    const [{ annotation }] = view.annotationsOf(1);
    const ring = annotation.segmentation?.kind === 'polygons' ? annotation.segmentation.parts[0].outer : [];
    expect(ring.map((value) => Math.round(value * 1e6) / 1e6)).toEqual([7, 2, 7, 6, 5, 6, 5, 2]);
  });
});

describe('the lists of a VOC dataset', () => {
  const listed = (): Files =>
    new Map<string, string | Uint8Array>([
      ['Annotations/a.xml', xml('a.jpg', ['person', 'dog'])],
      ['Annotations/b.xml', xml('b.jpg', ['person'])],
      ['SegmentationObject/a.png', map([1, 255, 2, 2])],
      ['SegmentationClass/a.png', map([15, 255, 12, 12, 255])],
      ['ImageSets/Main/train.txt', 'a\r\n'],
      ['ImageSets/Main/val.txt', 'b'],
      ['ImageSets/Main/dog_train.txt', 'a  1\n'],
      ['ImageSets/Main/cow_val.txt', 'b -1\n'],
      ['ImageSets/Segmentation/train.txt', 'a\n'],
      ['ImageSets/Segmentation/val.txt', ''],
      ['ImageSets/Layout/train.txt', 'a\n'],
      ['ImageSets/Action/jumping_train.txt', 'a 1 -1\n'],
    ]);
  const pictures = new Map(['a', 'b'].map((stem) => [`JPEGImages/${stem}.jpg`, [width, height] as const]));
  const listsIn = (files: Files) =>
    Object.fromEntries(
      [...files].filter(([name]) => name.startsWith('ImageSets')).map(([name, text]) => [name.slice(10), text]),
    );

  it('have augmented copies where their originals are', async () => {
    const view = (await readFromMemory(voc, listed(), pictures)).view('v');
    const work = augmentedView(view, parseRecipe({ flipHorizontal: 1 }, 'recipe'), () => true);
    let step = work.next();
    while (!step.done) step = work.next();
    const { files } = writeToMemory(step.value.view, voc);
    const [a, b] = ['a', 'b'].map((stem) => `${stem}_aug1_fliph`);
    expect(files.has(`Annotations/${a}.xml`)).toBe(true);
    expect(listsIn(files)).toEqual({
      'Main/train.txt': `a\r\n${a}\r\n`,
      'Main/val.txt': `b\n${b}\n`,
      'Main/dog_train.txt': `a  1\n${a}  1\n`,
      'Main/cow_val.txt': `b -1\n${b} -1\n`,
      'Segmentation/train.txt': `a\n${a}\n`,
      'Segmentation/val.txt': '',
      'Layout/train.txt': 'a\n',
      'Action/jumping_train.txt': 'a 1 -1\n',
    });
  });

  it('have an image that is new among those to train with', async () => {
    const view = (await readFromMemory(voc, listed(), pictures)).view('v');
    const [first] = view.images();
    const added = { ...first, id: 9, fileName: 'c.jpg', text: null, untouched: false, statedSplit: null };
    const more = {
      ...view,
      images: () => [...view.images(), added],
      image: (id: number) => (id === 9 ? added : view.image(id)),
    };
    const lists = listsIn(writeToMemory(more, voc).files);
    const before = listsIn(listed());
    expect(lists).toEqual({ ...before, 'Main/train.txt': 'a\r\nc\r\n', 'Main/dog_train.txt': 'a  1\nc -1\n' });
  });
});
