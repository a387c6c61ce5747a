/** The classical tools by mouse in the real window; the command line gives the same masks from the same parameters. */
import { expect, test } from '@playwright/test';
import type { Annotation } from '@shared/document/types';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch, repoRoot, temporaryFolder, type App } from './support/app';
import { ImageMouse, openByName, storedAnnotations } from './support/look';
import { picture } from './support/screenshots';

const images = join(repoRoot, 'resources', 'sample', 'images');
/** Lossless, without annotations at first. */
const fileName = 'nuclei-02.png';

let app: App;
let mouse: ImageMouse;
let imageId: number;

test.beforeAll(async () => {
  app = await launch({ args: ['--sample'] });
  mouse = new ImageMouse(app.page);
  // Small pictures for the guide.
  await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].setContentSize(1280, 740));
});
test.afterAll(() => app.close());

test.beforeEach(async () => {
  imageId = await openByName(app, fileName);
  await app.page.getByRole('application').focus();
  await app.page.keyboard.press('v');
  // What the test before left is undone: every gesture is one step.
  for (let left = await annotations(); left.length > 0; left = await annotations()) {
    await app.page.keyboard.press('Control+z');
  }
});

const canvas = () => app.page.getByRole('application', { name: 'Image canvas' });
const annotations = () => storedAnnotations(app, imageId);
const card = (name: string) => app.page.getByRole('region', { name, exact: true });
const counts = ({ segmentation }: { segmentation: unknown }) => (segmentation as { counts: string }).counts;

/** The masks of the command line for the method, parameters and box of an annotation's provenance. */
function fromCommandLine({ provenance }: Annotation): string[] {
  const { box, ...params } = provenance!.params!;
  const out = join(temporaryFolder('cli'), 'out.json');
  const args = ['propose', '--images', join(images, fileName), '--method', provenance!.tool, '--out', out];
  if (box !== undefined) args.push('--box', String(box));
  for (const [name, value] of Object.entries(params)) args.push('--param', `${name}=${value}`);
  execFileSync(process.execPath, [join(repoRoot, 'out', 'main', 'cli.cjs'), ...args], { stdio: 'pipe' });
  return (JSON.parse(readFileSync(out, 'utf8')) as { annotations: { segmentation: unknown }[] }).annotations.map(
    counts,
  );
}

async function accept(count: number | RegExp = 1): Promise<readonly Annotation[]> {
  await app.page.getByRole('application').focus();
  await app.page.keyboard.press('Enter');
  await expect.poll(async () => (await annotations()).length, { timeout: 30_000 }).toBeGreaterThan(0);
  const found = await annotations();
  if (typeof count === 'number') expect(found).toHaveLength(count);
  return found;
}

async function expectUndoRedo(before: readonly Annotation[]): Promise<void> {
  await app.page.keyboard.press('Control+z');
  await expect.poll(async () => (await annotations()).length).toBe(0);
  await app.page.keyboard.press('Control+Shift+z');
  await expect.poll(async () => (await annotations()).length).toBe(before.length);
  expect(await annotations()).toEqual(before);
}

/** The brightest nuclei by Otsu, from the command line: where there is something to point at. */
function someNuclei(): { bbox: [number, number, number, number]; area: number }[] {
  const out = join(temporaryFolder('cli'), 'nuclei.json');
  const args = ['propose', '--images', join(images, fileName), '--method', 'threshold', '--param', 'minArea=300'];
  execFileSync(process.execPath, [join(repoRoot, 'out', 'main', 'cli.cjs'), ...args, '--out', out], { stdio: 'pipe' });
  const all = (JSON.parse(readFileSync(out, 'utf8')) as { annotations: ReturnType<typeof someNuclei> }).annotations;
  return all.filter(({ bbox: [x, y, w, h] }) => x > 20 && y > 20 && x + w < 330 && y + h < 490);
}

