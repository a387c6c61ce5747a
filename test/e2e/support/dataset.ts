/** COCO datasets made for a test: plain pictures, boxes as polygons, whatever categories it takes. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { temporaryFolder } from './app';

export interface TestImage {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** `[category id, x, y, width, height]`, each a rectangle. */
  readonly boxes?: readonly (readonly [number, number, number, number, number])[];
}

/** The path of the COCO file; image and annotation ids count from 1. */
export async function writeCoco(images: readonly TestImage[], categories: readonly string[]): Promise<string> {
  const folder = temporaryFolder('dataset');
  mkdirSync(join(folder, 'images'));
  for (const { name, width, height } of images) {
    const background = { r: 70, g: 84, b: 98 };
    await sharp({ create: { width, height, channels: 3, background }, limitInputPixels: false })
      .png({ compressionLevel: 1 })
      .toFile(join(folder, 'images', name));
  }
  let id = 0;
  const annotations = images.flatMap(({ boxes = [] }, at) =>
    boxes.map(([category_id, x, y, width, height]) => ({
      id: ++id,
      image_id: at + 1,
      category_id,
      segmentation: [[x, y, x + width, y, x + width, y + height, x, y + height]],
      bbox: [x, y, width, height],
      area: width * height,
      iscrowd: 0,
    })),
  );
  const file = join(folder, 'dataset.json');
  writeFileSync(
    file,
    JSON.stringify({
      images: images.map(({ name, width, height }, at) => ({ id: at + 1, file_name: name, width, height })),
      annotations,
      categories: categories.map((name, at) => ({ id: at + 1, name, supercategory: '' })),
    }),
  );
  return file;
}

/** A grid of `count` squares of 8 px on an image of `width`, in category 1. */
export function grid(count: number, width: number): [number, number, number, number, number][] {
  const columns = Math.floor(width / 12);
  return Array.from({ length: count }, (_, at) => [
    1,
    2 + 12 * (at % columns),
    2 + 12 * Math.floor(at / columns),
    8,
    8,
  ]);
}
