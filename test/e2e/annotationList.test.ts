/** The list of annotations: select, find, show, lock, order, and the menu that the canvas shares with it. */
import { expect, test } from '@playwright/test';
import { launch, type App } from './support/app';
import { writeCoco } from './support/dataset';
import { expectFitted, ImageMouse, openByName, storedAnnotations } from './support/look';
import { picture } from './support/screenshots';

const list = (app: App) => app.page.getByRole('listbox', { name: 'Annotations' });
const selected = async (app: App) =>
  list(app)
    .getByRole('option', { selected: true })
    .evaluateAll((rows) => rows.map((row) => Number(/#(\d+)/.exec((row as HTMLElement).title)![1])));

async function open(): Promise<{ app: App; imageId: number }> {
  const boxes = ([1, 2, 1, 2, 1] as const).map((category, at) => [category, 4 + 20 * at, 10, 12, 12 + at] as const);
  const app = await launch({
    args: [await writeCoco([{ name: 'a.png', width: 120, height: 60, boxes }], ['cell', 'debris'])],
  });
  const imageId = await openByName(app, 'a.png');
  // Until the columns beside it have their widths, the image moves under the pointer.
  await expectFitted(app.page, 120, 60);
  return { app, imageId };
}

test('select with mouse and keys, find, hide, lock, order', async () => {
  const { app, imageId } = await open();
  const { page } = app;
  const rows = list(app).getByRole('option');
  await expect(rows).toHaveCount(5);
  await rows.nth(1).click();
  expect(await selected(app)).toEqual([4]);
  await rows.nth(3).click({ modifiers: ['Shift'] });
  expect(await selected(app)).toEqual([4, 3, 2]);
  await rows.nth(2).click({ modifiers: ['ControlOrMeta'] });
  expect(await selected(app)).toEqual([4, 2]);
  await rows.nth(0).click();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  expect(await selected(app)).toEqual([4, 3]);
  await picture(page, 'annotation-list');

  await test.step('an eye or a lock of a selected row is that of the whole selection', async () => {
    await rows.nth(1).getByRole('button', { name: 'Hide debris' }).click();
    await expect(list(app).getByRole('button', { name: /^Show/ })).toHaveCount(2);
    await rows.nth(1).getByRole('button', { name: 'Show debris' }).click();
    await rows.nth(1).getByRole('button', { name: 'Lock debris' }).click();
    await expect
      .poll(async () => (await storedAnnotations(app, imageId)).map(({ locked }) => locked))
      .toEqual([false, false, true, true, false]);
    await page.keyboard.press('Delete');
    await expect(page.getByRole('contentinfo')).toContainText('locked or hidden');
    await page.getByRole('application').focus();
    await page.keyboard.press('Control+z');
    await expect.poll(async () => (await storedAnnotations(app, imageId)).some(({ locked }) => locked)).toBe(false);
  });

  await test.step('the filter finds by category and by id', async () => {
    const filter = page.getByRole('searchbox', { name: 'Filter annotations' });
    await filter.fill('debris');
    await expect(rows).toHaveCount(2);
    await filter.fill('#3');
    await expect(rows).toHaveCount(1);
    await filter.fill('horse');
    await expect(page.getByText('No annotation matches “horse”')).toBeVisible();
    await expect(page.getByText(/^Try crowd, locked, hidden/)).toBeVisible();
    await filter.fill('');
  });

  await test.step('the filter knows states and sizes; a crowd has a badge; the list is sorted at will', async () => {
    const ids = () =>
      rows.evaluateAll((all) => all.map((row) => Number(/#(\d+)/.exec((row as HTMLElement).title)![1])));
    const filter = page.getByRole('searchbox', { name: 'Filter annotations' });
    await rows.nth(2).click();
    await page.getByRole('checkbox', { name: 'Crowd' }).check();
    await expect(rows.nth(2).getByRole('img', { name: 'crowd' })).toBeVisible();
    await filter.fill('crowd');
    await expect.poll(ids).toEqual([3]);
    await filter.fill('area>150 -crowd');
    await expect.poll(ids).toEqual([5, 4, 2]);
    await filter.fill('');
    const sort = async (label: string) => {
      await page.getByRole('button', { name: /^Order of the list/ }).click();
      await page.getByRole('radio', { name: label }).click();
      await expect(page.getByRole('radiogroup', { name: 'Order of the list' })).toBeHidden();
    };
    await sort('Smallest first');
    await expect.poll(ids).toEqual([1, 2, 3, 4, 5]);
    await sort('By category');
    await expect.poll(ids).toEqual([5, 3, 1, 4, 2]);
    await picture(page, 'annotation-filter');
    await sort('Topmost first');
    await expect.poll(ids).toEqual([5, 4, 3, 2, 1]);
  });

  await test.step('order changes by button, one step each', async () => {
    await rows.nth(4).click();
    await page.getByRole('button', { name: /^Order of the list/ }).click();
    await page.getByRole('button', { name: 'Bring forward' }).click();
    await page.keyboard.press('Escape');
    await expect.poll(async () => (await storedAnnotations(app, imageId)).map(({ id }) => id)).toEqual([2, 1, 3, 4, 5]);
    expect(await selected(app)).toEqual([1]);
  });

  await test.step('rows are dragged to another place, several at once, as one step; Escape lets go', async () => {
    const order = async () => (await storedAnnotations(app, imageId)).map(({ id }) => id);
    const middle = async (row: number) => (await rows.nth(row).boundingBox())!;
    const drag = async (from: number, to: number, end: () => Promise<void>) => {
      const [start, goal] = [await middle(from), await middle(to)];
      await page.mouse.move(start.x + 80, start.y + start.height / 2);
      await page.mouse.down();
      await page.mouse.move(goal.x + 80, goal.y + 3, { steps: 5 });
      await expect(list(app).locator('.gap')).toBeVisible();
      await end();
    };
    const steps = async () => (await app.ask('image.open', { imageId })).history.undo;
    const before = await steps();
    // From the top: 5 4 3 1 2.
    await drag(0, 3, () => page.mouse.up());
    await expect.poll(order).toEqual([2, 1, 5, 3, 4]);
    expect(await selected(app)).toEqual([5]);
    await rows.nth(0).click();
    await rows.nth(4).click({ modifiers: ['ControlOrMeta'] });
    await drag(4, 1, () => page.mouse.up());
    await expect.poll(order).toEqual([1, 5, 3, 2, 4]);
    expect(await steps()).toBe(before + 2);
    await drag(0, 4, async () => {
      await page.keyboard.press('Escape');
      await page.mouse.up();
    });
    await expect(list(app).locator('.gap')).toBeHidden();
    expect(await order()).toEqual([1, 5, 3, 2, 4]);
    await page.getByRole('application').focus();
    await page.keyboard.press('Control+z');
    await expect.poll(order).toEqual([2, 1, 5, 3, 4]);
    await page.keyboard.press('Control+z');
    await expect.poll(order).toEqual([2, 1, 3, 4, 5]);
  });

  await test.step('Delete deletes, Enter zooms to it', async () => {
    await rows.nth(0).click();
    await page.keyboard.press('Enter');
    await expect
      .poll(async () => parseInt((await page.getByRole('contentinfo').getByText(/ %$/).textContent())!))
      .toBeGreaterThan(1500);
    await page.keyboard.press('Delete');
    await expect(rows).toHaveCount(4);
    await expect.poll(async () => (await storedAnnotations(app, imageId)).map(({ id }) => id)).toEqual([2, 1, 3, 4]);
  });
  await app.close();
});

test('the menu on the canvas acts on what is under the pointer, and names the keys', async () => {
  const { app, imageId } = await open();
  const { page } = app;
  const [x, y] = await new ImageMouse(page).at([10, 16]);
  await page.mouse.click(x, y, { button: 'right' });
  const menu = page.getByRole('menu', { name: 'Actions on the selection' });
  await expect(menu).toBeVisible();
  await expect.poll(() => selected(app)).toEqual([1]);
  await expect(menu.getByRole('menuitem', { name: /^Duplicate/ })).toContainText('Ctrl+D');
  await menu.getByRole('menuitem', { name: 'Combine' }).hover();
  await expect(page.getByRole('menuitem', { name: /^Join/ })).toBeVisible();
  await picture(page, 'annotation-menu');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);

  await page.mouse.click(x, y, { button: 'right' });
  await page.getByRole('menuitem', { name: /^Change category…/ }).click();
  await page.getByRole('combobox', { name: 'Category' }).fill('deb');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await storedAnnotations(app, imageId))[0].categoryId).toBe(2);
  await page.mouse.click(x, y, { button: 'right' });
  await page.getByRole('menuitem', { name: /^Delete/ }).click();
  await expect.poll(async () => (await storedAnnotations(app, imageId)).map(({ id }) => id)).toEqual([2, 3, 4, 5]);
  await app.close();
});
