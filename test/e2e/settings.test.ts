/** What the window remembers: theme, panels and their widths; and a settings file that cannot be used. */
import { expect, test } from '@playwright/test';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch, temporaryFolder } from './support/app';
import { imageFolder } from './support/imageFolder';
import { guidePicture, resizeForGuide } from './support/window';

test('theme and panels are as they were left', async () => {
  const folder = await imageFolder(['01.png', '02.png']);
  const app = await launch({ args: [folder] });
  await resizeForGuide(app);
  const { page } = app;
  const images = page.getByRole('region', { name: 'Images', exact: true });
  const border = page.getByRole('separator', { name: 'Width of the image list' });
  const widthOf = async () => Math.round((await images.boundingBox())!.width);
  await expect(border).toHaveAttribute('aria-valuenow', '240');

  await page.keyboard.press('Control+,');
  const dialog = page.getByRole('dialog', { name: 'Settings' });
  await dialog.getByRole('combobox', { name: 'Theme: Dark' }).click();
  await page.getByRole('option', { name: 'Light' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await guidePicture(app, 'settings');
  await dialog.getByRole('button', { name: 'Done' }).click();

  const box = (await border.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, 400);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 80, 400, { steps: 5 });
  await page.mouse.up();
  await expect(border).toHaveAttribute('aria-valuenow', '320');
  expect(await widthOf()).toBeGreaterThan(310);
  await page.mouse.dblclick(box.x + box.width / 2 + 80, 400);
  await expect(border).toHaveAttribute('aria-valuenow', '240');
  await border.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await expect(border).toHaveAttribute('aria-valuenow', '320');
  await page.keyboard.press('End');
  await expect(border).toHaveAttribute('aria-valuenow', '560');
  await page.keyboard.press('Home');
  await expect(border).toHaveAttribute('aria-valuenow', '180');
  await guidePicture(app, 'panels');
  await page.keyboard.press('Control+j');
  await expect(page.getByRole('region', { name: 'Annotations' })).toBeHidden();
  await app.close();

  const again = await launch({ userData: app.userData, args: [folder] });
  await expect(again.page.getByRole('banner')).toContainText('01.png');
  await expect(again.page.locator('html')).toHaveAttribute('data-theme', 'light');
  await expect(again.page.getByRole('separator', { name: 'Width of the image list' })).toHaveAttribute(
    'aria-valuenow',
    '180',
  );
  await expect(again.page.getByRole('region', { name: 'Annotations' })).toBeHidden();
  await again.page.keyboard.press('Control+b');
  await expect(again.page.getByRole('region', { name: 'Images', exact: true })).toBeHidden();
  await again.page.keyboard.press('Control+f');
  await expect(again.page.getByRole('searchbox', { name: 'Search images' })).toBeFocused();
  await again.close();
});

test('a broken settings file is set aside with a message', async () => {
  const userData = temporaryFolder('settings');
  const broken = '{ "theme": "light", ';
  writeFileSync(join(userData, 'settings.json'), broken);
  const app = await launch({ userData });
  await resizeForGuide(app);
  await expect(app.page.getByText(/The settings could not be used: it is not JSON/)).toBeVisible();
  await expect(app.page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await guidePicture(app, 'settings-broken');
  const aside = readdirSync(userData).find((name) => name.startsWith('settings.broken-'))!;
  expect(readFileSync(join(userData, aside), 'utf8')).toBe(broken);
  await app.page.keyboard.press('Control+,');
  await app.page.getByRole('combobox', { name: 'Theme: Dark' }).click();
  await app.page.getByRole('option', { name: 'Light' }).click();
  await app.close();
  expect(JSON.parse(readFileSync(join(userData, 'settings.json'), 'utf8'))).toMatchObject({ theme: 'light' });
  const again = await launch({ userData });
  await expect(again.page.locator('html')).toHaveAttribute('data-theme', 'light');
  await expect(again.page.getByText(/The settings could not be used/)).toBeHidden();
  await again.close();
});
