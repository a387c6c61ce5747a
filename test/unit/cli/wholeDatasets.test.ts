/** Commands on datasets of any format: a folder knows its own images and takes no other dataset in, and what is broken names the way out. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runInProcess as run } from '../../support/cliInProcess';

const root = mkdtempSync(join(tmpdir(), 'maskwright-whole-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...parts: string[]) => join(root, ...parts);
const ring = [[2, 2, 12, 2, 12, 12, 2, 12]];
const record = { image_id: 1, category_id: 1, segmentation: ring, bbox: [2, 2, 10, 10], area: 100, iscrowd: 0 };
const coco = (...annotations: readonly object[]) =>
  JSON.stringify({
    images: [{ id: 1, file_name: 'a.png', width: 40, height: 20 }],
    categories: [{ id: 1, name: 'cat' }],
    annotations,
  });

beforeAll(async () => {
  writeFileSync(at('coco.json'), coco({ id: 1, ...record }));
  writeFileSync(
    at('broken.json'),
    coco({ id: 1, ...record }, { id: 2, ...record, segmentation: { size: [20, 40], counts: [5] } }),
  );
  await sharp({ create: { width: 40, height: 20, channels: 3, background: 'navy' } })
    .png()
    .toFile(at('a.png'));
  const to = ['--to', at('labelme'), '--to-format', 'labelme', '--copy-images'];
  expect((await run('convert', '--from', at('coco.json'), ...to)).code).toBe(0);
});

test('no dataset is written into the folder of the one that is read, by whatever path; --force says that it is meant', async () => {
  symlinkSync(at('labelme'), at('link'));
  const before = readdirSync(at('labelme'));
  const into = (from: string, to: string, ...rest: string[]) =>
    run('convert', '--from', at(from), '--to', at(to), '--to-format', 'yolo-seg', ...rest);
  for (const [from, to] of [
    ['labelme', 'labelme/yolo'],
    ['link', 'labelme/yolo'],
    ['labelme', 'link/deep/yolo'],
  ]) {
    const { code, stderr } = await into(from, to);
    expect([code, stderr]).toEqual([3, expect.stringContaining('lies in the dataset itself')]);
  }
  expect(readdirSync(at('labelme'))).toEqual(before);
  // Beside a file is where most exports go, and one file says what it is by itself.
  expect((await into('coco.json', 'beside')).code).toBe(0);
  expect((await into('labelme', 'labelme/yolo', '--force')).code).toBe(0);
  expect(existsSync(at('labelme', 'yolo', 'data.yaml'))).toBe(true);
  rmSync(at('labelme', 'yolo'), { recursive: true });
});

test('a folder is drawn and measured with its own images; one file asks where they are', async () => {
  expect((await run('render', at('labelme'), '--out', at('drawn'))).code).toBe(0);
  expect(readdirSync(at('drawn'))).toHaveLength(1);
  expect((await run('measure', at('labelme'), '--out', at('table.csv'))).code).toBe(0);
  const [head, row] = readFileSync(at('table.csv'), 'utf8').split('\n');
  const cell = (name: string) => row.split(',')[head.split(',').indexOf(name)];
  expect([cell('category'), cell('area_px'), cell('blue_mean')]).toEqual(['cat', '100', '128']);
  for (const command of ['render', 'measure']) {
    const { code, stderr } = await run(command, at('coco.json'), '--out', at('none'));
    expect([code, stderr]).toEqual([2, expect.stringContaining('a dataset needs --images')]);
  }
});

test('an image whose file is missing is named where the images are to be copied; parts of a split are named where they are files', async () => {
  const copy = (folder: string, ...rest: string[]) =>
    run('convert', '--from', at('coco.json'), '--images', at(folder), '--to-format', 'yolo-seg', ...rest);
  mkdirSync(at('empty'));
  const bare = await copy('empty', '--copy-images', '--to', at('bare'));
  expect([bare.code, bare.stderr]).toEqual([0, expect.stringContaining('Not copied: the file of a.png is missing')]);
  expect((await copy('empty', '--to', at('labels'))).stderr).not.toContain('missing');
  expect((await copy('.', '--copy-images', '--to', at('whole'))).stderr).not.toContain('missing');
  const split = ['--to', at('parts.json'), '--to-format', 'coco', '--split', '1'];
  const { stdout } = await run('convert', '--from', at('coco.json'), ...split);
  expect(stdout).toBe(`${at('parts.json')}: 1 image, 1 annotation as parts.train.json\n`);
  const none = await run('export', at('coco.json'), '--out', at('other.json'));
  expect([none.code, none.stderr]).toEqual([3, expect.stringContaining('coco.json is no Maskwright project')]);
});

test('of a folder that several formats fit, each command says which there are and the option that chooses', async () => {
  const yolo = ['--to', at('labelme', 'yolo'), '--to-format', 'yolo-seg', '--force'];
  expect((await run('convert', '--from', at('labelme'), ...yolo)).code).toBe(0);
  const commands: readonly (readonly [args: readonly string[], option: string])[] = [
    [['convert', '--from', at('labelme'), '--to', at('two.json'), '--to-format', 'coco'], '--from-format'],
    [['import', at('labelme'), '--project', at('two.maskwright')], '--from'],
    [['lint', at('labelme')], '--from'],
    [['info', at('labelme')], '--from'],
    [['render', at('labelme'), '--out', at('two')], '--from'],
    [['measure', at('labelme'), '--out', at('two.csv')], '--from'],
  ];
  for (const [args, option] of commands) {
    const { code, stderr } = await run(...args);
    expect([code, stderr]).toEqual([3, expect.stringMatching(`say which one: labelme or yolo-seg, with ${option}\\n`)]);
    expect([args[0], (await run(...args, option, 'labelme')).code]).toEqual([args[0], 0]);
  }
  const compare = ['diff', at('labelme'), at('coco.json')];
  expect((await run(...compare)).stderr).toContain('or yolo-seg, with --from-format for the first dataset');
  expect((await run(...compare, '--from-format', 'labelme')).code).toBe(0);
  const { stderr } = await run('evaluate', '--gt', at('labelme'), '--dt', at('coco.json'));
  expect(stderr).toContain('or yolo-seg, with convert --from-format, and give the COCO file that it makes');
  rmSync(at('labelme', 'yolo'), { recursive: true });
});

test('a record that cannot be read is named with its place, and what to do about it', async () => {
  const to = ['--to', at('out.json'), '--to-format', 'coco'];
  const mends = 'maskwright lint PATH --fix OUT writes a copy without what is broken';
  for (const args of [
    ['convert', '--from', at('broken.json'), ...to],
    ['diff', at('coco.json'), at('broken.json')],
    ['measure', at('broken.json'), '--images', root, '--out', at('none.csv')],
    ['evaluate', '--gt', at('broken.json'), '--dt', at('coco.json')],
  ]) {
    const { code, stdout, stderr } = await run(...args);
    expect([args[0], code, stdout]).toEqual([args[0], 3, '']);
    expect(stderr).toContain('/annotations/1/segmentation/counts');
    expect(stderr).toContain(mends);
  }
  const imported = await run('import', at('broken.json'), '--project', at('p.maskwright'));
  expect([imported.code, imported.stderr]).toEqual([3, expect.stringContaining('import with --repair')]);
  expect((await run('lint', at('broken.json'), '--fix', at('fixed.json'))).code).toBe(0);
  expect((await run('convert', '--from', at('fixed.json'), ...to)).code).toBe(0);
});
