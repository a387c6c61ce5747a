/** How far masks of the same object agree: each against what most of them say. */
import { emptyMask, iou, type Rle } from '../mask';

export interface Agreement {
  /** Pixels that more than half of the masks have. */
  readonly consensus: Rle;
  /** IoU of each mask with the consensus, in the order given; 1 where both are empty. */
  readonly scores: readonly number[];
}

/**
 * The majority of masks of one size, and each mask's IoU with it. One mask agrees with itself; no mask gives an empty list.
 * @throws Error for masks of different sizes. O(runs * masks).
 */
export function agreement(masks: readonly Rle[]): Agreement | null {
  if (masks.length === 0) return null;
  const consensus = majority(masks);
  const scores = masks.map((mask) => {
    const value = iou([mask], [consensus])[0];
    return Number.isFinite(value) && !isEmpty(mask) ? value : isEmpty(mask) && isEmpty(consensus) ? 1 : 0;
  });
  return { consensus, scores };
}

/** The pixels that more than half of the masks have. Canonical runs. */
export function majority(masks: readonly Rle[]): Rle {
  const [first] = masks;
  const other = masks.find(({ size }) => size[0] !== first.size[0] || size[1] !== first.size[1]);
  if (other) {
    throw new Error(`A mask is of [${other.size.join(', ')}] when all others are of [${first.size.join(', ')}]`);
  }
  const total = first.size[0] * first.size[1];
  if (total === 0) return emptyMask(first.size[0], first.size[1]);
  // A sweep over the ends of all runs: `set` counts the masks that have the pixels from here on.
  const next = masks.map(({ counts }) => counts[0] ?? total);
  const run = masks.map(() => 0);
  let set = 0;
  let inside = false;
  let written = 0;
  const counts: number[] = [];
  for (let at = 0; at < total;) {
    const here = Math.min(...next);
    if (here >= total) break;
    at = here;
    masks.forEach((mask, m) => {
      // Runs of no pixel turn the value twice at one place.
      while (next[m] === here) {
        run[m]++;
        set += run[m] % 2 === 1 ? 1 : -1;
        next[m] = run[m] < mask.counts.length ? here + mask.counts[run[m]] : Infinity;
      }
    });
    const now = 2 * set > masks.length;
    if (now === inside) continue;
    counts.push(here - written);
    written = here;
    inside = now;
  }
  counts.push(total - written);
  return { size: [first.size[0], first.size[1]], counts: Uint32Array.from(counts) };
}

const isEmpty = ({ counts }: Rle): boolean => counts.every((count, i) => i % 2 === 0 || count === 0);
