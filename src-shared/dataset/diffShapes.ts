/** How much two annotations of one image overlap, and which of many may overlap one. */
import { deepEqual } from '../document/equal';
import { segmentationToRle } from '../document/segmentation';
import type { Segmentation } from '../document/types';
import type { Box } from '../geometry/box';
import { SpatialIndex } from '../geometry/spatialIndex';
import { boxIou, iou } from '../mask';

export interface Shape {
  /** null: it has none that can be drawn. */
  readonly segmentation: Segmentation | null;
  readonly box: Box;
  readonly size: readonly [number, number];
}

/** IoU of the masks, or of the boxes where one of them has none. */
export function overlapOf(a: Shape, b: Shape): number {
  const ofBoxes = boxOverlap(a.box, b.box);
  if (!a.segmentation || !b.segmentation) return ofBoxes;
  if (deepEqual(a.segmentation, b.segmentation)) return 1;
  // Pixels are drawn only where the boxes leave a chance.
  if (ofBoxes <= 0 || (isEmpty(a.box) && isEmpty(b.box))) return ofBoxes;
  const [x, y] = [segmentationToRle(a.segmentation, a.size), segmentationToRle(b.segmentation, b.size)];
  return x.size[0] === y.size[0] && x.size[1] === y.size[1] ? iou([x], [y])[0] : 0;
}

/** Which of the boxes may overlap one, by their places; those that lie nowhere may overlap any. */
export function nearOnes(boxes: readonly Box[]): (box: Box) => readonly number[] {
  const all = [...boxes.keys()];
  const isSomewhere = (box: Box) => box.every(Number.isFinite) && box[2] >= 0 && box[3] >= 0;
  const nowhere = all.filter((at) => !isSomewhere(boxes[at]));
  const index = SpatialIndex.of(boxes);
  return (box) => {
    if (!isSomewhere(box)) return all;
    const [x, y, width, height] = box;
    const found = index.touching(x, y, x + width, y + height);
    return nowhere.length === 0 ? found : [...new Set([...found, ...nowhere])].sort((a, b) => a - b);
  };
}

const isEmpty = ([, , width, height]: Box) => width <= 0 || height <= 0;

/** Empty boxes of annotations that have only keypoints, say, are the same where they are equal. */
const boxOverlap = (a: Box, b: Box): number => (isEmpty(a) && deepEqual(a, b) ? 1 : boxIou([a], [b])[0]);
