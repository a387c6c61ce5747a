/** `maskwright measure` as a child process: the sample, a project of it, faulty images, faulty calls. */
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decode, fromCompressed } from '@shared/mask';
import { listAll, repoRoot, runCli, temporaryFolder, writeImage, writeJson } from './cliRun';

const folder = temporaryFolder();
const at = (...parts: string[]) => join(folder.path, ...parts);
afterAll(folder.remove);

const sample = join(repoRoot, 'resources/sample');
const sampleFile = join(sample, 'instances.json');
const sampleImages = join(sample, 'images');

interface CocoFile {
  images: { id: number; file_name: string; width: number; height: number }[];
  annotations: {
    id: number;
    image_id: number;
    category_id: number;
    area: number;
    bbox: number[];
    segmentation: { size: [number, number]; counts: string };
  }[];
}

/** Rows by column name; no cell of these tests has a comma or a quote but where the test says so. */
function readTable(file: string): Record<string, string>[] {
  const lines = readFileSync(file, 'utf8').split('\r\n');
  expect(lines.pop()).toBe('');
  const [header, ...rows] = lines.map((line) => line.split(','));
  return rows.map((cells) => {
    expect(cells).toHaveLength(header.length);
    return Object.fromEntries(header.map((name, i) => [name, cells[i]]));
  });
}

describe('the sample', () => {
  const truth = JSON.parse(readFileSync(sampleFile, 'utf8')) as CocoFile;

  test('has a row an annotation, in the order of the file, with what its masks and pixels say', async () => {
    const out = at('new/sample.csv');
    const { code, stdout, stderr } = await runCli('measure', sampleFile, '--images', sampleImages, '--out', out);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(`${out}: ${truth.images.length} images, ${truth.annotations.length} annotations\n`);
    expect(listAll(at('new'))).toEqual(['sample.csv']);

    const rows = readTable(out);
    const inOrder = truth.images.flatMap(({ id }) => truth.annotations.filter(({ image_id }) => image_id === id));
    expect(rows.map((row) => Number(row.annotation_id))).toEqual(inOrder.map(({ id }) => id));
    expect(rows.map((row) => Number(row.area_px))).toEqual(inOrder.map(({ area }) => area));
    const boxes = rows.map((row) => ['x', 'y', 'width', 'height'].map((side) => Number(row[`bbox_${side}_px`])));
    expect(boxes).toEqual(inOrder.map(({ bbox }) => bbox));
    for (const row of rows) {
      const isCoin = row.image.startsWith('coins');
      expect(row.category).toBe(isCoin ? 'coin' : 'nucleus');
      expect([row.gray_mean === '', row.red_mean === '']).toEqual([isCoin, !isCoin]);
      // Round objects: a circle of the same area has about the outline's length.
      const round = Number(row.perimeter_px) / (Math.PI * Number(row.equivalent_diameter_px));
      expect(round).toBeGreaterThan(0.8);
      expect(round).toBeLessThan(1.4);
    }
  });

  test('has the intensities of the pixels under the mask', async () => {
    const rows = readTable(at('new/sample.csv'));
    const { image_id, id, segmentation } = truth.annotations[0];
    const { file_name } = truth.images.find((image) => image.id === image_id)!;
    const { data, info } = await sharp(join(sampleImages, file_name)).raw().toBuffer({ resolveWithObject: true });
    const mask = decode(fromCompressed(segmentation.counts, segmentation.size));
    const values = [...mask.keys()].filter((i) => mask[i] === 1).map((i) => data[i * info.channels]);
    const sum = values.reduce((total, value) => total + value, 0);
    const row = rows.find((entry) => Number(entry.annotation_id) === id)!;
    expect(Number(row.gray_integrated)).toBe(sum);
    expect(Number(row.gray_mean)).toBeCloseTo(sum / values.length, 9);
    expect([Number(row.gray_min), Number(row.gray_max)]).toEqual([Math.min(...values), Math.max(...values)]);
  });

  test('as a project gives the same table, with its own images or with others, and in units too', async () => {
    const project = at('sample.maskwright');
    expect((await runCli('import', sampleFile, '--images', sampleImages, '--project', project)).code).toBe(0);
    const own = await runCli('measure', project, '--out', at('own.csv'));
    expect([own.code, own.stderr]).toEqual([0, '']);
    const others = await runCli('measure', project, '--images', sampleImages, '--out', at('others.csv'));
    expect([others.code, others.stderr]).toEqual([0, '']);
    const expected = readFileSync(at('new/sample.csv'), 'utf8');
    expect(readFileSync(at('own.csv'), 'utf8')).toBe(expected);
    expect(readFileSync(at('others.csv'), 'utf8')).toBe(expected);

    const args = ['measure', project, '--out', at('own.csv'), '--pixel-size', '0.65', '--unit', 'µm'];
    const refused = await runCli(...args);
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('own.csv exists already')]);
    expect(readFileSync(at('own.csv'), 'utf8')).toBe(expected);
    expect((await runCli(...args, '--force')).code).toBe(0);
    for (const row of readTable(at('own.csv')).slice(0, 20)) {
      expect(Number(row.area_um2)).toBeCloseTo(Number(row.area_px) * 0.65 * 0.65, 9);
      expect(Number(row.perimeter_um)).toBeCloseTo(Number(row.perimeter_px) * 0.65, 9);
      expect(Number(row.centroid_x_um)).toBeCloseTo(Number(row.centroid_x_px) * 0.65, 9);
    }
  });
});

