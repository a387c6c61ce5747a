import { expect, test } from 'vitest';
import type { PromptFrame } from '../../../src-main/inference/families/family';
import { toCoverage, toImageMask, toPrior } from '../../../src-main/inference/prompts/promptMask';
import { area, encode, fromBox, iou } from '@shared/mask';

/** A grid of 32 x 32 cells over a square of `side` image pixels. */
const frameOf = (side: number): PromptFrame => ({
  gridWidth: 32,
  gridHeight: 32,
  corners: [0, 0, side, side],
  features: { values: new Float32Array(0), channels: 0, width: 0, height: 0 },
});

test.each([16, 50, 96, 640])('what the cells cover adds up to the mask: a grid over %d pixels', (side) => {
  const mask = fromBox([3, 2, side / 2, side / 3], side, side);
  const covered = toCoverage(mask, frameOf(side), [0, 0, side, side]);
  const cell = (side / 32) ** 2;
  const covers = covered.reduce((sum, value) => sum + value, 0) * cell;
  // Where pixels are skipped, what is left over at the mask's end counts as a whole step.
  expect(Math.abs(covers / area(mask) - 1)).toBeLessThan(side > 400 ? 0.02 : 1e-4);
  for (const value of covered) expect(value).toBeLessThanOrEqual(1 + 1e-4);
});

test('a disc as a prior comes back as the disc', () => {
  const side = 200;
  const disc = new Uint8Array(side * side).map((_bit, i) =>
    Math.hypot((i % side) - 90, Math.floor(i / side) - 110) < 60 ? 1 : 0,
  );
  const mask = encode(disc, side, side);
  const frame = frameOf(side);
  const region = [0, 0, side, side] as const;
  const back = toImageMask(toPrior(mask, frame, region), frame, region, [side, side]);
  expect(iou([back!], [mask], [false])[0]).toBeGreaterThan(0.96);
});

test('of a region of the image: the mask lies where the region lies, and never beyond it', () => {
  const logits = new Float32Array(32 * 32).fill(1);
  const mask = toImageMask(logits, frameOf(40), [10, 20, 30, 25], [100, 80]);
  expect(area(mask!)).toBe(30 * 25);
  expect(mask).toEqual(fromBox([10, 20, 30, 25], 100, 80));
});
