/** An annotator at the real app: mouse and keys in image pixels on small images, one fresh image a test. */
import { expect, type Locator, type Page } from '@playwright/test';
import type { Annotation } from '@shared/document/types';
import type { OpenedImage } from '@shared/ipc/contract';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { launch, repoRoot, temporaryFolder, type App } from './app';
import { drawn, drawnMask, HEIGHT, type Point, type Rule, WIDTH } from './reference';

type Key = 'Shift' | 'Alt' | 'Control';

/** View pixels per image pixel: a whole number, so that quarters of image pixels are whole pixels of the screen. */
const SCALE = 12;
/** Free border of a fitted image, on each side. */
const FIT_MARGIN = 16;

export const CATEGORIES = ['cell', 'debris'] as const;

/** A dataset of empty images and two categories; the path of its COCO file. */
export async function makeDataset(imageCount: number): Promise<string> {
  const folder = temporaryFolder('desk');
  mkdirSync(join(folder, 'images'));
  const picture = sharp(join(repoRoot, 'resources', 'sample', 'images', 'coins-01.jpg'));
  const png = await picture.resize(WIDTH, HEIGHT, { fit: 'cover' }).png().toBuffer();
  const images = Array.from({ length: imageCount }, (_, i) => {
    const file_name = `${String(i + 1).padStart(2, '0')}.png`;
    writeFileSync(join(folder, 'images', file_name), png);
    return { id: i + 1, file_name, width: WIDTH, height: HEIGHT };
  });
  const categories = CATEGORIES.map((name, i) => ({ id: i + 1, name, supercategory: '' }));
  const file = join(folder, 'dataset.json');
  writeFileSync(file, JSON.stringify({ images, annotations: [], categories }));
  return file;
}

export class Desk {
  readonly app: App;
  readonly page: Page;
  readonly canvas: Locator;
  #imageId = 0;
  #left = 0;
  #top = 0;

  private constructor(app: App) {
    this.app = app;
    this.page = app.page;
    this.canvas = app.page.getByRole('application', { name: 'Image canvas' });
  }

  /** Starts the app on a COCO or project file, its first image open at a whole-number zoom. */
  static async open(project: string, options: { userData?: string } = {}): Promise<Desk> {
    const desk = new Desk(await launch({ ...options, args: [project] }));
    await expect(desk.canvas).toBeVisible();
    await desk.fitWindow();
    desk.#imageId = (await desk.app.ask('image.list', {}))[0].id;
    return desk;
  }

  close(): Promise<void> {
    return this.app.close();
  }

  /** Makes the canvas as large as the fitted image is at the wanted zoom. */
  async fitWindow(): Promise<void> {
    await expect(async () => {
      const { left, top, width, height } = await this.canvas.evaluate((element) => element.getBoundingClientRect());
      const by = [WIDTH * SCALE + 2 * FIT_MARGIN - width, HEIGHT * SCALE + 2 * FIT_MARGIN - height];
      if (by.some((change) => change !== 0)) {
        await this.app.electron.evaluate(({ BrowserWindow }, [dx, dy]) => {
          const [window] = BrowserWindow.getAllWindows();
          const [innerWidth, innerHeight] = window.getContentSize();
          window.setContentSize(innerWidth + dx, innerHeight + dy);
        }, by);
      }
      const [scale, offsetX, offsetY] = (await this.canvas.getAttribute('data-view'))!.split(' ').map(Number);
      expect(scale).toBe(SCALE);
      this.#left = left + offsetX;
      this.#top = top + offsetY;
    }).toPass({ intervals: [100] });
  }

  get imageId(): number {
    return this.#imageId;
  }

