/** GrabCut on photographs as a person uses it: what is annotated already is background, and strokes that no rule draws. */
import type { Box } from '@shared/geometry/box';
import type { Stroke } from '@shared/methods/strokes';
import { decodeRegion, merge, type Rle, toCompressed } from '@shared/mask';

/** Over the right cat of coco-mini: along the wall and the leaves behind it; over the shoe and its lace. */
export const RIGHT_CAT: readonly [behind: Stroke, shoe: Stroke] = [
  { label: 0, radius: 10, points: [455, 60, 480, 55, 520, 85, 560, 85, 600, 105, 628, 140] },
  { label: 0, radius: 10, points: [345, 250, 365, 205, 398, 235, 402, 175, 410, 215, 400, 250, 490, 268] },
];

/** Part of the box that a neighbour may cover; one that covers more lies under the object. The window has the same. */
const MOST_COVER = 0.5;

/** GrabCut's parameter for other objects' masks: those in the whole-numbered box together, as the window takes them. */
export function avoiding(masks: readonly Rle[], box: Box): { readonly avoid?: string } {
  const near = masks.filter((mask) => {
    const covered = decodeRegion(mask, box).reduce((sum, value) => sum + value, 0);
    return covered > 0 && covered <= box[2] * box[3] * MOST_COVER;
  });
  return near.length > 0 ? { avoid: toCompressed(merge(near)) } : {};
}
