/** Which colours of a LAB plane are within a distance of one of them, as a table: one look instead of three squares a pixel. */
import { LIGHTNESS_SCALE, type LabPlane } from '../labPlane';

/** A colour belongs where its lightness is at most `reach[a << 8 | b]` byte steps from `lightness`. */
export interface NearColours {
  readonly lightness: number;
  /** -1 where no lightness will do. Memory that the next one reuses. */
  readonly reach: Int16Array;
}

const reach = new Int16Array(65_536).fill(-1);
/** Rows and columns of the table that are not -1. */
let written: readonly [a0: number, a1: number, b0: number, b1: number] | null = null;

/** The colours within `tolerance` (CIE76) of the one at `lab[at]`, `lab[at + 1]`, `lab[at + 2]`. O(tolerance squared). */
export function nearColours(lab: LabPlane, at: number, tolerance: number): NearColours {
  if (written) {
    const [a0, a1, b0, b1] = written;
    for (let b = b0; b <= b1; b++) reach.fill(-1, (b << 8) | a0, ((b << 8) | a1) + 1);
  }
  const limit = tolerance ** 2;
  const [l, a, b] = [lab[at], lab[at + 1], lab[at + 2]];
  const lightness = Float64Array.from({ length: 256 }, (_, steps) => (steps / LIGHTNESS_SCALE) ** 2);
  const side = Math.min(255, Math.floor(tolerance) + 1);
  const span = (middle: number) => [Math.max(0, middle - side), Math.min(255, middle + side)] as const;
  const [a0, a1] = span(a);
  const [b0, b1] = span(b);
  for (let i = a0; i <= a1; i++) {
    const fromA = (i - a) ** 2;
    for (let j = b0; j <= b1; j++) {
      const fromB = (j - b) ** 2;
      let steps = -1;
      while (steps < 255 && lightness[steps + 1] + fromA + fromB <= limit) steps++;
      reach[(j << 8) | i] = steps;
    }
  }
  written = [a0, a1, b0, b1];
  return { lightness: l, reach };
}
