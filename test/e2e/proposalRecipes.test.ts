/** Masks that start from an annotation, and results chosen among many: the command line gives the same. */
import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { boxIou, fromCompressed, merge, toCompressed } from '@shared/mask';
import { repoRoot, temporaryFolder } from './support/app';
import { countsOf, proposeFromCommandLine, repeatFromCommandLine, type Found } from './support/commandLine';
import type { Point } from './support/look';
import { SampleDesk } from './support/sampleDesk';
import { picture, pictureOfFile } from './support/screenshots';
import { chooseMaker, NUCLEI_MODEL } from './support/window';

let desk: SampleDesk;

test.beforeAll(async () => {
  desk = await SampleDesk.open();
});
test.afterAll(() => desk.app.close());
test.beforeEach(() => desk.fresh());

/** Two squares joined by a neck. */
const dumbbell: readonly Point[] = [
  [60, 60],
  [130, 60],
  [130, 90],
  [160, 90],
  [160, 60],
  [230, 60],
  [230, 130],
  [160, 130],
  [160, 100],
  [130, 100],
  [130, 130],
  [60, 130],
];

test('GrabCut from the selected annotation: its mask is the first guess, the result replaces it', async () => {
  // By itself: as round as a disc, which fills pi / 4 of its box.
  const nuclei = desk.someNuclei().filter(({ area, bbox: [, , w, h] }) => area > 0.75 * Math.max(w, h) ** 2);
  const [{ bbox }] = nuclei.sort((a, b) => b.area - a.area);
  const [x, y, w, h] = bbox;
  const drawn = await desk.drawPolygon([
    [x + 4, y + 4],
    [x + w / 2, y - 3],
    [x + w + 4, y + h / 2],
    [x + w / 2, y + h + 4],
    [x - 2, y + h / 2],
  ]);
  await desk.key('g');
  await desk.key('Enter');
  await expect(desk.card('GrabCut')).toContainText(/1 object\s*\d+ ms/, { timeout: 20_000 });
  await picture(desk.canvas, 'grabcut-annotation');
  await desk.mouse.drag(
    [
      [x - 4, y - 4],
      [x + w + 4, y - 4],
    ],
    'right',
  );
  await expect(desk.card('GrabCut')).toContainText(/1 object\s*\d+ ms/, { timeout: 20_000 });
  await desk.key('Enter');
  await expect.poll(async () => (await desk.annotations())[0].provenance?.tool, { timeout: 30_000 }).toBe('grabcut');
  const found = await desk.annotations();
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ id: drawn.id, categoryId: drawn.categoryId });
  expect(found[0].provenance!.params).toMatchObject({ strokes: expect.stringMatching(/^0:10 /) });
  await desk.expectFromCommandLine(found);
  await desk.expectUndoRedo(found, [drawn]);
});

test('watershed splits the selected annotation', async () => {
  const drawn = await desk.drawPolygon(dumbbell);
  await desk.key('Shift+W');
  await desk.key('Enter');
  await expect(desk.card('Watershed')).toContainText(/2 objects\s*\d+ ms/, { timeout: 20_000 });
  await picture(desk.canvas, 'watershed-annotation');
  await desk.key('Enter');
  await expect.poll(async () => (await desk.annotations()).length, { timeout: 30_000 }).toBe(2);
  const found = await desk.annotations();
  expect(found.map(({ categoryId }) => categoryId)).toEqual([drawn.categoryId, drawn.categoryId]);
  expect(found.map(({ id }) => id)).toContain(drawn.id);
  await desk.expectFromCommandLine(found);
  await desk.expectUndoRedo(found, [drawn]);
});

test('several clicks of the wand', async () => {
  const [first, second] = desk.someNuclei();
  const centre = ({ bbox: [x, y, w, h] }: typeof first): Point => [x + w / 2, y + h / 2];
  await desk.key('w');
  await desk.mouse.click(centre(first));
  await desk.app.page.keyboard.down('Shift');
  await desk.mouse.click(centre(second));
  await desk.app.page.keyboard.up('Shift');
  await desk.app.page.keyboard.down('Alt');
  await desk.mouse.click([first.bbox[0] + first.bbox[2] / 2, first.bbox[1] + 1]);
  await desk.app.page.keyboard.up('Alt');
  const found = await desk.accept(1);
  expect(String(found[0].provenance!.params!.picks)).toMatch(/^12 .*; \+12 .*; -12 /);
  await desk.expectFromCommandLine(found);
});

test('clicks of the wand that add to and take away from the selected annotation', async () => {
  const [first, second] = desk.someNuclei();
  const centre = ({ bbox: [x, y, w, h] }: typeof first): Point => [x + w / 2, y + h / 2];
  const drawn = await desk.drawPolygon(dumbbell);
  await desk.key('w');
  await desk.app.page.keyboard.down('Shift');
  await desk.mouse.click(centre(first));
  await desk.mouse.click(centre(second));
  await desk.app.page.keyboard.up('Shift');
  await desk.canvas.focus();
  await desk.key('Enter');
  await expect.poll(async () => (await desk.annotations())[0].provenance?.tool, { timeout: 30_000 }).toBe('wand');
  const found = await desk.annotations();
  expect(found).toHaveLength(1);
  expect(found[0].id).toBe(drawn.id);
  expect(found[0].area).toBeGreaterThan(drawn.area);
  expect(found[0].provenance!.params).toMatchObject({ picks: expect.stringMatching(/^\+12 .*; \+12 /) });
  await desk.expectFromCommandLine(found);
  await desk.expectUndoRedo(found, [drawn]);
});

