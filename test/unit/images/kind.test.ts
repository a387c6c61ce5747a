/** The guess of what kind of picture an image is, on the sample, on drawn scenes, and on true images where they are. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { guessImageKind, KIND_SIDE } from '@shared/images/kind';
import { sharedPath } from '../../support/shared';

const root = join(__dirname, '../../..');

async function kindOf(file: string): Promise<string> {
  const small = sharp(file).toColourspace('srgb').resize(KIND_SIDE, KIND_SIDE, { fit: 'fill' }).ensureAlpha();
  return guessImageKind(await small.raw().toBuffer()) ?? 'either';
}

async function counts(folder: string): Promise<Record<string, number>> {
  const all: Record<string, number> = {};
  for (const name of readdirSync(folder).filter((name) => /\.(png|jpe?g)$/.test(name))) {
    const kind = await kindOf(join(folder, name));
    all[kind] = (all[kind] ?? 0) + 1;
  }
  return all;
}

test('the nuclei of the sample are seen through a microscope, its coins are not', async () => {
  const folder = join(root, 'resources/sample/images');
  for (const name of readdirSync(folder)) {
    if (/^nuclei-.*png$/.test(name)) expect(await kindOf(join(folder, name)), name).toBe('microscope');
    if (/^coins-.*jpg$/.test(name)) expect(await kindOf(join(folder, name)), name).not.toBe('microscope');
  }
});

test('the shape of the picture and a see-through rim do not matter; one colour alone is nothing', () => {
  const rgba = new Uint8Array(KIND_SIDE * KIND_SIDE * 4);
  const fill = (color: (x: number, y: number) => readonly [number, number, number]) => {
    for (let i = 0; i < KIND_SIDE * KIND_SIDE; i++) {
      rgba.set([...color(i % KIND_SIDE, Math.floor(i / KIND_SIDE)), 255], i * 4);
    }
    return guessImageKind(rgba);
  };
  const isDisc = (x: number, y: number) => (x % 24) ** 2 + (y % 24) ** 2 < 100;
  expect(fill((x, y) => (isDisc(x, y) ? [90, 90, 90] : [8, 8, 8]))).toBe('microscope');
  expect(fill((x, y) => (isDisc(x, y) ? [120, 70, 160] : [225, 220, 228]))).toBe('microscope');
  // Fruit on a white table: a stain is not red, nor green.
  expect(fill((x, y) => (isDisc(x, y) ? [60, 150, 40] : [225, 222, 220]))).not.toBe('microscope');
  // A black and white photograph has all shades.
  expect(fill((x, y) => [x + y, x + y, x + y])).toBe('photograph');
  expect(fill((x, y) => [2 * x, 2 * y, 90])).toBe('photograph');
});

const data = sharedPath('data') ?? '';
test.skipIf(data === '')('nuclei and photographs that people took', async () => {
  const seen = {
    nuclei: await counts(join(data, 'nuclei/images')),
    photos: await counts(join(data, 'coco-mini/images')),
  };
  console.log(
    `image kinds: ${JSON.stringify(seen)}; grabcut50: ${JSON.stringify(await counts(join(data, 'grabcut50/images')))}`,
  );
  const shareOf = (all: Record<string, number>, kind: string) =>
    (all[kind] ?? 0) / Object.values(all).reduce((sum, count) => sum + count, 0);
  expect(shareOf(seen.nuclei, 'microscope')).toBeGreaterThanOrEqual(0.9);
  expect(seen.nuclei.photograph).toBeUndefined();
  expect(seen.photos.microscope).toBeUndefined();
  expect(shareOf(seen.photos, 'photograph')).toBeGreaterThanOrEqual(0.9);
});
