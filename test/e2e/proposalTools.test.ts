/** The classical tools by mouse in the real window; the command line gives the same masks from the same parameters. */
import { expect, test } from '@playwright/test';
import { SampleDesk } from './support/sampleDesk';

let desk: SampleDesk;

test.beforeAll(async () => {
  desk = await SampleDesk.open();
});
test.afterAll(() => desk.app.close());
test.beforeEach(() => desk.fresh());

test('GrabCut: a box, strokes, accept', async () => {
  const [{ bbox }] = desk.someNuclei();
  const [x, y, w, h] = bbox;
  await desk.key('g');
  await desk.mouse.drag([
    [x - 6, y - 6],
    [x + w + 6, y + h + 6],
  ]);
  await expect(desk.card('GrabCut')).toContainText(/1 object\s*\d+ ms/, { timeout: 20_000 });
  await desk.mouse.drag([
    [x + w / 2 - 2, y + h / 2],
    [x + w / 2 + 2, y + h / 2],
  ]);
  await desk.mouse.drag(
    [
      [x - 4, y - 4],
      [x + w + 4, y - 4],
    ],
    'right',
  );
  await expect(desk.card('GrabCut')).toContainText(/1 object\s*\d+ ms/, { timeout: 20_000 });
  await desk.picture('grabcut', 'GrabCut', [x + w / 2, y + h / 2]);
  const [annotation] = await desk.accept();
  const { params } = annotation.provenance!;
  expect(params!.strokes).toMatch(/^1:10 .*; 0:10 /);
  await desk.expectFromCommandLine([annotation]);
  await desk.expectUndoRedo([annotation]);

  await test.step('Esc steps back one stroke, then drops the box', async () => {
    await desk.key('Control+z');
    await desk.mouse.drag([
      [x - 6, y - 6],
      [x + w + 6, y + h + 6],
    ]);
    await desk.mouse.click([x - 4, y - 4]);
    await desk.key('Escape');
    await expect(desk.card('GrabCut').getByRole('button', { name: 'Accept' })).toBeEnabled();
    await desk.key('Escape');
    await expect(desk.card('GrabCut').getByRole('button', { name: 'Accept' })).toBeHidden();
    expect(await desk.annotations()).toEqual([]);
  });
});

test('magic wand: click, drag for the tolerance, Shift adds', async () => {
  const [first, second] = desk.someNuclei();
  const centre = ({ bbox: [x, y, w, h] }: typeof first) => [x + w / 2, y + h / 2] as const;
  await desk.key('w');
  const [x, y] = centre(first);
  await desk.mouse.drag([
    [x, y],
    [x + 20, y],
  ]);
  await desk.picture('wand', 'Magic wand', [x, y]);
  const [annotation] = await desk.accept();
  expect(Number(annotation.provenance!.params!.tolerance)).toBeGreaterThan(12);
  await desk.expectFromCommandLine([annotation]);
  await desk.app.page.keyboard.down('Shift');
  await desk.mouse.click(centre(second));
  await desk.app.page.keyboard.up('Shift');
  await desk.key('Enter');
  await expect
    .poll(async () => (await desk.annotations())[0].area, { timeout: 20_000 })
    .toBeGreaterThan(annotation.area);
  expect(await desk.annotations()).toHaveLength(1);
});

for (const [name, key, region, shot] of [
  ['Watershed', 'Shift+W', false, 'watershed'],
  ['Threshold', 't', true, 'threshold'],
  ['Connected components', 'Shift+T', false, 'components'],
] as const) {
  test(`${name}: every object of the ${region ? 'box' : 'image'} at once`, async () => {
    await desk.key(key);
    if (region) {
      await desk.mouse.drag([
        [40, 40],
        [300, 300],
      ]);
    } else await desk.key('Enter');
    await expect(desk.card(name)).toContainText(/\d+ objects\s*\d+ ms/, { timeout: 20_000 });
    await desk.picture(shot, name);
    const found = await desk.accept();
    expect(found.length).toBeGreaterThan(3);
    await desk.expectFromCommandLine(found);
    await desk.expectUndoRedo(found);
  });
}

