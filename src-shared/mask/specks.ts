/** Specks and pinholes of a mask that was found from a few clicks: what nobody meant is dropped and filled. */
import { components, fillHoles } from './components';
import { pixelAt } from './edit';
import { area, type Rle } from './rle';
import { merge, subtract } from './setOps';

/** Smaller than this share of the mask, and than so many pixels, is a speck. */
const SPECK_SHARE = 0.005;
const SPECK_PX = 1024;

export interface Said {
  readonly x: number;
  readonly y: number;
  /** On the object; else on what it is not. */
  readonly isInside: boolean;
}

/**
 * The mask without its specks (pieces that meet not even by a corner) and with its pinholes filled, each counted by itself
 * against the mask as it came. What was pointed at stays as it is: a piece with a click on the object, a hole with one beside
 * it. A mask of nothing but specks stays as it is. The same object where there is nothing to do.
 */
export function withoutSpecks(mask: Rle, clicks: readonly Said[]): Rle {
  const smallest = Math.min(area(mask) * SPECK_SHARE, SPECK_PX);
  const holds = (piece: Rle, isInside: boolean) =>
    clicks.some((click) => click.isInside === isInside && pixelAt(piece, Math.floor(click.x), Math.floor(click.y)));
  const pieces = components(mask, { connectivity: 8 });
  const kept = pieces.filter((piece) => area(piece) >= smallest || holds(piece, true));
  const holes = components(subtract(fillHoles(mask), mask)).filter(
    (hole) => area(hole) < smallest && !holds(hole, false),
  );
  const isDust = kept.length === 0;
  if (holes.length === 0 && (isDust || kept.length === pieces.length)) return mask;
  return merge([...(isDust ? pieces : kept), ...holes]);
}