describe('images that cannot be read', () => {
  const [width, height] = [12, 10];
  const square = [[2, 3, 6, 3, 6, 5, 2, 5]];
  const annotation = (id: number, image_id: unknown, more = {}) => ({
    id,
    image_id,
    category_id: 7,
    segmentation: square,
    ...more,
  });
  const image = (id: number, file_name: string) => ({ id, file_name, width, height });

  beforeAll(async () => {
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i % 3) * 100);
    await writeImage(at('pictures/good.png'), width, height, data);
    await writeImage(at('pictures/large.png'), height, width, data);
    await sharp(new Uint16Array(width * height).fill(40_000), { raw: { width, height, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toFile(at('pictures/deep.png'));
    copyFileSync(at('pictures/good.png'), at('pictures/cut.png'));
    writeFileSync(at('pictures/cut.png'), readFileSync(at('pictures/good.png')).subarray(0, 70));
  });

  test('leave their intensities empty, and a line each on stderr', async () => {
    const file = writeJson(at('some.json'), {
      images: ['good', 'gone', 'cut', 'large', 'deep', 'bare'].map((name, i) => image(i + 1, `${name}.png`)),
      categories: [{ id: 7, name: 'thing "a", b' }],
      annotations: [
        ...[1, 2, 3, 4, 5].map((id) => annotation(id * 10, id)),
        annotation(60, 99),
        { id: 'box', image_id: 1, category_id: 8, bbox: [1, 2, 3, 4] },
      ],
    });
    const out = at('some.csv');
    const { code, stdout, stderr } = await runCli('measure', file, '--images', at('pictures'), '--out', out);
    expect(code).toBe(0);
    expect(stdout).toBe(`${out}: 6 images, 6 annotations\n`);
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toEqual([
      expect.stringContaining('1 annotation left out: the file does not have their image'),
      expect.stringMatching(/gone\.png is not in /),
      expect.stringMatching(/cut\.png is cut off/),
      expect.stringMatching(/large\.png is 10 x 12 pixels, but the dataset says 12 x 10/),
      expect.stringMatching(/bare\.png is not in /),
    ]);
    const quoted = '"thing ""a"", b"';
    const geometry = '8,4,4,2,3,4,2,8,3.1915382432114616';
    const empty = ','.repeat(4);
    const colour = '0,0,0,0,0,100,0,100,100,800,200,0,200,200,1600';
    expect(readFileSync(out, 'utf8').split('\r\n').slice(1)).toEqual([
      `good.png,10,${quoted},${geometry},${empty},${colour}`,
      `good.png,box,,,,,1,2,3,4,,,${[empty, empty, empty, empty].join(',')}`,
      ...['gone.png,20', 'cut.png,30', 'large.png,40'].map(
        (start) => `${start},${quoted},${geometry},${[empty, empty, empty, empty].join(',')}`,
      ),
      `deep.png,50,${quoted},${geometry},40000,0,40000,40000,320000,${[empty, empty, empty].join(',')}`,
      '',
    ]);
  });

  test('of a project too', async () => {
    const file = writeJson(at('p.json'), {
      images: [image(1, 'good.png'), image(2, 'later-gone.png')],
      categories: [{ id: 7, name: 'thing' }],
      annotations: [annotation(1, 1), annotation(2, 2)],
    });
    copyFileSync(at('pictures/good.png'), at('pictures/later-gone.png'));
    const project = at('p.maskwright');
    expect((await runCli('import', file, '--images', at('pictures'), '--project', project)).code).toBe(0);
    rmSync(at('pictures/later-gone.png'));
    const { code, stderr } = await runCli('measure', project, '--out', at('p.csv'));
    expect(code).toBe(0);
    expect(stderr).toMatch(/^maskwright: later-gone\.png is not fully measured: [^\n]*later-gone\.png is missing\n$/);
    expect(readTable(at('p.csv'))).toMatchObject([
      { area_px: '8', red_mean: '0', green_mean: '100' },
      { area_px: '8', red_mean: '', green_mean: '' },
    ]);
  });
});

describe('is refused', () => {
  const args = (...more: string[]) => ['measure', sampleFile, '--out', at('none.csv'), ...more];
  const images = ['--images', sampleImages];

  test.each([
    [2, 'a dataset needs --images', args()],
    [2, "required option '--out <file>' not specified", ['measure', sampleFile, ...images]],
    [2, '--pixel-size needs --unit', args(...images, '--pixel-size', '0.5')],
    [2, '--unit needs --pixel-size', args(...images, '--unit', 'um')],
    [2, 'Expected a number above 0', args(...images, '--pixel-size', '0', '--unit', 'um')],
    [2, 'cannot be pixels', args(...images, '--pixel-size', '1', '--unit', 'px')],
    [3, 'is one of the inputs', ['measure', sampleFile, ...images, '--out', sampleFile, '--force']],
    [3, 'does not exist', args('--images', at('nowhere'))],
    [3, 'is not a folder', args('--images', sampleFile)],
    [3, 'does not exist', ['measure', at('nowhere.json'), ...images, '--out', at('none.csv')]],
  ])('with %i: %s', async (expected, sentence, call) => {
    const { code, stdout, stderr } = await runCli(...call);
    expect([code, stdout, stderr]).toEqual([expected, '', expect.stringContaining(sentence)]);
    expect(existsSync(at('none.csv'))).toBe(false);
  });

  test('with 3: a mask that is not of its image', async () => {
    const [annotation] = (JSON.parse(readFileSync(sampleFile, 'utf8')) as CocoFile).annotations;
    const file = writeJson(at('odd.json'), {
      images: [{ id: annotation.image_id, file_name: 'nuclei-01.png', width: 500, height: 512 }],
      categories: [],
      annotations: [annotation],
    });
    const { code, stderr } = await runCli('measure', file, ...images, '--out', at('none.csv'));
    expect([code, stderr]).toEqual([3, expect.stringContaining('/annotations/0/segmentation/size')]);
    expect(existsSync(at('none.csv'))).toBe(false);
  });
});
