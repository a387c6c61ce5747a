/** What describes images and annotations: tags, attributes that a category asks for, the order and the counts of categories. */
import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, launch, temporaryFolder } from './support/app';
import { openByName, storedAnnotations } from './support/look';
import { picture } from './support/screenshots';
import { guidePicture, resizeForGuide } from './support/window';

const categoryRows = (app: App) => app.page.getByRole('listbox', { name: 'Categories' }).getByRole('option');
const focusCanvas = (app: App) => app.page.getByRole('application', { name: 'Image canvas' }).focus();

async function exported(app: App) {
  const file = join(temporaryFolder('describing'), 'out.json');
  await app.exportTo(file, 'coco', { masks: 'as-authored' });
  return JSON.parse(readFileSync(file, 'utf8')) as {
    images: { id: number; tags?: string[] }[];
    annotations: { id: number; attributes?: Record<string, unknown> }[];
  };
}

test('tags, attributes of a category, its order and counts: each is one step, and the file has them', async () => {
  const app = await launch({ args: ['--sample'] });
  await resizeForGuide(app);
  const { page } = app;
  const imageId = await openByName(app, 'coins-01.jpg');

  await test.step('tags are typed, shown in the list, searched for, undone', async () => {
    const field = page.getByRole('combobox', { name: 'Add a tag to the image' });
    await field.fill('wooden table');
    await field.press('Enter');
    await field.pressSequentially('bright,');
    const bar = page.getByRole('group', { name: 'Tags of the image' });
    await expect(bar.getByRole('button', { name: 'bright', exact: true })).toBeVisible();
    const row = page.getByRole('listbox', { name: 'Images' }).getByRole('option', { selected: true });
    await expect(row).toContainText('bright');
    await guidePicture(app, 'image-tags');
    await bar.getByRole('button', { name: 'wooden table', exact: true }).click();
    const search = page.getByRole('searchbox', { name: 'Search images' });
    await expect(search).toHaveValue('tag:"wooden table"');
    await expect(page.getByRole('listbox', { name: 'Images' }).getByRole('option')).toHaveCount(1);
    await search.fill('');
    await bar.getByRole('button', { name: 'Remove tag bright' }).click();
    await expect(bar.getByText('bright')).toHaveCount(0);
    await focusCanvas(app);
    await page.keyboard.press('Control+z');
    await expect(bar.getByText('bright')).toBeVisible();
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await expect(bar.getByRole('button')).toHaveCount(0);
    await page.keyboard.press('Control+Shift+z');
    await expect(bar.getByText('wooden table')).toBeVisible();
    expect((await exported(app)).images.find(({ id }) => id === imageId)!.tags).toEqual(['wooden table']);
  });

  await test.step('a category asks for attributes; what is wrong with one is said before it is saved', async () => {
    await categoryRows(app).filter({ hasText: 'coin' }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Edit: colour, key, attributes…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Category' });
    const add = dialog.getByRole('button', { name: 'Add an attribute' });
    const choose = async (label: RegExp, option: string) => {
      await dialog.getByRole('combobox', { name: label }).click();
      await page.getByRole('option', { name: option, exact: true }).click();
    };
    await add.click();
    await expect(dialog.getByRole('alert')).toHaveText('An attribute needs a name');
    await expect(dialog.getByRole('button', { name: 'Save' })).toBeDisabled();
    await dialog.getByRole('textbox', { name: 'Name of attribute 1' }).fill('metal');
    await choose(/^Kind of metal/, 'Choice');
    await expect(dialog.getByRole('alert')).toHaveText('“metal” needs choices, separated by commas');
    await dialog.getByRole('textbox', { name: 'Choices of metal' }).fill('copper, silver, gold');
    await choose(/^Default of metal/, 'copper');
    await add.click();
    await dialog.getByRole('textbox', { name: 'Name of attribute 2' }).fill('worn');
    await choose(/^Kind of worn/, 'Yes or no');
    await add.click();
    await dialog.getByRole('textbox', { name: 'Name of attribute 3' }).fill('year');
    await choose(/^Kind of year/, 'Number');
    await dialog.getByRole('textbox', { name: 'Default of year' }).fill('old');
    await expect(dialog.getByRole('alert')).toHaveText('The default of “year” is not a number');
    await dialog.getByRole('textbox', { name: 'Default of year' }).fill('');
    await picture(dialog, 'category-attributes');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toBeHidden();
    const notice = page.getByText('Attributes of “coin” changed');
    await expect(notice).toBeVisible();
    await page.getByRole('button', { name: 'Dismiss' }).last().click();
    await expect(notice).toBeHidden();
    expect((await app.ask('project.summary', {})).categories.find(({ name }) => name === 'coin')!.attributes).toEqual([
      { name: 'metal', kind: 'choice', choices: ['copper', 'silver', 'gold'], default: 'copper' },
      { name: 'worn', kind: 'yes-no' },
      { name: 'year', kind: 'number' },
    ]);
  });

  const inspector = page.getByRole('region', { name: 'Inspector' });
  await test.step('the inspector has a field for each, and every change is one step', async () => {
    await page.getByRole('listbox', { name: 'Annotations' }).getByRole('option').first().click();
    const [id] = (await storedAnnotations(app, imageId)).slice(-1).map((annotation) => annotation.id);
    const attributes = async () =>
      (await storedAnnotations(app, imageId)).find((annotation) => annotation.id === id)!.extra.attributes;
    await inspector.getByRole('combobox', { name: 'metal: not set' }).click();
    await page.getByRole('option', { name: 'silver', exact: true }).click();
    await expect.poll(attributes).toEqual({ metal: 'silver' });
    // A letter after that is a shortcut: it chooses a tool and not “gold”.
    for (const [key, tool] of [
      ['g', 'GrabCut'],
      ['v', 'Select'],
    ]) {
      await page.keyboard.press(key);
      await expect(page.getByRole('button', { name: tool, exact: true })).toHaveAttribute('aria-pressed', 'true');
    }
    expect(await attributes()).toEqual({ metal: 'silver' });
    await inspector.getByRole('combobox', { name: 'worn: not set' }).click();
    await page.getByRole('option', { name: 'no', exact: true }).click();
    const year = inspector.getByRole('textbox', { name: 'year' });
    await year.fill('mcmxc');
    await year.press('Enter');
    await expect(inspector.getByRole('alert')).toHaveText('“mcmxc” is not a number');
    await year.fill('1990');
    await year.press('Enter');
    await expect.poll(attributes).toEqual({ metal: 'silver', worn: false, year: 1990 });
    await picture(inspector, 'inspector-attributes');
    expect((await exported(app)).annotations.find((record) => record.id === id)!.attributes).toEqual({
      metal: 'silver',
      worn: false,
      year: 1990,
    });
    await focusCanvas(app);
    await page.keyboard.press('Control+z');
    await expect.poll(attributes).toEqual({ metal: 'silver', worn: false });
  });

  await test.step('category names stand on the canvas where they are wanted; a crowd says so in any case', async () => {
    const canvas = page.getByRole('application', { name: 'Image canvas' });
    /** Without its rim, which shows whether it has the keyboard. */
    const look = async () => {
      const { x, y, width, height } = (await canvas.boundingBox())!;
      return page.screenshot({ clip: { x: x + 8, y: y + 8, width: width - 16, height: height - 16 } });
    };
    const looksLike = (other: Buffer) => expect.poll(async () => (await look()).equals(other));
    const quiet = async () => {
      await focusCanvas(app);
      await page.keyboard.press('Escape');
      await page.mouse.move(5, 5);
    };
    await quiet();
    await expect(
      page.getByRole('listbox', { name: 'Annotations' }).getByRole('option', { selected: true }),
    ).toHaveCount(0);
    // What was selected leaves the canvas with the worker's next frame.
    let plain = await look();
    await expect(async () => {
      const before = plain;
      plain = await look();
      expect(plain.equals(before)).toBe(true);
    }).toPass({ intervals: [400] });
    await page.keyboard.press('Shift+C');
    await looksLike(plain).toBe(false);
    await page.keyboard.press('Shift+C');
    await looksLike(plain).toBe(true);

    await page.getByRole('listbox', { name: 'Annotations' }).getByRole('option').first().click();
    await inspector.getByRole('checkbox', { name: 'Crowd' }).check();
    await quiet();
    await expect.poll(async () => (await storedAnnotations(app, imageId)).slice(-1)[0].isCrowd).toBe(true);
    await looksLike(plain).toBe(false);
    const crowd = await look();
    await page.keyboard.press('Shift+C');
    await looksLike(crowd).toBe(false);
    await guidePicture(app, 'category-names');
    await page.keyboard.press('Shift+C');
    await page.keyboard.press('Control+z');
    await looksLike(plain).toBe(true);
  });

  await test.step('what is drawn next starts with the defaults; the counts follow', async () => {
    const coin = categoryRows(app).filter({ hasText: 'coin' });
    await expect(coin.getByRole('img', { name: '18 in this image, 18 in the project' })).toBeVisible();
    await coin.click();
    await focusCanvas(app);
    await page.keyboard.press('Escape');
    await page.keyboard.press('r');
    const canvas = (await page.getByRole('application', { name: 'Image canvas' }).boundingBox())!;
    const middle = [canvas.x + canvas.width / 2, canvas.y + canvas.height / 2] as const;
    await page.mouse.move(middle[0] - 30, middle[1] - 30);
    await page.mouse.down();
    await page.mouse.move(middle[0] + 30, middle[1] + 30, { steps: 4 });
    await page.mouse.up();
    await expect
      .poll(async () => (await storedAnnotations(app, imageId)).slice(-1)[0].extra)
      .toEqual({ attributes: { metal: 'copper' } });
    await expect(coin.getByRole('img', { name: '19 in this image, 19 in the project' })).toBeVisible();
    await openByName(app, 'nuclei-01.png');
    await expect(coin.getByRole('img', { name: '0 in this image, 19 in the project' })).toBeVisible();
  });

  await test.step('categories are put in another order by drag and by keys; the digits follow', async () => {
    const names = () =>
      categoryRows(app).evaluateAll((rows) => rows.map((row) => (row as HTMLElement).title.split(/ \(|\n/)[0]));
    const undoTitle = async () => (await app.ask('project.history', {})).undoTitle;
    expect(await names()).toEqual(['nucleus', 'coin']);
    const [from, to] = [await categoryRows(app).nth(1).boundingBox(), await categoryRows(app).nth(0).boundingBox()];
    await page.mouse.move(from!.x + 60, from!.y + 14);
    await page.mouse.down();
    await page.mouse.move(to!.x + 60, to!.y + 3, { steps: 5 });
    await expect(page.getByRole('listbox', { name: 'Categories' }).locator('.gap')).toBeVisible();
    await page.mouse.up();
    await expect.poll(names).toEqual(['coin', 'nucleus']);
    await picture(page.getByRole('region', { name: 'Categories' }), 'category-order');
    expect(await undoTitle()).toBe('Move category');
    await categoryRows(app).nth(1).click();
    await page.keyboard.press('Control+ArrowUp');
    await expect.poll(names).toEqual(['nucleus', 'coin']);
    await page.keyboard.press('Control+ArrowDown');
    await expect.poll(names).toEqual(['coin', 'nucleus']);
    await app.ask('project.undo', { openImageId: null });
    expect((await app.ask('project.summary', {})).categories.map(({ name }) => name)).toEqual(['nucleus', 'coin']);
  });
  await app.close();
});
