/** What end-to-end tests on the sample share: opening an image by name, image places on the screen, what is stored. */
import { expect, type Page } from '@playwright/test';
import type { Annotation } from '@shared/document/types';
import sharp from 'sharp';
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

export type Point = readonly [x: number, y: number];

/** The colour on screen at a place of the page, as `r,g,b`. */
export async function screenPixel(page: Page, [x, y]: Point): Promise<string> {
  const png = await page.screenshot({ clip: { x, y, width: 1, height: 1 } });
  return [...(await sharp(png).removeAlpha().raw().toBuffer())].join(',');
}

/** Waits until the view shows all of an image of that size, as large as the canvas has room for. */
export async function expectFitted(page: Page, width: number, height: number): Promise<void> {
  const canvas = page.getByRole('application', { name: 'Image canvas' });
  await expect(async () => {
    const area = (await canvas.boundingBox())!;
    const scale = Number((await canvas.getAttribute('data-view'))!.split(' ')[0]);
    // A margin of 16 pixels all around.
    expect(scale).toBeCloseTo(Math.min((area.width - 32) / width, (area.height - 32) / height), 2);
  }).toPass();
}

/** The mouse in image pixels, on whatever view the canvas has now. */
export class ImageMouse {
  readonly #page: Page;
  constructor(page: Page) {
    this.#page = page;
  }

  async at([x, y]: Point): Promise<Point> {
    const canvas = this.#page.getByRole('application', { name: 'Image canvas' });
    const { left, top } = await canvas.evaluate((element) => element.getBoundingClientRect());
    const [scale, offsetX, offsetY] = (await canvas.getAttribute('data-view'))!.split(' ').map(Number);
    return [left + offsetX + x * scale, top + offsetY + y * scale];
  }

  /** The colour on screen at an image point, as `r,g,b`. */
  async screenPixel(point: Point): Promise<string> {
    return screenPixel(this.#page, await this.at(point));
  }

  async click(point: Point): Promise<void> {
    await this.#page.mouse.click(...(await this.at(point)));
  }

  async move(point: Point): Promise<void> {
    await this.#page.mouse.move(...(await this.at(point)), { steps: 3 });
  }

  /** Turns the wheel at a place, a notch at a time. */
  async zoom(point: Point, notches: number): Promise<void> {
    const canvas = this.#page.getByRole('application', { name: 'Image canvas' });
    await this.move(point);
    for (let i = 0; i < notches; i++) {
      const before = (await canvas.getAttribute('data-view'))!;
      await this.#page.mouse.wheel(0, -300);
      await expect(canvas).not.toHaveAttribute('data-view', before);
    }
  }

  /** Press at the first place, through the others, release at the last. */
  async drag(points: readonly Point[], button: 'left' | 'right' = 'left'): Promise<void> {
    const [first, ...rest] = points;
    await this.#page.mouse.move(...(await this.at(first)));
    await this.#page.mouse.down({ button });
    for (const point of rest) await this.#page.mouse.move(...(await this.at(point)), { steps: 4 });
    await this.#page.mouse.up({ button });
  }
}
