/** A project whose file was damaged, in the window: it is looked at, what can be read is saved, and its copies open. */
import { expect, test } from '@playwright/test';
import { createAnnotation } from '@shared/document/segmentation';
import { copyFileSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { answerDialogs, type App, launch, temporaryFolder } from './support/app';
import { imageFolder } from './support/imageFolder';

const PAGE = 4096;
const recent = (app: App) => app.page.getByRole('region', { name: 'Recent projects' });
/** Several are of the same name. */
const entry = (app: App, file: string) => recent(app).locator(`button[title="${file}"]`);
const count = async (app: App) => (await app.ask('image.open', { imageId: 1 })).snapshot.annotations.length;

async function closeProject(app: App): Promise<void> {
  await app.page.getByRole('button', { name: 'Close project' }).click();
  await expect(recent(app)).toBeVisible();
}

test('a damaged project is saved as far as it can be read, and the newest copy of one that cannot be read opens', async () => {
  const folder = await imageFolder(['a.png', 'b.png']);
  const app = await launch({ args: [folder] });
  const banner = app.page.getByRole('banner');
  await expect(banner).toContainText('a.png');
  const { file } = await app.ask('project.summary', {});
  await app.ask('category.create', { name: 'cell' });
  const added = Array.from({ length: 200 }, (_, i) =>
    createAnnotation(
      {
        id: i + 1,
        imageId: 1,
        categoryId: 1,
        segmentation: null,
        zOrder: i,
        bbox: [i, i, 20, 20],
        extra: { note: 'x'.repeat(200) },
      },
      [240, 320],
    ),
  );
  await app.ask('document.commit', { imageId: 1, patch: { added, updated: [], removed: [] }, gesture: 'Paste' });
  await closeProject(app);
  // Opened after a day's work, a copy is made of it.
  await entry(app, file).click();
  await expect(banner).toContainText('a.png');
  await closeProject(app);
  const whole = `${file}.whole`;
  copyFileSync(file, whole);

  await test.step('its bar says which part cannot be read, and saves the rest as a new project', async () => {
    truncateSync(file, statSync(file).size - 4 * PAGE);
    const damaged = readFileSync(file);
    await entry(app, file).click();
    await expect(app.page.getByText(/^This project’s file is damaged: .+ cannot be read in full/)).toBeVisible();
    const saved = join(temporaryFolder('saved'), 'saved.maskwright');
    await answerDialogs(app.electron, saved);
    await app.page.getByRole('button', { name: 'Save what can be read…' }).click();
    await expect(app.page.getByText(/^All 200 annotations on 2 images were saved/)).toBeVisible();
    const summary = await app.ask('project.summary', {});
    expect(summary).toMatchObject({ file: saved, readOnly: false });
    expect(await count(app)).toBe(summary.annotationCount);
    expect(readFileSync(file).equals(damaged)).toBe(true);
    await closeProject(app);
  });

  await test.step('of one that cannot be read at all the newest copy is offered', async () => {
    truncateSync(file, PAGE);
    await entry(app, file).click();
    const notice = app.page.getByRole('alert').filter({ hasText: 'too little of it can be read to open it' });
    await notice.getByRole('button', { name: 'Open the copy' }).click();
    await expect(banner).toContainText('a.png');
    const { file: copy } = await app.ask('project.summary', {});
    expect(copy).toContain('-copy-of-');
    expect(await count(app)).toBe(200);
    expect(statSync(file).size).toBe(PAGE);
    await closeProject(app);
  });
  await app.close();
});
