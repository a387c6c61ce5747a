/**
 * Goes through images in the real app, drawing a box on each, and prints the memory of the main process on the way: it must
 * end within 10 MB of where it was after the first hundred. Run: npx tsx --tsconfig tsconfig.e2e.json test/soak/mainMemory.ts
 * [images], under a display.
 */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { launch, temporaryFolder } from '../e2e/support/app';

const different = 20;
/** Caches and pools have their size then. */
const warmUp = 100;
const images = Number(process.argv[2] ?? 1000);
const allowedMb = 10;

const folder = join(temporaryFolder('soak'), 'images');
mkdirSync(folder);
const fileOf = (at: number) => `${String(at).padStart(5, '0')}.jpg`;
for (let i = 0; i <= warmUp + images; i++) {
  if (i >= different) copyFileSync(join(folder, fileOf(i % different)), join(folder, fileOf(i)));
  else {
    const noise = { type: 'gaussian' as const, mean: 90 + i, sigma: 30 };
    const create = { width: 1600, height: 1200, channels: 3 as const, background: '#000', noise };
    await sharp({ create })
      .jpeg({ quality: 85 })
      .toFile(join(folder, fileOf(i)));
  }
}

const app = await launch({ args: [folder] });
const { page } = app;
const banner = page.getByRole('banner');
await banner.getByText(fileOf(0)).waitFor();
const canvas = (await page.locator('.canvas').first().boundingBox())!;
const [x, y] = [canvas.x + canvas.width / 2, canvas.y + canvas.height / 2];
await page.mouse.click(x, y);
/** The middle of what is seen over some collections: garbage comes and goes. */
const seen: number[] = [];
const middle = () => [...seen].sort((a, b) => a - b)[seen.length >> 1];
let start = 0;
for (let i = 0; i < warmUp + images; i++) {
  await page.keyboard.press('r');
  await page.mouse.move(x - 50, y - 50);
  await page.mouse.down();
  await page.mouse.move(x + 40, y + 60, { steps: 2 });
  await page.mouse.up();
  await page.keyboard.press('v');
  await page.keyboard.press('d');
  await banner.getByText(fileOf(i + 1)).waitFor();
  seen.push(await app.electron.evaluate(() => process.memoryUsage().rss / 2 ** 20));
  if (i % 100 !== 99) continue;
  if (i === warmUp - 1) start = middle();
  console.log(JSON.stringify({ images: i + 1, mainMb: Math.round(middle()), grownMb: Math.round(middle() - start) }));
  if (i < warmUp + images - 1) seen.length = 0;
}
const grown = middle() - start;
await app.close();
if (grown > allowedMb) {
  console.log(
    `The main process grew by ${Math.round(grown)} MB over ${images} images; at most ${allowedMb} MB are allowed`,
  );
  process.exitCode = 1;
}
