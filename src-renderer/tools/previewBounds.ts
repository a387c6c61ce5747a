/** The least box around what a tool shows: what its card must not hide. */
import type { Box } from '@shared/geometry/box';
import { isEmptyBox, uniteBoxes } from '@shared/geometry/box';
import { toBbox } from '@shared/mask';
import type { Preview, PreviewShape } from './preview';

/** A mask's box is looked for once. */
const maskBoxes = new WeakMap<Uint32Array, Box>();

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
