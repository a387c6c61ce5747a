/** An annotation of an image, as it is on a copy that was cut, scaled, mirrored and turned. */
import { combinePolygons } from '../../document/polygonOperations';
import {
  createAnnotation,
  rleToPolygons,
  rleToSegmentation,
  segmentationToRle,
  withSegmentation,
} from '../../document/segmentation';
import type { Annotation, PolygonSegmentation, Segmentation } from '../../document/types';
import { type Box, boxArea, intersectBoxes } from '../../geometry/box';
import { mapParts, partsBox, translateParts } from '../../geometry/polygon';
import { area, decodeRegion, encode, resizeMask, type Rle } from '../../mask';
import { type Size, turnedAnnotation } from '../turn';
import { type Change, sizeOf, turnOf } from './change';

/** Which of its pixels are left, and the annotation; null where nothing is. */
export interface Moved {
  readonly annotation: Annotation;
  /** 1: nothing was cut off. */
  readonly visible: number;
}

/** `size` is that of the image. Area and box are the mask's again where it was cut or scaled. */
export function moveAnnotation(annotation: Annotation, change: Change, size: Size): Moved | null {
  const cut = cropped(annotation, change.crop, size);
  if (!cut) return null;
  const [, , width, height] = change.crop;
  const scaled = scaledTo(cut.annotation, [width, height], change.scaled);
  if (!scaled) return null;
  return { annotation: turnedAnnotation(scaled, turnOf(change, change.scaled)), visible: cut.visible };
}

/** The same of pixels that are no annotation's; null where nothing is left of them. */
export function moveMask(mask: Rle, change: Change, size: Size): Rle | null {
  const segmentation = rleToSegmentation(mask);
  const annotation = createAnnotation({ id: 1, imageId: 1, categoryId: 1, segmentation, zOrder: 0 }, mask.size);
  const [width, height] = sizeOf(change);
  const moved = moveAnnotation(annotation, change, size)?.annotation.segmentation;
  return moved ? segmentationToRle(moved, [height, width]) : null;
}

function cropped(annotation: Annotation, crop: Box, [width, height]: Size): Moved | null {
  const [left, top, w, h] = crop;
  if (w === width && h === height) return { annotation, visible: 1 };
  const { segmentation, bbox } = annotation;
  if (!segmentation) {
    const [x, y, bw, bh] = intersectBoxes(bbox, crop);
    if (bw <= 0 || bh <= 0) return null;
    const visible = (bw * bh) / boxArea(bbox);
    return {
      annotation: { ...annotation, bbox: [x - left, y - top, bw, bh], area: annotation.area * visible },
      visible,
    };
  }
  const before = area(segmentationToRle(segmentation, [height, width]));
  const cut = croppedSegmentation(segmentation, crop, [width, height]);
  const rest = area(segmentationToRle(cut, [h, w]));
  if (rest === 0) return null;
  return { annotation: withSegmentation(annotation, cut, [h, w]), visible: before === 0 ? 1 : rest / before };
}

function croppedSegmentation(segmentation: Segmentation, crop: Box, [width, height]: Size): Segmentation {
  const [left, top, w, h] = crop;
  const pixels = () => croppedMask(segmentationToRle(segmentation, [height, width]), crop);
  if (segmentation.kind === 'rle') return rleToSegmentation(pixels());
  const moved: PolygonSegmentation = { kind: 'polygons', parts: translateParts(segmentation.parts, -left, -top) };
  const [x, y, bw, bh] = partsBox(moved.parts);
  if (x >= 0 && y >= 0 && x + bw <= w && y + bh <= h) return moved;
  const frame: PolygonSegmentation = { kind: 'polygons', parts: [{ outer: [0, 0, w, 0, w, h, 0, h], holes: [] }] };
  return combinePolygons('intersect', [moved, frame], [h, w]) ?? rleToPolygons(pixels());
}

function croppedMask(mask: Rle, crop: Box): Rle {
  return encode(decodeRegion(mask, crop), crop[3], crop[2]);
}

/** null: it is thinner than a pixel now. */
function scaledTo(annotation: Annotation, [fromWidth, fromHeight]: Size, [width, height]: Size): Annotation | null {
  if (fromWidth === width && fromHeight === height) return annotation;
  // Not by a factor: then the border would miss the border by a rounding.
  const moveX = (x: number) => (x * width) / fromWidth;
  const moveY = (y: number) => (y * height) / fromHeight;
  const { segmentation, bbox } = annotation;
  if (!segmentation) {
    const [x, y, w, h] = bbox;
    return { ...annotation, bbox: [moveX(x), moveY(y), moveX(w), moveY(h)], area: moveX(moveY(annotation.area)) };
  }
  const scaled: Segmentation =
    segmentation.kind === 'polygons'
      ? { kind: 'polygons', parts: mapParts(segmentation.parts, (x, y) => [moveX(x), moveY(y)]) }
      : rleToSegmentation(resizeMask(segmentationToRle(segmentation, segmentation.size), [height, width]));
  const result = withSegmentation(annotation, scaled, [height, width]);
  return result.area > 0 ? result : null;
}