  /** Goes on to the next image, which has nothing on it, with the select tool. */
  async freshImage(): Promise<void> {
    await this.key('v');
    await this.openImage(this.#imageId + 1);
    expect(await this.annotations()).toEqual([]);
  }

  async openImage(imageId: number): Promise<void> {
    const name = `${String(imageId).padStart(2, '0')}.png`;
    while (this.#imageId !== imageId) {
      const by = Math.sign(imageId - this.#imageId);
      await this.key(by > 0 ? 'd' : 'a');
      this.#imageId += by;
      await expect(this.page.getByRole('banner')).toContainText(`${String(this.#imageId).padStart(2, '0')}.png`);
    }
    await expect(this.page.getByRole('banner')).toContainText(name);
  }

  /** Waits for an image that another key has opened. */
  async arrived(imageId: number): Promise<void> {
    this.#imageId = imageId;
    await this.openImage(imageId);
  }

  /** Page coordinates of an image point. */
  at([x, y]: Point): Point {
    return [this.#left + x * SCALE, this.#top + y * SCALE];
  }

  /** Presses a key as Playwright names it, e.g. `Control+Shift+z`. */
  async key(...names: readonly string[]): Promise<void> {
    for (const name of names) await this.page.keyboard.press(name);
  }

  async click(at: Point, ...keys: readonly Key[]): Promise<void> {
    await this.#holding(keys, () => this.page.mouse.click(...this.at(at)));
  }

  async doubleClick(at: Point): Promise<void> {
    await this.page.mouse.dblclick(...this.at(at));
  }

  async hover(at: Point): Promise<void> {
    await this.page.mouse.move(...this.at(at));
  }

  /** Presses at the first point, moves through the others, releases at the last. */
  async drag(points: readonly Point[], ...keys: readonly Key[]): Promise<void> {
    await this.#holding(keys, async () => {
      await this.hover(points[0]);
      await this.page.mouse.down();
      for (const point of points.slice(1)) await this.page.mouse.move(...this.at(point), { steps: 4 });
      await this.page.mouse.up();
    });
  }

  async #holding(keys: readonly Key[], work: () => Promise<void>): Promise<void> {
    for (const key of keys) await this.page.keyboard.down(key);
    await work();
    for (const key of [...keys].reverse()) await this.page.keyboard.up(key);
  }

  /** The colour on screen at an image point, as `r,g,b`. */
  async screenPixel(point: Point): Promise<string> {
    const [x, y] = this.at(point);
    const png = await this.page.screenshot({ clip: { x, y, width: 1, height: 1 } });
    return [...(await sharp(png).removeAlpha().raw().toBuffer())].join(',');
  }

  /** Draws a box with whole-pixel corners, nothing selected before, it after; the select tool is active. */
  async box(x: number, y: number, width: number, height: number): Promise<Annotation> {
    const before = (await this.opened()).history.undo;
    await this.key('r');
    await this.drag([
      [x, y],
      [x + width, y + height],
    ]);
    await this.steps(before + 1);
    await this.key('v');
    return (await this.annotations()).at(-1)!;
  }

  /** What the store has of the open image. */
  opened(): Promise<OpenedImage> {
    return this.app.ask('image.open', { imageId: this.#imageId });
  }

  /** In painter's order. */
  async annotations(): Promise<readonly Annotation[]> {
    return (await this.opened()).snapshot.annotations;
  }

  /** Waits until the window says "Saved" with exactly that many gestures in the image's history. */
  async steps(count: number): Promise<void> {
    await expect.poll(async () => (await this.opened()).history.undo).toBe(count);
    await expect(this.page.getByRole('status').filter({ hasText: /^Saved$/ })).toBeVisible();
  }

  /** Waits until so many annotations are selected in the list. */
  async selected(count: number): Promise<void> {
    await expect(this.#listed({ selected: true })).toHaveCount(count);
  }

  async expectMasks(...rules: readonly Rule[]): Promise<void> {
    expect((await this.annotations()).map(drawnMask)).toEqual(rules.map(drawn));
  }

  /** The sentence in the status bar. */
  async hint(text: string | RegExp): Promise<void> {
    await expect(this.page.getByRole('contentinfo')).toContainText(text);
  }

  /** Undoes to the empty document, redoes to the very same bits, one step a gesture, in the store and in the window. */
  async expectUndoRedo(): Promise<void> {
    const end = await this.opened();
    const steps = end.history.undo;
    expect(steps).toBeGreaterThan(0);
    await this.key('v', 'Escape');
    for (let left = steps - 1; left >= 0; left--) {
      await this.key('Control+z');
      await this.steps(left);
    }
    expect(await this.annotations()).toEqual([]);
    await this.expectListed(0);
    for (let done = 1; done <= steps; done++) {
      await this.key('Control+Shift+z');
      await this.steps(done);
    }
    expect((await this.opened()).snapshot).toEqual(end.snapshot);
    await this.expectListed(end.snapshot.annotations.length);
  }

  /** How many annotations the list says there are: it draws only those in sight. */
  async expectListed(count: number): Promise<void> {
    const total = this.page.getByRole('region', { name: 'Annotations' }).locator('header .count');
    await expect(total).toHaveText(new RegExp(`(^|\\s)${count.toLocaleString('en')}\\s*$`));
  }

  #listed(which: { selected?: boolean }): Locator {
    return this.page.getByRole('region', { name: 'Annotations' }).getByRole('option', which);
  }
}
