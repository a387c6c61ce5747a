/** The right column: every section has a place of its own, so that nothing moves under the pointer when something is selected. */
import { expect, type Page, test } from '@playwright/test';
import { launch, type App } from './support/app';
import { writeCoco } from './support/dataset';
import { ImageMouse, openByName, storedAnnotations } from './support/look';
import { picture } from './support/screenshots';
import { guidePicture, resizeTo } from './support/window';

const names = Array.from({ length: 12 }, (_, at) => `kind ${String(at + 1).padStart(2, '0')}`);
const boxes = Array.from({ length: 30 }, (_, at) => [1 + (at % 12), 4 + 14 * at, 10, 10, 12 + at] as const);

const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const rows = (page: Page, name: string) => page.getByRole('listbox', { name, exact: true }).getByRole('option');

/** How many rows of a list are wholly in sight. */
async function rowsInSight(page: Page, name: string): Promise<number> {
  const list = (await page.getByRole('listbox', { name, exact: true }).boundingBox())!;
  const boxes = await rows(page, name).evaluateAll((all) => all.map((row) => row.getBoundingClientRect().toJSON()));
  return boxes.filter(({ top, bottom }) => top >= list.y - 1 && bottom <= list.y + list.height + 1).length;
}

/** Where the sections and the rows of the lists are. */
const places = (page: Page) =>
  page.locator('aside.right').evaluate((column) =>
    [...column.querySelectorAll('section, [role="option"]')].map((element) => {
      const { top, bottom, left } = element.getBoundingClientRect();
      return [Math.round(top), Math.round(bottom), Math.round(left)];
    }),
  );

async function open(): Promise<{ app: App; page: Page; imageId: number }> {
  const file = await writeCoco([{ name: 'a.png', width: 440, height: 60, boxes }], names);
  const app = await launch({ args: [file] });
  await resizeTo(app, 1440, 900);
  return { app, page: app.page, imageId: await openByName(app, 'a.png') };
}