test('Threshold: the line on the histogram is dragged by hand', async () => {
  await desk.key('t');
  await desk.key('Enter');
  const line = desk.card('Threshold').getByRole('slider', { name: /^Threshold on the histogram/ });
  const { x, y, width, height } = (await line.boundingBox())!;
  await desk.app.page.mouse.click(x + width / 4, y + height / 2);
  await expect(line).toHaveAttribute('aria-valuenow', /^6[2-5]$/);
  const byHand = Number(await line.getAttribute('aria-valuenow'));
  await expect(desk.card('Threshold')).toContainText(/\d+ objects?\s*\d+ ms/, { timeout: 20_000 });
  const found = await desk.accept();
  expect(found[0].provenance!.params).toMatchObject({ mode: 'manual', value: byHand });
  await desk.expectFromCommandLine(found);
});

test('watershed markers: one scribble an object', async () => {
  // By themselves: as round as a disc, which fills pi / 4 of its box.
  const nuclei = desk.someNuclei().filter(({ area, bbox: [, , w, h] }) => area > 0.7 * Math.max(w, h) ** 2);
  const [first, second] = nuclei.sort((a, b) => b.area - a.area);
  await desk.key('Shift+W');
  await desk.key('Enter');
  await expect(desk.card('Watershed')).toContainText(/objects/, { timeout: 20_000 });
  for (const { bbox } of [first, second]) {
    const [x, y, w, h] = bbox;
    await desk.mouse.click([x + w / 2, y + h / 2]);
    await desk.key('q');
  }
  await desk.mouse.drag(
    [
      [4, 4],
      [4, 500],
    ],
    'right',
  );
  await expect(desk.card('Watershed')).toContainText(/2 objects\s*\d+ ms/, { timeout: 20_000 });
  await desk.picture('watershed-markers', 'Watershed');
  const found = await desk.accept(2);
  expect(found[0].provenance!.params!.markers).toMatch(/^1:10 .*; 2:10 .*; 0:10 /);
  await desk.expectFromCommandLine(found);
});

test('k-means: groups picked by clicking in the image, the elbow plot', async () => {
  const [{ bbox }] = desk.someNuclei();
  await desk.key('y');
  await desk.key('Enter');
  const panel = desk.card('Colour groups (k-means)');
  await expect(panel.getByRole('group', { name: 'Colour groups' }).getByRole('button')).toHaveCount(4, {
    timeout: 30_000,
  });
  await panel.getByRole('group', { name: 'Elbow plot' }).getByRole('button', { name: '2', exact: true }).click();
  const groups = panel.getByRole('group', { name: 'Colour groups' }).getByRole('button');
  await expect(groups).toHaveCount(2, { timeout: 30_000 });
  const [, bright] = await groups.all();
  await expect(bright).toHaveAttribute('aria-pressed', 'true');
  await desk.mouse.click([bbox[0] + bbox[2] / 2, bbox[1] + bbox[3] / 2]);
  await expect(bright).toHaveAttribute('aria-pressed', 'false');
  await desk.mouse.click([bbox[0] + bbox[2] / 2, bbox[1] + bbox[3] / 2]);
  await desk.picture('kmeans', 'Colour groups (k-means)');
  const found = await desk.accept();
  expect(found[0].provenance!.params).toMatchObject({ k: 2, clusters: '1' });
  await desk.expectFromCommandLine(found);
});

test('scissors: three clicks and a double click make an outline', async () => {
  const [{ bbox }] = desk.someNuclei();
  const [x, y, w, h] = bbox;
  await desk.key('i');
  await desk.mouse.click([x + w / 2, y]);
  await desk.mouse.click([x + w, y + h / 2]);
  await desk.mouse.click([x + w, y + h + 30]);
  await desk.key('Backspace');
  await desk.mouse.click([x + w / 2, y + h]);
  await desk.mouse.move([x, y + h / 2]);
  await desk.picture('scissors', 'Intelligent scissors', [x, y + h / 2]);
  await desk.app.page.mouse.dblclick(...(await desk.mouse.at([x, y + h / 2])));
  await expect.poll(async () => (await desk.annotations()).length, { timeout: 20_000 }).toBe(1);
  const [annotation] = await desk.annotations();
  expect(String(annotation.provenance!.params!.seeds).split(' ')).toHaveLength(4);
  expect(annotation.segmentation).toMatchObject({ kind: 'polygons', parts: [{ holes: [] }] });
  await desk.expectFromCommandLine([annotation]);
});
