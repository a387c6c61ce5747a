/** A street for label maps: its picture, its classes, and boxes drawn over it by hand. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { type App, temporaryFolder } from './app';
import { ImageMouse } from './look';

export const WIDTH = 480;
export const HEIGHT = 320;

const street = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">
  <defs><linearGradient id="s" x2="0" y2="1"><stop stop-color="#5f93cf"/><stop offset="1" stop-color="#d8e6f2"/></linearGradient></defs>
  <rect width="480" height="320" fill="url(#s)"/>
  <rect y="90" width="200" height="120" fill="#8d7a6c"/><rect x="200" y="60" width="150" height="150" fill="#a5958a"/>
  ${Array.from({ length: 24 }, (_, i) => `<rect x="${14 + (i % 8) * 42}" y="${104 + Math.floor(i / 8) * 34}" width="18" height="22" fill="#4d5a66"/>`).join('')}
  <rect y="210" width="480" height="110" fill="#5d5d61"/><path d="M0 300 L480 250" stroke="#e8e6da" stroke-width="4" stroke-dasharray="30 20"/>
  <circle cx="420" cy="130" r="56" fill="#52713b"/><rect x="413" y="160" width="14" height="60" fill="#5a4632"/>
  <rect x="96" y="206" width="124" height="44" rx="12" fill="#b5443c"/><path d="M118 208 l18 -26 h50 l20 26 z" fill="#8c3029"/>
  <circle cx="124" cy="250" r="14" fill="#222"/><circle cx="194" cy="250" r="14" fill="#222"/>
</svg>`;

export const CATEGORIES = [
  { id: 1, name: 'sky', isthing: 0 },
  { id: 2, name: 'building', isthing: 0 },
  { id: 3, name: 'road', isthing: 0 },
  { id: 4, name: 'tree', isthing: 0 },
  { id: 5, name: 'car', isthing: 1 },
];

/** A COCO file with two such streets, nothing drawn on them. */
export async function streets(): Promise<string> {
  const folder = temporaryFolder('street');
  mkdirSync(join(folder, 'images'));
  for (const name of ['street-1.png', 'street-2.png']) {
    await sharp(Buffer.from(street))
      .png()
      .toFile(join(folder, 'images', name));
  }
  const images = [1, 2].map((id) => ({ id, file_name: `street-${id}.png`, width: WIDTH, height: HEIGHT }));
  const file = join(folder, 'dataset.json');
  writeFileSync(file, JSON.stringify({ images, annotations: [], categories: CATEGORIES }));
  return file;
}

/** Draws boxes of a category, each from corner to corner. */
export async function boxes(app: App, digit: string, list: readonly (readonly [number, number, number, number])[]) {
  const mouse = new ImageMouse(app.page);
  await app.page.keyboard.press('v');
  await app.page.keyboard.press('Escape');
  await app.page.keyboard.press(digit);
  await app.page.keyboard.press('r');
  for (const [left, top, right, bottom] of list) {
    await mouse.drag([
      [left, top],
      [right, bottom],
    ]);
  }
}