test('sections keep their places, whatever is selected, and what was set of them', async () => {
  const { app, page, imageId } = await open();
  const inspector = region(page, 'Inspector');
  await expect(rows(page, 'Annotations').first()).toBeVisible();

  await test.step('at 1440 x 900 eight categories, eight annotations and the head of the inspector are seen together', async () => {
    await expect(inspector).toContainText('Click an annotation');
    await expect.poll(() => rowsInSight(page, 'Categories')).toBeGreaterThanOrEqual(8);
    await expect.poll(() => rowsInSight(page, 'Annotations')).toBeGreaterThanOrEqual(8);
    await rows(page, 'Annotations').nth(1).click();
    await expect(inspector).toContainText('Annotation 29');
    await expect(inspector.getByRole('button', { name: /^Category/ })).toBeInViewport({ ratio: 1 });
    await expect(inspector.getByRole('checkbox', { name: 'Crowd' })).toBeInViewport({ ratio: 1 });
    await picture(page.locator('aside.right'), 'right-column');
    await page.keyboard.press('Escape');
  });

  await test.step('the first selection on the canvas brings its row into sight', async () => {
    await page.getByRole('application').focus();
    await page.keyboard.press('Escape');
    await expect(inspector).not.toContainText('Annotation');
    await new ImageMouse(page).click([8, 15]);
    await expect(inspector).toContainText('Annotation 1');
    await expect(rows(page, 'Annotations').and(page.locator('[aria-selected="true"]'))).toBeInViewport({ ratio: 1 });
    await page.keyboard.press('Escape');
    await page.getByRole('listbox', { name: 'Annotations' }).evaluate((list) => list.scrollTo(0, 0));
  });

  await test.step('a double click on a row hits that row twice, and changes nothing', async () => {
    await page.getByRole('application').focus();
    await page.keyboard.press('Escape');
    await expect(rows(page, 'Annotations').first()).toHaveAccessibleName(/kind 06/);
    for (const at of [0, 5, 7]) {
      const before = await places(page);
      const stored = await storedAnnotations(app, imageId);
      const { x, y, width, height } = (await rows(page, 'Annotations').nth(at).boundingBox())!;
      await page.mouse.move(x + width / 3, y + height / 2);
      await page.mouse.down();
      await page.mouse.up();
      await expect(rows(page, 'Annotations').nth(at)).toHaveAttribute('aria-selected', 'true');
      await expect(inspector).toContainText(`Annotation ${30 - at}`);
      expect(await places(page)).toEqual(before);
      await page.mouse.down({ clickCount: 2 });
      await page.mouse.up({ clickCount: 2 });
      await expect(rows(page, 'Annotations').nth(at)).toHaveAttribute('aria-selected', 'true');
      expect(await places(page)).toEqual(before);
      expect(await storedAnnotations(app, imageId)).toEqual(stored);
      await page.getByRole('application').focus();
      await page.keyboard.press('Escape');
      await expect(inspector).not.toContainText('Annotation 3');
    }
  });

  await test.step('naming a category, searching and filtering move no row', async () => {
    const before = await places(page);
    await page.getByRole('button', { name: 'New category' }).click();
    await expect(page.getByRole('textbox', { name: 'Name of the new category' })).toBeFocused();
    expect(await places(page)).toEqual(before);
    await page.keyboard.press('Escape');
    await page.getByRole('searchbox', { name: 'Filter annotations' }).focus();
    await page.getByRole('searchbox', { name: 'Search categories' }).focus();
    expect(await places(page)).toEqual(before);
  });

  await test.step('a section is made higher by its border, and folded by its heading; both are remembered', async () => {
    const border = page.getByRole('separator', { name: 'Height of categories' });
    const height = async (name: string) => (await region(page, name).boundingBox())!.height;
    const [categories, annotations] = [await height('Categories'), await height('Annotations')];
    const { x, y, width } = (await border.boundingBox())!;
    await page.mouse.move(x + width / 2, y + 3);
    await page.mouse.down();
    await page.mouse.move(x + width / 2, y + 63, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => height('Categories')).toBeCloseTo(categories + 60, -1);
    await expect.poll(() => height('Annotations')).toBeCloseTo(annotations - 60, -1);
    await page.getByRole('button', { name: 'Proposals', exact: true }).click();
    await expect.poll(() => height('Proposals')).toBe(32);
    const dragged = await height('Categories');
    await page.reload();
    await expect(rows(page, 'Annotations').first()).toBeVisible();
    await expect.poll(() => height('Proposals')).toBe(32);
    await expect.poll(() => height('Categories')).toBe(dragged);
    await page.getByRole('button', { name: 'Proposals', exact: true }).click();
    await border.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => height('Categories')).toBe(categories);
  });

  await test.step('a list that gets smaller keeps the selected row in sight', async () => {
    await rows(page, 'Annotations').nth(7).click();
    await page.getByRole('separator', { name: 'Height of categories' }).focus();
    await page.keyboard.press('End');
    await expect.poll(() => rowsInSight(page, 'Annotations')).toBeLessThan(4);
    await expect(rows(page, 'Annotations').and(page.locator('[aria-selected="true"]'))).toBeInViewport({ ratio: 1 });
    await page.keyboard.press('Enter');
  });

  await test.step('a large screen is used; on a small one the column scrolls and folds', async () => {
    const column = page.locator('aside.right');
    await resizeTo(app, 2560, 1440);
    const bottom = async () => {
      const [outer, inner] = [(await column.boundingBox())!, (await inspector.boundingBox())!];
      return Math.round(outer.y + outer.height - inner.y - inner.height);
    };
    await expect.poll(bottom).toBe(0);
    await expect.poll(() => rowsInSight(page, 'Annotations')).toBeGreaterThanOrEqual(13);
    await page.getByRole('button', { name: 'Dark or light' }).click();
    await page.mouse.move(1200, 700);
    await guidePicture(app, 'large-window');
    await resizeTo(app, 900, 600);
    await guidePicture(app, 'small-window');
    await expect(inspector.getByRole('checkbox', { name: 'Crowd' })).toBeInViewport({ ratio: 1 });
    for (const name of ['Categories', 'Annotations']) {
      await expect.poll(() => rowsInSight(page, name)).toBeGreaterThanOrEqual(2);
    }
    await page.getByRole('button', { name: 'Proposals', exact: true }).click();
    await page.getByRole('button', { name: 'Categories', exact: true }).click();
    await expect.poll(() => rowsInSight(page, 'Annotations')).toBeGreaterThanOrEqual(6);
    await expect.poll(bottom).toBe(0);
  });
  await app.close();
});
