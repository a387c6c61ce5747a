/** An annotator at the real app: mouse and keys in image pixels on small images, one fresh image a test. */
import { expect, type Locator, type Page } from '@playwright/test';
import type { Annotation } from '@shared/document/types';
import type { OpenedImage } from '@shared/project/types';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { screenPixel } from './look';
import { launch, repoRoot, temporaryFolder, type App, type LaunchOptions } from './app';
import { picture } from './screenshots';
import { drawn, drawnMask, HEIGHT, type Point, type Rule, WIDTH } from './reference';

type Key = 'Shift' | 'Alt' | 'Control';

/** What is drawn on, and how large it is shown. */
export interface Sheet {
  readonly width: number;
  readonly height: number;
  /** View pixels per image pixel: a multiple of four, so that quarters of image pixels are whole pixels of the screen. */
  readonly scale: number;
  readonly categories: readonly string[];
  readonly picture: (photo: Sharp) => Sharp;
}

/** A few pixels, each of them large: masks are seen pixel by pixel. */
export const SMALL: Sheet = {
  width: WIDTH,
  height: HEIGHT,
  scale: 12,
  categories: ['cell', 'debris'],
  picture: (photo) => photo.resize(WIDTH, HEIGHT, { fit: 'cover' }),
};

/** Two coins that touch, as a camera sees them. */
export const PHOTO: Sheet = {
  width: 200,
  height: 150,
  scale: 4,
  categories: ['coin', 'table'],
  picture: (photo) => photo.extract({ left: 402, top: 8, width: 200, height: 150 }),
};

/** Free border of a fitted image, on each side. */
const FIT_MARGIN = 16;

/** A dataset of empty images and two categories; the path of its COCO file. */
export async function makeDataset(imageCount: number, sheet = SMALL): Promise<string> {
  const folder = temporaryFolder('desk');
  mkdirSync(join(folder, 'images'));
  const photo = sharp(join(repoRoot, 'resources', 'sample', 'images', 'coins-01.jpg'));
  const png = await sheet.picture(photo).png().toBuffer();
  const { width, height } = sheet;
  const images = Array.from({ length: imageCount }, (_, i) => {
    const file_name = `${String(i + 1).padStart(2, '0')}.png`;
    writeFileSync(join(folder, 'images', file_name), png);
    return { id: i + 1, file_name, width, height };
  });
  const categories = sheet.categories.map((name, i) => ({ id: i + 1, name, supercategory: '' }));
  const file = join(folder, 'dataset.json');
  writeFileSync(file, JSON.stringify({ images, annotations: [], categories }));
  return file;
}

export interface DeskOptions extends Omit<LaunchOptions, 'args'> {
  readonly sheet?: Sheet;
}

export class Desk {
  readonly app: App;
  readonly page: Page;
  readonly canvas: Locator;
  readonly #sheet: Sheet;
  #imageId = 0;
  #left = 0;
  #top = 0;

  private constructor(app: App, sheet: Sheet) {
    this.app = app;
    this.#sheet = sheet;
    this.page = app.page;
    this.canvas = app.page.getByRole('application', { name: 'Image canvas' });
  }

  /** Starts the app on a COCO or project file, its first image open at a whole-number zoom. */
  static async open(project: string, options: DeskOptions = {}): Promise<Desk> {
    const { sheet = SMALL, ...how } = options;
    const desk = new Desk(await launch({ ...how, args: [project] }), sheet);
    await expect(desk.canvas).toBeVisible();
    await desk.fitWindow();
    // The one where one stopped, which at first is the first.
    const banner = desk.page.getByRole('banner');
    await expect(banner).toContainText('.png');
    const name = (await banner.textContent())!;
    desk.#imageId = (await desk.app.ask('image.list', {})).find(({ fileName }) => name.includes(fileName))!.id;
    return desk;
  }

  close(): Promise<void> {
    return this.app.close();
  }

