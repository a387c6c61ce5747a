/** Folders with small pictures for the tests that need images of their own. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { repoRoot, temporaryFolder } from './app';

const pictures = ['coins-01.jpg', 'nuclei-02.png', 'coins-02.jpg', 'nuclei-04.png', 'coins-03.jpg', 'nuclei-06.png'];

/** A folder with these PNG files; each has a size of its own, so that no two are the same file. */
export async function imageFolder(names: readonly string[], name = 'images'): Promise<string> {
  const folder = join(temporaryFolder('e2e-data'), name);
  for (const [at, fileName] of names.entries()) {
    const path = join(folder, fileName);
    mkdirSync(dirname(path), { recursive: true });
    const from = join(repoRoot, 'resources', 'sample', 'images', pictures[at % pictures.length]);
    await sharp(from)
      .resize(320 + at, 240, { fit: 'cover' })
      .toFile(path);
  }
  return folder;
}
