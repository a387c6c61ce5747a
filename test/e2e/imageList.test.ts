/** The image list: search, filter, keys, review status, a hundred thousand rows, and images that moved. */
import { expect, test } from '@playwright/test';
import { createAnnotation } from '@shared/document/segmentation';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { launch, temporaryFolder, type App } from './support/app';
import { imageFolder } from './support/imageFolder';
import { answerOpenDialog, guidePicture, resizeForGuide, resizeTo } from './support/window';

const list = (app: App) => app.page.getByRole('listbox', { name: 'Images' });
const option = (app: App, name: string) => list(app).getByRole('option', { name });
const count = (app: App) => app.page.getByRole('region', { name: 'Images', exact: true }).getByRole('status').first();
const openName = (app: App) => app.page.getByRole('banner');

async function drawBox(app: App): Promise<void> {
  await app.page.keyboard.press('r');
  const box = (await app.page.getByRole('application').boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await app.page.mouse.move(x - 60, y - 40);
  await app.page.mouse.down();
  await app.page.mouse.move(x + 60, y + 40, { steps: 4 });
  await app.page.mouse.up();
}

test('review status by keys and menu, with a reason; the first edit begins an image', async () => {
  const folder = await imageFolder(['01.png', '02.png', '03.png', '04.png', '05.png', '06.png']);
  const app = await launch({ args: [folder] });
  await resizeForGuide(app);
  await expect(openName(app)).toContainText('01.png');
  await app.ask('category.create', { name: 'leaf' });
  await app.page.getByRole('button', { name: 'Close project' }).click();
  await app.page.getByRole('region', { name: 'Recent projects' }).getByRole('button').first().click();
  await expect(openName(app)).toContainText('01.png');
  await expect(option(app, '01.png, New')).toBeVisible();

  await drawBox(app);
  await expect(option(app, '01.png, In progress, 1 annotation')).toBeVisible();
  await app.page.keyboard.press('Control+Enter');
  await expect(option(app, '01.png, Done')).toBeVisible();
  await expect(openName(app)).toContainText('02.png');

  await app.page.keyboard.press('Alt+4');
  await expect(app.page.getByRole('dialog', { name: 'Reject image' })).toBeVisible();
  await app.page.keyboard.type('Blurred: ask for a new picture');
  await app.page.keyboard.press('Enter');
  await expect(option(app, '02.png, Rejected')).toBeVisible();
  await expect(app.page.getByRole('group', { name: 'Review' })).toContainText('Blurred: ask for a new picture');

  await app.page.keyboard.press('Shift+N');
  await expect(openName(app)).toContainText('03.png');
  await app.page.getByRole('button', { name: 'Review status: New' }).click();
  await app.page.getByRole('menuitem', { name: 'In progress' }).click();
  await expect(option(app, '03.png, In progress')).toBeVisible();
  await guidePicture(app, 'review');

  await test.step('a status is a step of its image: Ctrl+Z takes it back, and so does the notice from the next image', async () => {
    const group = app.page.getByRole('group', { name: 'Review' });
    await option(app, '02.png').click();
    await expect(openName(app)).toContainText('02.png');
    await app.page.keyboard.press('Alt+3');
    await expect(option(app, '02.png, Done')).toBeVisible();
    // The reason is kept and shown.
    await expect(group).toContainText('Rejected before: Blurred: ask for a new picture');
    await app.page.keyboard.press('Control+z');
    await expect(option(app, '02.png, Rejected')).toBeVisible();
    await expect(app.page.getByText('02.png is rejected again')).toBeVisible();
    await app.page.keyboard.press('Control+Shift+z');
    await expect(option(app, '02.png, Done')).toBeVisible();
    await app.page.keyboard.press('Control+z');
    await expect(option(app, '02.png, Rejected')).toBeVisible();
    await app.page.keyboard.press('Control+Enter');
    await expect(openName(app)).toContainText('03.png');
    const notice = app.page.getByRole('status').filter({ hasText: '02.png is done' });
    await notice.getByRole('button', { name: 'Undo' }).click();
    await expect(option(app, '02.png, Rejected')).toBeVisible();
    await expect(app.page.getByText('02.png is rejected again')).toBeVisible();
    await expect(openName(app)).toContainText('03.png');
  });

  await test.step('what was typed as a reason is there again after Esc', async () => {
    await app.page.getByRole('application').focus();
    await app.page.keyboard.press('Alt+4');
    await app.page.keyboard.type('Out of focus');
    await app.page.keyboard.press('Escape');
    await expect(app.page.getByRole('dialog')).toBeHidden();
    await app.page.keyboard.press('Alt+4');
    await expect(app.page.getByRole('textbox', { name: 'Reason' })).toHaveValue('Out of focus');
    await app.page.keyboard.press('Escape');
  });

  // From the last one on, the next unfinished image is the first that is left.
  await option(app, '06.png').click();
  await app.page.keyboard.press('Shift+N');
  await expect(openName(app)).toContainText('03.png');

  const rows = await app.ask('image.list', {});
  expect(rows.map(({ status, reason }) => [status, reason]).slice(0, 4)).toEqual([
    ['done', null],
    ['rejected', 'Blurred: ask for a new picture'],
    ['in-progress', null],
    ['new', null],
  ]);
  await app.close();
});

test('search, filter and the keys of the list', async () => {
  const long = 'a-very-long-folder-of-the-left-hand-side-of-the-third-slide-of-the-series/san_2025-11.png';
  const folder = await imageFolder(['01.png', '02.png', '03.png', 'sub/11.png', 'sub/12.png', long]);
  writeFileSync(join(folder, 'instances.json'), '');
  const app = await launch({ args: [folder] });
  await resizeForGuide(app);
  await expect(list(app).getByRole('option')).toHaveCount(6);
  await expect(count(app)).toHaveText('6');
  // The middle of a long name gives way, its end is always to be read.
  const end = option(app, long).getByText('2025-11.png');
  const right = (box: { x: number; width: number } | null) => box!.x + box!.width;
  expect(right(await end.boundingBox())).toBeLessThan(right(await option(app, long).boundingBox()));
  // Also where there is no room for a file's whole name.
  await resizeTo(app, 900, 600);
  const name = end.locator('..');
  expect(await name.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBeLessThanOrEqual(0);
  await expect(end).toBeInViewport({ ratio: 1 });
  await resizeForGuide(app);

  await app.page.keyboard.press('Control+f');
  await app.page.keyboard.type('SUB/');
  await expect(count(app)).toHaveText('2 of 6');
  await app.page.keyboard.press('Tab');
  await app.page.keyboard.press('Tab');
  await expect(list(app)).toBeFocused();
  await app.page.keyboard.press('ArrowDown');
  await expect(openName(app)).toContainText('sub/11.png');
  await app.page.keyboard.press('ArrowDown');
  await expect(openName(app)).toContainText('sub/12.png');
  await app.page.keyboard.press('Home');
  await expect(openName(app)).toContainText('sub/11.png');
  // D and A walk through what was found.
  await app.page.keyboard.press('d');
  await expect(openName(app)).toContainText('sub/12.png');

  await app.page.getByRole('searchbox', { name: 'Search images' }).fill('nothing');
  await expect(app.page.getByText('No image fits “nothing”')).toBeVisible();
  await app.page.getByRole('button', { name: 'Show all images' }).click();
  await expect(count(app)).toHaveText('6');

  const [category] = await app.ask('category.create', { name: 'leaf' });
  const rows = await app.ask('image.list', {});
  await app.ask('image.setStatus', { imageId: rows[0].id, status: 'done' });
  await app.page.getByRole('button', { name: 'Close project' }).click();
  await app.page.getByRole('region', { name: 'Recent projects' }).getByRole('button').first().click();
  await option(app, '02.png').click();
  await expect(openName(app)).toContainText('02.png');
  await drawBox(app);
  await expect(option(app, '02.png, In progress, 1 annotation')).toBeVisible();

  await test.step('words find states and numbers of annotations', async () => {
    const search = app.page.getByRole('searchbox', { name: 'Search images' });
    await search.fill('done');
    await expect(count(app)).toHaveText('1 of 6');
    // Enter opens what is found and lets go of the field, Escape empties it and then lets go.
    const canvas = app.page.getByRole('application');
    await search.press('Enter');
    await expect(openName(app)).toContainText('01.png');
    await expect(canvas).toBeFocused();
    await app.page.keyboard.press('Control+f');
    await app.page.keyboard.press('Escape');
    await expect(count(app)).toHaveText('6');
    await expect(search).toBeFocused();
    await app.page.keyboard.press('Escape');
    await expect(canvas).toBeFocused();
    await app.page.keyboard.press('d');
    await expect(openName(app)).toContainText('02.png');
    await search.fill('not done no annotations');
    await expect(count(app)).toHaveText('4 of 6');
    await search.fill('');
  });

  const choose = async (label: string, value: string) => {
    await app.page.getByRole('combobox', { name: new RegExp(`^${label}: `) }).click();
    await app.page.getByRole('option', { name: value, exact: true }).click();
  };
  await app.page.getByRole('button', { name: 'Filter images' }).click();
  await choose('Status', 'Not done');
  await expect(count(app)).toHaveText('5 of 6');
  // Searched by typing: a list of a thousand would take its time to open.
  await app.page.getByRole('button', { name: 'Category: Any category' }).click();
  const picker = app.page.getByRole('dialog', { name: 'Category', exact: true });
  await picker.getByRole('combobox').fill(category.name.slice(0, 3));
  await picker.getByRole('option', { name: category.name, exact: true }).click();
  await expect(count(app)).toHaveText('1 of 6');
  await guidePicture(app, 'image-filter');
  // Edits count at once: the image leaves the filter and comes back.
  await app.page.keyboard.press('Escape');
  await app.page.getByRole('application').focus();
  await app.page.keyboard.press('Control+z');
  await expect(count(app)).toHaveText('0 of 6');
  await app.page.keyboard.press('Control+Shift+z');
  await expect(count(app)).toHaveText('1 of 6');
  await app.page.getByRole('button', { name: 'Filter images (on)' }).click();
  await app.page.getByRole('button', { name: 'Any category', exact: true }).click();
  await expect(count(app)).toHaveText('5 of 6');
  await app.page.getByRole('checkbox', { name: 'Has proposals' }).click();
  await expect(count(app)).toHaveText('0 of 6');
  await app.page.getByRole('dialog').getByRole('button', { name: 'Show all images' }).click();
  await expect(count(app)).toHaveText('6');
  await app.close();
});

test('a hundred thousand images scroll, search and step', async () => {
  const folder = await imageFolder(['one.png']);
  const images = Array.from({ length: 100_000 }, (_, at) => {
    const id = at + 1;
    return { id, file_name: `train/${String(id).padStart(12, '0')}.jpg`, width: 640, height: 480 };
  });
  const coco = join(folder, 'instances.json');
  writeFileSync(coco, JSON.stringify({ images, annotations: [], categories: [] }));
  const app = await launch({ args: [coco] });
  await expect(count(app)).toHaveText('100,000', { timeout: 60_000 });
  await list(app).focus();
  await app.page.keyboard.press('End');
  await expect(option(app, 'train/000000100000.jpg')).toBeVisible();
  expect(await list(app).getByRole('option').count()).toBeLessThan(60);
  await app.page.keyboard.press('ArrowUp');
  await expect(option(app, 'train/000000099999.jpg')).toHaveAttribute('aria-selected', 'true');
  await app.page.getByRole('searchbox', { name: 'Search images' }).fill('00777');
  await expect(count(app)).toHaveText(
    `${images.filter(({ file_name }) => file_name.includes('00777')).length.toLocaleString('en')} of 100,000`,
  );
  await expect(option(app, 'train/000000007770.jpg')).toBeVisible();

  await test.step('opened again, the first images are there while the rest is read', async () => {
    await app.page.getByRole('button', { name: 'Close project' }).click();
    await app.page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(globalThis, { seen });
      const read = () => {
        const text = document.querySelector('section[aria-label="Images"] .count')?.textContent ?? '';
        if (text !== seen.at(-1)) seen.push(text);
      };
      new MutationObserver(read).observe(document.body, { childList: true, subtree: true, characterData: true });
    });
    await app.page.getByRole('region', { name: 'Recent projects' }).getByRole('button').first().click();
    await expect(count(app)).toHaveText('100,000');
    const seen = await app.page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
    expect(seen.slice(-2)).toEqual(['2,000', '100,000']);
  });

  await test.step('no picture is asked for of a row that flies by', async () => {
    // It goes back to where one stopped, which is not the start.
    await list(app).focus();
    await app.page.keyboard.press('Home');
    await expect(option(app, 'train/000000000001.jpg')).toBeVisible();
    await list(app).evaluate((element) => {
      const pictures = new Set<string>();
      const rows = new Set<string>();
      Object.assign(globalThis, { passed: () => [rows.size, pictures.size] });
      new MutationObserver(() => {
        for (const { id } of element.querySelectorAll('[role="option"]')) rows.add(id);
        for (const { src } of element.querySelectorAll('img')) pictures.add(src);
      }).observe(element, { childList: true, subtree: true });
    });
    await list(app).hover();
    // Faster than a hand: the rows of one turn are gone at the next.
    for (let turn = 0; turn < 60; turn++) await app.page.mouse.wheel(0, 4000);
    const scrolledPast = await list(app).evaluate((element) => element.scrollTop / 56);
    await expect(list(app).locator('img, [title="The image file cannot be read"]').first()).toBeVisible();
    const [rows, pictures] = await app.page.evaluate(() =>
      (globalThis as unknown as { passed: () => [number, number] }).passed(),
    );
    expect(scrolledPast).toBeGreaterThan(1000);
    expect(rows).toBeGreaterThan(500);
    expect(pictures).toBeLessThan(rows / 4);
  });
  await app.close();
});

