/** The main job in the real window: open the sample, propose, accept, survive a kill, export what was seen. */
import { expect, test } from '@playwright/test';
import type { Annotation } from '@shared/document/types';
import { fromCompressed, iou, type Rle } from '@shared/mask';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch, repoRoot, temporaryFolder, type App } from './support/app';
import { picture } from './support/screenshots';
import { chooseMaker, NUCLEI_MODEL } from './support/window';

interface Dataset {
  images: { id: number; file_name: string }[];
  annotations: { image_id: number; iscrowd: number; segmentation: { size: [number, number]; counts: string } }[];
}

const readDataset = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Dataset;

/** An image of the sample that starts without annotations. */
const fileName = 'nuclei-02.png';

async function openImage(app: App): Promise<number> {
  await app.page.getByRole('option', { name: new RegExp(fileName) }).click();
  await expect(app.page).toHaveTitle(/sample/i);
  await expect(app.page.getByRole('banner')).toContainText(fileName);
  const rows = await app.ask('image.list', {});
  return rows.find((row) => row.fileName === fileName)!.id;
}

async function annotationsOf(app: App, imageId: number): Promise<readonly Annotation[]> {
  return (await app.ask('image.open', { imageId })).snapshot.annotations;
}

/** Every accepted proposal is a pixel mask, so its compressed runs are its identity. */
const countsOf = (annotations: readonly Annotation[]) =>
  annotations.map(({ segmentation }) => (segmentation?.kind === 'rle' ? segmentation.counts : null)).sort();

test('propose, accept, kill, find again, export', async () => {
  const app = await launch({ args: ['--sample'] });
  const imageId = await openImage(app);
  await expect(app.page.getByRole('region', { name: 'Annotations' })).toContainText('None on this image yet');

  await chooseMaker(app.page, NUCLEI_MODEL);
  await app.page.getByRole('button', { name: 'Propose', exact: true }).click();
  const accept = app.page.getByRole('button', { name: /^Accept all \d+$/ });
  await expect(accept).toBeVisible({ timeout: 60_000 });
  await expect(app.page.locator('img.thumbnail').first()).toHaveJSProperty('complete', true);
  await picture(app.page, 'window');
  const shown = Number((await accept.textContent())!.match(/\d+/)![0]);
  expect(shown).toBeGreaterThan(20);
  await accept.click();
  await expect(accept).toBeHidden();
  await expect(app.page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
  const seen = await annotationsOf(app, imageId);
  expect(seen).toHaveLength(shown);

  await app.kill();
  const again = await launch({ userData: app.userData, args: ['--sample'] });
  expect(await openImage(again)).toBe(imageId);
  await expect(again.page.getByRole('region', { name: 'Annotations' })).toContainText(String(shown));
  const found = await annotationsOf(again, imageId);
  expect(found).toEqual(seen);

  const file = join(temporaryFolder('export'), 'out.json');
  await again.electron.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, file);
  await again.page.keyboard.press('Control+s');
  await expect(again.page.getByText(/^Exported/)).toBeVisible();
  expect(existsSync(file)).toBe(true);
  const dataset = readDataset(file);
  const exported = dataset.annotations.filter(({ image_id }) => image_id === imageId);
  expect(exported.every(({ iscrowd }) => iscrowd === 0)).toBe(true);
  expect(exported.map(({ segmentation }) => segmentation.counts).sort()).toEqual(countsOf(seen));

  await test.step('the masks are those of the nuclei', () => {
    const truth = readDataset(join(repoRoot, 'resources', 'sample', 'instances.json'));
    const truthId = truth.images.find(({ file_name }) => file_name === fileName)!.id;
    const masks = (annotations: Dataset['annotations']): Rle[] =>
      annotations.map(({ segmentation }) => fromCompressed(segmentation.counts, segmentation.size));
    const gt = masks(truth.annotations.filter(({ image_id }) => image_id === truthId));
    const dt = masks(exported);
    const matrix = iou(
      dt,
      gt,
      gt.map(() => false),
    );
    const found = gt.filter((_mask, column) => dt.some((_other, row) => ious(matrix, gt.length, row, column) >= 0.5));
    expect(found.length / gt.length).toBeGreaterThan(0.8);
  });
  await again.close();
});

const ious = (matrix: ArrayLike<number>, columns: number, row: number, column: number) =>
  matrix[row * columns + column];
