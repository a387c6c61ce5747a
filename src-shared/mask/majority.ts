/** The mask that most of several masks agree on. */
import { MaskError } from './error';
import { emptyMask, type Rle } from './rle';

/**
 * Pixels set in at least half of the masks (of two: their union). O(runs * masks); no bitmap is made.
 * @throws MaskError for no masks, or masks of different sizes.
 */
export function majority(masks: readonly Rle[]): Rle {
  const [first] = masks;
  if (!first) throw new MaskError('A majority needs at least one mask');
  const [height, width] = first.size;
  for (const { size } of masks) {
    if (size[0] === height && size[1] === width) continue;
    throw new MaskError(`Masks of one size were expected, got ${size.join(' x ')} beside ${height} x ${width}`);
  }
  const total = height * width;
  const wanted = Math.ceil(masks.length / 2);
  // Walks all masks at once: which run each is in, and where that run ends.
  const run = new Uint32Array(masks.length);
  const ends = Float64Array.from(masks, ({ counts }) => counts[0] ?? total);
  const counts: number[] = [];
  let from = 0;
  let inside = 0;
  let isSet = false;
  for (;;) {
    let position = total;
    for (let k = 0; k < ends.length; k++) if (ends[k] < position) position = ends[k];
    if (position === total) break;
    for (let k = 0; k < ends.length; k++) {
      while (ends[k] === position) {
        run[k]++;
        inside += run[k] % 2 === 1 ? 1 : -1;
        const runs = masks[k].counts;
        ends[k] = run[k] < runs.length ? position + runs[run[k]] : total;
      }
    }
    if (inside >= wanted === isSet) continue;
    isSet = !isSet;
    counts.push(position - from);
    from = position;
  }
  if (counts.length === 0) return emptyMask(height, width);
  counts.push(total - from);
  return { size: [height, width], counts: Uint32Array.from(counts) };
}
