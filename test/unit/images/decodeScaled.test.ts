/** Large JPEGs read at the size they are needed in: the same picture, upright, and everything else as it is. */
import { writeFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodeRgb, decodeScaled } from '../../../src-main/images';
import { put, rgbImage, storeTurned, temporaryFolder } from './files';

const folder = temporaryFolder();
const exif = (path: string) => ({ path, orientation: 'exif' as const });
const [width, height] = [400, 240];

/** Slow waves of another colour in each direction: what a mean of neighbours hardly changes. */
const scene = Buffer.alloc(width * height * 3);
for (let y = 0, at = 0; y < height; y++) {
  for (let x = 0; x < width; x++, at += 3) {
    scene.set([128 + 100 * Math.sin(x / 40), 128 + 100 * Math.cos(y / 30), (255 * x) / width], at);
  }
}
const jpeg = (picture: Sharp) => picture.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer();
const third = (w: number, h: number) => [Math.round(w / 3.2), Math.round(h / 3.2)] as const;

/** Means of the pixels that each pixel of the smaller picture covers. */
function meansOf(data: Uint8Array, [w, h]: readonly [number, number], toWidth: number, toHeight: number): number[] {
  const means: number[] = [];
  for (let y = 0; y < toHeight; y++) {
    for (let x = 0; x < toWidth; x++) {
      const [x1, x2] = [x, x + 1].map((i) => Math.round((i * w) / toWidth));
      const [y1, y2] = [y, y + 1].map((i) => Math.round((i * h) / toHeight));
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let v = y1; v < y2; v++) for (let u = x1; u < x2; u++) sum += data[(v * w + u) * 3 + c];
        means.push(sum / ((x2 - x1) * (y2 - y1)));
      }
    }
  }
  return means;
}

describe('a JPEG three times as large as needed', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('EXIF %i: upright, the means of its pixels', async (orientation) => {
    const stored = storeTurned(scene, width, height, orientation);
    const picture = rgbImage(stored.width, stored.height, stored.data).withMetadata({ orientation });
    const path = put(folder, `large${orientation}.jpg`, await jpeg(picture));
    const scaled = (await decodeScaled(exif(path), third))!;
    expect(scaled).toMatchObject({ width, height, image: { width: 125, height: 75 } });
    const means = meansOf(scene, [width, height], 125, 75);
    expect(scaled.image.data.length).toBe(means.length);
    expect(Math.max(...means.map((mean, i) => Math.abs(mean - scaled.image.data[i])))).toBeLessThan(9);
    // What is asked for is told of the picture as it is shown.
    const asStored = (await decodeScaled({ path, orientation: 'stored' }, third))!;
    expect(asStored).toMatchObject({ width: stored.width, height: stored.height });
  });

  test('grey, and of a size that no half fits', async () => {
    const path = put(folder, 'grey.jpg', await jpeg(rgbImage(width, height, scene).resize(397, 241).greyscale()));
    const scaled = (await decodeScaled(exif(path), () => [101, 61]))!;
    expect(scaled).toMatchObject({ width: 397, height: 241, image: { width: 101, height: 61 } });
    const whole = await decodeRgb(exif(path));
    const means = meansOf(whole.data, [397, 241], 101, 61);
    expect(Math.max(...means.map((mean, i) => Math.abs(mean - scaled.image.data[i])))).toBeLessThan(9);
  });

  test('CMYK, progressive: the colours that it has when it is read whole', async () => {
    const cmyk = rgbImage(width, height, scene).toColourspace('cmyk').jpeg({ quality: 95, progressive: true });
    const path = put(folder, 'cmyk.jpg', await cmyk.toBuffer());
    const scaled = (await decodeScaled(exif(path), third))!;
    const means = meansOf((await decodeRgb(exif(path))).data, [width, height], 125, 75);
    expect(Math.max(...means.map((mean, i) => Math.abs(mean - scaled.image.data[i])))).toBeLessThan(12);
  });

  test('cut off: refused as when it is read whole', async () => {
    const path = put(folder, 'whole.jpg', await jpeg(rgbImage(width, height, scene)));
    const bytes = await sharp(path).jpeg().toBuffer();
    writeFileSync(path, bytes.subarray(0, bytes.length >> 1));
    // One after the other: the decoder has one place for what it last complained of.
    const whole = await decodeRgb(exif(path)).catch((error: Error) => error);
    await expect(decodeScaled(exif(path), third)).rejects.toMatchObject({
      code: 'bad-input',
      message: (whole as Error).message,
    });
  });
});

test('what is not worth it, no JPEG, or wanted as it is comes whole', async () => {
  const large = put(folder, 'large.jpg', await jpeg(rgbImage(width, height, scene)));
  const png = put(folder, 'large.png', await rgbImage(width, height, scene).png().toBuffer());
  expect(await decodeScaled(exif(large), () => [width / 2, height / 2])).toBeNull();
  expect(await decodeScaled(exif(large), () => null)).toBeNull();
  expect(await decodeScaled(exif(png), third)).toBeNull();
  await expect(decodeScaled(exif(`${folder}/none.jpg`), third)).rejects.toThrow('does not exist');
});
