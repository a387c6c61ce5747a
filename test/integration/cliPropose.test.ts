/** `maskwright propose` as a child process: datasets, pictures, and what is said about bad input. */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { area, decode, encode, fromCompressed, fromPolygons, iou, merge, toBbox, toCompressed } from '@shared/mask';
import { discPixels, listAll, repoRoot, runCli, startCli, temporaryFolder, writeImage } from './cliRun';

interface Dataset {
  images: { id: number; file_name: string; width: number; height: number }[];
  annotations: {
    id: number;
    image_id: number;
    category_id: number;
    segmentation: { size: [number, number]; counts: string } & number[][];
    area: number;
    bbox: number[];
    iscrowd: number;
    score: number;
  }[];
  categories: { id: number; name: string }[];
}

const readDataset = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Dataset;

const folder = temporaryFolder();
const at = (...parts: string[]) => join(folder.path, ...parts);
const width = 64;
const height = 48;
const discs = [
  { x: 16, y: 20, radius: 10 },
  { x: 45, y: 26, radius: 13 },
];
const pixels = discPixels(width, height, discs);
const images = at('images');
const sample = join(repoRoot, 'resources/sample');

beforeAll(async () => {
  await writeImage(at('images/b.png'), width, height, pixels);
  await writeImage(at('images/sub/a.png'), width, height, discPixels(width, height, [discs[0]]));
  mkdirSync(at('empty'));
  writeFileSync(at('empty/notes.txt'), 'no image');
});
afterAll(folder.remove);

const threshold = (...args: string[]) => runCli('propose', '--method', 'threshold', '--images', ...args);

describe('images that are not plain', () => {
  test('of 16 bits a few hundred values are enough to find objects, and the scaling is said', async () => {
    const dim = Uint16Array.from(pixels, (value) => (value > 128 ? 330 : 170));
    await sharp(dim, { raw: { width, height, channels: 3 } })
      .toColourspace('rgb16')
      .tiff({ compression: 'deflate' })
      .toFile(at('dim.tif'));
    const { code, stdout, stderr } = await threshold(at('dim.tif'), '--out', at('dim.json'));
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${at('dim.json')}: 1 image, 2 annotations\n` });
    expect(stderr).toContain('note: More than 8 bits: the lowest value became 0 and the highest 255');
  });
});

describe('a model that answers prompts', () => {
  test('a box and two clicks become masks of one category', async () => {
    const coins = join(repoRoot, 'resources/sample/images/coins-01.jpg');
    const { code, stdout } = await runCli(
      ...['propose', '--images', coins, '--model', 'smart-select', '--category', 'coin', '--out', at('prompts.json')],
      ...['--boxes', '533,179,74,74;421,280,89,89', '--points', '540,93,1;600,93,0'],
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${at('prompts.json')}: 1 image, 3 annotations\n` });
    const { annotations, categories } = readDataset(at('prompts.json'));
    expect(categories).toEqual([{ id: 1, name: 'coin' }]);
    // The coins' own boxes, as the sample's truth has them.
    const truth = [
      [533, 179, 74, 74],
      [421, 280, 89, 89],
      [505, 61, 64, 64],
    ];
    const found = annotations.map(({ bbox }) => bbox);
    for (const box of truth) {
      const isFound = found.some((one) => one.every((value, i) => Math.abs(value - box[i]) <= 6));
      expect([box, isFound]).toEqual([box, true]);
    }
  });
});