test('images that moved are relinked; missing ones are listed and stay', async () => {
  const names = ['a.png', 'b.png', 'c.png', 'd.png'];
  const folder = await imageFolder(names);
  const projectFolder = temporaryFolder('project');
  const app = await launch({ args: [folder] });
  await expect(openName(app)).toContainText('a.png');
  const { file } = await app.ask('project.summary', {});
  await app.page.getByRole('button', { name: 'Close project' }).click();
  await app.page.getByRole('region', { name: 'Recent projects' }).waitFor();
  const project = join(projectFolder, 'p.maskwright');
  renameSync(file, project);
  const moved = join(dirname(folder), 'moved');
  renameSync(folder, moved);
  renameSync(join(moved, 'b.png'), join(moved, 'renamed.png'));
  rmSync(join(moved, 'c.png'));
  await app.close();

  const again = await launch({ args: [project] });
  await resizeForGuide(again);
  const banner = again.page.getByRole('button', { name: /4 images are missing/ });
  await banner.click();
  const dialog = again.page.getByRole('dialog', { name: 'Relink images' });
  await expect(dialog.getByRole('option')).toHaveText(names);
  await answerOpenDialog(again, moved);
  await dialog.getByRole('button', { name: 'Choose folder' }).click();
  await expect(dialog).toContainText('3 images found, 1 image still missing. It stays in the project.');
  await expect(dialog.getByRole('option')).toHaveText(['c.png']);
  await guidePicture(again, 'relink');
  // By the keyboard: after a click the picture under the pointer would have the keys.
  await again.page.keyboard.press('Escape');
  await expect(again.page.getByRole('button', { name: /1 image is missing/ })).toBeFocused();
  await option(again, 'b.png').click();
  await expect(openName(again)).toContainText('b.png');
  const rows = await again.ask('image.list', {});
  expect(rows.map(({ fileName, missing }) => [fileName, missing])).toEqual(
    names.map((name) => [name, name === 'c.png']),
  );
  expect((await again.ask('image.source', { imageId: rows[1].id })).path).toBe(join(moved, 'renamed.png'));

  await test.step('one that was scaled outside takes its annotations along, and gives them back', async () => {
    const before = (await again.ask('image.open', { imageId: rows[3].id })).snapshot;
    await again.ask('category.create', { name: 'cell' });
    const box = createAnnotation(
      { id: 1, imageId: rows[3].id, categoryId: 1, segmentation: null, zOrder: 1, bbox: [2, 2, 4, 4] },
      before.size,
    );
    const patch = { added: [box], updated: [], removed: [] };
    await again.ask('document.commit', { imageId: rows[3].id, patch, gesture: 'Draw box' });
    const [height, width] = before.size;
    const double = await sharp(join(moved, 'd.png'))
      .resize(width * 2, height * 2)
      .png()
      .toBuffer();
    writeFileSync(join(moved, 'd.png'), double);
    await option(again, 'd.png').click();
    const card = again.page.getByRole('group', { name: 'Image of another size' });
    await expect(card).toContainText(
      `d.png is ${width * 2} x ${height * 2} pixels, it was ${width} x ${height} when it was annotated`,
    );
    await card.getByRole('button', { name: 'Scale its annotations' }).click();
    await expect(again.page.getByText('Scaled 1 annotation on 1 image')).toBeVisible();
    await expect(card).toBeHidden();
    await expect(again.page.getByRole('contentinfo')).toContainText(`${width * 2} × ${height * 2}`);
    const boxes = async () =>
      (await again.ask('image.open', { imageId: rows[3].id })).snapshot.annotations.map(({ bbox }) => bbox);
    expect(await boxes()).toEqual([[4, 4, 8, 8]]);
    await again.page.getByRole('button', { name: 'Undo', exact: true }).last().click();
    await expect(card).toBeVisible();
    expect(await boxes()).toEqual([[2, 2, 4, 4]]);
  });
  await again.close();
});
