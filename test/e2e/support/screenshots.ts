/** Pictures for the README and the guide, made by the tests that prove what they show. */
import type { Locator, Page } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { repoRoot } from './app';

/** A part of the page, CSS pixels. */
type Clip = Readonly<Record<'x' | 'y' | 'width' | 'height', number>>;

/** Saves `docs/images/NAME.png` when MASKWRIGHT_SCREENSHOTS is set; otherwise nothing, so that test runs change no file. */
export async function picture(of: Page | Locator, name: string, clip?: Clip): Promise<void> {
  if (!process.env.MASKWRIGHT_SCREENSHOTS) return;
  const folder = join(repoRoot, 'docs', 'images');
  mkdirSync(folder, { recursive: true });
  const png = 'mouse' in of ? await of.screenshot({ clip }) : await of.screenshot();
  // A palette of 256 colours keeps an interface and a photo readable at a third of the size.
  await sharp(png)
    .png({ palette: true, effort: 10 })
    .toFile(join(folder, `${name}.png`));
}
