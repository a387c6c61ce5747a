/** What end-to-end tests of the window share: opening an image by name, image places to screen places, what is stored. */
import { expect, type Page } from '@playwright/test';
import type { Annotation } from '@shared/document/types';
import { fromCompressed, type Rle } from '@shared/mask';
import type { App } from './app';

/** Opens an image of the sample by its file name; its id. */
export async function openByName(app: App, fileName: string): Promise<number> {
  await app.page.getByRole('option', { name: new RegExp(fileName) }).click();
  await expect(app.page.getByRole('banner')).toContainText(fileName);
  const rows = await app.ask('image.list', {});
  return rows.find((row) => row.fileName === fileName)!.id;
}

export async function storedAnnotations(app: App, imageId: number): Promise<readonly Annotation[]> {
  await expect(app.page.getByRole('status').filter({ hasText: /^Saved$/ })).toBeVisible();
  return (await app.ask('image.open', { imageId })).snapshot.annotations;
}

/** Where image places are on the screen, while the whole image fits the canvas as it does after opening. */
export async function placer(page: Page, size: readonly [height: number, width: number]) {
  const box = (await page.getByRole('application').boundingBox())!;
  const [height, width] = size;
  // The first place is found by the status bar, the scale by a second one: no knowledge of margins is needed.
  const read = async (x: number, y: number) => {
    await page.mouse.move(x, y);
    const text = page.getByRole('contentinfo').getByText(/^-?\d+, -?\d+$/);
    await expect(text).toBeVisible();
    return (await text.textContent())!.split(',').map(Number);
  };
  const zoomText = await page
    .getByRole('contentinfo')
    .getByText(/^\d+ %$/)
    .textContent();
  const centre = await read(box.x + box.width / 2, box.y + box.height / 2);
  expect(Math.abs(centre[0] - width / 2)).toBeLessThan(2);
  expect(Math.abs(centre[1] - height / 2)).toBeLessThan(2);
  const scale = Number(zoomText!.split(' ')[0]) / 100;
  return (x: number, y: number) => ({
    x: box.x + box.width / 2 + (x - width / 2) * scale,
    y: box.y + box.height / 2 + (y - height / 2) * scale,
  });
}

export type Placer = Awaited<ReturnType<typeof placer>>;

/** Press, move in steps, release; image places. */
export async function dragImage(
  page: Page,
  at: Placer,
  points: readonly (readonly [number, number])[],
  { button = 'left' as 'left' | 'right' } = {},
): Promise<void> {
  const [first, ...rest] = points.map(([x, y]) => at(x, y));
  await page.mouse.move(first.x, first.y);
  await page.mouse.down({ button });
  for (const { x, y } of rest) await page.mouse.move(x, y, { steps: 4 });
  await page.mouse.up({ button });
}

export function maskOfAnnotation({ segmentation }: Annotation): Rle {
  if (segmentation?.kind !== 'rle') throw new Error(`A mask was expected, got ${segmentation?.kind ?? 'none'}`);
  return fromCompressed(segmentation.counts, segmentation.size);
}
