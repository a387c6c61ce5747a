/** Datasets that people brought and that were read wrongly, one after the other; each through the command they used. */
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { area, fromCompressed, toBbox } from '@shared/mask';
import { readMask } from '../../../src-main/cli/lib/withinMask';
import { Session } from '../../../src-main/cli/lib/session';
import { runInProcess as run } from '../../support/cliInProcess';
import { listAll } from '../../integration/cliRun';

const root = mkdtempSync(join(tmpdir(), 'maskwright-cases-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder = '';
let count = 0;
beforeEach(() => {
  folder = join(root, String(++count));
  mkdirSync(folder);
});
const at = (...parts: string[]) => join(folder, ...parts);

function write(name: string, content: string | Uint8Array): string {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), content);
  return at(name);
}

async function picture(name: string): Promise<string> {
  mkdirSync(dirname(at(name)), { recursive: true });
  await sharp({ create: { width: 64, height: 48, channels: 3, background: '#446688' } })
    .png()
    .toFile(at(name));
  return at(name);
}

const ring = [8, 8, 24, 8, 24, 20, 8, 20];
const annotation = { id: 1, image_id: 1, category_id: 1, segmentation: [ring], bbox: [8, 8, 16, 12], area: 192 };
const dataset = (fileName: string, change: object = {}) => ({
  images: [{ id: 1, file_name: fileName, width: 64, height: 48 }],
  annotations: [{ ...annotation, ...change }],
  categories: [{ id: 1, name: 'thing' }],
});
const datasetFile = (value: unknown) => write('coco.json', JSON.stringify(value));
const read = (name: string) => readFileSync(at(name), 'utf8');

describe('merge reads as every other command does', () => {
  const record =
    '{"id":5,"image_id":1,"category_id":7,"segmentation":[[8.0,8.0,24.0,8.0,24.0,20.0]],"area":192.000,"bbox":[8,8,16,12],"iscrowd":0,"attributes":{"track":98765432109876543210,"2":1,"1":2,"z":1e-7}}';
  const a = `{"info":{"v":1},"licenses":[{"id":3,"name":"CC"}],"images":[{"id":1,"file_name":"a.png","width":64,"height":48,"license":3}],"annotations":[${record}],"categories":[{"id":7,"name":"thing"}],"extra":{"k":1}}`;
  const merge = (b: string | Uint8Array) =>
    run('merge', write('a.json', a), write('b.json', b), '--out', at('merged.json'));

  test('numbers, key order, licences and top-level keys leave as they came', async () => {
    const b =
      '{"images":[{"id":1,"file_name":"b.png","width":64,"height":48}],"annotations":[{"id":5,"image_id":1,"category_id":1,"segmentation":[],"bbox":[1,1,2,2]}],"categories":[{"id":1,"name":"Thing"},{"id":2,"name":"thing"}]}';
    expect(await merge(b)).toMatchObject({ code: 0 });
    const text = read('merged.json');
    expect(text).toContain(`\n${record},\n`);
    expect(text).toContain('\n"info": {"v":1},\n"licenses": [{"id":3,"name":"CC"}],');
    expect(text).toContain('\n"extra": {"k":1}');
    const merged = JSON.parse(text) as Record<string, Record<string, unknown>[]>;
    expect(merged.images).toEqual([
      { id: 1, file_name: 'a.png', width: 64, height: 48, license: 3 },
      { id: 2, file_name: 'b.png', width: 64, height: 48 },
    ]);
    expect(merged.categories).toEqual([
      { id: 7, name: 'thing' },
      { id: 1, name: 'Thing' },
    ]);
    expect(merged.annotations[1]).toEqual({ id: 6, image_id: 2, category_id: 1, segmentation: [], bbox: [1, 1, 2, 2] });
  });

  test('annotations stay on their images, however large the ids are', async () => {
    const big = (id: string, name: string) => `{"id":${id},"file_name":"${name}","width":64,"height":48}`;
    const on = (id: number, image: string) => `{"id":${id},"image_id":${image},"category_id":1}`;
    const [one, two] = ['98765432109876543210', '98765432109876543211'];
    const b = `{"images":[${big(one, 'b.png')},${big(two, 'c.png')}],"annotations":[${on(1, two)},${on(2, one)}],"categories":[{"id":1,"name":"x"}]}`;
    expect(await merge(b)).toMatchObject({ code: 0 });
    expect(read('merged.json')).toContain(`"image_id":${two},"category_id":1}`);
    expect(read('merged.json')).toContain(big(two, 'c.png'));
    expect(read('merged.json').indexOf(on(1, two))).toBeLessThan(read('merged.json').indexOf(on(2, one)));
  });

  test('a byte order mark, and a file without annotations, are no faults', async () => {
    const b = '{"images":[{"id":2,"file_name":"b.png","width":64,"height":48}],"categories":[]}';
    for (const text of [`\ufeff${b}`, b]) {
      const { code, stdout } = await run(
        'merge',
        write('a.json', a),
        write('b.json', text),
        '--out',
        at('m.json'),
        '--force',
      );
      expect([code, stdout]).toEqual([0, expect.stringContaining('2 images, 1 annotation from 2 files')]);
    }
  });

  test.each([
    ['a record that is null', '{"images":[null],"annotations":[],"categories":[]}', /record is null.*\/images\/0/],
    ['NaN', '{"images":[],"annotations":[{"id":1,"score":NaN}]}', /found "NaN" \(\/annotations\/0, line 1, byte 44\)/],
    ['Latin-1', Buffer.from('{"images":[{"id":1,"file_name":"Z\xfcrich.png"}]}', 'latin1'), /not UTF-8.*\/images\/0/],
    ['a list of results', '[{"image_id":1,"category_id":1,"score":1}]', /is a list of results, not a COCO dataset/],
    ['no JSON', 'hello', /b\.json is not a usable COCO file/],
  ])('%s is refused with its place, and nothing is written', async (_, b, sentence) => {
    const { code, stderr } = await merge(b);
    expect(stderr).toMatch(sentence);
    expect(code).toBe(3);
    expect(existsSync(at('merged.json'))).toBe(false);
  });
});

