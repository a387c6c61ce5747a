/** Which part of a large image the model of clicks looks at: zoomed in, what is in sight, the finer for it. */
import { type Box, boxArea, boxToPixels, containsBox, uniteBoxes } from '@shared/geometry/box';
import type { PromptRequest } from '@shared/models/types';
import { segmentationToRle } from '@shared/document/segmentation';
import { toBbox } from '@shared/mask';

/** What of an image is in sight. */
export interface Sight {
  readonly visible: Box;
  /** Of the image. */
  readonly size: readonly [height: number, width: number];
}

/** Longer side at which the model sees a picture: a smaller one gains nothing by being cut. */
const INPUT_SIDE = 1024;
/** Of the image, how much is in sight where a part is worth a look of its own. */
const MOST_IN_SIGHT = 1 / 3;
/** Of what is in sight, added on each side: small movements of the view stay inside. */
const MARGIN = 1 / 8;
/** A part is never smaller: what lies around an object helps to tell it from the rest. */
const LEAST_SIDE = 512;
/** Of the image's longer side; a longer part shows nothing finer. */
const LONGEST_PART = 0.75;
/** A part so much longer than what would be looked at now is too coarse for it. */
const MOST_TOO_LONG = 3;

/**
 * The part to look at for prompts inside `about` (absent: only what is in sight counts); null: the whole image. `current`, the
 * part that is known already, stays as long as it does.
 */
export function promptRegion({ visible, size }: Sight, about: Box | null, current: Box | null): Box | null {
  const [height, width] = size;
  const longer = Math.max(width, height);
  const wanted = boxToPixels(uniteBoxes([visible, ...(about ? [about] : [])]), size);
  if (longer <= INPUT_SIDE || boxArea(wanted) === 0 || boxArea(wanted) > MOST_IN_SIGHT * width * height) return null;
  const grown = grow(wanted, size);
  const side = Math.max(grown[2], grown[3]);
  if (side > LONGEST_PART * longer) return null;
  if (current && containsBox(current, wanted) && Math.max(current[2], current[3]) <= MOST_TOO_LONG * side)
    return current;
  return grown;
}

/** Where in the image a prompt points, and the mask that it goes on from. */
export function placeOf({ points, box, mask }: PromptRequest, [height, width]: Sight['size']): Box {
  const inside = (value: number, length: number) => Math.max(0, Math.min(Math.floor(value), length - 1));
  return uniteBoxes([
    ...points.map(({ x, y }): Box => [inside(x, width), inside(y, height), 1, 1]),
    ...(box ? [boxToPixels(box, [height, width])] : []),
    ...(mask ? [toBbox(segmentationToRle(mask, mask.size))] : []),
  ]);
}

function grow([x, y, width, height]: Box, size: Sight['size']): Box {
  const side = (start: number, length: number, whole: number): [start: number, length: number] => {
    const wanted = Math.min(whole, Math.max(LEAST_SIDE, Math.ceil(length * (1 + 2 * MARGIN))));
    const from = Math.max(0, Math.min(Math.round(start + (length - wanted) / 2), whole - wanted));
    return [from, wanted];
  };
  const [left, w] = side(x, width, size[1]);
  const [top, h] = side(y, height, size[0]);
  return [left, top, w, h];
}
