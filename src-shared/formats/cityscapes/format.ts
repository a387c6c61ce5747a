/** Cityscapes: polygons, class numbers and object numbers of street scenes, each image in its city's folder. */
import type { DatasetFormat } from '../format';
import { isCityFile, placeImages } from './files';
import { labelsByName } from './labels';
import { readCityscapes, readOptions } from './read';
import { writeCityscapes } from './write';

export const cityscapesFormat: DatasetFormat = {
  id: 'cityscapes',
  title: 'Cityscapes',
  about:
    'gtFine folders with polygons, class and instance maps of each image: cityscapesScripts, torchvision, MMSegmentation.',
  extensions: [],
  target: 'folder',
  splits: true,
  options: [],
  readOptions,
  keeps: { outlines: false, supercategoryOf: (name) => labelsByName.get(name)?.group ?? null },
  losses: [
    'void-border',
    ...([
      'overlap',
      'outline-as-mask',
      'covered',
      'class-unknown',
      'instances-joined',
      'holes-keyholed',
      'holes-filled',
      'parts-split',
      'inexact-outline',
    ] as const),
    ...([
      'id',
      'score',
      'crowd',
      'attributes',
      'tags',
      'image-fields',
      'category-fields',
      'supercategory',
      'unused-category',
    ] as const),
    ...(['box-left-out', 'empty', 'other-size', 'size-unknown', 'image-renamed', 'as-group'] as const),
    ...(['no-image-left-out', 'no-category'] as const),
  ],
  async recognise(source) {
    const names = source.entry === null ? await source.names() : [source.entry];
    const found = names.find(isCityFile);
    return found === undefined ? null : `${found} is called as Cityscapes calls its files`;
  },
  read: readCityscapes,
  write: writeCityscapes,
  placeImages,
};
