/** One writer: a second window on the same project looks and does not touch, until the first one is closed. */
import { expect, test } from '@playwright/test';
import { launch } from './support/app';
import { imageFolder } from './support/imageFolder';
import { guidePicture, resizeForGuide } from './support/window';

test('a second window is read-only, says so, and can take over', async () => {
  const folder = await imageFolder(['01.png', '02.png']);
  const writer = await launch({ args: [folder] });
  await expect(writer.page.getByRole('banner')).toContainText('01.png');
  await writer.ask('category.create', { name: 'leaf' });
  const banner = writer.page.getByText(/This project is open in another window/);
  await expect(banner).toBeHidden();

  const reader = await launch({ args: [folder] });
  await resizeForGuide(reader);
  const page = reader.page;
  const { file } = await writer.ask('project.summary', {});
  expect(await reader.ask('project.summary', {})).toMatchObject({
    file,
    readOnly: true,
    readOnlyReason: 'open-elsewhere',
  });
  await expect(page.getByText(/This project is open in another window or run/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Polygon', exact: true })).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Review status: New' })).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Propose' })).toBeDisabled();
  await guidePicture(reader, 'read-only');
  await page.keyboard.press('Alt+3');
  await page.keyboard.press('d');
  await expect(page.getByRole('banner')).toContainText('02.png');

  await page.getByRole('button', { name: 'Open for editing' }).click();
  await expect(page.getByText('It is still open elsewhere')).toBeVisible();
  expect((await writer.ask('image.list', {})).map(({ status }) => status)).toEqual(['new', 'new']);

  // What the writer does meanwhile is there when the reader takes over, even after a crash of the writer.
  const [first] = await writer.ask('image.list', {});
  await writer.ask('image.setStatus', { imageId: first.id, status: 'done' });
  await writer.kill();
  // The operating system lets the lock go with the store process, a moment after its parent.
  await expect
    .poll(async () => {
      await page
        .getByRole('button', { name: 'Open for editing' })
        .click({ timeout: 2000 })
        .catch(() => undefined);
      return (await reader.ask('project.summary', {})).readOnly;
    })
    .toBe(false);
  await expect(page.getByText(/This project is open in another window or run/)).toBeHidden();
  await expect(page.getByRole('banner')).toContainText('02.png');
  await expect(page.getByRole('option', { name: '01.png, Done' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Polygon', exact: true })).toBeEnabled();
  await page.keyboard.press('Alt+3');
  await expect(page.getByRole('option', { name: '02.png, Done' })).toBeVisible();
  await reader.close();
});