  /** Makes the canvas as large as the fitted image is at the wanted zoom. */
  async fitWindow(): Promise<void> {
    const { width: wide, height: high, scale: wanted } = this.#sheet;
    await expect(async () => {
      const { left, top, width, height } = await this.canvas.evaluate((element) => element.getBoundingClientRect());
      const by = [wide * wanted + 2 * FIT_MARGIN - width, high * wanted + 2 * FIT_MARGIN - height];
      if (by.some((change) => change !== 0)) {
        await this.app.electron.evaluate(({ BrowserWindow }, [dx, dy]) => {
          const [window] = BrowserWindow.getAllWindows();
          const [innerWidth, innerHeight] = window.getContentSize();
          window.setContentSize(innerWidth + dx, innerHeight + dy);
        }, by);
      }
      const [scale, offsetX, offsetY] = (await this.canvas.getAttribute('data-view'))!.split(' ').map(Number);
      expect([...by, scale]).toEqual([0, 0, wanted]);
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
    const { scale } = this.#sheet;
    return [this.#left + x * scale, this.#top + y * scale];
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

  /** Presses at the first point and moves through the others, in so many steps each; the button stays down. */
  async begin(points: readonly Point[], steps = 6): Promise<void> {
    await this.hover(points[0]);
    await this.page.mouse.down();
    for (const point of points.slice(1)) await this.page.mouse.move(...this.at(point), { steps });
  }

  /** Ends what `begin` began, through some more points. */
  async end(...points: readonly Point[]): Promise<void> {
    for (const point of points) await this.page.mouse.move(...this.at(point), { steps: 6 });
    await this.page.mouse.up();
  }

  /** Clicks the corners of a polygon and closes it; the keys are held at the first click. */
  async outline(ring: readonly Point[], ...keys: readonly Key[]): Promise<void> {
    await this.click(ring[0], ...keys);
    for (const point of ring.slice(1)) await this.click(point);
    await this.key('Enter');
  }

  async #holding(keys: readonly Key[], work: () => Promise<void>): Promise<void> {
    for (const key of keys) await this.page.keyboard.down(key);
    await work();
    for (const key of [...keys].reverse()) await this.page.keyboard.up(key);
  }

  /** The guide's picture of tools and canvas, and of the sentence below them where nothing stands left of the tools. */
  async picture(name: string): Promise<void> {
    const canvas = (await this.canvas.boundingBox())!;
    const tools = (await this.page.getByRole('toolbar', { name: 'Tools' }).boundingBox())!;
    const bar = (await this.page.getByRole('contentinfo').boundingBox())!;
    const bottom = tools.x - bar.x < tools.width ? bar.y + bar.height : bar.y;
    const { y } = canvas;
    await picture(this.page, name, { x: tools.x, y, width: canvas.x + canvas.width - tools.x, height: bottom - y });
  }

  /** Presses the bracket keys until the brush has this size. */
  async brushSize(wanted: number): Promise<void> {
    const size = async () => Number(/(\d+) px/.exec((await this.page.getByRole('contentinfo').textContent())!)?.[1]);
    for (let now = await size(); now !== wanted; now = await size()) await this.key(now > wanted ? '[' : ']');
  }

  /** The colour on screen at an image point, as `r,g,b`. */
  screenPixel(point: Point): Promise<string> {
    return screenPixel(this.page, this.at(point));
  }

  /** Colours of the screen's own pixels from an image point to the right, as `r,g,b`. */
  async devicePixels(from: Point, lengthPx: number): Promise<string[]> {
    const [x, y] = this.at(from);
    const clip = { x, y, width: lengthPx * this.#sheet.scale, height: 1 };
    const png = await this.page.screenshot({ clip, scale: 'device' });
    const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    return Array.from({ length: info.width }, (_, i) => [...data.subarray(3 * i, 3 * i + 3)].join(','));
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
    const size = [this.#sheet.height, this.#sheet.width] as const;
    const masks = (await this.annotations()).map((annotation) => drawnMask(annotation, size));
    expect(masks).toEqual(rules.map((rule) => drawn(rule, size)));
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
