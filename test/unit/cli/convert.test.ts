import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formats } from '@shared/formats/registry';
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
  test.each(formats.writable.filter(({ read }) => read).map(({ id }) => id))(
    'says how many annotations it wrote as %s',
    async (format) => {
      const ring = (x: number, side: number) => [[x, 2, x + side, 2, x + side, 2 + side, x, 2 + side]];
      const annotations = [ring(2, 8), ring(4, 3), ring(2, 8), ring(20, 6), undefined, ring(60, 6)].map(
        (segmentation, i) => ({
          ...{ id: i + 1, image_id: 1 + (i % 2), category_id: 1 + (i % 3), iscrowd: 0 },
          ...(segmentation ? { segmentation } : { bbox: [30, 2, 4, 4] }),
        }),
      );
      const images = [1, 2].map((id) => ({ id, file_name: names[id], width: 40, height: 20 }));
      const lost = [...annotations, { ...annotations[0], id: 7, image_id: 99 }];
      writeFileSync(at('odd.json'), JSON.stringify({ images, annotations: lost, categories }));
      const to = at('odd', format, 'out');
      const as = ['--to', to, '--to-format', format, '--images', at('images'), '--copy-images'];
      const { code, stdout } = await run('convert', '--from', at('odd.json'), ...as);
      expect(code).toBe(0);
      const read = await run('info', to, '--json');
      const { annotations: written } = JSON.parse(read.stdout) as { annotations: number };
      expect(stdout).toContain(`2 images, ${written} annotations`);
    },
  );

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

  test('numbers that are none are refused, and names of no category are told', async () => {
    const to = (...rest: string[]) =>
      run('convert', '--from', at('coco.json'), '--to', at('told.json'), '--to-format', 'coco', '--force', ...rest);
    for (const option of ['--min-area', '--seed']) {
      for (const value of ['abc', '-1', '']) {
        const { code, stderr } = await to('--split', '0.5,0.5', option, value);
        expect([option, value, code, stderr]).toEqual([option, value, 2, expect.stringContaining('Expected a')]);
      }
    }
    const { code, stderr } = await to('--map', 'Cat=pet,dog=pet', '--drop-category', 'toys');
    expect(code).toBe(0);
    expect(stderr).toContain('--map: there is no category "Cat"; there are cat, dog, toy');
    expect(stderr).toContain('--drop-category: there is no category "toys"');
    expect(stderr).not.toContain('"dog"');
    expect((await to('--map', 'cat=pet', '--drop-category', 'toy')).stderr).not.toContain('there is no category');
    const project = at('told.maskwright');
    await run('import', at('coco.json'), '--images', at('images'), '--project', project);
    const told = await run(
      ...([
        'convert',
        '--from',
        project,
        '--to',
        at('t.json'),
        '--to-format',
        'coco',
        '--drop-category',
        'toys',
      ] as const),
    );
    expect(told.stderr).toContain('--drop-category: there is no category "toys"; there are cat, dog, toy');
  });

  test('a zip is a dataset for lint and info too, and nothing is written to where it was unpacked', async () => {
    mkdirSync(at('zipped'));
    const zip = at('zipped', 'ds.zip');
    writeFileSync(zip, zipSync({ 'set/coco.json': new Uint8Array(readFileSync(at('coco.json'))) }));
    const told = await run('info', zip);
    expect([told.code, told.stdout]).toEqual([0, expect.stringContaining('10 (10 with annotations)')]);
    expect((await run('lint', zip, '--images', at('images'))).code).toBe(0);
    expect((await run('lint', zip, '--fix', at('zipped', 'fixed.json'), '--images', at('images'))).code).toBe(0);
    for (const to of ['ds', join('ds', 'set', 'yolo'), join('ds', 'new.json')]) {
      const format = to.endsWith('.json') ? 'coco' : 'yolo-seg';
      const { code, stderr } = await run(
        ...(['convert', '--from', zip, '--to', at('zipped', to), '--to-format', format, '--force'] as const),
      );
      expect([to, code, stderr]).toEqual([to, 3, expect.stringContaining('which is one of the inputs')]);
    }
    expect(readdirSync(at('zipped', 'ds')).filter((name) => !name.startsWith('.'))).toEqual(['set']);
    expect(readdirSync(at('zipped', 'ds', 'set'))).toEqual(['coco.json']);
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
    expect(stderr).toContain('images are renamed');
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

describe('convert --force into a folder that has files', () => {
  const convert = (from: string, to: string, format: string, ...rest: string[]) =>
    run('convert', '--from', at(from), '--to', at(to), '--to-format', format, ...rest);
  const contents = (folder: string) =>
    Object.fromEntries(
      readdirSync(at(folder), { recursive: true })
        .map(String)
        .filter((name) => statSync(at(folder, name)).isFile())
        .map((name) => [name, readFileSync(at(folder, name), 'latin1')]),
    );

  test.each(['yolo-seg', 'voc', 'labelme', 'cvat', 'supervisely', 'datumaro', 'geojson', 'roboflow'])(
    'never writes over the files it reads: %s onto itself',
    async (format) => {
      const folder = `own-${format}`;
      expect((await convert('coco.json', folder, format, '--images', at('images'), '--copy-images')).code).toBe(0);
      const before = contents(folder);
      const { code, stderr } = await convert(folder, folder, format, '--map', 'cat=horse', '--force');
      expect([code, stderr]).toEqual([3, expect.stringContaining('is one of the inputs: it would be overwritten')]);
      expect(contents(folder)).toEqual(before);
    },
  );

  test('nor by way of a link to a folder, and checks all before it writes the first', async () => {
    await convert('coco.json', 'linked-from', 'yolo-seg', '--images', at('images'), '--copy-images');
    mkdirSync(at('linked-to'));
    symlinkSync(at('linked-from', 'labels'), at('linked-to', 'labels'));
    const before = contents('linked-from');
    const { code, stderr } = await convert('linked-from', 'linked-to', 'yolo-seg', '--map', 'cat=x', '--force');
    expect([code, stderr]).toEqual([3, expect.stringContaining('is one of the inputs')]);
    expect(contents('linked-from')).toEqual(before);
    expect(readdirSync(at('linked-to'))).toEqual(['labels']);
  });

  test('a split of a file replaces no file that is there, unless told to, and never an input', async () => {
    mkdirSync(at('parts'));
    writeFileSync(at('parts', 'all.train.json'), 'mine');
    const split = (from: string, ...rest: string[]) =>
      convert(from, join('parts', 'all.json'), 'coco', '--split', '0.5,0.5', ...rest);
    const refused = await split('coco.json');
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('all.train.json exists already')]);
    expect(readFileSync(at('parts', 'all.train.json'), 'utf8')).toBe('mine');
    expect((await split('coco.json', '--force')).code).toBe(0);
    const onto = await split(join('parts', 'all.train.json'), '--force');
    expect([onto.code, onto.stderr]).toEqual([3, expect.stringContaining('is one of the inputs')]);
    expect(coco(at('parts', 'all.train.json')).images).toHaveLength(5);
  });

  test('another split takes the labels and pictures of the one before away, and nothing else', async () => {
    const split = (shares: string, seed: string) =>
      convert(
        ...(['coco.json', 'resplit', 'yolo-seg'] as const),
        ...['--images', at('images'), '--copy-images', '--split', shares, '--seed', seed, '--force'],
      );
    await split('0.5,0.5', '1');
    writeFileSync(at('resplit', 'labels', 'val', 'mine.txt'), '0 0.5 0.5 0.1 0.1\n');
    writeFileSync(at('resplit', 'notes.md'), 'mine');
    const [changed] = readdirSync(at('resplit', 'labels', 'val')).filter((name) => name.startsWith('p'));
    writeFileSync(at('resplit', 'labels', 'val', changed), 'changed by hand\n');
    const { code, stderr } = await split('1', '1');
    expect(code).toBe(0);
    // Everything is in train now; what was not ours any more stayed, and is named.
    expect(readdirSync(at('resplit', 'labels', 'train'))).toHaveLength(10);
    expect(readdirSync(at('resplit', 'images', 'train'))).toHaveLength(10);
    expect(existsSync(at('resplit', 'images', 'val'))).toBe(false);
    expect(readdirSync(at('resplit', 'labels', 'val')).sort()).toEqual(['mine.txt', changed].sort());
    expect(readFileSync(at('resplit', 'notes.md'), 'utf8')).toBe('mine');
    expect(stderr).toContain('Removed 9 files of an earlier export');
    expect(stderr).toContain('2 files that this export did not write');
    expect(stderr).toContain('labels/val/mine.txt');
    expect(stderr).not.toContain('notes.md');
  });

  test('a picture that an earlier export copied stays where no other copy of it is made', async () => {
    const to = (...rest: string[]) => convert('coco.json', 'only-copy', 'yolo-seg', '--force', ...rest);
    await to('--images', at('images'), '--copy-images', '--split', '0,1');
    const { code, stderr } = await to();
    expect(code).toBe(0);
    expect(readdirSync(at('only-copy', 'images', 'val'))).toHaveLength(10);
    expect(existsSync(at('only-copy', 'labels', 'val'))).toBe(false);
    expect(stderr).toContain('10 files that this export did not write');
  });

  describe('takes nothing away that is still needed', () => {
    const listed = (folder: string) =>
      (readdirSync(at(folder), { recursive: true }) as string[])
        .filter((name) => lstatSync(at(folder, name)).isFile() && !/^\./.test(name))
        .sort();
    const withPictures = (to: string, ...rest: string[]) =>
      convert('coco.json', to, 'yolo-seg', '--images', at('images'), '--copy-images', '--force', ...rest);

    test('the dataset that was just read, and what was exported in another format', async () => {
      await withPictures('own');
      const before = listed('own');
      const { code, stderr } = await convert('own', 'own', 'voc', '--copy-images', '--force', '--no-compare');
      expect(code).toBe(0);
      expect(listed('own')).toEqual(expect.arrayContaining(before));
      expect(stderr).toContain('files that this export did not write');
      // Nor is it the next export in that format that takes it for its own.
      await convert('coco.json', 'own', 'voc', '--force');
      expect(listed('own')).toEqual(expect.arrayContaining(before));
    });

    test('the pictures of a project, exported into their folder in the same format', async () => {
      await withPictures('pictures', '--split', '1');
      const project = at('pictures.maskwright');
      expect((await run('import', at('pictures'), '--project', project)).code).toBe(0);
      const before = listed(join('pictures', 'images'));
      const { code } = await convert(
        ...(['pictures.maskwright', 'pictures', 'yolo-seg', '--copy-images', '--split', '0,1', '--force'] as const),
      );
      expect(code).toBe(0);
      expect(listed(join('pictures', 'images'))).toEqual(expect.arrayContaining(before));
      expect(listed(join('pictures', 'images', 'val'))).toHaveLength(10);
    });

    test('a picture that has two names by a link, and what lies behind one', async () => {
      await withPictures('links', '--split', '1');
      symlinkSync(at('links', 'images', 'train'), at('links', 'images', 'val'));
      mkdirSync(at('elsewhere'));
      renameSync(at('links', 'labels', 'train'), at('elsewhere', 'train'));
      symlinkSync(at('elsewhere', 'train'), at('links', 'labels', 'train'));
      const { code } = await withPictures('links', '--split', '0,1');
      expect(code).toBe(0);
      expect(readdirSync(at('links', 'images', 'train'))).toHaveLength(10);
      expect(readdirSync(at('elsewhere', 'train'))).toHaveLength(10);
      expect(readdirSync(at('links', 'labels', 'val'))).toHaveLength(10);
    });

    test('of hard links the one that is no part of the export goes', async () => {
      const split = (shares: string) =>
        convert(
          ...(['coco.json', 'hard', 'yolo-seg', '--images', at('images'), '--link-images', '--force'] as const),
          ...['--split', shares],
        );
      await split('1');
      await split('0,1');
      expect(existsSync(at('hard', 'images', 'train'))).toBe(false);
      expect(readdirSync(at('hard', 'images', 'val'))).toHaveLength(10);
      expect(readdirSync(at('images'))).toHaveLength(10);
    });
  });
});
