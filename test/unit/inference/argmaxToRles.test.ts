/** The class of each pixel from planes of scores, against the scores of every pixel written out. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomFrom } from '@shared/dataset/random';
import { decode } from '@shared/mask';
import { argmaxToRles, GreatestRuns } from '../../../src-main/inference/image/argmaxToRles';
import type { ScorePlanes } from '../../../src-main/inference/image/contests';

interface Scene {
  readonly channels: number;
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  readonly scale: number;
}

/** Steps of a sixteenth, so that bilinear weights of eighths leave no rounding; large areas of one channel, and some that are nobody's. */
function valuesOf({ channels, width, height, seed }: Scene): Float32Array {
  const random = randomFrom(seed);
  return Float32Array.from({ length: channels * width * height }, () => {
    const kind = random();
    if (kind < 0.03) return kind < 0.015 ? NaN : -Infinity;
    return kind < 0.6 ? Math.floor(random() * 3) : Math.floor(random() * 64) / 16;
  });
}

/** By the definition: for each pixel the first channel whose bilinear value is greatest. */
function expected({ channels, width, height, scale }: Scene, values: Float32Array): number[] {
  const tap = (pixel: number, cells: number) => {
    const position = Math.min(Math.max((pixel + 0.5) / scale - 0.5, 0), cells - 1);
    const low = Math.floor(position);
    return [low, Math.min(low + 1, cells - 1), position - low] as const;
  };
  return Array.from({ length: width * scale * height * scale }, (_, i) => {
    const [x, y] = [i % (width * scale), Math.floor(i / (width * scale))];
    const [x1, x2, wx] = tap(x, width);
    const [y1, y2, wy] = tap(y, height);
    let [best, most] = [-1, -Infinity];
    for (let c = 0; c < channels; c++) {
      const at = (row: number, column: number) => values[(c * height + row) * width + column];
      const top = at(y1, x1) + (at(y1, x2) - at(y1, x1)) * wx;
      const bottom = at(y2, x1) + (at(y2, x2) - at(y2, x1)) * wx;
      const value = top + (bottom - top) * wy;
      if (value > most) [best, most] = [c, value];
    }
    return best;
  });
}

/** Added some columns at a time, each part with the first column of the next one. */
function inParts(
  scores: ScorePlanes,
  corners: Parameters<typeof argmaxToRles>[1],
  size: readonly [number, number],
  step: number,
) {
  const { values, channels, width, height } = scores;
  const greatest = new GreatestRuns(scores, corners, size);
  for (let left = 0, right = 0; right < width; left = right - 1) {
    right = Math.min(left + step + 1, width);
    const wide = right - left;
    const part = Float32Array.from(
      { length: channels * height * wide },
      (_, i) => values[Math.floor(i / wide) * width + left + (i % wide)],
    );
    greatest.add({ values: part, channels, width: wide, height }, left);
  }
  return greatest.masks();
}

const scenes = fc.record<Scene>({
  channels: fc.integer({ min: 1, max: 10 }),
  width: fc.integer({ min: 1, max: 9 }),
  height: fc.integer({ min: 1, max: 9 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
  scale: fc.constantFrom(1, 2, 4),
});

test('each pixel to the first channel that is greatest there, from planes and from parts of them alike', () => {
  fc.assert(
    fc.property(scenes, (scene) => {
      const { channels, width, height, scale } = scene;
      const values = valuesOf(scene);
      const corners = [0, 0, width * scale, height * scale] as const;
      const size = [height * scale, width * scale] as const;
      const scores = { channels, width, height, values };
      const wanted = expected(scene, values);
      for (const rles of [argmaxToRles(scores, corners, size), inParts(scores, corners, size, 2)]) {
        const masks = rles.map((mask) => mask && decode(mask));
        const found = wanted.map((_, i) => masks.findIndex((mask) => mask?.[i] === 1));
        // What is no number anywhere around a pixel is decided by nothing.
        expect(found.filter((_, i) => wanted[i] >= 0)).toEqual(wanted.filter((one) => one >= 0));
        expect(masks.reduce((sum, mask) => sum + (mask ? mask.reduce((a, b) => a + b, 0) : 0), 0)).toBe(found.length);
      }
    }),
    { numRuns: 300 },
  );
});

test('planes too large to be read at once give what their parts give', () => {
  const [channels, width, height] = [3, 37, 1100];
  const scene = { channels, width, height, seed: 4, scale: 1 };
  const values = valuesOf(scene);
  const [corners, size] = [[0, 0, 2 * width, height] as const, [height, 2 * width] as const];
  const masks = argmaxToRles({ channels, width, height, values }, corners, size);
  expect(masks).toEqual(inParts({ channels, width, height, values }, corners, size, 5));
  expect(masks.every((mask) => mask !== null)).toBe(true);
});
