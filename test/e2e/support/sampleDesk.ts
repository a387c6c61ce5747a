/** The proposal tools at work on one image of the sample: what their end-to-end tests share. */
import { expect, type Locator } from '@playwright/test';
import { segmentationToRle } from '@shared/document/segmentation';
import type { Annotation } from '@shared/document/types';
import { toCompressed } from '@shared/mask';
import { join } from 'node:path';
import { launch, repoRoot, type App } from './app';
import { countsOf, proposeFromCommandLine, repeatFromCommandLine, type Found } from './commandLine';
import { picture } from './screenshots';
import { ImageMouse, openByName, type Point, storedAnnotations } from './look';

export class SampleDesk {
  readonly app: App;
  readonly mouse: ImageMouse;
  /** Path of the image at hand; lossless, without annotations at first. */
  readonly image: string;
  readonly #fileName: string;
  #imageId = 0;

  private constructor(app: App, fileName: string) {
    this.app = app;
    this.mouse = new ImageMouse(app.page);
    this.image = join(repoRoot, 'resources', 'sample', 'images', fileName);
    this.#fileName = fileName;
  }

  static async open(fileName = 'nuclei-02.png'): Promise<SampleDesk> {
    const app = await launch({ args: ['--sample'] });
    // Small pictures for the guide.
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].setContentSize(1280, 740));
    return new SampleDesk(app, fileName);
  }

  /** Undoes what the test before left: every gesture is one step. */
  async fresh(): Promise<void> {
    this.#imageId = await openByName(this.app, this.#fileName);
    await this.canvas.focus();
    await this.key('v');
    for (let left = await this.annotations(); left.length > 0; left = await this.annotations()) {
      await this.key('Control+z');
    }
  }

  get canvas(): Locator {
    return this.app.page.getByRole('application', { name: 'Image canvas' });
  }

  card(name: string): Locator {
    return this.app.page.getByRole('region', { name, exact: true });
  }

  key(key: string): Promise<void> {
    return this.app.page.keyboard.press(key);
  }

  /** A picture for the guide once the tool's card has its result; small things are shown enlarged around `near`. */
  async picture(name: string, card: string, near?: Point): Promise<void> {
    await expect(this.card(card).getByRole('progressbar')).toBeHidden();
    if (near) await this.mouse.zoom(near, 5);
    await picture(this.canvas, name);
    if (near) await this.key('f');
  }

  annotations(): Promise<readonly Annotation[]> {
    return storedAnnotations(this.app, this.#imageId);
  }

  async proposals() {
    return (await this.app.ask('image.open', { imageId: this.#imageId })).proposals;
  }

  /** Drags a box from corner to corner, `margin` pixels around the object. */
  dragAround([x, y, w, h]: Found['bbox'], margin: number): Promise<void> {
    return this.mouse.drag([
      [x - margin, y - margin],
      [x + w + margin, y + h + margin],
    ]);
  }

  /** Draws a polygon and leaves it selected. */
  async drawPolygon(points: readonly Point[]): Promise<Annotation> {
    await this.key('p');
    for (const point of points) await this.mouse.click(point);
    await this.key('Enter');
    await expect.poll(async () => (await this.annotations()).length).toBe(1);
    await this.key('v');
    // Between the first and the third is the inside of what the tests draw.
    const [first, , third] = points;
    await this.mouse.click([(first[0] + third[0]) / 2, (first[1] + third[1]) / 2]);
    return (await this.annotations())[0];
  }

  /** Enter; what the image has when something of it is stored. */
  async accept(count?: number): Promise<readonly Annotation[]> {
    await this.canvas.focus();
    await this.key('Enter');
    await expect.poll(async () => (await this.annotations()).length, { timeout: 30_000 }).toBeGreaterThan(0);
    const found = await this.annotations();
    if (count !== undefined) expect(found).toHaveLength(count);
    return found;
  }

  /** The command line gives these masks for the method, parameters and region of their provenance, and no others. */
  async expectFromCommandLine(annotations: readonly Annotation[]): Promise<void> {
    const repeated = await repeatFromCommandLine(this.image, annotations[0]);
    const { size } = repeated[0].segmentation;
    const masks = annotations.map(({ segmentation }) => toCompressed(segmentationToRle(segmentation!, size)));
    expect(masks.sort()).toEqual(repeated.map(countsOf).sort());
  }

  async expectUndoRedo(before: readonly Annotation[], undone: readonly Annotation[] = []): Promise<void> {
    await this.key('Control+z');
    await expect.poll(() => this.annotations()).toEqual(undone);
    await this.key('Control+Shift+z');
    await expect.poll(() => this.annotations()).toEqual(before);
  }

  /** Nuclei by Otsu's threshold, from the command line: where there is something to point at. */
  someNuclei(): Found[] {
    const all = proposeFromCommandLine(this.image, '--method', 'threshold', '--param', 'minArea=300');
    return all.filter(({ bbox: [x, y, w, h] }) => x > 20 && y > 20 && x + w < 330 && y + h < 490);
  }
}
