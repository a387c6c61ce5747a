/** Categories in the window: names, keys, presets, merging and deleting across images, with the project's own undo. */
import { expect, test, type Locator } from '@playwright/test';
import type { Annotation } from '@shared/document/types';
import { launch, type App } from './support/app';
import { writeCoco } from './support/dataset';
import { openByName, storedAnnotations } from './support/look';
import { picture } from './support/screenshots';

const categories = (app: App) => app.page.getByRole('listbox', { name: 'Categories' });
const row = (app: App, name: string): Locator => categories(app).getByRole('option', { name });
const names = async (app: App) => (await app.ask('project.summary', {})).categories.map(({ name }) => name);
const categoriesOf = (annotations: readonly Annotation[]) => annotations.map(({ categoryId }) => categoryId);
const stored = async (app: App, imageId: number) =>
  categoriesOf((await app.ask('image.open', { imageId })).snapshot.annotations);

async function choose(app: App, name: string, item: string | RegExp): Promise<void> {
  await row(app, name).click({ button: 'right' });
  await app.page.getByRole('menuitem', { name: item }).click();
}

const dataset = () =>
  writeCoco(
    [
      {
        name: 'a.png',
        width: 60,
        height: 40,
        boxes: [
          [1, 2, 2, 10, 10],
          [2, 20, 2, 10, 10],
          [3, 40, 2, 10, 10],
        ],
      },
      {
        name: 'b.png',
        width: 60,
        height: 40,
        boxes: [
          [2, 2, 2, 10, 10],
          [2, 20, 2, 10, 10],
        ],
      },
      { name: 'c.png', width: 60, height: 40 },
    ],
    ['cat', 'kitten', 'dog'],
  );

test('merge across images, and undo it from the Edit menu, while Ctrl+Z stays with the image', async () => {
  const app = await launch({ args: [await dataset()] });
  const { page } = app;
  await openByName(app, 'a.png');
  await page.getByRole('listbox', { name: 'Annotations' }).getByRole('option', { name: /^dog/ }).click();
  await page.keyboard.press('Delete');
  await expect.poll(() => stored(app, 1)).toEqual([1, 2]);

  await choose(app, 'kitten', 'Merge into another…');
  await expect(page.getByRole('dialog')).toContainText('3 annotations on 2 images');
  await page.getByRole('button', { name: /^Merge into:/ }).click();
  await page.getByRole('combobox', { name: 'Merge into' }).fill('ca');
  await page.keyboard.press('Enter');
  await picture(page, 'category-merge');
  await page.getByRole('button', { name: 'Merge', exact: true }).click();
  const notice = page.getByRole('status').filter({ hasText: 'Merged “kitten” into “cat”: 3 annotations on 2 images' });
  await expect(notice.getByRole('button', { name: 'Undo' })).toBeVisible();
  expect([await stored(app, 1), await stored(app, 2)]).toEqual([
    [1, 1],
    [1, 1],
  ]);
  expect(await names(app)).toEqual(['cat', 'dog']);
  await expect(page.getByRole('listbox', { name: 'Annotations' }).getByRole('option', { name: /^cat/ })).toHaveCount(2);

  await test.step('Ctrl+Z takes back the deletion on this image and nothing else', async () => {
    await page.getByRole('application').focus();
    await page.keyboard.press('Control+z');
    await expect.poll(() => stored(app, 1)).toEqual([1, 1, 3]);
    await page.keyboard.press('Control+z');
    expect([await stored(app, 1), await stored(app, 2)]).toEqual([
      [1, 1, 3],
      [1, 1],
    ]);
  });

  await test.step('the merge survives a kill, and so does its undo', async () => {
    await app.kill();
    const again = await launch({ userData: app.userData });
    const { page } = again;
    await page.getByRole('region', { name: 'Recent projects' }).getByRole('button').first().click();
    await openByName(again, 'b.png');
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await expect(page.getByRole('menuitem', { name: /^Undo on this image/ })).toBeDisabled();
    await picture(page.getByRole('menu'), 'edit-menu');
    await page.getByRole('menuitem', { name: 'Undo in project: Merge “kitten” into “cat”' }).click();
    await expect(row(again, 'kitten')).toBeVisible();
    expect([await stored(again, 1), await stored(again, 2)]).toEqual([
      [1, 2, 3],
      [2, 2],
    ]);
    await page.keyboard.press('Control+Alt+Shift+Z');
    await expect(row(again, 'kitten')).toBeHidden();
    expect(await stored(again, 2)).toEqual([1, 1]);
    await again.close();
  });
});

