/** What tests do to the window from outside of its page. */
import type { Locator, Page } from '@playwright/test';
import type { App } from './app';
import { picture } from './screenshots';

/** CSS pixels of the page. */
export async function resizeTo(app: App, width: number, height: number): Promise<void> {
  await app.electron.evaluate(
    ({ BrowserWindow }, [width, height]) => BrowserWindow.getAllWindows()[0].setContentSize(width, height),
    [width, height] as const,
  );
  await app.page.waitForFunction(([width, height]) => innerWidth === width && innerHeight === height, [
    width,
    height,
  ] as const);
}

/** Chooses what proposes in this project, as its card begins. */
export async function chooseMaker(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('combobox', { name: /^Model or method/ }).click();
  await page.getByRole('option', { name }).click();
}

export const NUCLEI_MODEL = /^Nuclei/;

/** Opens what concerns many images, in the heading of the proposals. */
export async function openManyImages(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: /^Many images/ }).click();
  return page.getByRole('dialog', { name: 'Many images' });
}

/** The size of the guide's pictures. */
export async function resizeForGuide(app: App): Promise<void> {
  await resizeTo(app, 1280, 800);
}

/** A picture of the whole window, with its thumbnails. */
export async function guidePicture(app: App, name: string): Promise<void> {
  await app.page.waitForFunction(() => [...document.images].every((image) => image.complete));
  await picture(app.page, name);
}

/** The next "open" dialogs answer with this path. */
export async function answerOpenDialog(app: App, path: string): Promise<void> {
  await app.electron.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
  }, path);
}

/** A real drag of files from outside: Chromium reads the paths from disk. */
export async function dragFiles(app: App, type: 'dragEnter' | 'drop', files: readonly string[]): Promise<void> {
  const session = await app.page.context().newCDPSession(app.page);
  await session.send('Input.dispatchDragEvent', {
    type,
    x: 400,
    y: 300,
    data: { items: [], files: [...files], dragOperationsMask: 1 },
  });
  await session.detach();
}
