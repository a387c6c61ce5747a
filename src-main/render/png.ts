/** Raw pictures as PNG files. */
import sharp from 'sharp';
import { writeFileAtomic } from '../files/atomicWrite';
import type { RgbImage } from './canvas';
import type { RgbaImage } from './cutout';

/** Writes the picture in one step; RGB or RGBA by the length of its data. */
export async function writePng(path: string, image: RgbImage | RgbaImage): Promise<void> {
  const channels = image.data.length === image.width * image.height * 4 ? 4 : 3;
  const png = await sharp(image.data, { raw: { width: image.width, height: image.height, channels } })
    .png()
    .toBuffer();
  await writeFileAtomic(path, png);
}
