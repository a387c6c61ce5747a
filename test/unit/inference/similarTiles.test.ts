import { describe, expect, test } from 'vitest';
import type { PromptFrame } from '../../../src-main/inference/families/family';
import { tileAround, tileSideFor, tilesOf } from '../../../src-main/inference/prompts/similarTiles';

const frame = (side: number): PromptFrame => ({
  gridWidth: 256,
  gridHeight: 256,
  corners: [0, 0, side, side],
  features: { values: new Float32Array(0), channels: 0, width: 64, height: 64 },
});
const region = (width: number, height: number) => [0, 0, width, height] as const;

describe('where small objects are looked for', () => {
  test('large ones in the whole image, small ones in parts where they are large enough', () => {
    // Coins of 41 pixels in 640, nuclei of 19 in 512.
    expect(tileSideFor(41 ** 2, frame(640), region(640, 480))).toBeNull();
    const side = tileSideFor(19 ** 2, frame(512), region(512, 512))!;
    expect(side).toBeLessThan(256);
    expect((19 * 256) / side).toBeGreaterThan(16);
  });

  test('tiles cover the region, lie in it, and each small object lies whole in one of them', () => {
    const whole = [30, 40, 1000, 700] as const;
    const tiles = tilesOf(whole, 211, 19 ** 2);
    for (const [x, y, w, h] of tiles) {
      expect([x >= 30, y >= 40, x + w <= 1030, y + h <= 740, w, h]).toEqual([true, true, true, true, 211, 211]);
    }
    for (let y = 40; y + 19 <= 740; y += 7) {
      for (let x = 30; x + 19 <= 1030; x += 7) {
        expect(tiles.some(([tx, ty, w, h]) => x >= tx && y >= ty && x + 19 <= tx + w && y + 19 <= ty + h)).toBe(true);
      }
    }
  });

  test('on an image much larger than the examples’ there are never more than the encoder can take in a while', () => {
    expect(tilesOf(region(12_000, 9000), 211, 19 ** 2).length).toBeLessThanOrEqual(36);
    expect(tileSideFor(10 ** 2, frame(12_000), region(12_000, 9000))).toBe(2000);
  });

  test('the tile of an example at the border lies in the region', () => {
    expect(tileAround([0, 0, 10, 10], 200, region(512, 400))).toEqual([0, 0, 200, 200]);
    expect(tileAround([500, 390, 10, 10], 200, region(512, 400))).toEqual([312, 200, 200, 200]);
    expect(tileAround([100, 100, 20, 20], 600, region(512, 400))).toEqual([0, 0, 512, 400]);
  });
});
