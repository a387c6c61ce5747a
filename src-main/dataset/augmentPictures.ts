/** The pictures of augmented copies: the same cut, scaling, mirroring and turning as their annotations, and what is pasted. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import sharp from 'sharp';
import type { AugmentedCopy } from '@shared/dataset/augment/augmentedView';
import { turnOf } from '@shared/dataset/augment/change';
import type { ViewImage } from '@shared/dataset/view';
import { AppError } from '@shared/errors/appError';
import { decodeRegion, toBbox } from '@shared/mask';
import { writeFileAtomic } from '../files/atomicWrite';
import { fileError } from '../files/fileErrors';
import { type DecodedImage, decodeRgb, probeImage } from '../images';
import { compareWithFile } from '../images/compareWithFile';
import { toImageError } from '../images/imageErrors';
import { type MayShow, openPicture } from '../images/pictureFile';
import type { PicturePlace } from './placeImage';

/** A picture of the dataset, and how it lies in the frame of its annotations; null: there is none that fits them. */
export async function pictureInFrame(
  image: ViewImage,
  place: PicturePlace | null,
  mayShow: MayShow,
): Promise<'exif' | 'stored' | null> {
  if (!place) return null;
  try {
    const { handle, path } = await openPicture(place.path, place.root, mayShow);
    await handle.close();
    const { problem, orientation } = compareWithFile(image, await probeImage(path));
    return problem ? null : orientation;
  } catch {
    // Copying it along tells the reason.
    return null;
  }
}

/** Pixels of an image of the dataset, RGB, in the frame of its annotations. */
export type ReadPixels = (imageId: number) => Promise<DecodedImage>;

export function pixelReader(
  placeOf: (imageId: number) => PicturePlace & { readonly orientation: 'exif' | 'stored' },
  mayShow: MayShow,
): ReadPixels {
  return async (imageId) => {
    const { path, root, orientation } = placeOf(imageId);
    const picture = await openPicture(path, root, mayShow);
    await picture.handle.close();
    return decodeRgb({ path: picture.path, orientation });
  };
}

/** The pixels of a copy: the same for the same one. */
export async function makePixels({ original, change, pastes }: AugmentedCopy, read: ReadPixels): Promise<DecodedImage> {
  const [left, top, cutWidth, cutHeight] = change.crop;
  const [width, height] = change.scaled;
  const source = await read(original.id);
  const raw = { width: source.width, height: source.height, channels: 3 } as const;
  const cut = sharp(source.data, { raw }).extract({ left, top, width: cutWidth, height: cutHeight });
  const isScaled = width !== cutWidth || height !== cutHeight;
  const scaled = isScaled ? cut.resize(width, height, { fit: 'fill', kernel: 'cubic' }) : cut;
  const turned = turnPixels(await scaled.raw().toBuffer(), change);
  if (change.brightness !== 1) brighten(turned.data, change.brightness);
  for (const { imageId, mask, offset } of pastes) {
    const donor = await read(imageId);
    const [x, y, w, h] = toBbox(mask);
    const bits = decodeRegion(mask, [x, y, w, h]);
    for (let i = 0; i < bits.length; i++) {
      if (!bits[i]) continue;
      const [px, py] = [x + (i % w), y + Math.floor(i / w)];
      const from = 3 * ((py + offset[1]) * donor.width + px + offset[0]);
      turned.data.set(donor.data.subarray(from, from + 3), 3 * (py * turned.width + px));
    }
  }
  return turned;
}

/** The file's bytes, JPEG or PNG by the ending of `to`. */
async function makePicture(copy: AugmentedCopy, to: string, read: ReadPixels): Promise<Buffer> {
  const { data, width: w, height: h } = await makePixels(copy, read);
  const out = sharp(data, { raw: { width: w, height: h, channels: 3 } });
  const isJpeg = /^\.jpe?g$/i.test(extname(to));
  return (isJpeg ? out.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }) : out.png()).toBuffer();
}

function turnPixels(data: Uint8Array, change: AugmentedCopy['change']): DecodedImage {
  const [width, height] = change.scaled;
  const { size, point } = turnOf(change, change.scaled);
  const pixelAt = (x: number, y: number) => {
    const [tx, ty] = point(x + 0.5, y + 0.5);
    return Math.floor(ty) * size[0] + Math.floor(tx);
  };
  // Each step along a row or a column of the one is a step along one of the other.
  const first = pixelAt(0, 0);
  const [alongRow, alongColumn] = [pixelAt(1, 0) - first, pixelAt(0, 1) - first];
  const out = new Uint8Array(data.length);
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0, to = 3 * (first + y * alongColumn); x < width; x++, from += 3, to += 3 * alongRow) {
      out[to] = data[from];
      out[to + 1] = data[from + 1];
      out[to + 2] = data[from + 2];
    }
  }
  return { width: size[0], height: size[1], data: out };
}

function brighten(data: Uint8Array, factor: number): void {
  const becomes = Uint8Array.from({ length: 256 }, (_, value) => Math.min(255, Math.round(value * factor)));
  for (let i = 0; i < data.length; i++) data[i] = becomes[data[i]];
}

/** Before anything is written: throws where another picture than the copy's own lies at the place. */
export async function checkMade(copy: AugmentedCopy, to: string, read: ReadPixels): Promise<void> {
  const there = await readFile(to).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw fileError(error, to);
  });
  if (there && !there.equals(await makePicture(copy, to, read))) throw taken(to);
}

const taken = (to: string) =>
  new AppError('bad-input', `The augmented copy ${to} cannot be written: another picture is there already`, {
    place: { file: to },
    hint: 'a picture is never replaced: write to another folder, or move it away',
  });

/**
 * Writes it where there is nothing yet, or where it `replaces` what was made before. Why it was not made comes back, as what is
 * wrong with a picture that it is made of; a fault of the writing is thrown.
 */
export async function placeMade(
  copy: AugmentedCopy,
  to: string,
  read: ReadPixels,
  replaces: boolean,
): Promise<'placed' | 'there' | { readonly fault: string }> {
  let bytes: Buffer;
  try {
    bytes = await makePicture(copy, to, read);
  } catch (error) {
    return { fault: toImageError(copy.original.fileName, error).message };
  }
  if (replaces) {
    await writeFileAtomic(to, bytes);
    return 'placed';
  }
  try {
    await mkdir(dirname(to), { recursive: true });
    await writeFile(to, bytes, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      await rm(to, { force: true });
      throw fileError(error, to);
    }
    if (bytes.equals(await readFile(to))) return 'there';
    throw taken(to);
  }
  return 'placed';
}
