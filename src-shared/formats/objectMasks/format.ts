/** Masks of objects, a file each, in a folder for each image, as the Data Science Bowl of 2018 has them. */
import { counted } from '../../errors/counted';
import type { DatasetSink } from '../../dataset/records';
import { rleToSegmentation } from '../../document/segmentation';
import { AppError } from '../../errors/appError';
import { area, encode } from '../../mask';
import type { DatasetFormat, DatasetSource, FormatOptions, PictureSize } from '../format';
import { plainObject } from '../instanceMap/format';
import { resizeOption } from '../labelMap/read';
import { fittedMap, readMapFile } from '../labelMap/values';
import { baseOf, folderOf, isMapName, isPictureName, isTiffName, stemOf } from '../names';
import { pngKind } from '../png/maskPng';

export const objectMasksFormat: DatasetFormat = {
  id: 'object-masks',
  title: 'Masks by object',
  about:
    'A folder for each image with its picture in `images` and a mask for each object, PNG or TIFF, in `masks`: the Data Science Bowl 2018. Masks may overlap.',
  extensions: [],
  target: 'folder',
  options: [],
  readOptions: [resizeOption],
  losses: [],
  async recognise(source) {
    if (source.entry !== null) return null;
    const images = imageFolders(await source.names());
    const [first] = images.filter(({ masks }) => masks.length > 0);
    // One mask that is called as its image is a map of all of it.
    if (!first || !images.some(({ picture, masks }) => masks.some((name) => nameOf(name) !== nameOf(picture))))
      return null;
    if (!isTiffName(first.masks[0]) && pngKind(await source.headBytes(first.masks[0])) === null) return null;
    return `${folderOf(first.masks[0])} holds ${counted(first.masks.length, 'mask')} of ${first.picture}`;
  },
  read: readObjectMasks,
};

interface ImageFolder {
  readonly picture: string;
  readonly masks: readonly string[];
}

const nameOf = (name: string) => stemOf(baseOf(name));

/** Every `ID/images/ID.png`, with the files of `ID/masks`. O(names). */
function imageFolders(names: readonly string[]): ImageFolder[] {
  const masks = new Map<string, string[]>();
  for (const name of names) {
    const folder = /^(.*)\/masks\/[^/]+$/.exec(name)?.[1];
    if (folder === undefined || !isMapName(name)) continue;
    const known = masks.get(folder);
    if (known) known.push(name);
    else masks.set(folder, [name]);
  }
  return names.flatMap((picture) => {
    const folder = /^(.*)\/images\/[^/]+$/.exec(picture)?.[1];
    if (folder === undefined || !isPictureName(picture) || nameOf(picture) !== baseOf(folder)) return [];
    return [{ picture, masks: masks.get(folder) ?? [] }];
  });
}

/** Mask by mask: what overlaps stays whole. */
async function readObjectMasks(source: DatasetSource, sink: DatasetSink, options: FormatOptions = {}): Promise<void> {
  const images = imageFolders(await source.names());
  if (images.length === 0) {
    throw new AppError('bad-input', `${source.path} has no image with masks`, {
      place: { file: source.path },
      hint: 'the picture of image ID is ID/images/ID.png, and its masks lie in ID/masks',
    });
  }
  const isFitted = options.resize === 'nearest';
  sink.category({ ...plainObject }, null, { pointer: 'category object' });
  for (const [index, { picture, masks }] of images.entries()) {
    const imageId = index + 1;
    const size = await source.imageSize(picture);
    const at = { file: source.fullName(picture), pointer: '' };
    const image = size && { name: picture, ...size };
    let frame: Pick<PictureSize, 'width' | 'height'> | null = size;
    const add = ({ width, height }: { width: number | null; height: number | null }) =>
      sink.image({ id: imageId, fileName: picture, width, height }, null, at);
    if (frame) add(frame);
    for (const name of masks) {
      const place = { file: source.fullName(name), pointer: '' };
      const map = await readMapFile(source, name);
      const { width, height, values } = image
        ? fittedMap(map, image, { file: place.file, sink, at: place, isFitted })
        : map;
      if (!frame) add((frame = { width, height }));
      if (width !== frame.width || height !== frame.height) {
        const message = `${place.file} is ${width} x ${height} pixels, and other masks of its image are ${frame.width} x ${frame.height}`;
        throw new AppError('bad-input', message, { place: { file: place.file } });
      }
      const bitmap = new Uint8Array(values.length);
      for (let i = 0; i < values.length; i++) bitmap[i] = values[i] === 0 ? 0 : 1;
      const mask = encode(bitmap, height, width);
      if (area(mask) === 0) {
        const message = `${name} has no pixel: left out`;
        sink.issue({ code: 'shape-skipped', severity: 'warning', pointer: '', message }, place);
        continue;
      }
      const content = {
        ...{ segmentation: rleToSegmentation(mask), bbox: null, area: null },
        ...{ isCrowd: false, score: null, extra: {} },
      };
      const record = { id: null, imageId, categoryId: plainObject.id, maskSize: null, content };
      sink.annotation(record, null, place);
    }
    if (!frame) add({ width: null, height: null });
  }
}
