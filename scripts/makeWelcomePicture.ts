// Makes the picture of the welcome page from the sample: a photo of coins, its right half with the sample's annotations.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';

/** Shown at half of it on screens of scale 1. */
const size = { width: 800, height: 500 };
/** Of the photo's 640 x 480 pixels, in the proportions of the picture. */
const area = { left: 0, top: 40, width: 640, height: 400 };

const root = path.join(import.meta.dirname, '..');
const sample = path.join(root, 'resources', 'sample');
const drawn = fs.mkdtempSync(path.join(os.tmpdir(), 'maskwright-welcome-'));
const args = ['render', path.join(sample, 'project.json'), '--images', path.join(sample, 'images')];
execFileSync(process.execPath, [path.join(root, 'scripts', 'cli.mjs'), ...args, '--out', drawn, '--no-labels'], {
  stdio: ['ignore', 'ignore', 'inherit'],
});

const [before, after] = await Promise.all(
  [path.join(sample, 'images', 'coins-01.jpg'), path.join(drawn, 'coins-01.png')].map((file) =>
    sharp(file).extract(area).resize(size).removeAlpha().png().toBuffer(),
  ),
);
const middle = size.width / 2;
const half = await sharp(after).extract({ left: middle, top: 0, width: middle, height: size.height }).toBuffer();
const picture = path.join(root, 'src-renderer', 'panels', 'welcome', 'picture.webp');
await sharp(before)
  .composite([{ input: half, left: middle, top: 0 }])
  .webp({ quality: 80, effort: 6 })
  .toFile(picture);
fs.rmSync(drawn, { recursive: true });
process.stdout.write(`${picture}\n`);
