/** Folders with small pictures for the tests that need images of their own. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { temporaryFolder } from './app';

/** A folder with these PNG files; each has a size of its own, so that no two are the same file. */
export async function imageFolder(names: readonly string[], name = 'images'): Promise<string> {
  const folder = join(temporaryFolder('e2e-data'), name);
  for (const [at, fileName] of names.entries()) {
    const path = join(folder, fileName);
    mkdirSync(dirname(path), { recursive: true });
    const background = { r: 60 + ((at * 53) % 160), g: 90 + ((at * 31) % 120), b: 150 };
    await sharp({ create: { width: 160 + at, height: 120, channels: 3, background } }).toFile(path);
  }
  return folder;
}