test('GrabCut: a box, strokes, accept', async () => {
  const [{ bbox }] = someNuclei();
  const [x, y, w, h] = bbox;
  await app.page.keyboard.press('g');
  await mouse.drag([
    [x - 6, y - 6],
    [x + w + 6, y + h + 6],
  ]);
  await expect(card('GrabCut')).toContainText(/1 object\s*\d+ ms/, { timeout: 20_000 });
  await mouse.drag([
    [x + w / 2 - 2, y + h / 2],
    [x + w / 2 + 2, y + h / 2],
  ]);
  await mouse.drag(
    [
      [x - 4, y - 4],
      [x + w + 4, y - 4],
    ],
    'right',
  );
  await expect(card('GrabCut')).toContainText(/1 object\s*\d+ ms/, { timeout: 20_000 });
  await picture(canvas(), 'grabcut');
  const [annotation] = await accept();
  const { params } = annotation.provenance!;
  expect(params!.strokes).toMatch(/^1:10 .*; 0:10 /);
  expect(fromCommandLine(annotation)).toEqual([counts(annotation)]);
  await expectUndoRedo([annotation]);

  await test.step('Esc steps back one stroke, then drops the box', async () => {
    await app.page.keyboard.press('Control+z');
    await mouse.drag([
      [x - 6, y - 6],
      [x + w + 6, y + h + 6],
    ]);
    await mouse.click([x - 4, y - 4]);
    await app.page.keyboard.press('Escape');
    await expect(card('GrabCut').getByRole('button', { name: 'Accept' })).toBeVisible();
    await app.page.keyboard.press('Escape');
    await expect(card('GrabCut').getByRole('button', { name: 'Accept' })).toBeHidden();
    expect(await annotations()).toEqual([]);
  });
});

test('magic wand: click, drag for the tolerance, Shift adds', async () => {
  const [first, second] = someNuclei();
  const centre = ({ bbox: [x, y, w, h] }: typeof first) => [x + w / 2, y + h / 2] as const;
  await app.page.keyboard.press('w');
  const [x, y] = centre(first);
  await mouse.drag([
    [x, y],
    [x + 20, y],
  ]);
  await picture(canvas(), 'wand');
  const [annotation] = await accept();
  expect(Number(annotation.provenance!.params!.tolerance)).toBeGreaterThan(12);
  expect(fromCommandLine(annotation)).toEqual([counts(annotation)]);
  await app.page.keyboard.down('Shift');
  await mouse.click(centre(second));
  await app.page.keyboard.up('Shift');
  await app.page.keyboard.press('Enter');
  await expect.poll(async () => (await annotations())[0].area, { timeout: 20_000 }).toBeGreaterThan(annotation.area);
  expect(await annotations()).toHaveLength(1);
});

for (const [name, key, region, shot] of [
  ['Watershed', 'Shift+W', false, 'watershed'],
  ['Threshold', 't', true, 'threshold'],
  ['Connected components', 'Shift+T', false, 'components'],
] as const) {
  test(`${name}: every object of the ${region ? 'box' : 'image'} at once`, async () => {
    await app.page.keyboard.press(key);
    if (region) {
      await mouse.drag([
        [40, 40],
        [300, 300],
      ]);
    } else await app.page.keyboard.press('Enter');
    await expect(card(name)).toContainText(/\d+ objects\s*\d+ ms/, { timeout: 20_000 });
    await picture(canvas(), shot);
    const found = await accept(/some/);
    expect(found.length).toBeGreaterThan(3);
    expect(found.map(counts).sort()).toEqual(fromCommandLine(found[0]).sort());
    await expectUndoRedo(found);
  });
}

test('Threshold: the line on the histogram is dragged by hand', async () => {
  await app.page.keyboard.press('t');
  await app.page.keyboard.press('Enter');
  const line = card('Threshold').getByRole('slider', { name: /^Threshold on the histogram/ });
  const { x, y, width, height } = (await line.boundingBox())!;
  await app.page.mouse.click(x + width / 4, y + height / 2);
  await expect(line).toHaveAttribute('aria-valuenow', /^6[2-5]$/);
  const byHand = Number(await line.getAttribute('aria-valuenow'));
  await expect(card('Threshold')).toContainText(/\d+ objects?\s*\d+ ms/, { timeout: 20_000 });
  const found = await accept(/some/);
  expect(found[0].provenance!.params).toMatchObject({ mode: 'manual', value: byHand });
  expect(found.map(counts).sort()).toEqual(fromCommandLine(found[0]).sort());
});

