/** Detector results to detections, with area and bbox as pycocotools' loadRes works them out. */
import { area, fromPolygons, toBbox, type Box, type Rle } from '../mask/index';
import { MetricsError, type Detection } from './types';

/** One entry of a COCO results list (or of a dataset with scores), geometry as far as it is given. */
export interface DetectionResult {
  readonly imageId: number;
  readonly categoryId: number;
  readonly score: number;
  readonly bbox?: Box | null;
  readonly rle?: Rle | null;
}

/**
 * Detections of `results`. As in the reference, the first entry decides for all. Where it has a bbox, every entry must
 * have one, area is width * height of it, and an entry without a mask gets the mask of its bbox (if `sizeOf` gives the
 * image's [height, width]). Otherwise every entry must have a mask, area is the mask's, and a missing bbox is the
 * mask's.
 * Source: coco.py loadRes. @throws MetricsError for an entry without what the first one has.
 */
export function toDetections(
  results: readonly DetectionResult[],
  sizeOf?: (imageId: number) => readonly [height: number, width: number] | undefined,
): Detection[] {
  const byBox = results.length > 0 && !!results[0].bbox;
  return results.map(({ imageId, categoryId, score, bbox, rle }, index) => {
    if (byBox) {
      if (!bbox) throw new MetricsError(`Detection ${index} has no bbox when the first one has`);
      const size = rle ? undefined : sizeOf?.(imageId);
      const mask = rle ?? (size ? boxMask(bbox, size) : null);
      return { imageId, categoryId, score, bbox, area: bbox[2] * bbox[3], rle: mask };
    }
    if (!rle) throw new MetricsError(`Detection ${index} has neither bbox nor mask`);
    return { imageId, categoryId, score, bbox: bbox ?? toBbox(rle), area: area(rle), rle };
  });
}

function boxMask([x, y, width, height]: Box, [h, w]: readonly [number, number]): Rle {
  const right = x + width;
  const bottom = y + height;
  return fromPolygons([[x, y, x, bottom, right, bottom, right, y]], h, w);
}
