/** Masks of objects, a file each, in a folder for each image, as the Data Science Bowl of 2018 has them. */
import { counted } from '../../errors/counted';
import type { DatasetFormat } from '../format';
import { resizeOption } from '../labelMap/read';
import { baseOf, folderOf, isTiffName, stemOf } from '../names';
import { pngKind } from '../png/maskPng';
import { imageFolders, readObjectMasks } from './read';
import { isNumberedMask, objectMaskPlaces, writeObjectMasks } from './write';

const nameOf = (name: string) => stemOf(baseOf(name));

export const objectMasksFormat: DatasetFormat = {
  id: 'object-masks',
  title: 'Masks by object',
  about:
    'A folder for each image with its picture in images/ and a mask for each object, PNG or TIFF, in masks/: the Data Science Bowl 2018. Masks may overlap, which is told on reading.',
  extensions: [],
  target: 'folder',
  options: [],
  readOptions: [resizeOption],
  keeps: { outlines: false },
  losses: [
    'void-border',
    ...(['outline-as-mask', 'category', 'crowd', 'order', 'id', 'score', 'attributes', 'tags'] as const),
    ...(['image-fields', 'category-fields', 'supercategory', 'unused-category'] as const),
    ...(['box-left-out', 'empty', 'other-size', 'size-unknown', 'image-renamed'] as const),
    ...(['no-image-left-out', 'no-category'] as const),
  ],
  async recognise(source) {
    if (source.entry !== null) return null;
    const names = await source.names();
    const { images, apart } = await imageFolders(source);
    const [first] = images.filter(({ masks }) => masks.length > 0);
    if (!first) {
      const pictures = new Set(images.map(({ picture }) => picture));
      // With anything beside them they are another format's, whose pictures were called so where they came from.
      const isLayout = pictures.size > 0 && names.every((name) => pictures.has(name));
      return isLayout ? `${images[0].picture} lies in a folder of its own, and no image has masks yet` : null;
    }
    // One mask that is called as its image is a map of all of it.
    if (!images.some(({ folder, masks }) => masks.some((name) => nameOf(name) !== baseOf(folder)))) return null;
    // Without any picture of its own it may be anything, but for the names that are written here.
    if (apart === images.length && !images.every(({ masks }) => masks.some((name) => isNumberedMask(baseOf(name)))))
      return null;
    if (!isTiffName(first.masks[0]) && pngKind(await source.headBytes(first.masks[0])) === null) return null;
    return `${folderOf(first.masks[0])} holds ${counted(first.masks.length, 'mask')} of ${first.picture}`;
  },
  read: readObjectMasks,
  write: writeObjectMasks,
  placeImages: objectMaskPlaces,
};
