/** The first page, a new project, the right column and the cards of tools in windows of three sizes and in both themes: nothing is cut off. */
import { expect, type Page, test } from '@playwright/test';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, launch, repoRoot, temporaryFolder } from './support/app';
import { expectFitted, ImageMouse, openByName } from './support/look';
import { type Look, sheet, takesPictures } from './support/screenshots';
import { answerOpenDialog, resizeTo } from './support/window';

const sizes = [
  [900, 600],
  [1440, 900],
  [2560, 1440],
] as const;
const themes = ['dark', 'light'] as const;

/** Buttons, fields and headings of which the window shows only a part, though nothing scrolls them into sight. */
const cutOff = (page: Page) =>
  page.evaluate(() => {
    const isScrolled = (element: Element): boolean => {
      for (let each = element.parentElement; each; each = each.parentElement)
        if (/auto|scroll/.test(getComputedStyle(each).overflow)) return true;
      return false;
    };
    const found = [...document.querySelectorAll('button, input, h1, h2')].filter((element) => {
      const { left, top, right, bottom, width } = element.getBoundingClientRect();
      const isSeen = width > 1 && element.checkVisibility({ checkVisibilityCSS: true });
      return isSeen && !isScrolled(element) && (left < 0 || top < 0 || right > innerWidth || bottom > innerHeight);
    });
    const { scrollWidth, scrollHeight } = document.documentElement;
    return [
      ...(scrollWidth > innerWidth || scrollHeight > innerHeight ? ['the page scrolls'] : []),
      ...found.map((element) => element.getAttribute('aria-label') ?? element.textContent?.trim() ?? element.tagName),
    ];
  });

/** Looks at what is open in every size and theme; the pictures make one sheet of the guide. */
async function lookAt(app: App, name: string, before: () => Promise<void> = async () => {}): Promise<void> {
  const { page } = app;
  const looks: Look[] = [];
  for (const theme of themes) {
    // Not by its button: what is tried is in the middle of something.
    await page.evaluate((chosen) => (document.documentElement.dataset.theme = chosen), theme);
    for (const [width, height] of sizes) {
      await resizeTo(app, width, height);
      await before();
      await page.mouse.move(width / 2, height - 4);
      await expect.poll(() => cutOff(page), `${name}, ${theme}, ${width} x ${height}`).toEqual([]);
      if (takesPictures) looks.push({ width, height, png: await page.screenshot() });
    }
  }
  await sheet(looks, name);
}

test('first page, new project, right column and cards in three sizes and both themes', async () => {
  test.setTimeout(240_000);
  const app = await launch();
  const { page } = app;
  const canvas = page.getByRole('application', { name: 'Image canvas' });
  await expect(page.getByRole('button', { name: /Open folder/ })).toBeVisible();
  await lookAt(app, 'sizes-first-page');

  const folder = temporaryFolder('Kitchen');
  for (const name of ['coins-01.jpg', 'coins-02.jpg', 'nuclei-01.png']) {
    copyFileSync(join(repoRoot, 'resources', 'sample', 'images', name), join(folder, name));
  }
  await answerOpenDialog(app, folder);
  await page.getByRole('button', { name: /Open folder/ }).click();
  await expect(page.getByRole('banner')).toContainText('coins-01.jpg');
  await expect(page.getByText('New category', { exact: true }).first()).toBeVisible();
  await lookAt(app, 'sizes-new-project');
  await page.getByRole('button', { name: 'Close project' }).click();

  await resizeTo(app, 1440, 900);
  await page
    .getByRole('button', { name: /sample/i })
    .first()
    .click();
  await openByName(app, 'nuclei-01.png');
  await page.getByRole('listbox', { name: 'Annotations' }).getByRole('option').nth(3).click();
  await lookAt(app, 'sizes-right-column', async () => {
    await canvas.focus();
    await page.keyboard.press('f');
  });

  await page.keyboard.press('Escape');
  await openByName(app, 'coins-01.jpg');
  const mouse = new ImageMouse(page);
  await lookAt(app, 'sizes-cards', async () => {
    await canvas.focus();
    for (const key of ['Escape', 'v', 'f', 'g']) await page.keyboard.press(key);
    await expectFitted(page, 640, 480);
    await mouse.drag([
      [34, 149],
      [132, 247],
    ]);
    const card = page.getByRole('region', { name: 'GrabCut', exact: true });
    await expect(card.getByRole('button', { name: 'Accept' })).toBeInViewport({ ratio: 1 });
    await expect(card.getByRole('progressbar')).toBeHidden();
  });
  await app.close();
});