test('deleting a category keeps its annotations unless one says otherwise', async () => {
  const app = await launch({ args: [await dataset()] });
  const { page } = app;
  await openByName(app, 'a.png');
  await choose(app, 'kitten', 'Delete…');
  await expect(page.getByRole('dialog')).toContainText('3 annotations on 2 images');
  // Nothing is deleted by a click or an Enter too many.
  await expect(page.getByRole('radio', { name: 'Move them to another category' })).toBeChecked();
  const moveAndDelete = page.getByRole('button', { name: 'Move and delete' });
  await expect(moveAndDelete).toBeDisabled();
  await expect(page.getByRole('dialog', { name: 'Delete category' })).toBeVisible();
  await page.getByRole('radio', { name: 'Delete its annotations too' }).check();
  const deleteAll = page.getByRole('button', { name: 'Delete with 3 annotations' });
  await expect(deleteAll).toHaveClass(/danger/);
  await expect(deleteAll).not.toHaveClass(/primary/);
  await deleteAll.click();
  await expect(row(app, 'kitten')).toBeHidden();
  expect([await stored(app, 1), await stored(app, 2)]).toEqual([[1, 3], []]);
  await expect(page.getByRole('option', { name: /b\.png/ })).toContainText('0 annotations');
  await page.getByRole('status').filter({ hasText: 'Deleted category' }).getByRole('button', { name: 'Undo' }).click();
  await expect(row(app, 'kitten')).toBeVisible();
  expect(await stored(app, 2)).toEqual([2, 2]);

  await choose(app, 'dog', 'Delete…');
  await page.getByRole('button', { name: /^Move to:/ }).click();
  await page.getByRole('option', { name: 'kitten' }).last().click();
  await expect(moveAndDelete).toHaveClass(/primary/);
  await moveAndDelete.click();
  await expect(row(app, 'dog')).toBeHidden();
  expect(await stored(app, 1)).toEqual([1, 2, 2]);
  await app.close();
});

