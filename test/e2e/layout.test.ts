/** The parts of the window, what the status bar says, and the same on screens of other scales. */
import { expect, type Page, test } from '@playwright/test';
import { launch } from './support/app';
import { copper } from './support/coins';
import { Desk, makeDataset, PHOTO } from './support/desk';
import { goldens } from './support/goldens';
import { ImageMouse, openByName, storedAnnotations } from './support/look';
import { picture } from './support/screenshots';
import { guidePicture, resizeForGuide } from './support/window';

test('list, tools, canvas, panels and status bar', async () => {
  const app = await launch({ args: ['--sample'] });
  await resizeForGuide(app);
  const { page } = app;
  await openByName(app, 'nuclei-01.png');
  const canvas = page.getByRole('application', { name: 'Image canvas' });
  const boxOf = async (name: string) => (await page.getByRole('region', { name, exact: true }).boundingBox())!;
  const [images, proposals, categories, annotations] = [
    await boxOf('Images'),
    await boxOf('Proposals'),
    await boxOf('Categories'),
    await boxOf('Annotations'),
  ];
  const middle = (await canvas.boundingBox())!;
  expect(images.x + images.width).toBeLessThanOrEqual(middle.x);
  expect(middle.x + middle.width).toBeLessThanOrEqual(proposals.x + 1);
  expect([proposals.y, categories.y, annotations.y]).toEqual(
    [proposals.y, categories.y, annotations.y].sort((a, b) => a - b),
  );
  await page.getByRole('listbox', { name: 'Annotations' }).getByRole('option').first().click();
  await expect(page.getByText(/^Annotation \d+$/)).toBeVisible();
  await guidePicture(app, 'layout');

  const bar = page.getByRole('contentinfo');
  const mouse = new ImageMouse(page);
  await mouse.move([100.5, 50.5]);
  await expect(bar).toContainText('100, 50');
  await expect(bar).toContainText('512 × 512');
  await expect(bar).toContainText('Saved');
  const scale = Number((await canvas.getAttribute('data-view'))!.split(' ')[0]);
  await expect(bar).toContainText(`${Math.round(scale * 100)} %`);
  await page.keyboard.press('Shift+f');
  await expect(bar).toContainText('100 %');
  await mouse.move([300.5, 200.5]);
  await expect(bar).toContainText('300, 200');
  await picture(bar, 'status-bar');
  await app.close();
});

test('the light theme, by a button or in the settings', async () => {
  const app = await launch({ args: ['--sample'] });
  await resizeForGuide(app);
  const { page } = app;
  await openByName(app, 'nuclei-01.png');
  const background = () =>
    page.locator('html').evaluate((root) => getComputedStyle(root).getPropertyValue('color-scheme'));
  expect(await background()).toBe('dark');
  await page.getByRole('button', { name: 'Dark or light' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  expect(await background()).toBe('light');
  await page.mouse.move(640, 400);
  await expect(page.getByRole('tooltip')).toHaveCount(0);
  await guidePicture(app, 'light-theme');
  await page.getByRole('button', { name: 'Dark or light' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await app.close();
});

/** How many screen pixels the page's canvases have for one of its own. */
const canvasRatios = (page: Page) =>
  page
    .getByRole('application', { name: 'Image canvas' })
    .locator('canvas')
    .evaluateAll((all) =>
      all
        .filter((each) => each.clientWidth > 400)
        .map((each) => (each as HTMLCanvasElement).width / each.getBoundingClientRect().width),
    );

async function expectNothingCutOff(page: Page): Promise<void> {
  const overflow = await page.evaluate(() => {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
    return [scrollWidth - clientWidth, scrollHeight - clientHeight];
  });
  expect(overflow).toEqual([0, 0]);
  await page.getByRole('toolbar', { name: 'Tools' }).getByRole('button').last().click();
}

test('a screen of scale 2: the mask is the same, the canvas has the pixels of the screen', async () => {
  const switches = ['--force-device-scale-factor=2'];
  const desk = await Desk.open(await makeDataset(1, PHOTO), { sheet: PHOTO, switches });
  expect(await desk.page.evaluate(() => devicePixelRatio)).toBe(2);
  await desk.key('p');
  await desk.outline(goldens.copper.rings.outer);
  await desk.steps(1);
  await desk.expectMasks(copper);
  expect(new Set(await canvasRatios(desk.page))).toEqual(new Set([2]));
  await expectNothingCutOff(desk.page);
  await desk.key('v');
  await desk.picture('screen-scale');
  await desk.expectUndoRedo();
  await desk.close();
});

for (const scale of [1.25, 1.5]) {
  test(`a screen of scale ${scale}: the mouse hits what it points at`, async () => {
    const app = await launch({ args: ['--sample'], switches: [`--force-device-scale-factor=${scale}`] });
    const { page } = app;
    const imageId = await openByName(app, 'coins-02.jpg');
    expect(await page.evaluate(() => devicePixelRatio)).toBe(scale);
    await page.keyboard.press('r');
    const mouse = new ImageMouse(page);
    await mouse.drag([
      [100, 100],
      [200, 180],
    ]);
    await expect.poll(async () => (await storedAnnotations(app, imageId)).length).toBe(1);
    const [{ segmentation }] = await storedAnnotations(app, imageId);
    const viewScale = Number((await page.getByRole('application').getAttribute('data-view'))!.split(' ')[0]);
    const vertices = segmentation?.kind === 'polygons' ? segmentation.parts[0].outer : [];
    const wanted = [100, 100, 200, 100, 200, 180, 100, 180];
    expect(vertices).toHaveLength(wanted.length);
    for (const [at, value] of vertices.entries()) expect(Math.abs(value - wanted[at])).toBeLessThan(1 / viewScale);
    for (const ratio of await canvasRatios(page)) expect(Math.abs(ratio - scale)).toBeLessThan(0.01);
    await expectNothingCutOff(page);
    await app.close();
  });
}
