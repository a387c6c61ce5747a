/** Objects of the reference data with their truth, and the shipped models, for the scripts that measure what models reach. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { findModel } from '../../src-main/inference/catalog/catalog';
import { loadModel, type BorrowedModel } from '../../src-main/inference/graph/model';
import type { PredictContext } from '../../src-main/inference/families/family';
import { withMats } from '../../src-main/vision/opencv/matScope';
import { decodeRgb } from '../../src-main/images';
import type { RgbImage } from '../../src-main/inference/image/rgbImage';
import { decode, emptyMask, encode, merge, toBbox, type Rle } from '@shared/mask';
import type { CocoSegmentation } from '@shared/formats/coco/types';
import { cocoMask } from '../support/cocoMask';

const modelsFolder = join(import.meta.dirname, '../../models');

export async function borrow(id: string): Promise<BorrowedModel> {
  const loaded = await loadModel(await findModel(modelsFolder, id), borrow);
  return { loaded, letGo: () => void loaded.release() };
}

export const context = (score = 0): PredictContext => ({ score, step: async () => {}, note: () => {} });

export interface Truth {
  readonly mask: Uint8Array;
  /** 1 where the truth does not say. */
  readonly ignored: Uint8Array | null;
  readonly box: readonly [x1: number, y1: number, x2: number, y2: number];
}

export interface Scene {
  readonly image: RgbImage;
  readonly truths: readonly Truth[];
}

export interface Coco {
  readonly images: { id: number; file_name: string; width: number; height: number }[];
  readonly categories: { id: number; name: string }[];
  readonly annotations: {
    id: number;
    image_id: number;
    category_id: number;
    area: number;
    bbox: [number, number, number, number];
    iscrowd: number;
    segmentation: CocoSegmentation;
  }[];
}

export async function* cocoScenes(folder: string): AsyncGenerator<Scene> {
  const coco = JSON.parse(readFileSync(join(folder, 'instances.json'), 'utf8')) as Coco;
  for (const { id, file_name, width, height } of coco.images) {
    const image = await decodeRgb({ path: join(folder, 'images', file_name), orientation: 'exif' });
    const truths = coco.annotations
      .filter((annotation) => annotation.image_id === id && annotation.iscrowd === 0 && annotation.area > 1024)
      .map(({ segmentation, bbox: [x, y, w, h] }): Truth => {
        const mask = decode(cocoMask(segmentation, [height, width]));
        return { mask, ignored: null, box: [x, y, x + w, y + h] };
      });
    yield { image, truths };
  }
}

/** Of one or two people who are a twentieth of the picture or more and nobody else: all of them are the truth. */
export async function* portraitScenes(folder: string): AsyncGenerator<Scene> {
  const coco = JSON.parse(readFileSync(join(folder, 'instances.json'), 'utf8')) as Coco;
  const person = coco.categories.find(({ name }) => name === 'person')!.id;
  for (const { id, file_name, width, height } of coco.images) {
    const people = coco.annotations.filter((one) => one.image_id === id && one.category_id === person);
    const areLarge = people.every(({ area, iscrowd }) => iscrowd === 0 && area >= (width * height) / 20);
    if (people.length < 1 || people.length > 2 || !areLarge) continue;
    const image = await decodeRgb({ path: join(folder, 'images', file_name), orientation: 'exif' });
    const mask = decode(merge(people.map(({ segmentation }) => cocoMask(segmentation, [height, width]))));
    yield { image, truths: [{ mask, ignored: null, box: [0, 0, width, height] }] };
  }
}

export async function* grabcutScenes(folder: string): AsyncGenerator<Scene> {
  for (const name of readdirSync(join(folder, 'masks')).sort()) {
    const path = join(folder, 'images', `${name.slice(0, -4)}.jpg`);
    const image = await decodeRgb({ path, orientation: 'exif' });
    const trimap = await sharp(join(folder, 'masks', name))
      .greyscale()
      .raw()
      .toBuffer();
    const mask = Uint8Array.from(trimap, (value) => (value === 255 ? 1 : 0));
    const ignored = Uint8Array.from(trimap, (value) => (value > 0 && value < 255 ? 1 : 0));
    const [x, y, w, h] = toBbox(encode(mask, image.height, image.width));
    yield { image, truths: [{ mask, ignored, box: [x, y, x + w, y + h] }] };
  }
}

export function iouOf(found: Rle | null, { mask, ignored }: Truth, { width, height }: RgbImage): number {
  const bits = decode(found ?? emptyMask(height, width));
  let [both, either] = [0, 0];
  for (let i = 0; i < bits.length; i++) {
    const isFound = bits[i] === 1 && ignored?.[i] !== 1;
    const isTrue = mask[i] === 1;
    if (isFound && isTrue) both++;
    if (isFound || isTrue) either++;
  }
  return either === 0 ? 0 : both / either;
}

// The main side is built as CommonJS, and finds its packages from the file's own name.
Object.assign(globalThis, { __filename: import.meta.filename });
const { loadOpenCv } = await import('../../src-main/vision/opencv/cv');
const cv = await loadOpenCv();

/** The pixel farthest from everything that is not set, the image's border included, and how far: OpenCV's distances, as in the reference. */
export function deepest(bits: Uint8Array, width: number, height: number): { x: number; y: number; depth: number } {
  return withMats(cv, (scope) => {
    const padded = scope.zeros(height + 2, width + 2, cv.CV_8UC1);
    const { data } = padded;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) data[(y + 1) * (width + 2) + x + 1] = bits[y * width + x];
    }
    const distance = scope.mat();
    cv.distanceTransform(padded, distance, cv.DIST_L2, cv.DIST_MASK_5);
    const depths = distance.data32F;
    let best = width + 3;
    for (let i = 0; i < depths.length; i++) if (depths[i] > depths[best]) best = i;
    return { x: (best % (width + 2)) - 1, y: Math.floor(best / (width + 2)) - 1, depth: depths[best] };
  });
}
