/** The least box around what a tool shows: what its card must not hide. */
import type { Box } from '@shared/geometry/box';
import { isEmptyBox, uniteBoxes } from '@shared/geometry/box';
import { partsBox, type PolygonPart } from '@shared/geometry/polygon';
import { toBbox } from '@shared/mask';
import type { Preview, PreviewShape } from './preview';

/** A mask's box is looked for once. */
const maskBoxes = new WeakMap<Uint32Array, Box>();

/** Of outlines that are dragged, unmoved: likewise. */
const movedBoxes = new WeakMap<readonly (readonly PolygonPart[])[], Box>();

/** Image space; null where it shows nothing. */
export function previewBounds(preview: Preview): Box | null {
  const box = uniteBoxes(preview.map(boxOf).filter((each): each is Box => each !== null));
  return isEmptyBox(box) ? null : box;
}

function boxOf(shape: PreviewShape): Box | null {
  switch (shape.kind) {
    case 'box':
    case 'pixels':
      return shape.box;
    case 'polygon':
      return ofPoints(shape.parts.flatMap(({ outer }) => [...outer]));
    case 'moved': {
      let box = movedBoxes.get(shape.outlines);
      if (!box) movedBoxes.set(shape.outlines, (box = uniteBoxes(shape.outlines.map(partsBox))));
      return [box[0] + shape.by[0], box[1] + shape.by[1], box[2], box[3]];
    }
    case 'polyline':
    case 'stroke':
    case 'handles':
      return ofPoints(shape.points);
    // The brush under the pointer is no object.
    case 'circle':
    case 'text':
      return null;
    case 'mask': {
      const known = maskBoxes.get(shape.counts);
      if (known) return known;
      const box = toBbox({ size: [...shape.size], counts: shape.counts });
      maskBoxes.set(shape.counts, box);
      return box;
    }
  }
}

function ofPoints(points: ArrayLike<number>): Box | null {
  if (points.length < 2) return null;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 0; at + 1 < points.length; at += 2) {
    left = Math.min(left, points[at]);
    right = Math.max(right, points[at]);
    top = Math.min(top, points[at + 1]);
    bottom = Math.max(bottom, points[at + 1]);
  }
  return [left, top, right - left, bottom - top];
}
