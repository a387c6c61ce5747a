import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { depths } from '@shared/formats/amongOthers';
import { formats } from '@shared/formats/registry';
import { added, boxAnnotation, openStore, scratch, writeImage } from './support';

interface Sample {
  readonly files: Readonly<Record<string, string>>;
  /** The file that changes with the image. */
  readonly file: string;
  /** What is no annotation and stays, in its order, each before or after the word of an annotation. */
  readonly others: readonly string[];
  readonly picture?: string;
}

const square = [
  [1, 1],
  [5, 1],
  [5, 5],
  [1, 5],
];
const shape = (label: string | null, type: string, points: readonly (readonly number[])[] = square) =>
  JSON.stringify({ label, points, group_id: null, shape_type: type, flags: {} });
const feature = (type: string, coordinates: unknown) =>
  JSON.stringify({ type: 'Feature', geometry: { type, coordinates }, properties: { classification: { name: 'cat' } } });
const region = (attributes: object) =>
  JSON.stringify({ shape_attributes: attributes, region_attributes: { class: 'cat' } });
const taskResult = (type: string, value: object) =>
  JSON.stringify({ id: type, type, value, original_width: 20, original_height: 10, from_name: 'f', to_name: 'i' });
const object = (geometryType: string, exterior: readonly (readonly number[])[] = square) =>
  JSON.stringify({ classTitle: 'cat', geometryType, points: { exterior, interior: [] } });

const labelmeOthers = [
  shape('cat', 'point', [[2, 2]]),
  shape('cat', 'cuboid', square),
  shape(null, 'polygon'),
  shape('cat', 'linestrip'),
];
const cvatOthers = [
  '<tag label="cat" source="manual"></tag>',
  '<points label="cat" occluded="0" points="2,2" z_order="0"></points>',
  '<polyline label="cat" points="2,2;3,3" z_order="3"/>',
];
const cvatBox = (name: string, z: number) =>
  `<box label="${name}" occluded="0" xtl="1" ytl="1" xbr="5" ybr="5" z_order="${z}"></box>`;
const viaOthers = [region({ name: 'point', cx: 2, cy: 2 }), region({ name: 'polyline', all_points_x: [1] })];
const viaRect = region({ name: 'rect', x: 1, y: 1, width: 4, height: 4 });
const featureOthers = [feature('Point', [2, 2]), feature('LineString', [square[0], square[1]])];
const polygon = feature('Polygon', [[...square, square[0]]]);
const objectOthers = [object('point', [[2, 2]]), object('line')];
const taskOthers = [
  taskResult('choices', { choices: ['good'] }),
  taskResult('keypointlabels', { x: 1, y: 1, keypointlabels: ['cat'] }),
  '{"type":"relation","from_id":"a","to_id":"b"}',
];
const rectangle = taskResult('rectanglelabels', { x: 5, y: 10, width: 20, height: 40, rectanglelabels: ['cat'] });
const datumaroOthers = ['{"id":7,"type":"caption","caption":"two cats"}', '{"id":8,"type":"points","label_id":0}'];
const bbox = (id: number, z: number) =>
  JSON.stringify({ id, type: 'bbox', attributes: {}, group: 0, label_id: 0, z_order: z, bbox: [1, 1, 4, 4] });

const samples: Readonly<Record<string, Sample>> = {
  labelme: {
    file: 'a.json',
    files: {
      'a.json': `{"version":"5.5.0","shapes":[${labelmeOthers[0]},${shape('cat', 'rectangle', [square[0], square[2]])},${labelmeOthers.slice(1).join(',')}],"imagePath":"a.png","imageData":null,"imageHeight":10,"imageWidth":20}`,
    },
    others: labelmeOthers,
  },
  cvat: {
    file: 'annotations.xml',
    files: {
      'annotations.xml': `<?xml version="1.0" encoding="utf-8"?>\n<annotations><meta><task><labels><label><name>cat</name></label></labels></task></meta>\n<image id="0" name="a.png" width="20" height="10">\n${cvatOthers[0]}${cvatBox('cat', 3)}${cvatOthers.slice(1).join('')}</image>\n</annotations>\n`,
    },
    others: cvatOthers,
    picture: 'images/a.png',
  },
  via: {
    file: 'dataset.json',
    files: {
      'dataset.json': `{"_via_settings":{},"_via_img_metadata":{"a.png1":{"filename":"a.png","size":1,"regions":[${viaOthers[0]},${viaRect},${viaOthers[1]}],"file_attributes":{}}},"_via_attributes":{"region":{"class":{"type":"text"}}}}`,
    },
    others: viaOthers,
  },
  geojson: {
    file: 'a.geojson',
    files: {
      'a.geojson': `{"type":"FeatureCollection","features":[${featureOthers[0]},${polygon},${featureOthers[1]}]}`,
    },
    others: featureOthers,
  },
  supervisely: {
    file: 'dataset/ann/a.png.json',
    files: {
      'meta.json': '{"classes":[{"title":"cat","shape":"any","color":"#FF0000"}],"tags":[{"name":"night"}]}',
      'dataset/ann/a.png.json': `{"description":"","tags":[],"size":{"height":10,"width":20},"objects":[${objectOthers[0]},${object('rectangle', [square[0], square[2]])},${objectOthers[1]}]}`,
    },
    others: objectOthers,
    picture: 'dataset/img/a.png',
  },
  'label-studio': {
    file: 'dataset.json',
    files: {
      'dataset.json': `[{"id":1,"data":{"image":"a.png"},"annotations":[{"result":[${taskOthers[0]},${rectangle},${taskOthers.slice(1).join(',')}]}]}]`,
    },
    others: taskOthers,
  },
  datumaro: {
    file: 'annotations/default.json',
    files: {
      'annotations/default.json': `{"info":{},"categories":{"label":{"labels":[{"name":"cat","parent":"","attributes":[]}]}},"items":[{"id":"a","annotations":[${datumaroOthers[0]},${bbox(1, 3)},${datumaroOthers[1]}],"image":{"path":"a.png","size":[10,20]}}]}`,
    },
    others: datumaroOthers,
    picture: 'images/default/a.png',
  },
};

