/** Pictures for the README and the guide, made by the tests that prove what they show. */
import type { Locator, Page } from '@playwright/test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { repoRoot } from './app';

/** Of a picture, so that the guide loads at once. */
const MOST_BYTES = 150_000;

/** A part of the page, CSS pixels. */
type Clip = Readonly<Record<'x' | 'y' | 'width' | 'height', number>>;

/** Test runs without MASKWRIGHT_SCREENSHOTS change no file. */
export const takesPictures = Boolean(process.env.MASKWRIGHT_SCREENSHOTS);

/** Saves `docs/images/NAME.png` when MASKWRIGHT_SCREENSHOTS is set; otherwise nothing, so that test runs change no file. */
export async function picture(of: Page | Locator, name: string, clip?: Clip): Promise<void> {
  if (!takesPictures) return;
  await save('mouse' in of ? await of.screenshot({ clip }) : await of.screenshot(), name);
}

/** The same of a picture in a file, e.g. one that the command line drew. */
export async function pictureOfFile(path: string, name: string): Promise<void> {
  if (!takesPictures) return;
  await save(path, name);
}

/** The same of what a command says in a terminal; the first line is the command. */
export async function pictureOfText(command: string, said: string, name: string): Promise<void> {
  if (!takesPictures) return;
  const lines = [`$ ${command}`, ...said.trimEnd().split('\n')].map((line) =>
    line.replace(/&/g, '&amp;').replace(/</g, '&lt;'),
  );
  const width = 9 * Math.max(60, ...lines.map(({ length }) => length)) + 32;
  const height = 20 * lines.length + 20;
  const texts = lines.map(
    (line, at) =>
      `<text xml:space="preserve" x="16" y="${20 * at + 28}" fill="${at === 0 ? '#8ab4ff' : '#dcdde0'}">${line}</text>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="DejaVu Sans Mono, monospace" font-size="14"><rect width="100%" height="100%" fill="#1b1c20"/>${texts.join('')}</svg>`;
  await save(Buffer.from(svg), name);
}

/** The window at one size. */
export interface Look {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly png: Buffer;
}

/** One picture of several windows below each other in two columns, the first half left; all at a third of their size (`docs/images/NAME.webp`). */
export async function sheet(looks: readonly Look[], name: string): Promise<void> {
  if (!takesPictures) return;
  const rows = looks.length / 2;
  const small = await Promise.all(
    looks.map(async ({ width, png }) => {
      const { data, info } = await sharp(png)
        .resize({ width: Math.round(width / 3) })
        .toBuffer({ resolveWithObject: true });
      return { input: data, width: info.width, height: info.height };
    }),
  );
  const gap = 12;
  const column = Math.max(...small.map(({ width }) => width)) + gap;
  const tops = small
    .slice(0, rows)
    .reduce<number[]>((all, { height }) => [...all, all[all.length - 1] + height + gap], [gap]);
  const create = { width: 2 * column + gap, height: tops[rows], channels: 3 as const, background: '#777' };
  const layers = small.map(({ input }, at) => ({ input, left: gap + (at < rows ? 0 : column), top: tops[at % rows] }));
  const file = join(repoRoot, 'docs', 'images', `${name}.webp`);
  await sharp({ create }).composite(layers).webp({ quality: 80 }).toFile(file);
}

async function save(png: Buffer | string, name: string): Promise<void> {
  const folder = join(repoRoot, 'docs', 'images');
  mkdirSync(folder, { recursive: true });
  // Photographs have noise that nobody sees and that takes most of the bytes: as coarse as the size asks for.
  for (const step of [1, 4, 8, 16]) {
    const small = await encode(png, step);
    if (small.length > MOST_BYTES && step < 16) continue;
    writeFileSync(join(folder, `${name}.png`), small);
    return;
  }
}

/** The picture with the values of every channel rounded to multiples of `step`. */
async function encode(png: Buffer | string, step: number): Promise<Buffer> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const rounded = step === 1 ? data : data.map((value) => Math.min(255, Math.round(value / step) * step));
  return sharp(rounded, { raw: { width, height, channels } }).png({ compressionLevel: 9, effort: 10 }).toBuffer();
}
