/** The anchors of YOLACT's usual settings, for exports that leave them out. */

/** Of the five levels at an input of 550: sides 24 to 384, each with the ratios 1, 1/2 and 2. */
const scales = [24, 48, 96, 192, 384];
const ratios = [1, 1 / 2, 2];

/**
 * `[P,4]` cx cy w h as fractions of a square input of `side` pixels. Heights equal widths: the original made all anchors square by
 * mistake and its weights were trained with that.
 */
export function usualPriors(side: number): Float32Array {
  // The backbone halves three times, then each level halves again.
  let cells = side;
  for (let i = 0; i < 3; i++) cells = Math.ceil(cells / 2);
  const levels = scales.map((scale) => {
    const level = { scale, cells };
    cells = Math.ceil(cells / 2);
    return level;
  });
  const count = levels.reduce((sum, level) => sum + level.cells ** 2 * ratios.length, 0);
  const priors = new Float32Array(4 * count);
  let at = 0;
  for (const { scale, cells: across } of levels) {
    const lengths = ratios.map((ratio) => (scale * Math.sqrt(ratio)) / side);
    for (let row = 0; row < across; row++) {
      for (let column = 0; column < across; column++) {
        for (const length of lengths) {
          priors[at++] = (column + 0.5) / across;
          priors[at++] = (row + 0.5) / across;
          priors[at++] = length;
          priors[at++] = length;
        }
      }
    }
  }
  return priors;
}
