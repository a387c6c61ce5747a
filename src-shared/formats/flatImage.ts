/** The flat view of an image as the writers of maps need it: who owns which pixel, and what the others lost by it. */
import type { LossPlace } from '../dataset/losses';
import type { DatasetView, ViewAnnotation, ViewImage } from '../dataset/view';
import { flatView, type FlatView, stuffIds } from '../document/labelMap';
import { segmentationToRle } from '../document/segmentation';
import { area, countLabels } from '../mask';
import type { WriteContext } from './format';
import { isEmpty } from './outline';

export interface FlatImage {
  readonly size: readonly [height: number, width: number];
  readonly view: FlatView;
  /** Pixels that each owner has left, in their order. */
  readonly visible: readonly number[];
  /** Of each owner its record, in their order. */
  readonly records: readonly ViewAnnotation[];
}

/** Of a map, which is held whole. */
const mostPixels = 400_000_000;

/**
 * Of an image what has pixels in it, in painter's order; whom no map can hold is counted and left out. null: nobody knows the
 * size of the image, or it is too large.
 */
export function recordsWithPixels(
  view: DatasetView,
  { id: imageId, width, height }: ViewImage,
  { losses }: WriteContext,
): ViewAnnotation[] | null {
  const records = view.annotationsOf(imageId);
  if (width === 0 || width * height > mostPixels) {
    for (const { id } of records) losses.add('size-unknown', { imageId, annotationId: id });
    return null;
  }
  return records.filter(({ annotation }) => {
    const of: LossPlace = { imageId, annotationId: annotation.id };
    const { segmentation } = annotation;
    if (!segmentation) losses.add('box-left-out', of);
    else if (isEmpty(annotation, [height, width])) losses.add('empty', of);
    else if (segmentation.kind === 'rle' && (segmentation.size[0] !== height || segmentation.size[1] !== width))
      losses.add('other-size', of);
    else return true;
    return false;
  });
}

/** null: see {@link recordsWithPixels}. The masks are those of this image alone. */
export function flatImage(view: DatasetView, image: ViewImage, context: WriteContext): FlatImage | null {
  const { id: imageId, width, height } = image;
  const { losses } = context;
  const size = [height, width] as const;
  const shown = recordsWithPixels(view, image, context);
  if (!shown) return null;
  const byId = new Map(shown.map((record) => [record.annotation.id, record]));
  const flat = flatView(
    shown.map(({ annotation }) => annotation),
    stuffIds(view.categories()),
    size,
  );
  const counts = countLabels(flat.map);
  const visible = flat.owners.map((owner, place) => {
    const left = counts.get(place) ?? 0;
    const of = { imageId, annotationId: owner.id };
    const whole = area(segmentationToRle(owner.segmentation!, size));
    if (left === 0) losses.add('covered', of, whole);
    else if (left < whole) losses.add('overlap', of, whole - left);
    return left;
  });
  return { size, view: flat, visible, records: flat.owners.map(({ id }) => byId.get(id)!) };
}
