/** Small objects of other images, pasted on top of a copy: where they hide others, those lose their pixels, but never all. */
import { combinePolygons } from '../../document/polygonOperations';
import { rleToPolygons, rleToSegmentation, segmentationToRle, withSegmentation } from '../../document/segmentation';
import type { Annotation } from '../../document/types';
import { type Box, intersectBoxes, isEmptyBox, uniteBoxes } from '../../geometry/box';
import { partsBox, translateParts } from '../../geometry/polygon';
import { area, decodeRegion, encodeRegion, merge, type Rle, subtract, toBbox } from '../../mask';
import type { Size } from '../turn';

/** An object on the image that it comes from. */
export interface Donor {
  readonly imageId: number;
  readonly annotation: Annotation;
  readonly mask: Rle;
}

export interface Paste {
  readonly imageId: number;
  /** Its pixels on the copy. */
  readonly mask: Rle;
  /** From a pixel of the copy to the one of its image. */
  readonly offset: readonly [dx: number, dy: number];
}

export interface Pasted {
  /** With the new one as the last, on top. */
  readonly annotations: Annotation[];
  readonly paste: Paste;
}

/** Whole pixels that hold it with its vertices, which may reach beyond its pixels. */
export function extentOf({ annotation: { segmentation }, mask }: Donor): Box {
  if (segmentation?.kind !== 'polygons') return toBbox(mask);
  const [x, y, w, h] = uniteBoxes([partsBox(segmentation.parts), toBbox(mask)]);
  const [left, top] = [Math.floor(x), Math.floor(y)];
  return [left, top, Math.ceil(x + w) - left, Math.ceil(y + h) - top];
}

/** Placed with the corner of its extent at `at`; null: another object would keep too little of what it had at first. */
export function pasteObject(
  below: readonly Annotation[],
  donor: Donor,
  at: readonly [x: number, y: number],
  {
    size,
    firstAreas,
    minVisible,
  }: { size: Size; firstAreas: ReadonlyMap<Annotation['id'], number>; minVisible: number },
): Pasted | null {
  const [width, height] = size;
  const frame = [height, width] as const;
  const [x, y, w, h] = extentOf(donor);
  const [dx, dy] = [at[0] - x, at[1] - y];
  const { segmentation } = donor.annotation;
  const moved =
    segmentation?.kind === 'polygons'
      ? ({ kind: 'polygons', parts: translateParts(segmentation.parts, dx, dy) } as const)
      : rleToSegmentation(encodeRegion(decodeRegion(donor.mask, [x, y, w, h]), [...at, w, h], frame));
  const annotation = withSegmentation(donor.annotation, moved, frame);
  const mask = segmentationToRle(moved, frame);
  const annotations: Annotation[] = [];
  for (const other of below) {
    const left = withoutPixels(other, mask, frame);
    const first = firstAreas.get(other.id) ?? 0;
    if (left !== other && (left === null || left.area < Math.max(1, minVisible * first))) return null;
    annotations.push(left!);
  }
  return { annotations: [...annotations, annotation], paste: { imageId: donor.imageId, mask, offset: [-dx, -dy] } };
}

/** The very annotation where the mask does not touch it; null where nothing of it is left. */
function withoutPixels(annotation: Annotation, mask: Rle, frame: readonly [number, number]): Annotation | null {
  const { segmentation } = annotation;
  const box = toBbox(mask);
  if (!segmentation) {
    // A box has no pixels to lose, but must not be covered whole.
    const region = intersectBoxes(annotation.bbox, [0, 0, frame[1], frame[0]]).map(Math.round);
    const bits = decodeRegion(mask, [region[0], region[1], region[2], region[3]]);
    return bits.length > 0 && bits.every((bit) => bit === 1) ? null : annotation;
  }
  const own = segmentationToRle(segmentation, frame);
  if (isEmptyBox(intersectBoxes(toBbox(own), box))) return annotation;
  if (area(merge([own, mask], { intersect: true })) === 0) return annotation;
  const left = subtract(own, mask);
  if (area(left) === 0) return null;
  const clipped =
    segmentation.kind === 'polygons' ? combinePolygons('subtract', [segmentation, rleToPolygons(mask)], frame) : null;
  // Not a pixel may have two owners: where the outline would keep one of the rim, it follows the pixels.
  const isClean = clipped && area(merge([segmentationToRle(clipped, frame), mask], { intersect: true })) === 0;
  const byPixels = segmentation.kind === 'polygons' ? rleToPolygons : rleToSegmentation;
  const result = withSegmentation(annotation, isClean ? clipped : byPixels(left), frame);
  return result.area === 0 ? null : result;
}
