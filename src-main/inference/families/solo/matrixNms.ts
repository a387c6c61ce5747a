/** Matrix NMS: instead of dropping masks it lowers the scores of those that lie over better ones, all at once. */

const sigma = 2;

/**
 * The decayed score of each mask; masks by descending score, `bits` one for each cell. Gaussian kernel.
 * Source: Wang et al., SOLOv2 (2020), section 3.3. O(n^2 * cells / 32).
 */
export function matrixNms(
  masks: readonly {
    readonly category: number;
    readonly score: number;
    readonly area: number;
    readonly bits: Uint32Array;
  }[],
): number[] {
  const n = masks.length;
  const ends = masks.map(({ bits }) => wordsSet(bits));
  const iou = (i: number, j: number) => {
    if (masks[i].category !== masks[j].category) return 0;
    const from = Math.max(ends[i][0], ends[j][0]);
    const shared = common(masks[i].bits, masks[j].bits, from, Math.min(ends[i][1], ends[j][1]));
    return shared / (masks[i].area + masks[j].area - shared);
  };
  // overlaps[j][i], i < j: of the j-th with a better one.
  const overlaps = masks.map((_, j) => Float64Array.from({ length: j }, (_unused, i) => iou(i, j)));
  const most = overlaps.map((row) => row.reduce((a, b) => Math.max(a, b), 0));
  return Array.from({ length: n }, (_, j) => {
    let decay = 1;
    for (let i = 0; i < j; i++) {
      decay = Math.min(decay, Math.exp(-sigma * overlaps[j][i] ** 2) / Math.exp(-sigma * most[i] ** 2));
    }
    return masks[j].score * decay;
  });
}

/** From which word on bits are set, and where they end. */
function wordsSet(bits: Uint32Array): readonly [from: number, end: number] {
  let [from, end] = [0, bits.length];
  while (from < end && bits[from] === 0) from++;
  while (end > from && bits[end - 1] === 0) end--;
  return [from, end];
}

/** Bits set in both, among the words [from, end). */
function common(a: Uint32Array, b: Uint32Array, from: number, end: number): number {
  let count = 0;
  for (let i = from; i < end; i++) {
    let word = a[i] & b[i];
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    count += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}