describe('what can mean one thing only is read so, and told', () => {
  const counts = 'X<<T100000000000000000000000000000hk1';

  test.each([
    ['a bytes literal', { segmentation: { size: [48, 64], counts: `b'${counts}'` } }, /Python bytes text/],
    ['a flat ring', { segmentation: ring }, /\[\[x, y, \.\.\.\]\]/],
    ['an image_id that is text', { image_id: '1' }, /image_id is text/],
  ])('%s', async (_, change, sentence) => {
    await picture('images/a.png');
    const file = datasetFile(dataset('a.png', change));
    const imported = await run('import', file, '--images', at('images'), '--project', at('p.maskwright'));
    expect(imported.stderr).toMatch(sentence);
    expect(imported.code).toBe(0);
    const measured = await run('measure', file, '--images', at('images'), '--out', at('m.csv'));
    expect(measured.code).toBe(0);
    if (sentence.source !== 'image_id is text') expect(measured.stderr).toMatch(sentence);
    expect(read('m.csv').split('\n')[1]).toMatch(/^a\.png,1,thing,192,/);
    // The record itself leaves as it came.
    expect((await run('export', at('p.maskwright'), '--out', at('out.json'))).code).toBe(0);
    expect(JSON.parse(read('out.json'))).toEqual(JSON.parse(read('coco.json')));
    // Asked for RLE, it is the mask that everyone else reads.
    expect((await run('export', at('p.maskwright'), '--out', at('rle.json'), '--rle')).code).toBe(0);
  });

  test("VIA's COCO: ids from 0, image_id as text, one flat ring; its points have no mask", async () => {
    await picture('images/a.png');
    const via = {
      images: [{ id: 0, width: 64, height: 48, file_name: 'a.png', license: 0 }],
      annotations: [
        { id: 0, image_id: '0', category_id: 1, segmentation: ring, area: 192, bbox: [8, 8, 16, 12], iscrowd: 0 },
        {
          id: 1,
          image_id: '0',
          category_id: 1,
          segmentation: [[]],
          bbox: [],
          area: [],
          iscrowd: 0,
          keypoints: [1, 1, 2],
        },
      ],
      categories: [{ supercategory: 'type', id: 1, name: 'thing' }],
    };
    const { code, stdout } = await run('info', datasetFile(via), '--json');
    expect(code).toBe(0);
    const info = JSON.parse(stdout) as { findings: { message: string }[] };
    expect(info).toMatchObject({ imagesWithAnnotations: 1, categories: [{ annotations: 2 }] });
    expect(info.findings.map(({ message }) => message).join()).not.toMatch(/there is no image/);
    const rendered = await run('render', at('coco.json'), '--images', at('images'), '--out', at('drawn'));
    expect([rendered.code, listAll(at('drawn'))]).toEqual([0, ['a.png']]);
  });

  test('text ids: --within FILE#x-1 finds the annotation', async () => {
    const ids = dataset('a.png', { id: 'x-1', image_id: 'abc', category_id: 'c1' });
    const file = datasetFile({
      ...ids,
      images: [{ ...ids.images[0], id: 'abc' }],
      categories: [{ id: 'c1', name: 'x' }],
    });
    const session = new Session({ out: () => undefined, err: () => undefined, isTerminal: false });
    const mask = await readMask({ file, id: 'x-1' }, session);
    expect(toBbox(fromCompressed(mask.counts, mask.size))).toEqual([8, 8, 16, 12]);
    expect(area(fromCompressed(mask.counts, mask.size))).toBe(192);
  });
});