describe('the dataset', () => {
  test('has ids from 1, compressed RLE, scores, and area and bbox of the mask', async () => {
    const { code, stdout } = await threshold(images, '--out', at('t.json'));
    expect(code).toBe(0);
    expect(stdout).toBe(`${at('t.json')}: 2 images, 3 annotations\n`);
    const { images: rows, annotations, categories } = readDataset(at('t.json'));
    expect(rows).toEqual([
      { id: 1, file_name: 'b.png', width, height },
      { id: 2, file_name: 'sub/a.png', width, height },
    ]);
    expect(categories).toEqual([{ id: 1, name: 'object' }]);
    expect(annotations.map(({ id, image_id }) => [id, image_id])).toEqual([
      [1, 1],
      [2, 1],
      [3, 2],
    ]);
    for (const { segmentation, area: stated, bbox, iscrowd, score, category_id } of annotations) {
      const mask = fromCompressed(segmentation.counts, segmentation.size);
      expect([iscrowd, category_id]).toEqual([0, 1]);
      expect(stated).toBe(area(mask));
      expect(bbox).toEqual(toBbox(mask));
      expect(score).toBeGreaterThan(0);
      expect(score).toBeLessThanOrEqual(1);
    }
  });

  test('is the same byte for byte the second time', async () => {
    expect((await threshold(images, '--out', at('t1.json'))).code).toBe(0);
    expect((await threshold(images, '--out', at('t2.json'))).code).toBe(0);
    expect(readFileSync(at('t2.json'), 'utf8')).toBe(readFileSync(at('t1.json'), 'utf8'));
  });

  test('--polygons gives the same masks, --category their name, --min-area leaves out the small ones', async () => {
    const file = at('images/b.png');
    expect((await threshold(file, '--out', at('rle.json'))).code).toBe(0);
    expect((await threshold(file, '--out', at('polygons.json'), '--polygons', '--category', 'disc')).code).toBe(0);
    const rle = readDataset(at('rle.json')).annotations;
    const polygons = readDataset(at('polygons.json'));
    expect(polygons.categories).toEqual([{ id: 1, name: 'disc' }]);
    polygons.annotations.forEach(({ segmentation }, i) => {
      expect(toCompressed(fromPolygons(segmentation, height, width))).toBe(rle[i].segmentation.counts);
    });
    expect((await threshold(file, '--out', at('large.json'), '--min-area', '400')).code).toBe(0);
    expect(readDataset(at('large.json')).annotations.map((annotation) => annotation.area > 400)).toEqual([true]);
  });

  test('a method with a box: one coin of the sample at IoU >= 0.9, touching coins apart by watershed', async () => {
    const truth = readDataset(join(sample, 'instances.json'));
    const scene = truth.images.find(({ file_name }) => file_name.startsWith('coins'))!;
    const coins = truth.annotations.filter(({ image_id }) => image_id === scene.id);
    const maskOf = ({ segmentation }: Dataset['annotations'][number]) =>
      fromCompressed(segmentation.counts, segmentation.size);
    const file = join(sample, 'images', scene.file_name);
    const coin = coins[0];
    const args = ['propose', '--images', file, '--method', 'grabcut', '--box', coin.bbox.join(',')];
    expect((await runCli(...args, '--out', at('coin.json'))).code).toBe(0);
    const found = readDataset(at('coin.json')).annotations;
    expect(found).toHaveLength(1);
    expect(iou([maskOf(found[0])], [maskOf(coin)])[0]).toBeGreaterThan(0.9);

    const watershed = [
      'propose',
      '--images',
      file,
      '--method',
      'watershed',
      '--param',
      'local=1',
      '--param',
      'ratio=0.45',
    ];
    expect((await runCli(...watershed, '--out', at('coins.json'))).code).toBe(0);
    const all = readDataset(at('coins.json')).annotations.map(maskOf);
    const overlaps = iou(all, coins.map(maskOf));
    const matched = coins.filter((_, c) => all.filter((_, a) => overlaps[a * coins.length + c] >= 0.8).length === 1);
    expect(coins.length - matched.length).toBeLessThanOrEqual(1);
    expect(all.length - matched.length).toBeLessThanOrEqual(1);
  });

  test('--within: the mask of an annotation, as polygons or RLE, is split, worked inside, or started from', async () => {
    const file = at('images/b.png');
    // Two squares around the discs, joined by a neck.
    const ring = [5, 9, 28, 9, 28, 24, 31, 24, 31, 12, 60, 12, 60, 41, 31, 41, 31, 27, 28, 27, 28, 32, 5, 32];
    const mask = fromPolygons([ring], height, width);
    const rle = { size: [height, width], counts: toCompressed(mask) };
    writeFileSync(
      at('masks.json'),
      JSON.stringify({
        images: [{ id: 1, file_name: 'b.png', width, height }],
        categories: [{ id: 1, name: 'disc' }],
        annotations: [[ring], rle, undefined].map((segmentation, i) => ({
          id: i + 1,
          image_id: 1,
          category_id: 1,
          bbox: [5, 9, 55, 32],
          area: 1000,
          iscrowd: 0,
          segmentation,
        })),
      }),
    );
    const propose = async (name: string, ...args: string[]) => {
      const run = await runCli('propose', '--images', file, ...args, '--out', at(`${name}.json`));
      return { ...run, found: run.code === 0 ? readDataset(at(`${name}.json`)).annotations : [] };
    };
    const masksOf = (found: Dataset['annotations']) =>
      found.map(({ segmentation: { counts, size } }) => fromCompressed(counts, size));
    const split = await propose('split', '--method', 'watershed', '--within', `${at('masks.json')}#1`);
    expect(split.stderr).toContain('splitting the mask');
    expect(split.found).toHaveLength(2);
    expect(toCompressed(merge([...masksOf(split.found), mask]))).toBe(rle.counts);
    const again = await propose('again', '--method', 'watershed', '--within', `${at('masks.json')}#2`);
    expect(again.found).toEqual(split.found);

    const cut = await propose('cut', '--method', 'grabcut', '--within', `${at('masks.json')}#1`);
    expect(cut.found).toHaveLength(1);
    const truth = decode(mask).map((_, i) =>
      discs.some(
        (disc) => ((i % width) + 0.5 - disc.x) ** 2 + (Math.floor(i / width) + 0.5 - disc.y) ** 2 < disc.radius ** 2,
      )
        ? 1
        : 0,
    );
    expect(iou(masksOf(cut.found), [encode(truth, height, width)])[0]).toBeGreaterThan(0.9);

    const refusals = [
      [['#9'], 3, /masks\.json has no annotation 9/],
      [['#3'], 3, /annotation 3 has no mask/],
      [[''], 2, /Expected a COCO file and the id of an annotation/],
    ] as const;
    for (const [[id], code, sentence] of refusals) {
      const { code: got, stderr } = await propose(
        'never',
        '--method',
        'watershed',
        '--within',
        `${at('masks.json')}${id}`,
      );
      expect([got, stderr]).toEqual([code, expect.stringMatching(sentence)]);
    }
    const other = await runCli(
      'propose',
      '--images',
      join(sample, 'images/nuclei-01.png'),
      '--method',
      'watershed',
      '--within',
      `${at('masks.json')}#1`,
      '--out',
      at('never.json'),
    );
    expect([other.code, other.stderr]).toEqual([
      3,
      expect.stringContaining('The mask is of 64 x 48 pixels when the image has'),
    ]);
  });

  test('the embedded model finds nuclei, and its scores are kept', async () => {
    const file = join(sample, 'images/nuclei-01.png');
    const { code, stderr } = await runCli('propose', '--images', file, '--method', 'maskrcnn', '--out', at('n.json'));
    expect([code, stderr]).toEqual([0, '']);
    const { annotations, categories } = readDataset(at('n.json'));
    expect(categories).toEqual([{ id: 1, name: 'nucleus' }]);
    expect(annotations.length).toBeGreaterThan(20);
    expect(Math.min(...annotations.map(({ score }) => score))).toBeGreaterThanOrEqual(0.5);
  });
});

