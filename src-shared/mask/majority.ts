/** The mask that most of several masks agree on. */
import { MaskError } from './error';
import { emptyMask, type Rle } from './rle';

/**
 * Pixels set in at least half of the masks (of two: their union). O(runs * log(runs)); no bitmap is made.
 * @throws MaskError for no masks, or masks of different sizes.
 */
export function majority(masks: readonly Rle[]): Rle {
  const [first] = masks;
  if (!first) throw new MaskError('A majority needs at least one mask');
  const [height, width] = first.size;
  const edges: (readonly [position: number, change: 1 | -1])[] = [];
  for (const { size, counts } of masks) {
    if (size[0] !== height || size[1] !== width) {
      throw new MaskError(`Masks of one size were expected, got ${size.join(' x ')} beside ${height} x ${width}`);
    }
    let position = 0;
    counts.forEach((run, i) => {
      if (run > 0 && i % 2 === 1) edges.push([position, 1], [position + run, -1]);
      position += run;
    });
  }
  edges.sort((a, b) => a[0] - b[0]);
  const wanted = Math.ceil(masks.length / 2);
  const turns: number[] = [];
  let count = 0;
  for (let i = 0; i < edges.length;) {
    const position = edges[i][0];
    const before = count >= wanted;
    for (; i < edges.length && edges[i][0] === position; i++) count += edges[i][1];
    if (count >= wanted !== before) turns.push(position);
  }
  if (turns.length === 0) return emptyMask(height, width);
  const total = height * width;
  const ends = turns[turns.length - 1] === total ? turns : [...turns, total];
  return { size: [height, width], counts: Uint32Array.from(ends, (end, i) => end - (i === 0 ? 0 : ends[i - 1])) };
}