test('superpixels: cells of a box, and of the selected annotation', async () => {
  await desk.key('Shift+G');
  await desk.mouse.drag([
    [40, 40],
    [240, 240],
  ]);
  await expect(desk.app.page.getByRole('contentinfo')).toContainText('Click or brush cells', { timeout: 20_000 });
  await desk.mouse.drag([
    [60, 60],
    [160, 60],
  ]);
  await picture(desk.canvas, 'superpixels');
  const found = await desk.accept(1);
  const picked = String(found[0].provenance!.params!.cells).split(',');
  expect(picked.length).toBeGreaterThan(2);
  expect(found[0].area).toBeGreaterThan(picked.length * 100);
  await desk.expectFromCommandLine(found);

  await desk.key('Control+z');
  const drawn = await desk.drawPolygon(dumbbell);
  await desk.key('Shift+G');
  await desk.key('Enter');
  await expect(desk.app.page.getByRole('contentinfo')).toContainText('Click or brush cells', { timeout: 20_000 });
  await desk.mouse.drag([
    [70, 70],
    [110, 70],
  ]);
  await desk.key('Enter');
  await expect.poll(async () => (await desk.annotations()).length, { timeout: 30_000 }).toBe(2);
  const part = (await desk.annotations()).filter(({ id }) => id !== drawn.id);
  expect(part[0].provenance!.params).toHaveProperty('within');
  await desk.expectFromCommandLine(part);
});

test('bake-off: every method and the model on one box, a digit accepts', async () => {
  const [{ bbox }] = desk.someNuclei();
  // The model chosen for the project takes part.
  await chooseMaker(desk.app.page, NUCLEI_MODEL);
  const results = desk.card('Bake-off').getByRole('group', { name: /^Results/ });
  const tools = ['grabcut', 'threshold', 'components', 'watershed', 'kmeans', 'wand', 'maskrcnn'];
  for (const [at, tool] of tools.entries()) {
    await desk.fresh();
    await desk.key('Shift+B');
    await desk.dragAround(bbox, 8);
    await expect(results).toBeFocused();
    await expect(results.getByRole('button')).toHaveCount(tools.length);
    await expect(results.getByText(/agreement \d/)).toHaveCount(tools.length, { timeout: 60_000 });
    if (at === 0) await picture(desk.canvas, 'bakeoff');
    await desk.key(String(at + 1));
    await expect.poll(async () => (await desk.annotations()).length).toBe(1);
    const [annotation] = await desk.annotations();
    if (tool === 'maskrcnn') {
      // Of what the model finds in the image, the instance in the box.
      const all = proposeFromCommandLine(desk.image, '--method', tool, '--score', '0.3').map(countsOf);
      expect(all).toContain(countsOf(annotation));
    } else {
      expect(annotation.provenance!.tool).toBe(tool);
      // One mask for the box: all that the method finds in it.
      const parts = await repeatFromCommandLine(desk.image, annotation);
      const masks = parts.map(({ segmentation: { counts, size } }) => fromCompressed(counts, size));
      expect(countsOf(annotation)).toBe(toCompressed(merge(masks)));
    }
  }
  await expect(desk.card('Bake-off').getByRole('button', { name: 'Try on the selection' })).toBeVisible();
});

test('the model', async () => {
  const panel = desk.app.page.getByRole('region', { name: 'Proposals' });
  await chooseMaker(desk.app.page, NUCLEI_MODEL);
  await panel.getByRole('button', { name: 'Propose' }).click();
  await expect(panel.getByRole('button', { name: /^Accept all \d+$/ })).toBeVisible({ timeout: 60_000 });
  const all = proposeFromCommandLine(desk.image, '--method', 'maskrcnn', '--score', '0.05');
  expect((await desk.proposals()).map(countsOf).sort()).toEqual(all.map(countsOf).sort());
  await panel.getByRole('button', { name: 'Reject all' }).click();
});

test('the command line finds every coin and draws it over the photo', async () => {
  const name = 'coins-01';
  const folder = join(repoRoot, 'resources', 'sample');
  const photo = join(folder, 'images', `${name}.jpg`);
  const drawn = temporaryFolder('overlays');
  const params = ['--param', 'local=1', '--param', 'ratio=0.45', '--category', 'coin'];
  const found = proposeFromCommandLine(photo, '--method', 'watershed', ...params, '--overlays', drawn);

  const { images, annotations } = JSON.parse(readFileSync(join(folder, 'instances.json'), 'utf8')) as Truth;
  const { id } = images.find(({ file_name }) => file_name === `${name}.jpg`)!;
  const coins = annotations.filter(({ image_id }) => image_id === id);
  expect(found).toHaveLength(coins.length);
  const boxes = found.map(({ bbox }) => bbox);
  for (const { bbox } of coins) expect(Math.max(...boxIou(boxes, [bbox]))).toBeGreaterThan(0.9);

  const overlay = join(drawn, `${name}.png`);
  for (const box of boxes) expect(await difference(overlay, photo, box)).toBeGreaterThan(10);
  // Below the lowest coin.
  expect(await difference(overlay, photo, [0, 450, 640, 30])).toBeLessThan(1);
  await pictureOfFile(overlay, 'command-line');
});

type Box = Found['bbox'];

/** What the test reads of the sample's ground truth. */
interface Truth {
  readonly images: readonly { readonly id: number; readonly file_name: string }[];
  readonly annotations: readonly { readonly image_id: number; readonly bbox: Box }[];
}

/** Mean difference of two pictures in a box, in grey levels. */
async function difference(one: string, other: string, [left, top, width, height]: Box): Promise<number> {
  const [a, b] = await Promise.all(
    [one, other].map((file) => sharp(file).removeAlpha().extract({ left, top, width, height }).raw().toBuffer()),
  );
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;
}
