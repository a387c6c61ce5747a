/** Datumaro's own JSON: a file of items for each subset, with their polygons, boxes and masks. */
import type { DatasetFormat } from '../format';
import { itemsFiles, readItems } from './read';
import { placesOf, writeDatumaro } from './write';

export const datumaroFormat: DatasetFormat = {
  id: 'datumaro',
  title: 'Datumaro',
  about:
    'A JSON file of each subset with the polygons, boxes and masks of its images: Datumaro, and through it OpenVINO.',
  textsHoldMasks: true,
  extensions: ['json'],
  target: 'folder',
  numbersCategories: true,
  statesNumbers: true,
  options: [],
  keeps: { unused: true, supercategories: true },
  losses: [
    'void-border',
    ...(['tags', 'image-fields', 'category-fields'] as const),
    'score',
    'crowd',
    'attributes',
    'parts-as-mask',
    'holes-as-mask',
    'image-renamed',
    'empty',
    'no-image-left-out',
    'no-category',
    'label-kept',
  ],
  async recognise(source) {
    const [file] = await itemsFiles(source, 1);
    return file === undefined ? null : `${file} has Datumaro items`;
  },
  async read(source, sink) {
    await readItems(source, await itemsFiles(source), sink);
  },
  write: writeDatumaro,
  placeImages: placesOf,
};
