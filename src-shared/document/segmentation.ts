/** Pixels of a segmentation, derived on demand and remembered as long as the segmentation itself lives. */
import { area, fromCompressed, fromParts, type Rle, toBbox, toCompressed, trace } from '../mask';
import type { Annotation, PolygonSegmentation, Provenance, RleSegmentation, Segmentation } from './types';
import type { Box } from '../geometry/box';
import { partsBox } from '../geometry/polygon';

/** Keyed by the immutable source; a polygon is rasterised again only when asked for in another image size. */
const masks = new WeakMap<Segmentation, Rle>();

/**
 * The mask of a segmentation; `size` is the image's `[height, width]` and matters for polygons only. The result is shared: do
 * not change it. Throws MaskError for counts that do not fit their size.
 */
export function segmentationToRle(segmentation: Segmentation, size: readonly [number, number]): Rle {
  const [height, width] = segmentation.kind === 'rle' ? segmentation.size : size;
  const known = masks.get(segmentation);
  if (known && known.size[0] === height && known.size[1] === width) return known;
  const rle =
    segmentation.kind === 'rle'
      ? fromCompressed(segmentation.counts, segmentation.size)
      : fromParts(segmentation.parts, height, width);
  masks.set(segmentation, rle);
  return rle;
}

/** The annotation's mask where it has one of the image's size; see `segmentationToRle`. */
export function fittingMask(
  { segmentation }: Pick<Annotation, 'segmentation'>,
  size: readonly [number, number],
): Rle | null {
  const mask = segmentation && segmentationToRle(segmentation, size);
  return mask && mask.size[0] === size[0] && mask.size[1] === size[1] ? mask : null;
}

/** The segmentation of a mask; the mask is kept for `segmentationToRle`, so it must not be changed afterwards. */
export function rleToSegmentation(rle: Rle): RleSegmentation {
  const segmentation: RleSegmentation = { kind: 'rle', size: [rle.size[0], rle.size[1]], counts: toCompressed(rle) };
  masks.set(segmentation, rle);
  return segmentation;
}

/** The mask's outline along pixel edges, holes and parts kept: exactly its pixels, so the mask is kept as above. */
export function rleToPolygons(rle: Rle): PolygonSegmentation {
  const segmentation: PolygonSegmentation = { kind: 'polygons', parts: trace(rle) };
  masks.set(segmentation, rle);
  return segmentation;
}

/** Area in pixels and bbox of the mask, as the reference computes them. */
export function maskFields(
  segmentation: Segmentation,
  size: readonly [number, number],
): { readonly area: number; readonly bbox: Box } {
  const rle = segmentationToRle(segmentation, size);
  return { area: area(rle), bbox: toBbox(rle) };
}

/** The annotation with another segmentation, and the area and bbox that follow from it. */
export function withSegmentation(
  annotation: Annotation,
  segmentation: Segmentation,
  size: readonly [number, number],
): Annotation {
  return { ...annotation, segmentation, ...maskFields(segmentation, size) };
}

/** What the user changed by hand counts; where it came from stays. */
export function edited(provenance: Provenance | null): Provenance {
  return provenance ? { ...provenance, edits: provenance.edits + 1 } : { tool: 'import', edits: 1 };
}

/** The annotation with another segmentation, counted as one edit. */
export function reshaped(
  annotation: Annotation,
  segmentation: Segmentation,
  size: readonly [number, number],
): Annotation {
  return withSegmentation({ ...annotation, provenance: edited(annotation.provenance) }, segmentation, size);
}

/** A box that holds every pixel of the annotation: what a file says its bbox is may be wrong. */
export function pixelBox({ segmentation, bbox }: Annotation, size: readonly [number, number]): Box {
  if (!segmentation) return bbox;
  return segmentation.kind === 'polygons'
    ? partsBox(segmentation.parts)
    : toBbox(segmentationToRle(segmentation, size));
}

/** What a new annotation needs; the rest has defaults. */
export type NewAnnotation = Pick<Annotation, 'id' | 'imageId' | 'categoryId' | 'segmentation' | 'zOrder'> &
  Partial<Pick<Annotation, 'score' | 'provenance' | 'isCrowd' | 'extra' | 'bbox' | 'area'>>;

/**
 * A complete annotation. Area and bbox follow from the segmentation (`size` is the image's `[height, width]`); without one
 * they are the given ones.
 */
export function createAnnotation(fields: NewAnnotation, size: readonly [number, number]): Annotation {
  const { segmentation, bbox = [0, 0, 0, 0], area: given } = fields;
  return {
    id: fields.id,
    imageId: fields.imageId,
    categoryId: fields.categoryId,
    segmentation,
    ...(segmentation ? maskFields(segmentation, size) : { bbox, area: given ?? bbox[2] * bbox[3] }),
    isCrowd: fields.isCrowd ?? false,
    zOrder: fields.zOrder,
    score: fields.score ?? null,
    provenance: fields.provenance ?? null,
    locked: false,
    extra: fields.extra ?? {},
  };
}

/** A new annotation whose segmentation is the mask; see `createAnnotation`. */
export function annotationFromRle(rle: Rle, fields: Omit<NewAnnotation, 'segmentation'>): Annotation {
  return createAnnotation({ ...fields, segmentation: rleToSegmentation(rle) }, rle.size);
}