async function project(id: string, files: Readonly<Record<string, string>>, picture = 'a.png') {
  const folder = join(scratch(), 'data');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  mkdirSync(dirname(join(folder, picture)), { recursive: true });
  await writeImage(join(folder, picture), 20, 10);
  const store = openStore();
  await store.call('project.import', { path: folder, file: join(scratch(), 'p.maskwright') });
  const exported = async (file: string) => {
    const { target } = formats.get(id)!;
    const path = join(scratch(), target === 'file' ? basename(file) : 'out');
    await store.call('project.export', { path, format: id, options: {}, overwrite: 'refuse' });
    return readFileSync(target === 'file' ? path : join(path, file), 'utf8');
  };
  const draw = async () => {
    const [image] = await store.call('image.list', {});
    const { first } = await store.call('document.reserveIds', { count: 1 });
    const box = { ...boxAnnotation(first, image.id, 1), segmentation: null, zOrder: 1e6 };
    await store.call('document.commit', { imageId: image.id, patch: added(box), gesture: 'box' });
  };
  return { store, exported, draw };
}

const tight = (text: string) => text.replace(/\s+/g, '');

describe.each(Object.entries(samples))('an image of a %s dataset that is edited', (id, sample) => {
  const { file, files, others, picture } = sample;

  it('keeps what is no annotation, where it stood', async () => {
    const { store, exported, draw } = await project(id, files, picture);
    expect(await exported(file)).toBe(files[file]);
    await draw();
    const text = tight(await exported(file));
    const places = others.map((other) => text.indexOf(tight(other)));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    // All that was before is there in its order: the new one stands among it.
    const before = tight(files[file]);
    const prefix = [...before].findIndex((char, at) => text[at] !== char);
    expect(text.endsWith(before.slice(prefix))).toBe(true);

    // Also when the annotation itself goes.
    const [image] = await store.call('image.list', {});
    const { annotations } = (await store.call('image.open', { imageId: image.id })).snapshot;
    await store.call('document.commit', {
      imageId: image.id,
      patch: { added: [], updated: [], removed: annotations },
      gesture: 'delete',
    });
    const left = tight(await exported(file));
    for (const other of others) expect(left).toContain(tight(other));
    expect(left.length).toBeLessThan(before.length);
  });

  it('may begin with a byte order mark', async () => {
    const marked = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, `\ufeff${text}`]));
    const { exported, draw } = await project(id, marked, picture);
    expect(await exported(file)).toBe(marked[file]);
    await draw();
    const text = await exported(file);
    expect(text.startsWith('\ufeff')).toBe(true);
    expect(text.lastIndexOf('\ufeff')).toBe(0);
    for (const other of others) expect(tight(text)).toContain(tight(other));
  });
});

describe('the depth of shapes', () => {
  it('of a new one is that of its place, and the others keep theirs', () => {
    expect(depths([null, null, null])).toEqual([0, 1, 2]);
    expect(depths([3, null])).toEqual([3, 4]);
    expect(depths([null, -2, null, 7])).toEqual([-2, -2, -1, 7]);
    expect(depths([5, null, 1, 9])).toEqual([5, 5, 5, 9]);
  });

  const cvat = (shapes: string) =>
    samples.cvat.files['annotations.xml'].replace(/(<image[^>]*>)[^]*(<\/image>)/, `$1\n${shapes}$2`);
  const items = (shapes: string) =>
    samples.datumaro.files['annotations/default.json'].replace(/("annotations":)\[.*\](,"image")/, `$1[${shapes}]$2`);
  it.each([
    ['cvat', 'annotations.xml', cvat(cvatBox('cat', 5) + cvatBox('cat', 2)), /z_order="(-?\d+)"/g],
    ['datumaro', 'annotations/default.json', items(`${bbox(1, 5)},${bbox(2, 2)}`), /"z_order":(-?\d+)/g],
  ])('a new shape on top of %s’s lies above them in the file', async (id, file, text, pattern) => {
    const { exported, draw } = await project(id, { [file]: text }, samples[id].picture);
    await draw();
    expect([...(await exported(file)).matchAll(pattern)].map((match) => Number(match[1]))).toEqual([2, 5, 6]);
  });
});

