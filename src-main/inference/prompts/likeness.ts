/** How objects look to an encoder: one direction in its feature space, and how near each place of an image is to it. */
import type { PromptFrame } from '../families/family';

/** Features of unit length at each place, `[channel][place]`. */
export interface UnitFeatures {
  readonly values: Float32Array;
  readonly channels: number;
  readonly width: number;
  readonly height: number;
}

export function unitFeatures({ features: { values, channels, width, height } }: PromptFrame): UnitFeatures {
  const places = width * height;
  const length = new Float32Array(places);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < places; i++) length[i] += values[c * places + i] ** 2;
  }
  for (let i = 0; i < places; i++) length[i] = length[i] > 0 ? 1 / Math.sqrt(length[i]) : 0;
  const unit = new Float32Array(values.length);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < places; i++) unit[c * places + i] = values[c * places + i] * length[i];
  }
  return { values: unit, channels, width, height };
}

/** The mean direction of the places, by weight; null where they weigh nothing. */
export function meanDirection(
  { values, channels, width, height }: UnitFeatures,
  weights: Float32Array,
): Float32Array | null {
  const places = width * height;
  const heavy: number[] = [];
  for (let i = 0; i < places; i++) if (weights[i] > 0) heavy.push(i);
  const mean = new Float32Array(channels);
  let squares = 0;
  for (let c = 0; c < channels; c++) {
    for (const i of heavy) mean[c] += values[c * places + i] * weights[i];
    squares += mean[c] ** 2;
  }
  if (squares === 0) return null;
  return mean.map((value) => value / Math.sqrt(squares));
}

/** Cosine of each place's feature with a direction, -1..1. */
export function similarity({ values, channels, width, height }: UnitFeatures, direction: Float32Array): Float32Array {
  const places = width * height;
  const cosine = new Float32Array(places);
  for (let c = 0; c < channels; c++) {
    const weight = direction[c];
    for (let i = 0; i < places; i++) cosine[i] += values[c * places + i] * weight;
  }
  return cosine;
}

export function cosineOf(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** A fine grid averaged to a coarser one whose sides divide it. */
export function averaged(
  fine: Float32Array | Uint8Array,
  fineWidth: number,
  width: number,
  height: number,
): Float32Array {
  const block = fineWidth / width;
  const out = new Float32Array(width * height);
  for (let y = 0; y < height * block; y++) {
    const row = Math.floor(y / block) * width;
    for (let x = 0; x < width * block; x++) out[row + Math.floor(x / block)] += fine[y * fineWidth + x];
  }
  return out.map((sum) => sum / (block * block));
}

/** Image pixels of a cell of the logits' grid. */
export function cellArea({ corners: [x1, y1, x2, y2], gridWidth, gridHeight }: PromptFrame): number {
  return ((x2 - x1) / gridWidth) * ((y2 - y1) / gridHeight);
}
