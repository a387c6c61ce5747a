/** Label maps on the command line: taken in as chosen, kept as the project says, and evaluated against the panoptic form of the same. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMap, vocPalette, writeIndexedPng } from '@shared/formats/png/maskPng';
import { runInProcess as run } from '../../support/cliInProcess';

const root = mkdtempSync(join(tmpdir(), 'maskwright-maps-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...parts: string[]) => join(root, ...parts);
const W = 6;
const H = 4;
/** Two cars of VOC, a person between them, and a border that is to be ignored. */
const values = [
  ...[7, 7, 0, 15, 0, 7],
  ...[7, 7, 0, 15, 0, 7],
  ...[0, 0, 0, 15, 0, 0],
  ...[255, 255, 255, 255, 255, 255],
];

beforeAll(async () => {
  const put = (name: string, content: Uint8Array) => {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), content);
  };
  put('voc/labels/a.png', writeIndexedPng(Uint8Array.from(values), W, H, vocPalette()));
  put('odd/labels/a.png', writeIndexedPng(Uint8Array.of(7, 0), 2, 1, vocPalette()));
  const photo = await sharp({ create: { width: W, height: H, channels: 3, background: 'navy' } })
    .jpeg()
    .toBuffer();
  for (const folder of ['voc', 'odd']) put(`${folder}/images/a.jpg`, photo);
});

const valuesAt = (...parts: string[]) => [...readMap(readFileSync(at(...parts))).values];

test('a folder of maps becomes a project by classes or by pieces, and its values leave as they came', async () => {
  const named = ['--from-option', 'classes=voc-21'];
  const whole = await run('import', at('voc'), ...named, '--project', at('whole.maskwright'));
  expect(whole.stdout).toContain('1 image, 3 annotations, 21 categories');
  const pieces = await run('import', at('voc'), ...named, '--components', '--project', at('pieces.maskwright'));
  expect(pieces.stdout).toContain('1 image, 4 annotations');
  for (const name of ['whole', 'pieces']) {
    const done = await run('convert', '--from', at(`${name}.maskwright`), '--to', at(name), '--to-format', 'label-map');
    expect(done.code).toBe(0);
    expect(valuesAt(name, 'labels', 'a.png')).toEqual(values);
  }
});

test('trainIds have no background: what is ignored stays nobody’s in the project and in its maps', async () => {
  const options = ['--from-option', 'classes=cityscapes-train', '--project', at('train.maskwright')];
  expect((await run('import', at('voc'), ...options)).code).toBe(0);
  await run('convert', '--from', at('train.maskwright'), '--to', at('train'), '--to-format', 'label-map');
  expect(valuesAt('train', 'labels', 'a.png')).toEqual(values);
  expect(JSON.parse(readFileSync(at('train', 'legend.json'), 'utf8'))).toMatchObject({ background: null, ignore: 255 });
  // The project says that they are left out, so that a prediction is not asked for them.
  const { stdout } = await run(
    ...['evaluate', '--task', 'semantic', '--gt', at('train.maskwright'), '--dt', at('train.maskwright'), '--json'],
  );
  const { perClass, pixelAccuracy } = JSON.parse(stdout) as { perClass: { name: string }[]; pixelAccuracy: number };
  expect(perClass.map(({ name }) => name)).not.toContain('background');
  expect(pixelAccuracy).toBe(1);
});

test('the panoptic form of the same objects has a quality of 1, and the maps are the same to every reader', async () => {
  const panoptic = ['--to', at('panoptic'), '--to-format', 'coco-panoptic'];
  expect((await run('convert', '--from', at('pieces.maskwright'), ...panoptic)).code).toBe(0);
  const compare = async (task: string, gt: string, dt: string) =>
    JSON.parse((await run('evaluate', '--task', task, '--gt', at(gt), '--dt', at(dt), '--json')).stdout) as {
      all?: { pq: number };
      pixelAccuracy?: number;
    };
  expect((await compare('panoptic', 'pieces.maskwright', 'panoptic')).all?.pq).toBe(1);
  expect((await compare('semantic', 'panoptic', 'whole')).pixelAccuracy).toBe(1);
});

test('a map of another size than its image is refused with its sentence, or fitted where that is asked for', async () => {
  const to = ['--to', at('odd.json'), '--to-format', 'coco', '--force'];
  const refused = await run('convert', '--from', at('odd'), ...to);
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain('is 2 x 1 pixels, but its image images/a.jpg is 6 x 4');
  expect(refused.stderr).toContain('choose the images it belongs to, or have it resized with --resize nearest');
  const fitted = await run('convert', '--from', at('odd'), '--resize', 'nearest', ...to);
  expect(fitted.code).toBe(0);
  expect(fitted.stderr).toContain('was fitted to its image');
  const wrong = await run('convert', '--from', at('odd'), '--from-option', 'piece=x', ...to);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('has no option "piece"')]);
});

test('TIFF maps as StarDist saves them, and masks by object, become projects and leave as instance maps', async () => {
  const fixtures = join(import.meta.dirname, '..', '..', 'fixtures', 'formats', 'tiff-maps');
  const photo = await sharp({ create: { width: 13, height: 11, channels: 3, background: 'navy' } })
    .png()
    .toBuffer();
  const put = (name: string, content: Uint8Array) => {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), content);
  };
  put('stars/images/a.png', photo);
  put('stars/masks/a.tif', readFileSync(join(fixtures, 'imagej-16.tif')));
  const made = JSON.parse(readFileSync(join(fixtures, 'expected.json'), 'utf8')) as Record<
    string,
    { values: number[] }
  >;
  const taken = await run('import', at('stars'), '--project', at('stars.maskwright'));
  expect(taken.stderr + taken.stdout).toContain('1 image, 4 annotations');
  const out = ['--to', at('stars-out'), '--to-format', 'instance-map'];
  expect((await run('convert', '--from', at('stars.maskwright'), ...out)).code).toBe(0);
  expect(valuesAt('stars-out', 'masks', 'a.png')).toEqual(made['imagej-16'].values);
  // Its masks by object, from the same numbers.
  put('bowl/a/images/a.png', photo);
  for (const value of [1, 2, 3, 40_000]) {
    const bits = Uint8Array.from(made['imagej-16'].values, (one) => (one === value ? 255 : 0));
    put(`bowl/a/masks/${value}.png`, writeIndexedPng(bits, 13, 11, vocPalette()));
  }
  const bowl = await run('import', at('bowl'), '--project', at('bowl.maskwright'));
  expect(bowl.stderr + bowl.stdout).toContain('1 image, 4 annotations');
  const again = ['--to', at('bowl-out'), '--to-format', 'instance-map'];
  expect((await run('convert', '--from', at('bowl.maskwright'), ...again)).code).toBe(0);
  const numbers = made['imagej-16'].values.map((value) => (value === 40_000 ? 4 : value));
  expect(valuesAt('bowl-out', 'instances', 'a', 'images', 'a.png')).toEqual(numbers);
  // And there again, with the picture: the same files with the same pixels.
  const back = ['--to', at('bowl-back'), '--to-format', 'object-masks', '--copy-images'];
  expect((await run('convert', '--from', at('bowl.maskwright'), ...back)).code).toBe(0);
  for (const value of [1, 2, 3, 40_000]) {
    const bits = made['imagej-16'].values.map((one) => (one === value ? 255 : 0));
    expect(valuesAt('bowl-back', 'a', 'masks', `${value}.png`)).toEqual(bits);
  }
  expect(readFileSync(at('bowl-back/a/images/a.png'))).toEqual(photo);
  expect((await run('lint', at('bowl-back'))).code).toBe(0);
});