describe('pictures', () => {
  test('cutouts hold the original pixels on the mask and nothing elsewhere; overlays keep what is far from masks', async () => {
    const args = [images, '--out', at('p.json'), '--cutouts', at('cut'), '--overlays', at('drawn')];
    expect((await threshold(...args)).code).toBe(0);
    expect(listAll(at('cut'))).toEqual(['b_1_object.png', 'b_2_object.png', 'sub/a_3_object.png']);
    expect(listAll(at('drawn'))).toEqual(['b.png', 'sub/a.png']);
    const { annotations } = readDataset(at('p.json'));
    for (const { id, segmentation, bbox } of annotations.slice(0, 2)) {
      const mask = decode(fromCompressed(segmentation.counts, segmentation.size));
      const { data, info } = await sharp(at(`cut/b_${id}_object.png`))
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect([info.width, info.height, info.channels]).toEqual([bbox[2], bbox[3], 4]);
      for (let y = 0; y < info.height; y++) {
        for (let x = 0; x < info.width; x++) {
          const from = (y + bbox[1]) * width + x + bbox[0];
          const expected = mask[from] ? [...pixels.subarray(from * 3, from * 3 + 3), 255] : [0, 0, 0, 0];
          expect([...data.subarray((y * info.width + x) * 4).subarray(0, 4)]).toEqual(expected);
        }
      }
    }
    const drawn = await sharp(at('drawn/b.png')).removeAlpha().raw().toBuffer();
    const pixel = (data: Uint8Array, x: number, y: number) => [...data.subarray((y * width + x) * 3).subarray(0, 3)];
    expect(pixel(drawn, 2, 46)).toEqual(pixel(pixels, 2, 46));
    expect(pixel(drawn, 45, 36)).not.toEqual(pixel(pixels, 45, 36));
  });

  test('a folder with something in it is not written to without --force', async () => {
    mkdirSync(at('full'));
    writeFileSync(at('full/keep.txt'), 'mine');
    const { code, stderr } = await threshold(images, '--out', at('never.json'), '--cutouts', at('full'));
    expect([code, stderr]).toEqual([3, expect.stringContaining(`${at('full')} is not empty`)]);
    expect(listAll(at('full'))).toEqual(['keep.txt']);
    expect(existsSync(at('never.json'))).toBe(false);
  });
});