describe('another file in place of a dataset is called what it is', () => {
  const png = () =>
    sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
  test.each([
    ['UTF-16 without a mark', async () => Buffer.from(JSON.stringify(dataset('a.png')), 'utf16le'), /is UTF-16 text/],
    ['a picture', png, /is a picture \(PNG\), not a dataset/],
    ['an archive', async () => Buffer.from('PK\x03\x04rest'), /is (a|no) ZIP archive/],
    ['XML', async () => Buffer.from('<?xml version="1.0"?><annotations/>'), /is an XML or HTML file/],
    [
      'SAM masks',
      async () => Buffer.from(JSON.stringify([{ segmentation: {}, predicted_iou: 0.9, stability_score: 0.95 }])),
      /is a list of SAM masks/,
    ],
    [
      'SA-1B',
      async () =>
        Buffer.from(JSON.stringify({ image: { image_id: 1 }, annotations: [{ id: 1, bbox: [8, 8, 16, 12] }] })),
      /is an SA-1B file.*"images" is a list/,
    ],
  ])('%s', async (_, content, sentence) => {
    await picture('images/a.png');
    const file = write('coco.json', await content());
    const commands = [
      ['info', file],
      ['import', file, '--images', at('images'), '--project', at('p.maskwright')],
      ['render', file, '--images', at('images'), '--out', at('drawn')],
      ['measure', file, '--images', at('images'), '--out', at('m.csv')],
      ['merge', file, '--out', at('merged.json')],
      ['evaluate', '--gt', file, '--dt', file],
    ];
    for (const args of commands) {
      const { code, stderr } = await run(...args);
      expect(stderr).toMatch(sentence);
      expect(code).toBe(3);
    }
    expect(listAll(folder).filter((name) => !name.endsWith('.lock'))).toEqual(['coco.json', 'images/a.png']);
  });
});

describe('evaluate', () => {
  const two = {
    images: [1, 2].map((id) => ({ id, file_name: 'same.png', width: 64, height: 48 })),
    categories: [
      { id: 1, name: 'cat' },
      { id: 2, name: 'dog' },
    ],
  };
  const box = (x: number, y: number, w: number, h: number) => [[x, y, x + w, y, x + w, y + h, x, y + h]];
  const truth = {
    ...two,
    annotations: [
      {
        id: 1,
        image_id: 1,
        category_id: 1,
        segmentation: box(8, 8, 16, 12),
        bbox: [8, 8, 16, 12],
        area: 192,
        iscrowd: 0,
      },
      {
        id: 2,
        image_id: 1,
        category_id: 2,
        segmentation: box(36, 26, 20, 14),
        bbox: [36, 26, 20, 14],
        area: 280,
        iscrowd: 0,
      },
      {
        id: 3,
        image_id: 2,
        category_id: 1,
        segmentation: box(4, 4, 30, 30),
        bbox: [4, 4, 30, 30],
        area: 900,
        iscrowd: 0,
      },
    ],
  };
  const found = [
    [1, 1, [8, 8, 16, 12], 0.9],
    [1, 2, [35, 26, 20, 14], 0.8],
    [2, 1, [6, 4, 30, 30], 0.7],
    [2, 2, [40, 4, 10, 10], 0.3],
  ] as const;
  const results = found.map(([image_id, category_id, bbox, score], i) => ({
    id: i + 1,
    image_id,
    category_id,
    bbox,
    score,
    iscrowd: 0,
    segmentation: box(...(bbox as unknown as [number, number, number, number])),
  }));

  test('two images of one name are told apart by their ids', async () => {
    const gt = write('gt.json', JSON.stringify(truth));
    const dt = write('dt.json', JSON.stringify({ ...two, annotations: results }));
    const { code, stdout, stderr } = await run('evaluate', '--gt', gt, '--dt', dt, '--json');
    expect([code, stderr]).toEqual([0, expect.stringContaining('same.png')]);
    expect((JSON.parse(stdout) as { stats: number[] }).stats[0]).toBeCloseTo(0.9005, 4);

    const other = { ...two, images: two.images.map((image) => ({ ...image, id: image.id + 10 })) };
    const moved = results.map((result) => ({ ...result, image_id: result.image_id + 10 }));
    write('other.json', JSON.stringify({ ...other, annotations: moved }));
    const refused = await run('evaluate', '--gt', gt, '--dt', at('other.json'));
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('same.png')]);
  });

  test('a score that is text is called that, with its place', async () => {
    const gt = write('gt.json', JSON.stringify(truth));
    const dt = write('dt.json', JSON.stringify([{ ...results[0], score: '0.9' }, ...results.slice(1)]));
    const { code, stderr } = await run('evaluate', '--gt', gt, '--dt', dt);
    expect(stderr).toMatch(/score is "0\.9" \(text\), expected a number \(\/0\/score\)/);
    expect(code).toBe(3);
  });
});