describe('tasks of Label Studio', () => {
  const task = (rest: string, data = '{"image":"a.png"}') => `[{"id":1,"data":${data},${rest}}]`;
  const own = (id: string) => rectangle.replace('"id":"rectanglelabels"', `"id":"${id}"`);

  it('are edited in the annotation that was read: the first that was not cancelled', async () => {
    const rest = `"annotations":[{"was_cancelled":true,"result":[${own('no')}]},{"result":[${own('yes')}]}]`;
    const { exported, draw } = await project('label-studio', { 'dataset.json': task(rest) });
    await draw();
    const [{ annotations }] = JSON.parse(await exported('dataset.json')) as {
      annotations: { result: { id: string }[] }[];
    }[];
    expect(annotations.map(({ result }) => result.length)).toEqual([1, 2]);
    expect(annotations[0].result[0].id).toBe('no');
    expect(annotations[1].result[0]).toEqual(JSON.parse(own('yes')));
  });

  it('of predictions alone become annotations, and the predictions stay', async () => {
    const rest = `"annotations":[],"predictions":[{"result":[${own('said')}]}]`;
    const { exported, draw } = await project('label-studio', { 'dataset.json': task(rest) });
    await draw();
    const [{ annotations, predictions }] = JSON.parse(await exported('dataset.json')) as {
      annotations: { result: unknown[] }[];
      predictions: { result: unknown[] }[];
    }[];
    expect(predictions).toEqual([{ result: [JSON.parse(own('said'))] }]);
    expect(annotations).toHaveLength(1);
    expect(annotations[0].result).toHaveLength(2);
    expect(annotations[0].result[0]).toEqual(JSON.parse(own('said')));
  });

  it.each(['{"author":"me","image":"a.png"}', '{"author":"me","photo":"/data/local-files/?d=sub/a.png"}'])(
    'find their picture in %s',
    async (data) => {
      const { store } = await project('label-studio', { 'dataset.json': task('"annotations":[]', data) });
      const [{ fileName }] = await store.call('image.list', {});
      expect(fileName).toMatch(/a\.png$/);
    },
  );
});

describe.each(['cvat', 'supervisely'])('the categories that a %s dataset declares', (id) => {
  const { file, files, picture } = samples[id];
  const label = id === 'cvat' ? /label="([^"]*)"/g : /"classTitle":\s*"([^"]*)"/g;
  const declared = id === 'cvat' ? /<name>([^<]*)<\/name>/g : /"title":\s*"([^"]*)"/g;
  const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1]);
  const list = id === 'cvat' ? file : 'meta.json';

  it('are renamed in what is no annotation as well', async () => {
    const { store, exported, draw } = await project(id, files, picture);
    const [cat] = (await store.call('project.summary', {})).categories;
    await store.call('category.update', { category: { ...cat, name: 'lynx & "co' } });
    await draw();
    const names = found(await exported(file), label);
    expect(new Set(names).size).toBe(1);
    expect(names).toHaveLength(found(files[file], label).length + 1);
    expect(found(await exported(list), declared)).toEqual([names[0]]);
  });

  it('stay while something has them, and a new one of a name that went is declared once', async () => {
    const { store, exported } = await project(id, files, picture);
    const [cat] = (await store.call('project.summary', {})).categories;
    await store.call('category.create', { name: 'dog' });
    await store.call('category.delete', { categoryId: cat.id, openImageId: null });
    expect(found(await exported(list), declared)).toEqual(['cat', 'dog']);
    await store.call('category.create', { name: 'cat' });
    expect(found(await exported(list), declared).sort()).toEqual(['cat', 'dog']);
  });
});

describe('an image of a VOC dataset that is edited', () => {
  it('keeps what the file says besides its objects, and an object without a name', async () => {
    const object = (name: string) =>
      `<object>${name}<bndbox><xmin>2</xmin><ymin>2</ymin><xmax>5</xmax><ymax>5</ymax></bndbox></object>`;
    const before = [
      `<annotation verified="yes"><folder>f</folder><filename>a.png</filename><source><image>flickr</image></source>`,
      `<size><width>20</width><height>10</height></size><segmented>0</segmented>`,
      object('<name>cat</name><note>old</note>'),
      object(''),
      '<owner>me</owner>\n</annotation>\n',
    ];
    const file = 'Annotations/a.xml';
    const { exported, draw } = await project('voc', { [file]: before.join('\n') }, 'JPEGImages/a.png');
    expect(await exported(file)).toBe(before.join('\n'));
    await draw();
    const after = await exported(file);
    for (const piece of before) expect(after).toContain(piece.trim().replace(/\n<\/annotation>$/, ''));
    expect(after.match(/<object>/g)).toHaveLength(3);
    expect(after.trimEnd().endsWith('</annotation>')).toBe(true);
    expect(after.match(/<\/annotation>/g)).toHaveLength(1);
  });
});