describe('bad input is a sentence and no output', () => {
  const refused = async (args: string[], sentence: RegExp, code = 3) => {
    const out = at('refused/out.json');
    const result = await runCli('propose', '--out', out, ...args);
    expect(result.stderr).toMatch(/^maskwright: [^\n]+\n$/);
    expect(result.stderr).toMatch(sentence);
    expect([result.code, result.stdout]).toEqual([code, '']);
    expect(listAll(at('refused'))).toEqual([]);
  };

  test('a directory without images', () =>
    refused(['--images', at('empty'), '--method', 'threshold'], /empty has no images.*choose a folder with JPEG/));

  test('a path that does not exist', () =>
    refused(['--images', at('nowhere'), '--method', 'threshold'], /nowhere does not exist/));

  test('grabcut without a box is wrong usage', () =>
    refused(['--images', images, '--method', 'grabcut'], /grabcut needs --box/, 2));

  test('a truncated JPEG alone', async () => {
    await writeImage(at('whole.jpg'), width, height, pixels);
    mkdirSync(at('cut-off'), { recursive: true });
    writeFileSync(at('cut-off/t.jpg'), readFileSync(at('whole.jpg')).subarray(0, 500));
    await refused(['--images', at('cut-off/t.jpg'), '--method', 'threshold'], /t\.jpg is cut off or damaged/);
    await refused(['--images', at('cut-off'), '--method', 'threshold'], /cut-off has no usable image/);
  });

  test('a truncated JPEG among good ones is reported, the others are done', async () => {
    await writeImage(at('mixed/good.jpg'), width, height, pixels);
    writeFileSync(at('mixed/bad.jpg'), readFileSync(at('mixed/good.jpg')).subarray(0, 500));
    await writeImage(at('mixed/other.png'), width, height, pixels);
    const { code, stderr } = await threshold(at('mixed'), '--out', at('mixed.json'));
    expect(code).toBe(0);
    expect(stderr).toMatch(/maskwright: .*bad\.jpg is cut off or damaged/);
    expect(stderr).toContain('maskwright: 1 of 3 images could not be used; the others are done');
    expect(readDataset(at('mixed.json')).images.map(({ file_name }) => file_name)).toEqual(['good.jpg', 'other.png']);
  });

  test('an unknown model', () =>
    refused(
      ['--images', images, '--method', 'maskrcnn', '--model', 'gpt'],
      /There is no model "gpt".*nuclei-maskrcnn/,
    ));

  const modelFolder = (name: string, change: (manifest: ModelManifest) => void, onnx: (path: string) => void) => {
    const source = join(repoRoot, 'models/nuclei-maskrcnn');
    mkdirSync(at(name));
    const manifest = JSON.parse(readFileSync(join(source, 'model.json'), 'utf8')) as ModelManifest;
    change(manifest);
    writeFileSync(at(name, 'model.json'), JSON.stringify(manifest));
    onnx(at(name, 'model.onnx'));
    return at(name);
  };
  interface ModelManifest {
    files: { sha256: string; size: number }[];
    outputs: Record<string, { name: string }>;
  }

  test('an ONNX file that is text', async () => {
    const text = 'this is not a network\n';
    const folder = modelFolder(
      'text-model',
      (manifest) => {
        manifest.files[0].size = text.length;
        manifest.files[0].sha256 = createHash('sha256').update(text).digest('hex');
      },
      (path) => writeFileSync(path, text),
    );
    await refused(
      ['--images', images, '--method', 'maskrcnn', '--model', folder],
      /text-model\/model\.onnx is not an ONNX model.*: it is text/,
    );
  });

  test('a model.json that names absent tensors', async () => {
    const source = join(repoRoot, 'models/nuclei-maskrcnn/model.onnx');
    const folder = modelFolder(
      'absent-model',
      (manifest) => (manifest.outputs.boxes.name = 'rectangles'),
      (path) => (process.platform === 'win32' ? copyFileSync(source, path) : symlinkSync(source, path)),
    );
    const sentence =
      /absent-model\/model\.json names the output "rectangles", but the graph has "boxes".*\/outputs\/boxes\/name/;
    await refused(['--images', images, '--method', 'maskrcnn', '--model', folder], sentence);
  });

  test('an output that exists is kept without --force and replaced with it', async () => {
    writeFileSync(at('exists.json'), 'mine');
    const args = [images, '--out', at('exists.json')];
    const { code, stderr } = await threshold(...args);
    expect([code, stderr]).toEqual([3, expect.stringContaining('exists.json exists already')]);
    expect(readFileSync(at('exists.json'), 'utf8')).toBe('mine');
    expect((await threshold(...args, '--force')).code).toBe(0);
    expect(readDataset(at('exists.json')).images).toHaveLength(2);
  });

  // Permissions do not bind root; a file in the place of a folder and the kernel's own folders bind everyone.
  const readOnlyFolders = [at('images/b.png'), ...(process.platform === 'linux' ? ['/proc/self', '/sys/kernel'] : [])];
  test.each(readOnlyFolders)('an output folder that cannot be written: %s', async (place) => {
    const { code, stdout, stderr } = await threshold(images, '--out', join(place, 'out.json'));
    expect(stderr).toMatch(/^maskwright: Nothing can be saved: .* cannot be written .*: choose another place/);
    expect([code, stdout]).toEqual([3, '']);
  });
});

