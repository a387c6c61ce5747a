// Two-dimensional float fields: Gaussian blur and fractal noise.
import type { Random } from './random';

/** Row-major values, `values[y * width + x]` at the centre of pixel (x, y). */
export interface Field {
  width: number;
  height: number;
  values: Float32Array;
}

export function makeField(width: number, height: number): Field {
  return { width, height, values: new Float32Array(width * height) };
}

/** A new field blurred by a Gaussian of `sigma` pixels, borders replicated. */
export function blur(field: Field, sigma: number): Field {
  const kernel = gaussianKernel(sigma);
  return blurColumns(blurRows(field, kernel), kernel);
}

function gaussianKernel(sigma: number): Float64Array {
  const radius = Math.max(1, Math.ceil(sigma * 3));
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  );
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  return kernel.map((weight) => weight / sum);
}

function blurRows(field: Field, kernel: Float64Array): Field {
  const { width, height, values } = field;
  const out = makeField(width, height);
  const radius = (kernel.length - 1) / 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = -radius; k <= radius; k++) {
        sum += kernel[k + radius] * values[y * width + Math.min(width - 1, Math.max(0, x + k))];
      }
      out.values[y * width + x] = sum;
    }
  }
  return out;
}

function blurColumns(field: Field, kernel: Float64Array): Field {
  const { width, height, values } = field;
  const out = makeField(width, height);
  const radius = (kernel.length - 1) / 2;
  for (let y = 0; y < height; y++) {
    for (let k = -radius; k <= radius; k++) {
      const from = Math.min(height - 1, Math.max(0, y + k)) * width;
      const weight = kernel[k + radius];
      for (let x = 0; x < width; x++) out.values[y * width + x] += weight * values[from + x];
    }
  }
  return out;
}

/**
 * Fractal value noise, roughly -1..1 with mean 0: `octaves` layers, the first with features of `scaleX` x `scaleY`
 * pixels, each next one half as large and half as strong. Unequal scales give grain.
 */
export function fractalNoise(
  random: Random,
  size: { width: number; height: number },
  scale: { x: number; y: number },
  octaves: number,
): Field {
  const out = makeField(size.width, size.height);
  let weight = 1;
  let total = 0;
  for (let octave = 0; octave < octaves; octave++) {
    addValueNoise(out, random, scale.x / 2 ** octave, scale.y / 2 ** octave, weight);
    total += weight;
    weight /= 2;
  }
  for (let i = 0; i < out.values.length; i++) out.values[i] /= total;
  return out;
}

function addValueNoise(out: Field, random: Random, scaleX: number, scaleY: number, weight: number): void {
  const columns = Math.ceil(out.width / scaleX) + 2;
  const rows = Math.ceil(out.height / scaleY) + 2;
  const lattice = Float32Array.from({ length: columns * rows }, () => random.uniform(-1, 1));
  for (let y = 0; y < out.height; y++) {
    const row = Math.floor(y / scaleY);
    const v = ease(y / scaleY - row);
    for (let x = 0; x < out.width; x++) {
      const column = Math.floor(x / scaleX);
      const u = ease(x / scaleX - column);
      const at = row * columns + column;
      const top = lattice[at] + (lattice[at + 1] - lattice[at]) * u;
      const bottom = lattice[at + columns] + (lattice[at + columns + 1] - lattice[at + columns]) * u;
      out.values[y * out.width + x] += weight * (top + (bottom - top) * v);
    }
  }
}

/** Smoothstep of t in 0..1. */
export function ease(t: number): number {
  return t * t * (3 - 2 * t);
}

/** 0 below `from`, 1 above `to`, smooth between. */
export function ramp(value: number, from: number, to: number): number {
  return ease(Math.min(1, Math.max(0, (value - from) / (to - from))));
}
