import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { area, fromCompressed, fromPolygons, merge, type Rle } from '@shared/mask';
import { runInProcess as run } from '../../support/cliInProcess';

const root = mkdtempSync(join(tmpdir(), 'maskwright-augment-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...parts: string[]) => join(root, ...parts);

const [width, height] = [60, 40];
const names = Array.from({ length: 6 }, (_, i) => (i === 5 ? 'deep/käse 5.png' : `p${i}.png`));

interface Coco {
  readonly images: { id: number; file_name: string; width: number; height: number; license?: number }[];
  readonly annotations: {
    id: number;
    image_id: number;
    category_id: number;
    bbox: number[];
    area: number;
    iscrowd?: number;
    segmentation: number[][] | { size: [number, number]; counts: string };
    keypoints?: number[];
    attributes?: unknown;
  }[];
}

/** Each image has its own colour, a large object, a small one of another colour, and a crowd. */
beforeAll(async () => {
  mkdirSync(at('images', 'deep'), { recursive: true });
  for (const [i, name] of names.entries()) {
    const pixels = Buffer.alloc(width * height * 3);
    for (let p = 0; p < width * height; p++) {
      const [x, y] = [p % width, Math.floor(p / width)];
      const isSmall = x >= 4 && x < 9 && y >= 30 && y < 34;
      pixels.set(isSmall ? [255, i, 255] : [x * 4, y * 6, 20 * i], 3 * p);
    }
    await sharp(pixels, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(at('images', name));
  }
  const annotations = names.flatMap((_, i) => [
    {
      ...{ id: 3 * i + 1, image_id: i + 1, category_id: 1, bbox: [10, 5, 30, 20], area: 600, iscrowd: 0 },
      segmentation: [[10, 5, 40, 5, 40, 25, 10, 25]],
      keypoints: [12, 7, 2],
    },
    {
      ...{ id: 3 * i + 2, image_id: i + 1, category_id: 2, bbox: [4, 30, 5, 4], area: 20, iscrowd: 0 },
      segmentation: [[4, 30, 9, 30, 9, 34, 4, 34]],
      attributes: { from: i },
    },
    {
      ...{ id: 3 * i + 3, image_id: i + 1, category_id: 1, bbox: [50, 0, 10, 40], area: 400, iscrowd: 1 },
      segmentation: { size: [height, width], counts: [50 * 40, 400] },
    },
  ]);
  const images = names.map((file_name, i) => ({ id: i + 1, file_name, width, height, license: 7 }));
  const categories = [
    { id: 1, name: 'car' },
    { id: 2, name: 'sign' },
  ];
  writeFileSync(at('coco.json'), JSON.stringify({ images, annotations, categories }));
});

const recipe = (value: unknown) => {
  writeFileSync(at('recipe.json'), JSON.stringify(value));
  return at('recipe.json');
};

const convert = (to: string, format: string, ...more: string[]) =>
  run(
    ...['convert', '--from', at('coco.json'), '--to', at(to), '--to-format', format, '--images', at('images')],
    ...['--copy-images', ...more],
  );

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Coco;
const maskOf = ({ segmentation }: Coco['annotations'][number], w: number, h: number): Rle =>
  Array.isArray(segmentation)
    ? fromPolygons(segmentation, h, w)
    : fromCompressed(segmentation.counts, segmentation.size);
const pixelsOf = (file: string) => sharp(file).raw().toBuffer();

const everything = {
  ...{ copies: 3, seed: 5, flipHorizontal: 0.5, flipVertical: 0.5, rotate: {}, scale: {}, crop: {}, brightness: {} },
  paste: { count: [1, 2] },
};

describe('convert --augment', () => {
  test('adds copies with their geometry to the originals, which stay as they are', async () => {
    const file = recipe({ flipHorizontal: 1, rotate: { angles: [90] } });
    const { code, stdout, stderr } = await convert('flip/coco.json', 'coco', '--augment', file);
    expect({ code, stdout: stdout.replace(root, '') }).toEqual({
      code: 0,
      stdout: '/flip/coco.json: 12 images, 36 annotations\n',
    });
    expect(stderr).toContain('Added 6 augmented copies of images');
    expect(stderr).toContain('Left the key points of 6 annotations out of the copies');
    const [before, after] = [read(at('coco.json')), read(at('flip/coco.json'))];
    expect(after.images.slice(0, 6)).toEqual(before.images);
    expect(after.annotations.slice(0, 18)).toEqual(before.annotations);
    expect(after.images.slice(6)).toEqual(
      names.map((name, i) => ({
        id: 7 + i,
        file_name: name.replace('.png', '_aug1_fliph_rot90.png'),
        width: 40,
        height: 60,
      })),
    );
    // Mirrored, then a quarter clockwise: (x, y) goes to (40 - y, 60 - x).
    const [car, sign, crowd] = after.annotations.slice(18);
    expect(car).toMatchObject({ id: 19, image_id: 7, category_id: 1, bbox: [15, 20, 20, 30], area: 600 });
    expect(car.segmentation).toEqual([[35, 50, 35, 20, 15, 20, 15, 50]]);
    expect(car).not.toHaveProperty('keypoints');
    expect(sign.attributes).toEqual({ from: 0 });
    expect(crowd).toMatchObject({ bbox: [0, 0, 40, 10], iscrowd: 1 });
    for (const name of names) {
      expect(readFileSync(at('flip', name))).toEqual(readFileSync(at('images', name)));
      const [from, to] = [
        await pixelsOf(at('images', name)),
        await pixelsOf(at('flip', name.replace('.png', '_aug1_fliph_rot90.png'))),
      ];
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const [tx, ty] = [39 - y, 59 - x];
          const [a, b] = [3 * (y * width + x), 3 * (ty * 40 + tx)];
          if (!from.subarray(a, a + 3).equals(to.subarray(b, b + 3))) throw new Error(`${name}: ${x}, ${y}`);
        }
      }
    }
  });

  test('the same seed writes the same text and pixels, another one others', async () => {
    const list = (folder: string) =>
      readdirSync(at(folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
        .map(({ parentPath, name }) => join(parentPath, name))
        .sort();
    const content = (folder: string) =>
      list(folder).map((file) => [file.slice(at(folder).length), readFileSync(file, 'base64')]);
    for (const to of ['once', 'twice']) await convert(`${to}/coco.json`, 'coco', '--augment', recipe(everything));
    await convert('other/coco.json', 'coco', '--augment', recipe({ ...everything, seed: 6 }));
    expect(content('once')).toEqual(content('twice'));
    expect(content('once').length).toBeGreaterThan(names.length + 6);
    expect(content('other')).not.toEqual(content('once'));
  });

  test('what is pasted shows its own pixels, hides what is below, and never all of it', async () => {
    const file = recipe({ copies: 8, seed: 2, paste: { count: [2, 4], maxArea: 100, categories: ['sign'] } });
    const { stderr } = await convert('paste/coco.json', 'coco', '--augment', file);
    const pasted = Number(/Pasted (\d+) objects/.exec(stderr)![1]);
    const { images, annotations } = read(at('paste/coco.json'));
    expect(annotations.length).toBe(18 + 3 * (images.length - 6) + pasted);
    let hidden = 0;
    for (const image of images.slice(6)) {
      const own = annotations.filter(({ image_id }) => image_id === image.id);
      const masks = own.map((each) => maskOf(each, image.width, image.height));
      expect(Number(/_paste(\d+)/.exec(image.file_name)![1])).toBe(own.length - 3);
      masks.forEach((mask, i) => {
        expect(area(mask)).toBeGreaterThanOrEqual(i === 1 ? 0.3 * 20 : 1);
        for (const other of masks.slice(i + 1)) expect(area(merge([mask, other], { intersect: true }))).toBe(0);
      });
      if (area(masks[0]) < 600) hidden++;
      // Signs are the only thing that is violet; the second channel says of which image.
      const pixels = await pixelsOf(at('paste', image.file_name));
      const from = Number(/(\d)_aug/.exec(image.file_name)![1]);
      own.slice(3).forEach(({ bbox: [x, y], attributes, category_id, area: pixelCount }) => {
        expect(category_id).toBe(2);
        const origin = (attributes as { from: number }).from;
        expect(origin).not.toBe(from);
        if (pixelCount === 20)
          expect([...pixels.subarray(3 * (y * width + x)).subarray(0, 3)]).toEqual([255, origin, 255]);
      });
    }
    expect(hidden).toBeGreaterThan(0);
  });

  test('no vertex leaves its picture, at whatever border it is pasted and however it is scaled', async () => {
    const ragged = read(at('coco.json'));
    for (const { id, segmentation } of ragged.annotations)
      if (id % 3 === 2) (segmentation as number[][])[0].splice(0, 8, 3.6, 29.7, 9.3, 30, 9.4, 34.2, 4, 34);
    for (const { id, segmentation } of ragged.annotations)
      if (id % 3 === 1) (segmentation as number[][])[0].splice(0, 8, 10, 5, width, 5, width, height, 10, height);
    writeFileSync(at('ragged.json'), JSON.stringify(ragged));
    const file = recipe({ copies: 12, scale: { range: [0.1, 0.9] }, paste: { count: [4, 6], minVisible: 0 } });
    await run(
      ...['convert', '--from', at('ragged.json'), '--to', at('ragged/a.json'), '--to-format', 'coco'],
      ...['--images', at('images'), '--copy-images', '--augment', file],
    );
    const { images, annotations } = read(at('ragged/a.json'));
    const sizes = new Map(images.map((image) => [image.id, image]));
    const outside = annotations.flatMap(({ image_id, segmentation }) => {
      const image = sizes.get(image_id)!;
      const ring = Array.isArray(segmentation) ? segmentation.flat() : [];
      return ring.filter((value, i) => value < 0 || value > (i % 2 === 0 ? image.width : image.height));
    });
    expect(annotations.length).toBeGreaterThan(300);
    expect(outside).toEqual([]);
  });

  test('a split is kept: copies are of the training images alone, and so is what is pasted', async () => {
    const file = recipe({ copies: 4, seed: 1, paste: { count: [1, 3] } });
    const split = ['--split', '0.5,0.5', '--seed', '3', '--augment', file];
    expect((await convert('parts/set.json', 'coco', ...split)).code).toBe(0);
    const [train, val] = ['train', 'val'].map((part) => read(at(`parts/set.${part}.json`)));
    expect(val.images.length).toBe(3);
    expect(train.images.length).toBeGreaterThan(3);
    const origin = (name: string) => /(\d)(_aug|\.)/.exec(name)![1];
    const parts = new Set(val.images.map(({ file_name }) => origin(file_name)));
    for (const { file_name } of train.images) expect(parts.has(origin(file_name))).toBe(false);
    for (const { attributes } of train.annotations)
      if (attributes) expect(parts.has(String((attributes as { from: number }).from))).toBe(false);
  });

  test('another recipe: a folder loses the copies of the one before, a file beside other pictures is not written', async () => {
    const first = { copies: 2, crop: {}, flipVertical: 0.5 };
    const pictures = (folder: string) => readdirSync(at(folder)).filter((name) => name.includes('_aug'));
    await convert('again-yolo', 'yolo-seg', '--augment', recipe(first));
    const before = pictures('again-yolo/images/train');
    const kept = at('again-yolo/images/train', before[0]);
    writeFileSync(kept, 'changed by hand');
    const second = await convert(
      'again-yolo',
      'yolo-seg',
      '--force',
      '--augment',
      recipe({ rotate: { angles: [180] } }),
    );
    expect(second.code).toBe(0);
    expect(pictures('again-yolo/images/train').filter((name) => !name.endsWith('_aug1_rot180.png'))).toEqual([
      before[0],
    ]);
    expect(second.stderr).toContain(before[0]);
    await convert('again/a.json', 'coco', '--augment', recipe(first));
    const text = readFileSync(at('again/a.json'));
    const other = await convert('again/a.json', 'coco', '--force', '--augment', recipe({ ...first, seed: 1 }));
    expect(other.code).not.toBe(0);
    expect(other.stderr).toContain('another picture is there already');
    expect(readFileSync(at('again/a.json'))).toEqual(text);
    expect((await convert('again/a.json', 'coco', '--force', '--augment', recipe(first))).code).toBe(0);
  });

  test('a picture that its camera lays on its side: copies are in the frame of the annotations', async () => {
    mkdirSync(at('side'));
    const pixels = Buffer.alloc(width * height * 3);
    for (let p = 0; p < width * height; p++) pixels[3 * p] = p % width < 10 ? 255 : 0;
    await sharp(pixels, { raw: { width, height, channels: 3 } })
      .withMetadata({ orientation: 6 })
      .png()
      .toFile(at('side', 'a.png'));
    for (const [name, w, h] of [
      ['stored', width, height],
      ['upright', height, width],
    ] as const) {
      const images = [{ id: 1, file_name: 'a.png', width: w, height: h }];
      writeFileSync(at('side', `${name}.json`), JSON.stringify({ images, annotations: [], categories: [] }));
      const { code } = await run(
        ...['convert', '--from', at('side', `${name}.json`), '--to', at(`side-${name}/a.json`), '--to-format', 'coco'],
        ...['--images', at('side'), '--copy-images', '--augment', recipe({ flipHorizontal: 1, flipVertical: 1 })],
      );
      expect(code).toBe(0);
      const { data, info } = await sharp(at(`side-${name}`, 'a_aug1_fliph_flipv.png'))
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([w, h]);
      // The stripe was at the left of the file, which is the top of the upright picture; turned by 180 degrees.
      const red = (x: number, y: number) => data[3 * (y * w + x)];
      expect([red(0, 0), red(w - 1, 0), red(0, h - 1), red(w - 1, h - 1)]).toEqual(
        name === 'stored' ? [0, 255, 0, 255] : [0, 0, 255, 255],
      );
    }
  });

  test('a project gives the same copies as the dataset it was made of', async () => {
    const file = recipe(everything);
    await convert('of-file/coco.json', 'coco', '--augment', file);
    expect(
      (await run('import', at('coco.json'), '--images', at('images'), '--project', at('of.maskwright'))).code,
    ).toBe(0);
    const { code, stderr } = await run(
      ...['convert', '--from', at('of.maskwright'), '--to', at('of-project/coco.json'), '--to-format', 'coco'],
      ...['--copy-images', '--augment', file],
    );
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('augmented copies') as string });
    expect(read(at('of-project/coco.json'))).toEqual(read(at('of-file/coco.json')));
  });

  test.each(['yolo-seg', 'labelme', 'voc', 'coco-panoptic', 'label-map', 'cvat'])(
    '%s takes them, and its reader gives every image back',
    async (format) => {
      const target = format === 'cvat' ? `as-${format}/set.xml` : `as-${format}`;
      const { code, stderr } = await convert(target, format, '--augment', recipe(everything));
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      const back = await run('convert', '--from', at(target), '--to', at(`${format}.json`), '--to-format', 'coco');
      expect(back.code).toBe(0);
      expect(read(at(`${format}.json`)).images.length).toBe(Number(/Added (\d+) aug/.exec(stderr)![1]) + 6);
    },
  );

  test('copies of an image that is not there are not made, and that is said', async () => {
    const file = recipe({ flipVertical: 1 });
    const some = JSON.parse(readFileSync(at('coco.json'), 'utf8')) as Coco;
    some.images[0].file_name = 'gone.png';
    some.images[1].width = 61;
    writeFileSync(at('some.json'), JSON.stringify(some));
    const { code, stderr } = await run(
      ...['convert', '--from', at('some.json'), '--to', at('some/a.json'), '--to-format', 'coco'],
      ...['--images', at('images'), '--copy-images', '--augment', file],
    );
    expect(code).toBe(0);
    expect(stderr).toContain('Added 4 augmented copies of images');
    expect(stderr).toContain('Made no copies of 2 images');
  });

  test.each([
    [{}, 'nothing that it says would change an image'],
    [{ flipHorizontal: 2 }, '“flipHorizontal” must be at most 1, not 2'],
    [{ rotate: { angles: [45] } }, 'an entry of “angles” must be 90, 180 or 270, not 45'],
    [{ scale: { range: [1.5, 1] } }, '“range” must have the smaller number first'],
    [{ flipHorizontal: 1, shear: 1 }, '“shear” is no key that is known here'],
    [{ paste: { categories: ['sign', 'nobody'] } }, 'Nothing of "nobody" can be pasted'],
  ])('%j is refused with a sentence', async (value, sentence) => {
    const { code, stderr } = await convert('never/a.json', 'coco', '--augment', recipe(value));
    expect(code).not.toBe(0);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain('    at ');
  });

  test('it needs the images copied or linked', async () => {
    const { code, stderr } = await run(
      ...['convert', '--from', at('coco.json'), '--to', at('no.json'), '--to-format', 'coco'],
      ...['--augment', recipe({ flipVertical: 1 })],
    );
    expect(code).not.toBe(0);
    expect(stderr).toContain('--augment needs --copy-images or --link-images');
  });
});
