/** Brightness, contrast and gamma for viewing, as one table from stored to shown values. */

/** 1 leaves the picture as it is. */
export interface Tone {
  readonly brightness: number;
  readonly contrast: number;
  readonly gamma: number;
}

export const NEUTRAL_TONE: Tone = { brightness: 1, contrast: 1, gamma: 1 };

export function isNeutral({ brightness, contrast, gamma }: Tone): boolean {
  return brightness === 1 && contrast === 1 && gamma === 1;
}

/**
 * What each 8-bit value is shown as, 0..1, for an SVG transfer function of type `table`: the values are multiplied by the
 * brightness, spread from the middle by the contrast, cut off, and raised to 1 / gamma, so that a gamma above 1 opens the
 * shadows.
 */
export function toneTable({ brightness, contrast, gamma }: Tone): number[] {
  return Array.from({ length: 256 }, (_value, i) => {
    const spread = ((i / 255) * brightness - 0.5) * contrast + 0.5;
    return Math.round(Math.min(1, Math.max(0, spread)) ** (1 / gamma) * 1e4) / 1e4;
  });
}
