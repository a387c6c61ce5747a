/** Smart select over many images: boxes of a detection dataset become masks in one step, and coins like one are found on other photos. */
import { expect, test } from '@playwright/test';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { segmentationToRle } from '@shared/document/segmentation';
import { iou, type Rle } from '@shared/mask';
import { cocoMask } from '../support/cocoMask';
import { type App, launch, repoRoot, temporaryFolder } from './support/app';
import { ImageMouse, openByName, storedAnnotations } from './support/look';
import { picture } from './support/screenshots';
import { openManyImages } from './support/window';

const sample = join(repoRoot, 'resources', 'sample');
interface Coco {
  readonly images: { id: number; file_name: string; width: number; height: number }[];
  readonly annotations: {
    image_id: number;
    segmentation: Parameters<typeof cocoMask>[0];
    bbox: number[];
    area: number;
  }[];
}
const truth = JSON.parse(readFileSync(join(sample, 'instances.json'), 'utf8')) as Coco;
const coins = ['coins-02.jpg', 'coins-01.jpg'];

// The second one goes on with what the first one has made.
test.describe.configure({ mode: 'serial' });

/** Those of about the median size first. */
function truthsOf(name: string): { mask: Rle; bbox: number[] }[] {
  const { id, width, height } = truth.images.find(({ file_name }) => file_name.endsWith(name))!;
  const sizes = truth.annotations.filter(({ image_id }) => image_id === id).sort((a, b) => a.area - b.area);
  const median = sizes[sizes.length >> 1].area;
  return sizes
    .sort((a, b) => Math.abs(a.area - median) - Math.abs(b.area - median))
    .map(({ segmentation, bbox }) => ({ mask: cocoMask(segmentation, [height, width]), bbox }));
}

/** Boxes of four coins on the first photo and of two on the second. */
function detections(): string {
  const folder = temporaryFolder('boxes');
  mkdirSync(join(folder, 'images'));
  const images = coins.map((file_name, i) => {
    copyFileSync(join(sample, 'images', file_name), join(folder, 'images', file_name));
    return { id: i + 1, file_name, width: 640, height: 480 };
  });
  const annotations = coins
    .flatMap((name, i) =>
      truthsOf(name)
        .slice(0, 4 - 2 * i)
        .map(({ bbox }) => ({ image_id: i + 1, bbox })),
    )
    .map((one, i) => ({ ...one, id: i + 1, category_id: 1, iscrowd: 0, area: one.bbox[2] * one.bbox[3] }));
  const file = join(folder, 'dataset.json');
  writeFileSync(file, JSON.stringify({ images, annotations, categories: [{ id: 1, name: 'coin' }] }));
  return file;
}

let app: App;
const batch = () => app.page.getByRole('group', { name: 'Batch' });
const bestIou = (mask: Rle, name: string) =>
  Math.max(
    ...iou(
      [mask],
      truthsOf(name).map((one) => one.mask),
    ),
  );

test.beforeAll(async () => {
  app = await launch({ args: [detections()] });
});
test.afterAll(() => app.close());

test('all boxes of a project become masks, in one step of the project that is taken back', async () => {
  const first = await openByName(app, coins[0]);
  const before = await storedAnnotations(app, first);
  const many = await openManyImages(app.page);
  await many.getByRole('checkbox', { name: 'Replace the boxes without review' }).click();
  await many.getByRole('button', { name: 'Masks for boxes' }).click();
  await expect(batch().getByRole('status')).toHaveText('done: masks for 6 of 6 boxes', { timeout: 60_000 });
  await picture(many, 'masks-for-boxes');
  await expect(app.page.getByText('Gave 6 boxes a mask on 2 images')).toBeVisible();
  for (const [i, name] of coins.entries()) {
    const annotations = await storedAnnotations(app, first + i);
    expect(annotations).toHaveLength(4 - 2 * i);
    for (const { segmentation } of annotations) {
      expect(bestIou(segmentationToRle(segmentation!, [480, 640]), name)).toBeGreaterThan(0.9);
    }
  }
  await batch().getByRole('button', { name: 'Close the batch' }).click();
  await app.page.keyboard.press('Escape');
  await app.page.keyboard.press('Control+Alt+z');
  await expect.poll(() => storedAnnotations(app, first)).toEqual(before);
  await app.page.keyboard.press('Control+Alt+Shift+z');
  await expect.poll(async () => (await storedAnnotations(app, first))[0].segmentation?.kind).toBe('rle');
});

test('coins like the selected one are proposed on the other photo, and nothing that is annotated there', async () => {
  const first = await openByName(app, coins[0]);
  const [x, y, width, height] = truthsOf(coins[0])[0].bbox;
  await app.page.keyboard.press('v');
  await new ImageMouse(app.page).click([x + width / 2, y + height / 2]);
  const list = app.page.getByRole('region', { name: 'Annotations', exact: true });
  await expect(list.getByRole('option', { selected: true })).toHaveCount(1);
  await app.page.keyboard.press('s');
  const card = app.page.getByRole('region', { name: 'Smart select', exact: true });
  const show = card.getByRole('button', { name: 'Show parameters' });
  if (await show.isVisible()) await show.click();
  await picture(card, 'find-similar-others');
  await card.getByRole('button', { name: 'Find similar on 1 other image' }).click();
  const second = first + 1;
  await expect
    .poll(async () => (await app.ask('image.list', {})).find(({ id }) => id === second)!.proposalCount, {
      timeout: 60_000,
    })
    .toBeGreaterThan(12);
  const { proposals, snapshot } = await app.ask('image.open', { imageId: second });
  const masks = proposals.map(({ segmentation }) => segmentationToRle(segmentation, [480, 640]));
  const right = masks.filter((mask) => bestIou(mask, coins[1]) >= 0.5);
  expect(right.length / masks.length).toBeGreaterThanOrEqual(0.9);
  const there = snapshot.annotations.map(({ segmentation }) => segmentationToRle(segmentation!, [480, 640]));
  expect(Math.max(...masks.flatMap((mask) => [...iou([mask], there)]))).toBeLessThan(0.3);
  expect(new Set(proposals.map(({ categoryName }) => categoryName))).toEqual(new Set(['coin']));
  // Nothing is accepted by itself.
  expect(snapshot.annotations).toHaveLength(2);
});
