/** Overlays and cutouts, pixel by pixel on tiny pictures. */
import { describe, expect, test } from 'vitest';
import { encode, fromBox, type Rle } from '@shared/mask';
import type { RgbImage } from '../../../src-main/render/canvas';
import { cutOut } from '../../../src-main/render/cutout';
import { drawOverlay, type OverlayShape } from '../../../src-main/render/overlay';
import type { TextRenderer } from '../../../src-main/render/text';

function flatImage(width: number, height: number, color: readonly [number, number, number]): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) data[i] = color[i % 3];
  return { width, height, data };
}

const pixel = (image: RgbImage, x: number, y: number) => [
  ...image.data.subarray((y * image.width + x) * 3).subarray(0, 3),
];

const shape = (mask: Rle | null, color: string, score: number | null = null): OverlayShape => ({
  mask,
  box: [4, 4, 8, 8],
  color,
  categoryName: 'thing',
  score,
});

const blend = (under: number, over: number, alpha: number) => Math.round(under + (over - under) * alpha);

describe('overlay', () => {
  test('fills at alpha 0.35, outlines along the edge with a dark halo, and leaves the rest alone', async () => {
    const image = flatImage(24, 20, [100, 100, 100]);
    await drawOverlay(image, [shape(fromBox([6, 5, 10, 9], 20, 24), '#ff0000')], null);
    // Deep inside: fill only.
    expect(pixel(image, 11, 9)).toEqual([blend(100, 255, 0.35), 65, 65]);
    // On both sides of the left edge (x = 6) the outline covers three quarters of the pixel.
    expect(pixel(image, 6, 9)[0]).toBeGreaterThan(200);
    expect(pixel(image, 5, 9)[0]).toBeGreaterThan(180);
    expect(pixel(image, 6, 9)[1]).toBeLessThan(40);
    // One further out: half covered by the halo, darker than before and grey.
    const halo = pixel(image, 4, 9);
    expect(halo[0]).toBeLessThan(100);
    expect(halo[0]).toBe(halo[1]);
    // Two further out: untouched.
    expect(pixel(image, 3, 9)).toEqual([100, 100, 100]);
    expect(pixel(image, 11, 1)).toEqual([100, 100, 100]);
  });

  test('draws around holes and along the image border', async () => {
    const bitmap = new Uint8Array(16 * 16).fill(1);
    for (let y = 6; y < 10; y++) bitmap.fill(0, y * 16 + 6, y * 16 + 10);
    const image = flatImage(16, 16, [0, 0, 0]);
    await drawOverlay(image, [shape(encode(bitmap, 16, 16), '#00ff00')], null);
    expect(pixel(image, 0, 8)[1]).toBeGreaterThan(180);
    expect(pixel(image, 5, 8)[1]).toBeGreaterThan(180);
    expect(pixel(image, 3, 3)).toEqual([0, blend(0, 255, 0.35), 0]);
  });

  test('later shapes cover earlier ones', async () => {
    const image = flatImage(20, 20, [0, 0, 0]);
    const mask = fromBox([2, 2, 14, 14], 20, 20);
    await drawOverlay(image, [shape(mask, '#ff0000'), shape(mask, '#0000ff')], null);
    expect(pixel(image, 9, 9)).toEqual([blend(blend(0, 255, 0.35), 0, 0.35), 0, blend(0, 255, 0.35)]);
  });

  test('a box without a mask is outlined, not filled', async () => {
    const image = flatImage(20, 20, [50, 50, 50]);
    await drawOverlay(image, [shape(null, '#ffffff')], null);
    expect(pixel(image, 8, 8)).toEqual([50, 50, 50]);
    expect(pixel(image, 4, 8)[0]).toBeGreaterThan(180);
  });

  test('labels never cover one another; the most certain comes first and the rest fall back to their score', async () => {
    const drawn: string[] = [];
    const text: TextRenderer = {
      draw: async (line, size) => {
        drawn.push(line);
        return { width: line.length * 4, height: size, alpha: new Uint8Array(line.length * 4 * size).fill(255) };
      },
    };
    const image = flatImage(90, 60, [0, 0, 0]);
    const mask = fromBox([4, 20, 10, 10], 60, 90);
    const crowd = [0.5, 0.9, 0.7, 0.6, 0.55].map((score) => shape(mask, '#ffffff', score));
    await drawOverlay(image, crowd, text);
    expect(drawn[0]).toBe('thing 0.90');
    // Three places: above, inside the top, below. The fourth and the fifth find none.
    expect(drawn).toContain('0.60');
    expect(pixel(image, 6, 14).every((value) => value < 255)).toBe(true);
  });
});

describe('cutout', () => {
  test('is opaque with the original pixels on the mask, and empty elsewhere', () => {
    const image = flatImage(7, 5, [0, 0, 0]);
    for (let i = 0; i < image.data.length; i++) image.data[i] = (i * 7) % 256;
    const bitmap = new Uint8Array(35);
    for (const [x, y] of [
      [2, 1],
      [3, 1],
      [3, 2],
      [5, 3],
    ])
      bitmap[y * 7 + x] = 1;
    const picture = cutOut(image, encode(bitmap, 5, 7))!;
    expect([picture.width, picture.height]).toEqual([4, 3]);
    for (let y = 0; y < 3; y++) {
      for (let x = 0; x < 4; x++) {
        const at = (y * 4 + x) * 4;
        const inside = bitmap[(y + 1) * 7 + x + 2] === 1;
        const expected = inside ? [...pixel(image, x + 2, y + 1), 255] : [0, 0, 0, 0];
        expect([...picture.data.subarray(at, at + 4)]).toEqual(expected);
      }
    }
  });

  test('an empty mask gives none', () => {
    expect(cutOut(flatImage(4, 4, [1, 2, 3]), encode(new Uint8Array(16), 4, 4))).toBeNull();
  });
});
