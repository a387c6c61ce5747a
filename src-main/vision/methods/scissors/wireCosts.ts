/** What a step of the live wire costs: little along strong edges, much across flat or crossing ones. */
import { edgeMap, isCrest } from './edgeMap';
import type { LabPlane } from '../labPlane';

/** Offsets of the eight neighbours, by the number of their direction: clockwise from the right. */
export const STEP_X = [1, 1, 0, -1, -1, -1, 0, 1];
export const STEP_Y = [0, 1, 1, 1, 0, -1, -1, -1];

/** No step costs more. */
export const MAX_STEP_COST = 255;

/** Directions of an edge (0..15 over a half turn), and the one of places without any. */
const TANGENTS = 16;
const NO_TANGENT = TANGENTS;

const CREST_WEIGHT = 54;
const STRENGTH_WEIGHT = 81;
const DIRECTION_WEIGHT = 44;
/** Below this part of a strong edge a pixel is taken for flat. */
const WEAK_PART = 0.05;

export interface WireCosts {
  /** Of entering each pixel, 0..CREST_WEIGHT + STRENGTH_WEIGHT. */
  readonly local: Uint8Array;
  /** Direction of the edge through each pixel, 0..15, or 16 = none. */
  readonly tangent: Uint8Array;
}

/**
 * The costs of a LAB picture. After Mortensen, Barrett (1998), "Interactive Segmentation with Intelligent Scissors", with the
 * crest of the gradient in place of the Laplacian's zero crossing, and more weight on strength: on textured pictures
 * every speck has a crest.
 */
export function wireCosts(lab: LabPlane, width: number, height: number): WireCosts {
  const edges = edgeMap(lab, width, height);
  const { magnitude, gx, gy } = edges;
  const strong = strongMagnitude(magnitude);
  const perUnit = strong > 0 ? STRENGTH_WEIGHT / strong : 0;
  const weak = strong * WEAK_PART;
  const local = new Uint8Array(width * height).fill(CREST_WEIGHT + STRENGTH_WEIGHT);
  const tangent = new Uint8Array(width * height).fill(NO_TANGENT);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const strength = magnitude[i];
      const off = STRENGTH_WEIGHT - Math.min(STRENGTH_WEIGHT, strength * perUnit) + 0.5;
      if (strength <= weak) {
        local[i] = CREST_WEIGHT + off;
        continue;
      }
      local[i] = isCrest(edges, width, height, x, y) ? off : CREST_WEIGHT + off;
      tangent[i] = tangentOf(gx[i], gy[i]);
    }
  }
  return { local, tangent };
}

/** The magnitude that only the strongest fiftieth of the pixels exceeds: a single glare must not make all else look flat. */
function strongMagnitude(magnitude: Float32Array): number {
  const bins = new Uint32Array(1024);
  for (let i = 0; i < magnitude.length; i++) bins[Math.min(1023, magnitude[i] | 0)]++;
  let above = 0;
  for (let bin = 1023; bin > 0; bin--) {
    above += bins[bin];
    if (above * 50 > magnitude.length) return bin + 1;
  }
  // Few edges, or none: the strongest there is.
  let most = 0;
  for (let i = 0; i < magnitude.length; i++) if (magnitude[i] > most) most = magnitude[i];
  return most;
}

/** Gradients by their direction alone, in a square of 64 x 64 with the longer side at its edge: the edge runs across. */
const TANGENT_OF = Uint8Array.from({ length: 64 * 64 }, (_, i) => {
  const angle = Math.atan2((i & 63) - 32, 32 - (i >> 6));
  return Math.round((angle / Math.PI) * TANGENTS + TANGENTS) % TANGENTS;
});

function tangentOf(gx: number, gy: number): number {
  const scale = 31 / Math.max(Math.abs(gx), Math.abs(gy));
  return TANGENT_OF[(((gy * scale + 32.5) | 0) << 6) + ((gx * scale + 32.5) | 0)];
}

/** Cost of the angle between each edge direction and each step: [tangent * 8 + step], half of the weight (both ends count). */
export const TURN_COSTS: Uint8Array = Uint8Array.from({ length: (TANGENTS + 1) * 8 }, (_, i) => {
  const tangent = i >> 3;
  if (tangent === NO_TANGENT) return Math.round(DIRECTION_WEIGHT / 4);
  const step = i & 7;
  const angle = Math.abs((tangent / TANGENTS) * Math.PI - (step / 4) * Math.PI) % Math.PI;
  const off = Math.min(angle, Math.PI - angle) / (Math.PI / 2);
  return Math.round((DIRECTION_WEIGHT / 2) * off);
});

/**
 * Of the step in `direction` from pixel `from` to pixel `to` (indices): 1..MAX_STEP_COST; diagonal steps cost their length.
 */
export function stepCost({ local, tangent }: WireCosts, from: number, to: number, direction: number): number {
  const straight = 1 + local[to] + TURN_COSTS[tangent[from] * 8 + direction] + TURN_COSTS[tangent[to] * 8 + direction];
  // 181 / 128 is the root of two to four digits, and whole numbers keep the buckets exact.
  return direction & 1 ? (straight * 181) >> 7 : straight;
}