test('make, rename, colour and give a key; what clashes is refused with the reason', async () => {
  const app = await launch({ args: [await dataset()] });
  const { page } = app;
  const imageId = await openByName(app, 'a.png');
  await page.getByRole('button', { name: 'New category' }).click();
  await page.getByRole('textbox', { name: 'Name of the new category' }).fill('horse');
  await page.keyboard.press('Enter');
  await expect(row(app, 'horse')).toHaveAttribute('aria-selected', 'true');

  await row(app, 'horse').click();
  await page.keyboard.press('F2');
  await page.getByRole('textbox', { name: 'New name of horse' }).fill('pony');
  await page.keyboard.press('Enter');
  await expect.poll(() => names(app)).toEqual(['cat', 'kitten', 'dog', 'pony']);

  await choose(app, 'pony', 'Edit: colour, key, attributes…');
  const dialog = page.getByRole('dialog', { name: 'Category' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('cat');
  await expect(dialog.getByRole('alert')).toHaveText('Another category has this name');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('pony');
  await dialog.getByLabel('Supercategory').fill('animal');
  await dialog.getByLabel('Colour').fill('#ff8800');
  await dialog.getByRole('textbox', { name: 'Key' }).fill('p');
  await expect(dialog.getByRole('alert')).toHaveText('P is taken: Polygon');
  await dialog.getByRole('textbox', { name: 'Key' }).fill('q');
  await picture(page, 'category-edit');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  const pony = (await app.ask('project.summary', {})).categories.at(-1)!;
  expect(pony).toMatchObject({ name: 'pony', supercategory: 'animal', color: '#ff8800', hotkey: 'Q' });

  await page.getByRole('listbox', { name: 'Annotations' }).getByRole('option').first().click();
  await page.keyboard.press('q');
  await expect.poll(async () => categoriesOf(await storedAnnotations(app, imageId))).toEqual([1, 2, pony.id]);
  await page.keyboard.press('1');
  await expect.poll(async () => categoriesOf(await storedAnnotations(app, imageId))).toEqual([1, 2, 1]);
  await app.close();
});

test('a preset list is added in one step, and taken back in one', async () => {
  const app = await launch({ args: [await writeCoco([{ name: 'a.png', width: 20, height: 20 }], ['person'])] });
  const { page } = app;
  await openByName(app, 'a.png');
  await page.getByRole('button', { name: 'Add a preset list' }).click();
  await page.getByRole('radio', { name: /COCO 80, original ids/ }).check();
  await picture(page, 'category-presets');
  await page.getByRole('button', { name: 'Add 79 categories' }).click();
  await expect(page.getByText('Added 79 categories; 1 was there already')).toBeVisible();
  const all = (await app.ask('project.summary', {})).categories;
  expect(all).toHaveLength(80);
  expect(all.at(-1)).toMatchObject({ id: 90, name: 'toothbrush', supercategory: 'indoor' });
  await page.getByRole('searchbox', { name: 'Search categories' }).fill('outdoor');
  await expect(categories(app).getByRole('option')).toHaveCount(5);
  await expect(page.getByRole('region', { name: 'Categories' }).locator('header .count')).toHaveText('5 of 80');
  // Enter takes what is named, also where the active one has the word in its name.
  const search = page.getByRole('searchbox', { name: 'Search categories' });
  for (const [word, name] of [
    ['teddy', 'teddy bear'],
    ['bear', 'bear'],
  ] as const) {
    await search.fill(word);
    await search.press('Enter');
    await expect(categories(app).getByRole('option', { selected: true })).toContainText(name);
    await expect(categories(app).getByRole('option', { selected: true })).toHaveCount(1);
  }
  await expect(categories(app).getByRole('option', { selected: true })).not.toContainText('teddy');
  await page.getByRole('button', { name: 'Undo', exact: true }).last().click();
  await expect.poll(() => names(app)).toEqual(['person']);
  await app.close();
});

test('what is drawn before there is a category waits for its name', async () => {
  const app = await launch({ args: [await writeCoco([{ name: 'a.png', width: 60, height: 40, boxes: [] }], [])] });
  const { page } = app;
  const canvas = page.getByRole('application', { name: 'Image canvas' });
  const { x, y, width, height } = (await canvas.boundingBox())!;
  const drawBox = async () => {
    await canvas.focus();
    await page.keyboard.press('r');
    await page.mouse.move(x + width * 0.4, y + height * 0.4);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.6, y + height * 0.6, { steps: 4 });
    await page.mouse.up();
  };
  const asked = page.locator('.notice').getByText('Name a category to finish this: every annotation belongs to one');
  const annotations = page.getByRole('listbox', { name: 'Annotations' }).getByRole('option');
  await drawBox();
  await expect(asked).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(asked).toBeHidden();
  await expect(annotations).toHaveCount(0);
  await drawBox();
  // The notice has the field itself, and goes when the category is there.
  const field = page.getByRole('textbox', { name: 'Name of the first category' });
  // What is typed at once is the name, and chooses no tool.
  await expect(field).toBeFocused();
  // Closing the window asks first; who goes back finds the shape and the question.
  const questions = () => app.electron.evaluate(() => (globalThis as { asked?: string[] }).asked);
  await app.electron.evaluate(({ BrowserWindow, dialog }) => {
    const asked = ((globalThis as { asked?: string[] }).asked = []) as string[];
    dialog.showMessageBoxSync = (...args: unknown[]) => asked.push((args.at(-1) as { message: string }).message) * 0;
    BrowserWindow.getAllWindows()[0].close();
  });
  await expect.poll(questions).toEqual(['Close without the shape you drew?']);
  await expect(field).toBeFocused();
  await page.keyboard.type('cell');
  await expect(field).toHaveValue('cell');
  await page.keyboard.press('Enter');
  await expect(row(app, 'cell')).toBeVisible();
  await expect(page.locator('.notice')).toHaveCount(0);
  await expect(annotations).toHaveCount(1);
  // The keys are those of the canvas again.
  await page.keyboard.press('Control+z');
  await expect(annotations).toHaveCount(0);
  await drawBox();
  await expect(annotations).toHaveCount(1);
  await app.close();
});
