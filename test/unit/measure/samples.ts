/** Samples that follow from their place; the goldens' script makes the same. */
import type { PixelSamples } from '@shared/measure';

export type SampleKind = 'uint8' | 'uint16' | 'float32';

export function placedSamples(kind: SampleKind, height: number, width: number, channels: number): PixelSamples {
  const range = kind === 'uint8' ? 256 : 65536;
  const Samples = { uint8: Uint8Array, uint16: Uint16Array, float32: Float32Array }[kind];
  const data = new Samples(height * width * channels);
  for (let i = 0; i < data.length; i++) {
    const c = i % channels;
    const x = Math.floor(i / channels) % width;
    const y = Math.floor(i / channels / width);
    const value = (x * 7919 + y * 104729 + c * 1299709 + x * y * 31) % range;
    data[i] = kind === 'float32' ? value / 7 - 4000 : value;
  }
  return { width, height, channels: channels === 1 ? ['gray'] : ['red', 'green', 'blue'], data };
}
