/** A folder for each image -> records: every mask is an object, whole where it overlaps others, which is told. */
import type { DatasetSink } from '../../dataset/records';
import { rleToSegmentation } from '../../document/segmentation';
import { AppError } from '../../errors/appError';
import { counted } from '../../errors/counted';
import { area, encode, merge, type Rle } from '../../mask';
import type { DatasetSource, FormatOptions, PictureSize } from '../format';
import { plainObject } from '../instanceMap/format';
import { fittedMap, readMapFile } from '../labelMap/values';
import { baseOf, isMapName, isPictureName, stemOf } from '../names';
import type { MapPicture } from '../png/maskPng';
import { splitOfWords } from '../splitFiles';
import { textOfMask } from './ownText';

interface ImageFolder {
  /** `ID`, with the folders above it. */
  readonly folder: string;
  readonly picture: string;
  readonly masks: readonly string[];
}

export interface ImageFolders {
  readonly images: readonly ImageFolder[];
  /** How many of them have no picture of their own among the dataset's files. */
  readonly apart: number;
  /** Pictures of a folder that has one already. */
  readonly others: readonly { readonly picture: string; readonly taken: string }[];
  /** Masks of a kind that is not read, as JPEG, whose pixels are never exact. */
  readonly odd: readonly string[];
}

/** Every `ID/images/ID.png`, with the files of `ID/masks`; of masks without it the picture of that name elsewhere. O(names). */
export async function imageFolders(source: DatasetSource): Promise<ImageFolders> {
  const names = await source.names();
  const masks = new Map<string, string[]>();
  const odd: string[] = [];
  for (const name of names) {
    const folder = /^(.*)\/masks\/[^/]+$/.exec(name)?.[1];
    if (folder === undefined) continue;
    if (!isMapName(name)) {
      if (isPictureName(name)) odd.push(name);
      continue;
    }
    const known = masks.get(folder);
    if (known) known.push(name);
    else masks.set(folder, [name]);
  }
  const images = new Map<string, ImageFolder>();
  const others: { picture: string; taken: string }[] = [];
  for (const picture of names) {
    const folder = /^(.*)\/images\/[^/]+$/.exec(picture)?.[1];
    if (folder === undefined || !isPictureName(picture) || stemOf(baseOf(picture)) !== baseOf(folder)) continue;
    const known = images.get(folder);
    if (known) others.push({ picture, taken: known.picture });
    else images.set(folder, { folder, picture, masks: masks.get(folder) ?? [] });
  }
  const alone = [...masks].filter(([folder]) => !images.has(folder));
  const find = alone.length > 0 ? pictureFinder(await source.pictures()) : () => null;
  for (const [folder, own] of alone) {
    const picture = find(folder) ?? `${folder}/images/${baseOf(folder)}.png`;
    images.set(folder, { folder, picture, masks: own });
  }
  return { images: [...images.values()], apart: alone.length, others, odd };
}

/** By the whole path, else by the name alone where only one picture has it. */
function pictureFinder(pictures: readonly string[]): (folder: string) => string | null {
  const all = new Map<string, string | null>();
  for (const name of pictures.filter(isPictureName)) {
    const stem = stemOf(name);
    for (const key of new Set([stem, `base ${baseOf(stem)}`])) all.set(key, all.has(key) ? null : name);
  }
  return (folder) => all.get(folder) ?? all.get(`base ${baseOf(folder)}`) ?? null;
}

export async function readObjectMasks(
  source: DatasetSource,
  sink: DatasetSink,
  options: FormatOptions = {},
): Promise<void> {
  const { images, others, odd } = await imageFolders(source);
  if (images.length === 0) {
    throw new AppError('bad-input', `${source.path} has no image with masks`, {
      place: { file: source.path },
      hint: 'the picture of image ID is ID/images/ID.png, and its masks lie in ID/masks',
    });
  }
  const leave = (name: string, why: string) => {
    const at = { file: source.fullName(name), pointer: '' };
    sink.issue({ code: 'file-left-out', severity: 'warning', pointer: '', message: `${name} ${why}` }, at);
  };
  for (const { picture, taken } of others)
    leave(picture, `is a second picture beside ${taken}, which was taken: the masks are of one`);
  for (const name of odd) leave(name, 'is no PNG or TIFF: masks of other kinds are left out');
  if (images.some(({ masks }) => masks.length > 0))
    sink.category({ ...plainObject }, null, { pointer: 'category object' });
  for (const [index, image] of images.entries())
    await readImage({ source, sink, isFitted: options.resize === 'nearest' }, image, index + 1);
}

interface Reading {
  readonly source: DatasetSource;
  readonly sink: DatasetSink;
  /** Masks of another size than their image are fitted to it. */
  readonly isFitted: boolean;
}

async function readImage({ source, sink, isFitted }: Reading, image: ImageFolder, imageId: number): Promise<void> {
  const { folder, picture, masks } = image;
  const size = await source.imageSize(picture);
  const at = { file: source.fullName(picture), pointer: '' };
  // What was split anew has the folder of its former part inside.
  const above = folder.split('/').slice(0, -1);
  const split = above.map(splitOfWords).find((one) => one !== null) ?? null;
  const add = ({ width, height }: { width: number | null; height: number | null }) =>
    sink.image({ id: imageId, fileName: picture, width, height, ...(split === null ? {} : { split }) }, folder, at);
  let frame: Pick<PictureSize, 'width' | 'height'> | null = size;
  if (frame) add(frame);
  let taken: Rle | null = null;
  for (const name of masks) {
    const place = { file: source.fullName(name), pointer: '' };
    const issue = (code: 'shape-skipped' | 'masks-overlap', message: string) =>
      sink.issue({ code, severity: 'warning', pointer: '', message }, place);
    const given = await readMapFile(source, name);
    const map = size
      ? fittedMap(given, { name: picture, ...size }, { file: place.file, sink, at: place, isFitted })
      : given;
    const { width, height } = map;
    if (!frame) add((frame = { width, height }));
    if (width !== frame.width || height !== frame.height) {
      const message = `${place.file} is ${width} x ${height} pixels, and other masks of its image are ${frame.width} x ${frame.height}`;
      throw new AppError('bad-input', message, { place: { file: place.file } });
    }
    const mask = maskOf(map);
    if (area(mask) === 0) {
      issue('shape-skipped', `${name} has no pixel: left out`);
      continue;
    }
    const shared: number = taken === null ? 0 : area(merge([taken, mask], { intersect: true }));
    if (shared > 0)
      issue('masks-overlap', `${name} has ${counted(shared, 'pixel')} that other masks of its image have`);
    taken = taken === null ? mask : merge([taken, mask]);
    const content = {
      segmentation: rleToSegmentation(mask),
      bbox: null,
      area: null,
      isCrowd: false,
      score: null,
      extra: {},
    };
    const record = { id: null, imageId, categoryId: plainObject.id, maskSize: null, content };
    sink.annotation(record, textOfMask(baseOf(name), valueIn(map)), place);
  }
  if (!frame) add({ width: null, height: null });
}

function maskOf({ values, width, height }: MapPicture): Rle {
  const bitmap = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) bitmap[i] = values[i] === 0 ? 0 : 1;
  return encode(bitmap, height, width);
}

/** The one value that pixels of the object have in a grey file of 8 bits; else 255. */
function valueIn({ values, isColour, palette, depth }: MapPicture): number {
  if (isColour || palette !== null || depth !== 8) return 255;
  const on = values.find((value) => value !== 0) ?? 255;
  return values.every((value) => value === 0 || value === on) ? on : 255;
}
