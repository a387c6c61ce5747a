// Makes the picture on a model's card: a square of an image, left as it is, right with what the model finds there.
// Usage: tsx scripts/makeModelPicture.ts MODEL IMAGE X,Y,SIDE
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';

/** Twice what the card shows, for screens of scale 2. */
const sidePx = 112;

const root = path.join(import.meta.dirname, '..');
const [model, image, square] = process.argv.slice(2);
const [left, top, side] = square.split(',').map(Number);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'maskwright-model-picture-'));
const run = (...args: string[]) =>
  execFileSync(process.execPath, [path.join(root, 'scripts', 'cli.mjs'), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });

const found = path.join(folder, 'found.json');
run('propose', '--images', image, '--method', 'maskrcnn', '--model', model, '--out', found);
run('render', found, '--images', path.dirname(image), '--out', path.join(folder, 'drawn'), '--no-labels');
const drawn = path.join(folder, 'drawn', `${path.parse(image).name}.png`);

const area = { left, top, width: side, height: side };
const [before, after] = await Promise.all(
  [image, drawn].map((file) => sharp(file).extract(area).resize(sidePx).removeAlpha().png().toBuffer()),
);
const half = await sharp(after)
  .extract({ left: sidePx / 2, top: 0, width: sidePx / 2, height: sidePx })
  .toBuffer();
const picture = path.join(root, 'models', model, 'picture.png');
await sharp(before)
  .composite([{ input: half, left: sidePx / 2, top: 0 }])
  .png({ palette: true, effort: 10 })
  .toFile(picture);
fs.rmSync(folder, { recursive: true });
process.stdout.write(`${picture}\n`);
