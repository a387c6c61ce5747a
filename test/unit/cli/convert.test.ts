import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runInProcess as run } from '../../support/cliInProcess';

const root = mkdtempSync(join(tmpdir(), 'maskwright-convert-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...parts: string[]) => join(root, ...parts);

const names = Array.from({ length: 10 }, (_, i) => `p${i % 5}_${i}.png`);
const categories = ['cat', 'dog', 'toy'].map((name, i) => ({ id: i + 1, name }));

beforeAll(async () => {
  mkdirSync(at('images'));
  for (const name of names)
    await sharp({ create: { width: 40, height: 20, channels: 3, background: 'navy' } })
      .png()
      .toFile(at('images', name));
  const annotations = names.flatMap((_, i) =>
    categories.map(({ id }) => ({
      id: i * 3 + id,
      image_id: i + 1,
      category_id: id,
      segmentation: [[id, 1, id + 4 * id, 1, id + 4 * id, 6, id, 6]],
      bbox: [id, 1, 4 * id, 5],
      area: 20 * id,
      iscrowd: 0,
    })),
  );
  const images = names.map((file_name, i) => ({ id: i + 1, file_name, width: 40, height: 20 }));
  writeFileSync(at('coco.json'), JSON.stringify({ images, annotations, categories }));
});

const coco = (file: string) =>
  JSON.parse(readFileSync(file, 'utf8')) as {
    images: { file_name: string }[];
    annotations: { category_id: number }[];
    categories: { name: string }[];
  };

describe('convert', () => {
  test('splits whole groups by a seed, copies the images, and tells the losses', async () => {
    const split = (to: string, seed: string) =>
      run(
        'convert',
        '--from',
        at('coco.json'),
        '--to',
        at(to),
        '--to-format',
        'yolo-seg',
        '--images',
        at('images'),
        '--copy-images',
        '--split',
        '0.6,0.2,0.2',
        '--seed',
        seed,
        '--group',
        '^(p\\d)_',
      );
    const { code, stdout, stderr } = await split('yolo', '7');
    expect(code).toBe(0);
    expect(stdout).toMatch(/10 images, 30 annotations in 11 files/);
    expect(stderr).toContain('30 annotations have IDs that the format has no place for');
    const of = (folder: string, name: string) => readdirSync(at(folder, 'images', name)).sort();
    expect(['train', 'val', 'test'].map((name) => of('yolo', name).length)).toEqual([6, 2, 2]);
    // Both images of a group went the same way.
    for (const name of ['train', 'val', 'test']) {
      const groups = of('yolo', name).map((file) => file.slice(0, 2));
      expect(groups.every((group) => groups.filter((other) => other === group).length === 2)).toBe(true);
      expect(readdirSync(at('yolo', 'labels', name)).sort()).toEqual(
        of('yolo', name).map((file) => file.replace('.png', '.txt')),
      );
    }
    await split('again', '7');
    expect(of('again', 'val')).toEqual(of('yolo', 'val'));
  });

  test('maps, drops and leaves out, and back to COCO', async () => {
    const { code } = await run(
      'convert',
      '--from',
      at('coco.json'),
      '--to',
      at('less.json'),
      '--to-format',
      'coco',
      '--map',
      'dog=cat',
      '--drop-category',
      'toy',
      '--min-area',
      '30',
    );
    expect(code).toBe(0);
    const { annotations, categories: left } = coco(at('less.json'));
    expect(left.map(({ name }) => name)).toEqual(['cat']);
    expect(annotations.map(({ category_id }) => category_id)).toEqual(names.map(() => 1));
  });

  test('a split of a format without places for it becomes a file each', async () => {
    const { code } = await run(
      'convert',
      '--from',
      at('coco.json'),
      '--to',
      at('split.json'),
      '--to-format',
      'coco',
      '--split',
      '0.8,0.2',
    );
    expect(code).toBe(0);
    expect(coco(at('split.train.json')).images).toHaveLength(8);
    expect(coco(at('split.val.json')).images).toHaveLength(2);
  });

  test('what is there is not replaced, an unknown format is named, and nothing is written', async () => {
    const again = await run('convert', '--from', at('coco.json'), '--to', at('coco.json'), '--to-format', 'coco');
    expect([again.code, again.stderr]).toEqual([3, expect.stringContaining('exists already')]);
    const forced = await run(
      'convert',
      '--from',
      at('coco.json'),
      '--to',
      at('coco.json'),
      '--to-format',
      'coco',
      '--force',
    );
    expect([forced.code, forced.stderr]).toEqual([3, expect.stringContaining('is one of the inputs')]);
    const unknown = await run('convert', '--from', at('coco.json'), '--to', at('x'), '--to-format', 'tfrecord');
    expect([unknown.code, unknown.stderr]).toEqual([
      2,
      expect.stringContaining('There is no format "tfrecord": the formats are coco, labelme'),
    ]);
    expect(existsSync(at('x'))).toBe(false);
  });

  test('a zip is unpacked beside itself and opened; one that leads out of its folder is refused whole', async () => {
    await run('convert', '--from', at('coco.json'), '--to', at('lm'), '--to-format', 'labelme');
    const files = Object.fromEntries(
      readdirSync(at('lm')).map((name) => [`set/${name}`, new Uint8Array(readFileSync(at('lm', name)))]),
    );
    mkdirSync(at('zips'));
    writeFileSync(at('zips', 'packed.zip'), zipSync(files));
    const project = at('zips', 'p.maskwright');
    const { code, stdout } = await run(
      'import',
      at('zips', 'packed.zip'),
      '--project',
      project,
      '--images',
      at('images'),
    );
    expect([code, stdout]).toEqual([0, expect.stringContaining('10 images, 30 annotations, 3 categories')]);
    writeFileSync(
      at('zips', 'evil.zip'),
      zipSync({ 'set/a.json': new Uint8Array(9), '../../out.json': new Uint8Array(9) }),
    );
    const evil = await run(
      'import',
      at('zips', 'evil.zip'),
      '--project',
      at('zips', 'e.maskwright'),
      '--images',
      at('images'),
    );
    expect([evil.code, evil.stderr]).toEqual([3, expect.stringContaining('outside of its folder ("../../out.json")')]);
    expect(existsSync(join(dirname(root), 'out.json'))).toBe(false);
    expect(
      readdirSync(at('zips'))
        .filter((name) => !/maskwright/.test(name))
        .sort(),
    ).toEqual(['evil.zip', 'packed', 'packed.zip']);
  });

  /** Two pictures of one name, of different colours; an annotation on each. */
  async function twins(folder: string) {
    for (const [part, background] of [
      ['s1', 'navy'],
      ['s2', 'red'],
    ]) {
      mkdirSync(at(folder, part), { recursive: true });
      await sharp({ create: { width: 40, height: 20, channels: 3, background } })
        .jpeg()
        .toFile(at(folder, part, 'b.jpg'));
    }
    const images = ['s1/b.jpg', 's2/b.jpg'].map((file_name, i) => ({ id: i + 1, file_name, width: 40, height: 20 }));
    const annotations = images.map(({ id }) => ({
      id,
      image_id: id,
      category_id: id,
      bbox: [1, 1, 5, 5],
      area: 25,
      iscrowd: 0,
    }));
    writeFileSync(at(folder, 'coco.json'), JSON.stringify({ images, annotations, categories }));
    return (...rest: string[]) => run('convert', '--from', at(folder, 'coco.json'), '--copy-images', ...rest);
  }

  test('pictures of one name are both copied, under the names that their annotations have', async () => {
    const convert = await twins('twins');
    const { code, stderr } = await convert('--to', at('twins-voc'), '--to-format', 'voc');
    expect(code).toBe(0);
    expect(stderr).toContain('images were renamed');
    for (const [stem, source] of [
      ['b', 's1'],
      ['b_2', 's2'],
    ]) {
      expect(readFileSync(at('twins-voc', 'JPEGImages', `${stem}.jpg`))).toEqual(
        readFileSync(at('twins', source, 'b.jpg')),
      );
      expect(readFileSync(at('twins-voc', 'Annotations', `${stem}.xml`), 'utf8')).toContain(`<filename>${stem}.jpg<`);
    }
    // What lies there already and is the same is fine; another picture is not, and is left as it is.
    const again = (...rest: string[]) => convert('--to', at('twins-voc'), '--to-format', 'voc', '--force', ...rest);
    expect((await again()).code).toBe(0);
    writeFileSync(at('twins-voc', 'JPEGImages', 'b_2.jpg'), 'other');
    const refused = await again();
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('another picture is at');
    expect(readFileSync(at('twins-voc', 'JPEGImages', 'b_2.jpg'), 'utf8')).toBe('other');
  });
});
