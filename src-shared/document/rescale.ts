/** Annotations of an image whose file has come back at another size: the same picture, more or fewer pixels. */
import type { Box } from '../geometry/box';
import { resizeMask } from '../mask';
import { rleToSegmentation, segmentationToRle, withSegmentation } from './segmentation';
import type { Annotation, Segmentation } from './types';

type Size = readonly [height: number, width: number];

/** Coordinates are kept to this part of a pixel: a mask's edge is no sharper. */
const parts = 1000;

/** Whether the picture can be the same one scaled: its sides have the same ratio, up to whole pixels. */
export function isSameShape(from: Size, to: Size): boolean {
  const [height, width] = [(from[0] * to[1]) / from[1], (from[1] * to[0]) / from[0]];
  return Math.abs(height - to[0]) <= 1 || Math.abs(width - to[1]) <= 1;
}

/**
 * The annotation as it lies on the image at its new size: corners, boxes and keypoints are scaled, masks resampled to the
 * nearest pixel; area and bbox follow from the mask. A mask that is of another size than `from` stays as it is.
 */
export function rescaled(annotation: Annotation, from: Size, to: Size): Annotation {
  const [fy, fx] = [to[0] / from[0], to[1] / from[1]];
  const by = (value: number, factor: number) => Math.round(value * factor * parts) / parts;
  const ring = (points: readonly number[]) => points.map((value, i) => by(value, i % 2 === 0 ? fx : fy));
  const { segmentation, bbox, area, extra } = annotation;
  const [x, y, width, height] = bbox;
  const scaled = {
    ...annotation,
    bbox: [by(x, fx), by(y, fy), by(width, fx), by(height, fy)] satisfies Box,
    area: by(area, fx * fy),
    extra: isKeypoints(extra.keypoints)
      ? { ...extra, keypoints: extra.keypoints.map((value, i) => (i % 3 === 2 ? value : by(value, i % 3 ? fy : fx))) }
      : extra,
  };
  if (!segmentation) return scaled;
  return withSegmentation(scaled, scaleSegmentation(segmentation), to);

  function scaleSegmentation(shape: Segmentation): Segmentation {
    if (shape.kind === 'polygons') {
      return {
        ...shape,
        parts: shape.parts.map(({ outer, holes }) => ({ outer: ring(outer), holes: holes.map(ring) })),
      };
    }
    if (shape.size[0] !== from[0] || shape.size[1] !== from[1]) return shape;
    return rleToSegmentation(resizeMask(segmentationToRle(shape, from), to));
  }
}

/** COCO's: x, y and visibility of each. */
function isKeypoints(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length % 3 === 0 && value.every((each) => typeof each === 'number');
}