describe.skipIf(process.platform === 'win32')('Ctrl-C', () => {
  const childrenOf = (pid: number) => {
    const list = `/proc/${pid}/task/${pid}/children`;
    return existsSync(list) ? readFileSync(list, 'utf8').trim().split(' ').filter(Boolean).map(Number) : [];
  };
  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  };

  test.each(['maskrcnn', 'kmeans'])('during %s leaves no output, no temporary file and no process', async (method) => {
    const out = at(`interrupted-${method}`);
    const names = Array.from({ length: 6 }, (_, i) => join(sample, `images/nuclei-0${i + 1}.png`));
    // What is left out is told before the work begins: from then on the command runs and listens.
    const broken = at(`broken-${method}.png`);
    writeFileSync(broken, 'no picture');
    const args = ['propose', '--images', broken, ...names, '--method', method, '--out', join(out, 'n.json')];
    const { child, result } = startCli(args, { ownGroup: true });
    await new Promise((done) => child.stderr!.once('data', done));
    if (method === 'maskrcnn' && process.platform === 'linux') {
      await expect.poll(() => childrenOf(child.pid!).length, { timeout: 20_000 }).toBeGreaterThan(0);
    }
    const children = childrenOf(child.pid!);
    // As a terminal does: to the command and everything it started.
    process.kill(-child.pid!, 'SIGINT');
    const { code, stdout } = await result;
    expect([code, stdout]).toEqual([130, '']);
    expect(listAll(out)).toEqual([]);
    await expect.poll(() => children.filter(isAlive), { timeout: 5000 }).toEqual([]);
  });
});
