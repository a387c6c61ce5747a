/** Label maps: a PNG an image whose pixels are class numbers, and a legend that says what they mean. */
import type { DatasetFormat } from '../format';
import { recogniseMaps } from './files';
import { readLabelMaps, readOptions } from './read';
import { placeImages, writeLabelMaps, writeOptions } from './write';

export const labelMapFormat: DatasetFormat = {
  id: 'label-map',
  title: 'Label maps',
  about:
    'A PNG for each image whose pixels are class numbers, with a legend: what trainers of semantic segmentation read (MMSegmentation, torchvision). Maps that are TIFFs are read too, and written as PNG.',
  extensions: [],
  target: 'folder',
  statesNumbers: true,
  options: writeOptions,
  readOptions,
  keeps: { unused: true, supercategories: true, voids: true, outlines: false },
  losses: [
    ...([
      'overlap',
      'outline-as-mask',
      'covered',
      'instances-joined',
      'renumbered',
      'as-ignored',
      'unused-category',
      'supercategory',
    ] as const),
    ...([
      'id',
      'score',
      'crowd',
      'attributes',
      'tags',
      'image-fields',
      'category-fields',
      'box-left-out',
      'empty',
      'other-size',
    ] as const),
    ...(['size-unknown', 'image-renamed', 'no-image-left-out', 'no-category'] as const),
  ],
  recognise: recogniseMaps,
  read: readLabelMaps,
  write: writeLabelMaps,
  placeImages,
};
