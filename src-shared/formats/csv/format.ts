/** A table: one row an annotation. Written only. */
import { segmentationToRle } from '../../document/segmentation';
import { toCompressed } from '../../mask';
import { csvLine } from '../../measure/csv';
import type { DatasetView } from '../../dataset/view';
import type { DatasetFormat } from '../format';
import { boxOf } from '../outline';

export const csvFormat: DatasetFormat = {
  id: 'csv',
  title: 'CSV table',
  about: 'One row an annotation: image, category, box, area, centre and mask, for spreadsheets and scripts.',
  extensions: ['csv'],
  target: 'file',
  keepsImageNames: 'path',
  options: [],
  losses: [
    'void-border',
    ...(['tags', 'image-fields', 'category-fields', 'supercategory', 'unused-category'] as const),
    'crowd',
    'attributes',
    'no-image-left-out',
    'no-category',
  ],
  recognise: async () => null,
  write: (view, { fileName, losses }) => [
    { name: fileName, content: rows(view, (id, imageId, code) => losses.add(code, { imageId, annotationId: id })) },
  ],
};

const columns = [
  'image',
  'id',
  'category',
  'x',
  'y',
  'width',
  'height',
  'area',
  'centre_x',
  'centre_y',
  'score',
  'rle_height',
  'rle_width',
  'rle_counts',
];

function* rows(
  view: DatasetView,
  lose: (id: number, imageId: number, code: 'crowd' | 'attributes') => void,
): Generator<string> {
  yield csvLine(columns);
  const names = new Map(view.categories().map(({ id, name }) => [id, name]));
  for (const { id: imageId, fileName, width, height } of view.images()) {
    for (const { annotation, id, categoryId } of view.annotationsOf(imageId)) {
      const { segmentation, area, score, isCrowd, extra } = annotation;
      const [x, y, w, h] = boxOf(annotation);
      if (isCrowd) lose(id, imageId, 'crowd');
      if (Object.keys(extra).length > 0) lose(id, imageId, 'attributes');
      const rle = segmentation && height > 0 ? segmentationToRle(segmentation, [height, width]) : null;
      const mask = rle ? [rle.size[0], rle.size[1], toCompressed(rle)] : [null, null, null];
      yield csvLine([
        fileName,
        id,
        names.get(categoryId) ?? '',
        x,
        y,
        w,
        h,
        area,
        x + w / 2,
        y + h / 2,
        score,
        ...mask,
      ]);
    }
  }
}
