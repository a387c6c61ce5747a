/** One writer: a second window on the same project looks and does not touch, until the first one is closed. */
import { _electron, expect, test } from '@playwright/test';
import { launch } from './support/app';
import { imageFolder } from './support/imageFolder';
import { guidePicture, openManyImages, resizeForGuide } from './support/window';

const why = 'Read-only: the project is open in another window or run';

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
  await expect(page.getByText(/This project is open in another window or run/)).toBeVisible();
  const { file } = await writer.ask('project.summary', {});
  expect(await reader.ask('project.summary', {})).toMatchObject({
    file,
    readOnly: true,
    readOnlyReason: 'open-elsewhere',
  });
  await expect(page.getByRole('button', { name: 'Polygon', exact: true })).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Review status: New' })).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Propose', exact: true })).toBeDisabled();
  const many = await openManyImages(page);
  await expect(many.getByRole('button', { name: 'Run on all 2 images' })).toHaveAttribute('title', why);
  await page.keyboard.press('Escape');
  await guidePicture(reader, 'read-only');
  // What is asked for all the same is answered.
  const answer = page.getByRole('status').filter({ hasText: why });
  await page.getByRole('application').focus();
  for (const key of ['p', 'Control+v', 'Alt+3']) {
    await page.keyboard.press(key);
    await expect(answer, key).toBeVisible();
    await answer.getByRole('button', { name: 'Dismiss' }).click();
    await expect(answer, key).toBeHidden();
  }
  await expect(page.getByRole('button', { name: 'Polygon', exact: true })).toHaveAttribute('aria-pressed', 'false');
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await expect(page.getByRole('menu')).toContainText(why);
  await expect(page.getByRole('menuitem', { name: 'Paste' })).toBeDisabled();
  await page.keyboard.press('Escape');
  await page.getByRole('application').focus();
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
      // While it is opened again there is none.
      const project = await reader.ask('project.summary', {}).catch(() => null);
      return project?.readOnly;
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

test('New window opens a second one on the same project, which is read-only and says so', async () => {
  const writer = await launch({ args: [await imageFolder(['01.png', '02.png'])] });
  await expect(writer.page.getByRole('banner')).toContainText('01.png');
  // The program it would start is started by the test instead, which can see its own alone.
  await writer.electron.evaluate(() => {
    const children = process.mainModule!.require('node:child_process') as typeof import('node:child_process');
    children.spawn = ((...started: unknown[]) => {
      Object.assign(globalThis, { started });
      return { unref: () => undefined };
    }) as never;
  });
  await writer.page.getByRole('button', { name: 'Edit', exact: true }).click();
  await writer.page.getByRole('menuitem', { name: 'New window' }).click();
  const started = () => writer.electron.evaluate(() => (globalThis as { started?: [string, string[]] }).started);
  await expect.poll(started).toBeDefined();
  const [executablePath, args] = (await started())!;
  const second = await _electron.launch({ executablePath, args });
  const page = await second.firstWindow();
  await expect(page.getByText(/This project is open in another window or run/)).toBeVisible();
  await expect(page.getByRole('banner')).toContainText('01.png');
  await expect(page.getByRole('button', { name: 'Polygon', exact: true })).toBeDisabled();
  expect(await writer.ask('project.summary', {})).toMatchObject({ readOnly: false });

  // It lives on without the first, and takes over.
  await writer.close();
  await page.getByRole('button', { name: 'Open for editing' }).click();
  await expect(page.getByText(/This project is open in another window or run/)).toBeHidden();
  await expect(page.getByRole('button', { name: 'Polygon', exact: true })).toBeEnabled();
  await second.close();
});
