/** COCO records -> the document model: segmentations, and annotations in the project's own ids. */
import type { Annotation, Segmentation } from '../../document/types';
import type { Box } from '../../geometry/box';
import { maskFields } from '../../document/segmentation';
import { fromUncompressed, toCompressed } from '../../mask';
import { partsArea, partsBox } from '../../geometry/polygon';
import { canRasterise } from '../../dataset/maskSize';
import type { AnnotationContent } from '../../dataset/records';
import type { ParsedAnnotation } from './parse';
import type { CocoSegmentation } from './types';

/** Each ring becomes a part without holes: COCO unites rings. Plain counts are compressed. */
export function segmentationFromCoco(segmentation: CocoSegmentation): Segmentation {
  if (Array.isArray(segmentation)) {
    return { kind: 'polygons', parts: segmentation.map((outer) => ({ outer, holes: [] })) };
  }
  const { size, counts } = segmentation;
  const compressed = typeof counts === 'string' ? counts : toCompressed(fromUncompressed(counts, size));
  return { kind: 'rle', size: [size[0], size[1]], counts: compressed };
}

/** What the project knows of a record besides its text. */
export interface AnnotationIdentity {
  readonly id: number;
  readonly imageId: number;
  readonly categoryId: number;
  readonly zOrder: number;
}

/** What a record says, apart from whose it is. */
export function contentFromCoco(record: ParsedAnnotation): AnnotationContent {
  const { segmentation, bbox, area, isCrowd, score, extra } = record;
  return { segmentation: segmentation && segmentationFromCoco(segmentation), bbox, area, isCrowd, score, extra };
}

/**
 * The annotation that an untouched record stands for. Area and bbox are the record's own; where it has none they are the
 * mask's. `size` is the image's `[height, width]`.
 */
export function annotationFromCoco(
  record: ParsedAnnotation,
  identity: AnnotationIdentity,
  size: readonly [number, number],
): Annotation {
  return annotationFromContent(contentFromCoco(record), identity, size);
}

/** The same of a record of any format. */
export function annotationFromContent(
  { segmentation, bbox: statedBox, area: statedArea, isCrowd, score, extra }: AnnotationContent,
  { id, imageId, categoryId, zOrder }: AnnotationIdentity,
  size: readonly [number, number],
): Annotation {
  let [bbox, area] = [statedBox, statedArea];
  if (segmentation && (bbox === null || area === null)) {
    const fields = canDraw(segmentation, size) ? maskFields(segmentation, size) : shapeFields(segmentation);
    bbox ??= fields.bbox;
    area ??= fields.area;
  }
  const box: Box = bbox ?? [0, 0, 0, 0];
  return {
    id,
    imageId,
    categoryId,
    zOrder,
    segmentation,
    bbox: box,
    area: area ?? finite(box[2] * box[3]),
    isCrowd,
    score,
    provenance: null,
    locked: false,
    extra,
  };
}

const canDraw = (segmentation: Segmentation, size: readonly [number, number]) =>
  segmentation.kind === 'rle' || canRasterise(segmentation, size);

/** Of a polygon that has no mask: those of its vertices. */
function shapeFields(segmentation: Segmentation): { readonly area: number; readonly bbox: Box } {
  const parts = segmentation.kind === 'polygons' ? segmentation.parts : [];
  return { area: finite(partsArea(parts)), bbox: partsBox(parts) };
}

const finite = (value: number) => (Number.isFinite(value) ? value : 0);