describe('no output lands on an input, not even with --force', () => {
  beforeEach(async () => {
    await picture('photos/a.png');
    datasetFile(dataset('a.png'));
    write('b.json', JSON.stringify({ ...dataset('b.png'), annotations: [] }));
    mkdirSync(at('links'));
    linkSync(at('photos/a.png'), at('links/a.png'));
    symlinkSync(at('coco.json'), at('links/coco.json'));
    expect((await run('import', at('coco.json'), '--images', at('photos'), '--project', at('p.maskwright'))).code).toBe(
      0,
    );
  });

  /** Of every file but the project's own, which opening may touch. */
  const digests = () =>
    listAll(folder)
      .filter((name) => !name.startsWith('p.maskwright'))
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(at(name)))
          .digest('hex'),
      ]);

  test.each([
    ['render over the originals', ['render', 'coco.json', '--images', 'photos', '--out', 'photos']],
    ['render over them by another link', ['render', 'coco.json', '--images', 'photos', '--out', 'links']],
    ['measure onto the dataset', ['measure', 'coco.json', '--images', 'photos', '--out', 'coco.json']],
    ['measure onto a link to it', ['measure', 'coco.json', '--images', 'photos', '--out', 'links/coco.json']],
    ['measure onto a picture', ['measure', 'coco.json', '--images', 'photos', '--out', 'photos/a.png']],
    ['measure onto the project', ['measure', 'p.maskwright', '--out', 'p.maskwright']],
    ["measure onto a project's picture", ['measure', 'p.maskwright', '--out', 'photos/a.png']],
    ['merge onto one of the files', ['merge', 'coco.json', 'b.json', '--out', 'b.json']],
    ['import onto the dataset', ['import', 'coco.json', '--images', 'photos', '--project', 'coco.json']],
    ['import onto a picture', ['import', 'coco.json', '--images', 'photos', '--project', 'photos/a.png']],
    ['export onto the project', ['export', 'p.maskwright', '--out', 'p.maskwright']],
    ["export onto a project's picture", ['export', 'p.maskwright', '--out', 'photos/a.png']],
    ['export onto a link to it', ['export', 'p.maskwright', '--out', 'links/a.png']],
  ])('%s', async (_, args) => {
    const isPath = (arg: string) => /^(photos|links|p\.|coco|b\.)/.test(arg);
    const before = digests();
    const { code, stderr } = await run(...args.map((arg) => (isPath(arg) ? at(arg) : arg)), '--force');
    expect(stderr).toMatch(/would be overwritten|is not a Maskwright project|is the project itself/);
    expect(code).toBe(3);
    expect(digests()).toEqual(before);
  });
});

