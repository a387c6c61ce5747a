/** Where the edges of a picture are: strength, crest and direction of the colour gradient. */
import type { LabPlane } from '../labPlane';

/** Row-major, one value a pixel. */
export interface EdgeMap {
  /** Strength of the gradient over L, a and b together; about 4 a step of the LAB bytes. */
  readonly magnitude: Float32Array;
  /** Gradient of the channel that changes most. */
  readonly gx: Int32Array;
  readonly gy: Int32Array;
}

/**
 * Gradients by Sobel's 3 x 3 kernels on the picture smoothed by 1-2-1 in x and y; the border repeats outwards. O(pixels).
 */
export function edgeMap(lab: LabPlane, width: number, height: number): EdgeMap {
  const count = width * height;
  const magnitude = new Float32Array(count);
  const strongest = new Float32Array(count);
  const gx = new Int32Array(count);
  const gy = new Int32Array(count);
  const across = new Int32Array(count);
  const smooth = new Int32Array(count);
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++) {
      const line = y * width;
      for (let x = 0; x < width; x++) {
        const i = line + x;
        const before = x > 0 ? i - 1 : i;
        const after = x < width - 1 ? i + 1 : i;
        across[i] = lab[before * 3 + channel] + 2 * lab[i * 3 + channel] + lab[after * 3 + channel];
      }
    }
    for (let y = 0; y < height; y++) {
      const line = y * width;
      const above = y > 0 ? -width : 0;
      const below = y < height - 1 ? width : 0;
      for (let i = line; i < line + width; i++) smooth[i] = across[i + above] + 2 * across[i] + across[i + below];
    }
    for (let y = 0; y < height; y++) {
      const above = y > 0 ? -width : 0;
      const below = y < height - 1 ? width : 0;
      for (let x = 0, i = y * width; x < width; x++, i++) {
        const left = x > 0 ? -1 : 0;
        const right = x < width - 1 ? 1 : 0;
        const nw = smooth[i + above + left];
        const ne = smooth[i + above + right];
        const sw = smooth[i + below + left];
        const se = smooth[i + below + right];
        const dx = ne + 2 * smooth[i + right] + se - nw - 2 * smooth[i + left] - sw;
        const dy = sw + 2 * smooth[i + below] + se - nw - 2 * smooth[i + above] - ne;
        const square = dx * dx + dy * dy;
        magnitude[i] += square;
        if (square <= strongest[i]) continue;
        strongest[i] = square;
        gx[i] = dx;
        gy[i] = dy;
      }
    }
  }
  // The smoothing weighs 16, Sobel's kernel 8 a side.
  for (let i = 0; i < count; i++) magnitude[i] = Math.sqrt(magnitude[i]) / 32;
  return { magnitude, gx, gy };
}

/** Is the pixel at least as strong as its two neighbours along the gradient, i.e. on the crest of an edge? */
export function isCrest({ magnitude, gx, gy }: EdgeMap, width: number, height: number, x: number, y: number): boolean {
  const i = y * width + x;
  const here = magnitude[i];
  if (here === 0) return false;
  const ax = Math.abs(gx[i]);
  const ay = Math.abs(gy[i]);
  // tan(22.5 degrees) = 0.414: the neighbours lie in the nearest of eight directions.
  const sx = ax <= 0.414 * ay ? 0 : gx[i] > 0 ? 1 : -1;
  const sy = ay <= 0.414 * ax ? 0 : gy[i] > 0 ? 1 : -1;
  const before = x < sx || y < sy || x - sx >= width || y - sy >= height ? 0 : magnitude[i - sy * width - sx];
  const after = x + sx < 0 || y + sy < 0 || x + sx >= width || y + sy >= height ? 0 : magnitude[i + sy * width + sx];
  // Of two equal neighbours one is the crest.
  return here > before && here >= after;
}
