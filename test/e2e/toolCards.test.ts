/** Cards and options of the tools: they never hide what is being worked on, and nothing under the pointer moves for them. */
import { expect, type Page, test } from '@playwright/test';
import { launch } from './support/app';
import { expectFitted, ImageMouse, openByName, type Point } from './support/look';
import { guidePicture, resizeTo } from './support/window';

const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

test('the card of a tool moves to a corner without the object, and stays where it is dragged', async () => {
  const app = await launch({ args: ['--sample'] });
  const { page } = app;
  await resizeTo(app, 1440, 900);
  await openByName(app, 'nuclei-02.png');
  const canvas = page.getByRole('application', { name: 'Image canvas' });
  const mouse = new ImageMouse(page);
  const grabcut = card(page, 'GrabCut');
  const boxOf = async () => (await grabcut.boundingBox())!;

  /** Whether the card hides anything of a box of the image. */
  async function hides([from, to]: readonly [Point, Point]): Promise<boolean> {
    const [left, top] = await mouse.at(from);
    const [right, bottom] = await mouse.at(to);
    const { x, y, width, height } = await boxOf();
    return x < right && x + width > left && y < bottom && y + height > top;
  }

  /** The card may lie where the object begins before anything is known of one: it is sent to another corner. */
  async function clear(point: Point): Promise<void> {
    for (let tries = 0; tries < 4 && (await hides([point, point])); tries++) {
      await grabcut.getByRole('button', { name: /^Move to another corner/ }).click();
    }
  }

  await test.step('whatever corner of the picture the object is in, in windows of three sizes', async () => {
    for (const [width, height] of [
      [2560, 1440],
      [1440, 900],
      [900, 600],
    ] as const) {
      await resizeTo(app, width, height);
      await canvas.focus();
      await page.keyboard.press('f');
      await expectFitted(page, 512, 512);
      for (const box of [
        [
          [380, 20],
          [490, 130],
        ],
        [
          [20, 20],
          [130, 130],
        ],
        [
          [380, 380],
          [490, 490],
        ],
      ] as const) {
        await page.keyboard.press('g');
        await expect(grabcut).toBeVisible();
        await clear(box[0]);
        await mouse.drag(box);
        await expect(grabcut.getByRole('button', { name: 'Accept' })).toBeEnabled();
        // Also where the drag ended over it.
        await expect.poll(() => hides(box), `${width} x ${height}, ${box.join()}`).toBe(false);
        await expect(grabcut.getByRole('button', { name: 'Accept' })).toBeInViewport({ ratio: 1 });
        if (width === 1440 && box[0][0] === 20) await guidePicture(app, 'tool-card');
        await page.keyboard.press('Escape');
        await page.keyboard.press('Escape');
        // Between two objects it is its title alone: the next one may begin anywhere.
        await expect(grabcut.getByRole('button', { name: 'Accept' })).toBeHidden();
        expect((await boxOf()).height).toBeLessThan(48);
      }
    }
  });

  await test.step('in a small window it starts folded, and shows everything on request', async () => {
    await expect(grabcut.getByRole('button', { name: 'Show parameters' })).toBeVisible();
    await guidePicture(app, 'tool-card-small');
    await grabcut.getByRole('button', { name: 'Show parameters' }).click();
    await expect(grabcut.getByRole('slider').first()).toBeInViewport();
    await expect(grabcut.getByRole('button', { name: 'Accept' })).toBeInViewport({ ratio: 1 });
    await grabcut.getByRole('button', { name: 'Hide parameters' }).click();
    await resizeTo(app, 1440, 900);
  });

  await test.step('it is dragged by its title, and lies there after a restart of the window', async () => {
    const before = await boxOf();
    const area = (await canvas.boundingBox())!;
    const [x, y] = [before.x + 40, before.y + 16];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(area.x + 220, area.y + 180, { steps: 5 });
    await page.mouse.up();
    const dragged = await boxOf();
    expect(Math.abs(dragged.x + 40 - area.x - 220)).toBeLessThan(3);
    expect(Math.abs(dragged.y + 16 - area.y - 180)).toBeLessThan(3);
    await page.reload();
    await openByName(app, 'nuclei-02.png');
    await canvas.focus();
    await page.keyboard.press('g');
    await expect.poll(async () => Math.abs((await boxOf()).x - dragged.x)).toBeLessThan(3);
    // Kept as a part of the free room, which is another one when the card says more or less.
    await expect.poll(async () => Math.abs((await boxOf()).y - dragged.y)).toBeLessThan(70);
    await grabcut.getByRole('button', { name: /^Move to another corner/ }).click();
    await expect.poll(async () => (await boxOf()).x - area.x).not.toBeCloseTo(dragged.x - area.x, 0);
  });

  await test.step('options have a strip above the picture: selecting and choosing tools moves and hides nothing of it', async () => {
    await page.keyboard.press('Escape');
    await openByName(app, 'nuclei-01.png');
    const area = (await canvas.boundingBox())!;
    const view = await canvas.getAttribute('data-view');
    await page.keyboard.press('v');
    await page.getByRole('listbox', { name: 'Annotations' }).getByRole('option').first().click();
    const shape = card(page, 'Shape');
    await expect(shape).toBeVisible();
    for (const key of ['v', 'b', 'p', 'r', 'e']) {
      await canvas.focus();
      await page.keyboard.press(key);
      expect(await canvas.boundingBox()).toEqual(area);
      expect(await canvas.getAttribute('data-view')).toBe(view);
      const options = page.locator('.strip section');
      for (const section of await options.all()) {
        const { y, height } = (await section.boundingBox())!;
        expect(y + height).toBeLessThanOrEqual(area.y);
      }
    }
  });
  await app.close();
});