describe('one routine finds image files, for import and for commands', () => {
  const cases: [string, string, string, RegExp][] = [
    ['back slashes', 'train\\a.png', 'train/a.png', /with \/ in place of \\/],
    ['more folders than on disk', 'images/train/a.png', 'train/a.png', /by the file name alone/],
    ['fewer folders than on disk', 'a.png', 'train/a.png', /by the file name alone/],
    ['another Unicode form', 'Z\u00fcrich.png', 'Zu\u0308rich.png', /another Unicode form/],
    ['a web address', 'http://localhost:8080/data/upload/1/my%20photo.png', 'my photo.png', /by the/],
    ['percent encoding', 'my%20photo.png', 'my photo.png', /encoded in a web address/],
    ['a name that leads out', '../../secret/a.png', 'a.png', /by the file name alone/],
  ];
  if (process.platform !== 'win32')
    cases.push(['a back slash in the name itself', 'train\\a.png', 'train\\a.png', /^$/]);

  test.each(cases)('%s', async (_, name, disk, sentence) => {
    await picture(`images/${disk}`);
    const file = datasetFile(dataset(name));
    const imported = await run('import', file, '--images', at('images'), '--project', at('p.maskwright'));
    expect([imported.code, imported.stderr]).toEqual([0, expect.stringMatching(sentence)]);
    for (const [args, out] of [
      [['render', file, '--images', at('images'), '--out', at('drawn')], 'drawn'],
      [['measure', file, '--images', at('images'), '--out', at('m.csv')], 'm.csv'],
      [['measure', at('p.maskwright'), '--out', at('p.csv')], 'p.csv'],
      [['measure', at('p.maskwright'), '--images', at('images'), '--out', at('q.csv')], 'q.csv'],
    ] as const) {
      const { code, stderr } = await run(...args);
      expect([code, stderr]).toEqual([0, args.includes('--images') ? expect.stringMatching(sentence) : '']);
      expect(existsSync(at(out))).toBe(true);
    }
    expect(listAll(at('drawn'))).toHaveLength(1);
    expect(read('m.csv')).toBe(read('p.csv'));
  });

  test('a base name that several files have means none of them', async () => {
    await picture('images/train/a.png');
    await picture('images/val/a.png');
    const file = datasetFile(dataset('a.png'));
    const { code, stderr } = await run('import', file, '--images', at('images'), '--project', at('p.maskwright'));
    expect([code, stderr]).toEqual([0, expect.stringMatching(/a\.png is missing/)]);
  });

  test('two records with one file: told, and two pictures', async () => {
    await picture('images/a.png');
    const two = (names: readonly string[]) => ({
      images: names.map((file_name, i) => ({ id: i + 1, file_name, width: 64, height: 48 })),
      annotations: names.map((_, i) => ({ ...annotation, id: i + 1, image_id: i + 1 })),
      categories: [{ id: 1, name: 'thing' }],
    });
    for (const [i, names] of [
      ['a.png', 'a.png'],
      ['train/a.png', 'val/a.png'],
    ].entries()) {
      const file = datasetFile(two(names));
      const project = at(`p${i}.maskwright`);
      const imported = await run('import', file, '--images', at('images'), '--project', project);
      expect([imported.code, imported.stderr]).toEqual([
        0,
        expect.stringMatching(/2 images of the dataset are one file/),
      ]);
      const out = at(`drawn${i}`);
      const rendered = await run('render', file, '--images', at('images'), '--out', out);
      expect([rendered.code, rendered.stderr]).toEqual([0, expect.stringMatching(/are one file/)]);
      expect(listAll(out)).toHaveLength(2);
    }
  });
});

