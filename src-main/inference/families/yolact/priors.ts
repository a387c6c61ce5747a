/** The anchors of YOLACT's usual settings, for exports that leave them out. */

/** Of the five levels at an input of 550: sides 24 to 384, each with the ratios 1, 1/2 and 2. */
const scales = [24, 48, 96, 192, 384];
const ratios = [1, 1 / 2, 2];

/**
 * `[P,4]` cx cy w h as fractions of a square input of `side` pixels. Heights equal widths: the original made all anchors square by
 * mistake and its weights were trained with that.
 */
export function usualPriors(side: number): Float32Array {
  const priors: number[] = [];
  // The backbone halves three times, then each level halves again.
  let cells = Math.ceil(Math.ceil(Math.ceil(side / 2) / 2) / 2);
  for (const scale of scales) {
    for (let row = 0; row < cells; row++) {
      for (let column = 0; column < cells; column++) {
        for (const ratio of ratios) {
          const length = (scale * Math.sqrt(ratio)) / side;
          priors.push((column + 0.5) / cells, (row + 0.5) / cells, length, length);
        }
      }
    }
    cells = Math.ceil(cells / 2);
  }
  return Float32Array.from(priors);
}
