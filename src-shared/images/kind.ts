/** Guesses what kind of picture an image is, by the statistics of its colours: to offer a fitting model first, never to run one. */

export type ImageKind = 'microscope' | 'photograph';

/** Pictures are looked at this small, whatever their shape. */
export const KIND_SIDE = 96;

/** Difference of the largest and the smallest channel from which a pixel has a colour. */
const leastChroma = 12;
/** Grey levels that count as one ground: noise and uneven light. */
const groundWidth = 17;

interface Statistics {
  /** Share of pixels without a colour. */
  readonly grey: number;
  /** Of the pixels with a colour, the share that is purple or pink, as stains of tissue are. */
  readonly stained: number;
  /** Share of the grey levels around the commonest one. */
  readonly ground: number;
  readonly medianLuma: number;
  readonly meanChroma: number;
}

/**
 * `rgba`: the picture, KIND_SIDE pixels a side. Null where it may be either. Light microscopes and fluorescence give one even ground and
 * either no colour at all or that of a stain on bright; photographs have neither.
 */
export function guessImageKind(rgba: Uint8Array | Uint8ClampedArray): ImageKind | null {
  const { grey, stained, ground, medianLuma, meanChroma } = statisticsOf(rgba);
  const isStain = medianLuma >= 150 && stained >= 0.5 && grey < 0.97;
  if (ground >= 0.5 && (grey >= 0.97 || isStain)) return 'microscope';
  return ground < 0.4 || meanChroma >= 20 ? 'photograph' : null;
}

function statisticsOf(rgba: Uint8Array | Uint8ClampedArray): Statistics {
  const pixels = rgba.length / 4;
  const levels = new Uint32Array(256);
  let [grey, stained, chromas] = [0, 0, 0];
  for (let i = 0; i < rgba.length; i += 4) {
    const [r, g, b] = [rgba[i], rgba[i + 1], rgba[i + 2]];
    const chroma = Math.max(r, g, b) - Math.min(r, g, b);
    chromas += chroma;
    if (chroma < leastChroma) grey++;
    else if (g <= r + 4 && g <= b + 4) stained++;
    levels[Math.round(0.299 * r + 0.587 * g + 0.114 * b)]++;
  }
  return {
    grey: grey / pixels,
    stained: grey === pixels ? 0 : stained / (pixels - grey),
    ground: mostWithin(levels, groundWidth) / pixels,
    medianLuma: medianOf(levels, pixels),
    meanChroma: chromas / pixels,
  };
}

/** The largest sum of so many levels beside each other. */
function mostWithin(levels: Uint32Array, width: number): number {
  let [sum, most] = [0, 0];
  for (let level = 0; level < levels.length; level++) {
    sum += levels[level] - (level >= width ? levels[level - width] : 0);
    most = Math.max(most, sum);
  }
  return most;
}

function medianOf(levels: Uint32Array, count: number): number {
  let below = 0;
  for (let level = 0; level < levels.length; level++) {
    below += levels[level];
    if (below * 2 >= count) return level;
  }
  return 0;
}