describe('what has no mask, or one of another size', () => {
  beforeEach(() => picture('images/a.png'));
  const importIt = (file: string, ...more: string[]) =>
    run('import', file, '--images', at('images'), '--project', at('p.maskwright'), ...more);

  test('a coordinate far outside is told at import, leaves as it came, and ends a conversion with its place', async () => {
    const far = { segmentation: [[8, 8, 3e8, 8, 24, 20, 8, 20]] };
    const file = datasetFile(dataset('a.png', far));
    const imported = await importIt(file);
    expect(imported.stderr).toMatch(/a coordinate is 300000000.*\/annotations\/0\/segmentation\/0\/2/);
    expect(imported.code).toBe(0);
    const rle = await run('export', at('p.maskwright'), '--out', at('rle.json'), '--rle');
    expect(rle.stderr).toContain(`${file}: annotation 1 has no mask`);
    expect(rle.stderr).toContain('/annotations/0/segmentation');
    expect([rle.code, existsSync(at('rle.json'))]).toEqual([3, false]);
    expect((await run('export', at('p.maskwright'), '--out', at('out.json'))).code).toBe(0);
    expect(JSON.parse(read('out.json'))).toEqual(JSON.parse(read('coco.json')));
    // Without a bbox of its own the image can still be opened and measured.
    datasetFile(dataset('a.png', { ...far, bbox: undefined, area: undefined }));
    expect((await importIt(file, '--force')).code).toBe(0);
    expect((await run('measure', at('p.maskwright'), '--out', at('m.csv'))).code).toBe(0);
  });

  test('a size that says [w, h] is told, nothing is cut, and import swaps it when asked', async () => {
    const counts = [392, ...Array.from({ length: 31 }, (_, i) => (i % 2 === 0 ? 12 : 36)), 1948 + 36 - 36];
    const total = counts.reduce((sum, run) => sum + run, 0);
    counts[counts.length - 1] += 48 * 64 - total;
    const turned = { segmentation: { size: [64, 48], counts }, iscrowd: 0 };
    const file = datasetFile(dataset('a.png', turned));
    const imported = await importIt(file);
    expect(imported.stderr).toMatch(/size is \[w, h\] of the image, \[64, 48\].*\/annotations\/0\/segmentation\/size/);
    expect(imported.stderr).toContain('--swap-mask-sizes');
    expect(imported.code).toBe(0);
    expect((await run('export', at('p.maskwright'), '--out', at('out.json'))).code).toBe(0);
    expect(JSON.parse(read('out.json'))).toEqual(JSON.parse(read('coco.json')));
    const rings = await run('export', at('p.maskwright'), '--out', at('rings.json'), '--polygons');
    expect([rings.code, rings.stderr]).toEqual([0, expect.stringContaining("not of its image's size")]);
    expect(JSON.parse(read('rings.json'))).toEqual(JSON.parse(read('coco.json')));
    for (const args of [
      ['render', file, '--images', at('images'), '--out', at('drawn')],
      ['measure', file, '--images', at('images'), '--out', at('m.csv')],
    ]) {
      const { code, stderr } = await run(...args);
      expect([code, stderr]).toEqual([3, expect.stringContaining('/annotations/0/segmentation/size')]);
    }

    const swapped = await importIt(file, '--force', '--swap-mask-sizes');
    expect([swapped.code, swapped.stderr]).toEqual([0, expect.stringContaining('sizes of 1 mask swapped')]);
    expect((await run('export', at('p.maskwright'), '--out', at('right.json'))).code).toBe(0);
    const [record] = (JSON.parse(read('right.json')) as { annotations: (typeof annotation)[] }).annotations;
    const mask = record.segmentation as unknown as { size: [number, number]; counts: string };
    expect([mask.size, record.bbox, record.area]).toEqual([[48, 64], [8, 8, 16, 12], 192]);
    expect(toBbox(fromCompressed(mask.counts, mask.size))).toEqual([8, 8, 16, 12]);
  });
});

describe('one bad name or image never ends a batch', () => {
  test('a picture whose name is too long, a broken image and a missing one are told; the others are drawn', async () => {
    // Two images that differ in their endings only keep both, and that is more than a name may have.
    const long = 'n'.repeat(251);
    const names = [`${long}.png`, `${long}.jpg`, 'broken.png', 'gone.png', 'a\u0000b.png', '..', 'a.png'];
    for (const name of [names[0], names[1], 'a.png']) await picture(`images/${name}`);
    write('images/broken.png', 'no picture');
    const images = names.map((file_name, i) => ({ id: i + 1, file_name, width: 64, height: 48 }));
    const file = datasetFile({ ...dataset('a.png'), images, annotations: [{ ...annotation, image_id: 7 }] });
    const rendered = await run('render', file, '--images', at('images'), '--out', at('drawn'));
    expect([rendered.code, listAll(at('drawn'))]).toEqual([0, ['a.png']]);
    expect(rendered.stderr.match(/has a name that is too long/g)).toHaveLength(2);
    for (const name of ['broken.png', 'gone.png']) expect(rendered.stderr).toContain(`${name} left out: `);
    const measured = await run('measure', file, '--images', at('images'), '--out', at('m.csv'));
    expect([measured.code, measured.stdout]).toEqual([0, expect.stringContaining('7 images, 1 annotation')]);
    expect((await run('import', file, '--images', at('images'), '--project', at('p.maskwright'))).code).toBe(0);
  });
});

describe('linked folders', () => {
  test('are followed once; a loop is told and left out', async () => {
    await picture('elsewhere/t.png');
    await picture('data/own.png');
    symlinkSync(at('elsewhere'), at('data/train'));
    symlinkSync(at('data'), at('elsewhere/back'));
    symlinkSync(at('elsewhere'), at('data/again'));
    const file = datasetFile(dataset('train/t.png'));
    const { code, stderr } = await run('import', file, '--images', at('data'), '--project', at('p.maskwright'));
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/is missing/);
    expect(stderr.match(/linked folder .* is left out/g)).toHaveLength(2);
  });
});