test('watershed markers: one scribble an object', async () => {
  const [first, second] = someNuclei();
  await app.page.keyboard.press('Shift+W');
  await app.page.keyboard.press('Enter');
  await expect(card('Watershed')).toContainText(/objects/, { timeout: 20_000 });
  for (const { bbox } of [first, second]) {
    const [x, y, w, h] = bbox;
    await mouse.click([x + w / 2, y + h / 2]);
    await app.page.keyboard.press('q');
  }
  await mouse.drag(
    [
      [4, 4],
      [4, 500],
    ],
    'right',
  );
  await expect(card('Watershed')).toContainText(/2 objects\s*\d+ ms/, { timeout: 20_000 });
  await picture(canvas(), 'watershed-markers');
  const found = await accept(2);
  expect(found[0].provenance!.params!.markers).toMatch(/^1:10 .*; 2:10 .*; 0:10 /);
  expect(found.map(counts).sort()).toEqual(fromCommandLine(found[0]).sort());
});

test('k-means: groups picked by clicking in the image, the elbow plot', async () => {
  const [{ bbox }] = someNuclei();
  await app.page.keyboard.press('y');
  await app.page.keyboard.press('Enter');
  const panel = card('Colour groups');
  await expect(panel.getByRole('group', { name: 'Colour groups' }).getByRole('button')).toHaveCount(4, {
    timeout: 30_000,
  });
  await panel.getByRole('group', { name: 'Elbow plot' }).getByRole('button', { name: '2', exact: true }).click();
  const groups = panel.getByRole('group', { name: 'Colour groups' }).getByRole('button');
  await expect(groups).toHaveCount(2, { timeout: 30_000 });
  const [, bright] = await groups.all();
  await expect(bright).toHaveAttribute('aria-pressed', 'true');
  await mouse.click([bbox[0] + bbox[2] / 2, bbox[1] + bbox[3] / 2]);
  await expect(bright).toHaveAttribute('aria-pressed', 'false');
  await mouse.click([bbox[0] + bbox[2] / 2, bbox[1] + bbox[3] / 2]);
  await picture(canvas(), 'kmeans');
  const found = await accept(/some/);
  expect(found[0].provenance!.params).toMatchObject({ k: 2, clusters: '1' });
  expect(found.map(counts).sort()).toEqual(fromCommandLine(found[0]).sort());
});

test('scissors: three clicks and a double click make an outline', async () => {
  const [{ bbox }] = someNuclei();
  const [x, y, w, h] = bbox;
  await app.page.keyboard.press('i');
  await mouse.click([x + w / 2, y]);
  await mouse.click([x + w, y + h / 2]);
  await mouse.click([x + w + 30, y + h]);
  await app.page.keyboard.press('Backspace');
  await mouse.click([x + w / 2, y + h]);
  await mouse.move([x, y + h / 2]);
  await picture(canvas(), 'scissors');
  await app.page.mouse.dblclick(...(await mouse.at([x, y + h / 2])));
  await expect.poll(async () => (await annotations()).length, { timeout: 20_000 }).toBe(1);
  const [annotation] = await annotations();
  expect(String(annotation.provenance!.params!.seeds).split(' ')).toHaveLength(4);
  expect(fromCommandLine(annotation)).toEqual([counts(annotation)]);
});

test('superpixels: cells under a stroke', async () => {
  await app.page.keyboard.press('Shift+G');
  await mouse.drag([
    [40, 40],
    [240, 240],
  ]);
  await expect(app.page.getByRole('contentinfo')).toContainText('Click or brush cells', { timeout: 20_000 });
  await mouse.drag([
    [60, 60],
    [160, 60],
  ]);
  await picture(canvas(), 'superpixels');
  const [annotation] = await accept();
  const { cells } = annotation.provenance!.params!;
  const picked = String(cells).split(',').map(Number);
  expect(picked.length).toBeGreaterThan(2);
  expect(annotation.area).toBeGreaterThan(picked.length * 100);
});

test('bake-off: every method and the model on one box, a digit accepts', async () => {
  const [{ bbox }] = someNuclei();
  const [x, y, w, h] = bbox;
  await app.page.keyboard.press('Shift+B');
  await mouse.drag([
    [x - 8, y - 8],
    [x + w + 8, y + h + 8],
  ]);
  const results = card('Bake-off').getByRole('group', { name: /^Results/ });
  await expect(results).toBeFocused();
  await expect(results.getByRole('button')).toHaveCount(7);
  await expect(results.getByText(/agreement/)).toHaveCount(7, { timeout: 60_000 });
  await picture(canvas(), 'bakeoff');
  await app.page.keyboard.press('2');
  await expect.poll(async () => (await annotations()).length).toBe(1);
  const [annotation] = await annotations();
  expect(annotation.provenance!.tool).toBe('threshold');
  await expect(card('Bake-off').getByRole('button', { name: 'Try on the selection' })).toBeVisible();
});
