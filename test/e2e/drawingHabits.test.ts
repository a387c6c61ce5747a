/** Habits from other tools: a field at the object asks for its category, Alt or the right button erases, the wheel sizes the brush. */
import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Desk, makeDataset } from './support/desk';

let desk: Desk;

test.beforeAll(async () => {
  desk = await Desk.open(await makeDataset(3));
});
test.afterAll(async () => {
  await desk.close();
});

async function setting(label: string): Promise<void> {
  await desk.key('Control+,');
  const dialog = desk.page.getByRole('dialog', { name: 'Settings' });
  await dialog.getByRole('checkbox', { name: label }).click();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(dialog).toBeHidden();
}

const names = async () => {
  const { categories } = await desk.app.ask('project.summary', {});
  const byId = new Map(categories.map(({ id, name }) => [id, name]));
  return (await desk.annotations()).map(({ categoryId }) => byId.get(categoryId));
};
const areas = async () => (await desk.annotations()).map(({ area }) => area);

test('after drawing, a field at the object takes a category, makes one, or leaves the one there is', async () => {
  await setting('Ask for the category after drawing');
  const field = desk.page.getByRole('dialog', { name: 'Category of what was drawn' });
  await desk.key('1', 'r');
  await desk.drag([
    [4, 4],
    [14, 14],
  ]);
  await expect(field.getByRole('combobox')).toBeFocused();
  await desk.page.keyboard.type('debr');
  await desk.key('Enter');
  await expect(field).toBeHidden();
  await expect.poll(names).toEqual(['debris']);

  // What was picked goes on as the next one's.
  await desk.drag([
    [24, 4],
    [34, 14],
  ]);
  await expect(field.getByRole('combobox')).toBeFocused();
  await desk.key('Escape');
  await expect(field).toBeHidden();
  await expect.poll(names).toEqual(['debris', 'debris']);

  await desk.drag([
    [4, 24],
    [14, 34],
  ]);
  await expect(field.getByRole('combobox')).toBeFocused();
  // Digits are part of the name here, and no key of the window's.
  await desk.page.keyboard.type('vesicle 1');
  await desk.key('Enter');
  await expect.poll(names).toEqual(['debris', 'debris', 'vesicle 1']);
  await setting('Ask for the category after drawing');
  await desk.drag([
    [24, 24],
    [34, 34],
  ]);
  await expect.poll(names).toEqual(['debris', 'debris', 'vesicle 1', 'vesicle 1']);
  await expect(field).toBeHidden();
});

test('Alt with the lasso cuts out of what it goes around; the right button does where one sets it', async () => {
  await desk.freshImage();
  await desk.key('1', 'r');
  await desk.drag([
    [4, 4],
    [24, 24],
  ]);
  await desk.steps(1);
  expect(await areas()).toEqual([400]);
  const lasso = desk.page
    .getByRole('toolbar', { name: 'Tools' })
    .getByRole('button', { name: /^Lasso/ })
    .first();
  await lasso.click();
  const around = [
    [0, 0],
    [14, 0],
    [14, 28],
    [0, 28],
  ] as const;
  await desk.drag(around, 'Alt');
  await desk.steps(2);
  expect((await areas())[0]).toBeLessThan(260);
  expect(await desk.annotations()).toHaveLength(1);
  await desk.key('Control+z');
  await desk.steps(1);

  await setting('The right button erases with brush and lasso');
  await desk.hover(around[0]);
  await desk.page.mouse.down({ button: 'right' });
  for (const point of around.slice(1)) await desk.page.mouse.move(...desk.at(point), { steps: 4 });
  await desk.page.mouse.up({ button: 'right' });
  await desk.steps(2);
  expect((await areas())[0]).toBeLessThan(260);
  await expect(desk.page.getByRole('menu')).toBeHidden();
  await setting('The right button erases with brush and lasso');
});

test('Alt and the wheel change the size of the brush, and the wheel alone still zooms', async () => {
  await desk.freshImage();
  await desk.key('b');
  await desk.brushSize(8);
  await desk.hover([20, 20]);
  const size = async () => Number(/(\d+) px/.exec((await desk.page.getByRole('contentinfo').textContent())!)?.[1]);
  const view = () => desk.canvas.getAttribute('data-view');
  const before = await view();
  // Ctrl is for a wheel with notches only, and a made-up one has none.
  await desk.page.keyboard.down('Alt');
  await desk.page.mouse.wheel(0, -120);
  await expect.poll(size).toBeGreaterThan(8);
  await desk.page.mouse.wheel(0, 120);
  await expect.poll(size).toBe(8);
  await desk.page.keyboard.up('Alt');
  expect(await view()).toBe(before);
  await desk.page.mouse.wheel(0, -120);
  await expect.poll(view).not.toBe(before);
  expect(await size()).toBe(8);
  // Nothing of this was drawn, and the settings are as they were found.
  expect(await desk.annotations()).toEqual([]);
  const file = join(desk.app.userData, 'settings.json');
  await expect
    .poll(() => (JSON.parse(readFileSync(file, 'utf8')) as { drawing: unknown }).drawing)
    .toMatchObject({ rightErases: false, asksCategory: false });
});
