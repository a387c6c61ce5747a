/** Label maps by runs against plain bitmaps. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  area,
  countLabels,
  decode,
  eachLabelPair,
  emptyMask,
  equals,
  erode,
  fromBox,
  labelsFromRaster,
  labelsToRaster,
  mapLabels,
  maskOfLabels,
  masksByLabel,
  merge,
  NOBODY,
  paintLabels,
  type Rle,
} from '@shared/mask';
import { masksOfOneSize } from './arbitraries';

/** One byte after the other: slow and obviously right. */
function paintPixels(masks: readonly Rle[], [h, w]: readonly [number, number]): Int32Array {
  const out = new Int32Array(h * w).fill(NOBODY);
  masks.forEach((mask, index) => decode(mask).forEach((on, at) => on && (out[at] = index)));
  return out;
}

const raster = (map: ReturnType<typeof paintLabels>) => labelsToRaster(map, new Int32Array(map.size[0] * map.size[1]));

describe('label maps by runs', () => {
  it('painting is what a painter does, and the runs are canonical', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }).chain(masksOfOneSize), (masks) => {
        const map = paintLabels(masks, masks[0].size);
        expect(raster(map)).toEqual(paintPixels(masks, masks[0].size));
        map.labels.forEach((label, i) => i > 0 && expect(label).not.toBe(map.labels[i - 1]));
      }),
    );
  });

  it('a raster comes back as it was, wider and narrower than a strip', () => {
    const sizes = fc.constantFrom([3, 70] as const, [40, 32] as const, [1, 1] as const, [5, 33] as const);
    fc.assert(
      fc.property(sizes, fc.infiniteStream(fc.integer({ min: -2, max: 3 })), ([h, w], stream) => {
        const values = Int32Array.from({ length: h * w }, () => stream.next().value);
        expect(raster(labelsFromRaster(values, h, w))).toEqual(values);
      }),
      { numRuns: 40 },
    );
  });

  it('bytes come back as they were, wherever in their buffer they begin', () => {
    const sizes = fc.constantFrom(
      [3, 72] as const,
      [40, 32] as const,
      [7, 4] as const,
      [5, 33] as const,
      [1, 8] as const,
    );
    const byte = fc.oneof(fc.constant(1), fc.constant(1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 4 }), fc.infiniteStream(byte), ([h, w], offset, stream) => {
        const buffer = Uint8Array.from({ length: offset + h * w }, () => stream.next().value);
        const values = buffer.subarray(offset);
        expect(labelsFromRaster(values, h, w)).toEqual(labelsFromRaster(Int32Array.from(values), h, w));
      }),
      { numRuns: 60 },
    );
  });

  it('the masks of its labels share no pixel and make up the image', () => {
    fc.assert(
      fc.property(masksOfOneSize(4), (masks) => {
        const map = paintLabels(masks, masks[0].size);
        const parts = masksByLabel(map);
        const [h, w] = map.size;
        expect([...parts.values()].reduce((sum, mask) => sum + area(mask), 0)).toBe(h * w);
        expect(area(merge([...parts.values()]))).toBe(h * w);
        for (const [label, mask] of parts) {
          expect(countLabels(map).get(label)).toBe(area(mask));
          expect(
            equals(
              maskOfLabels(map, (other) => other === label),
              mask,
            ),
          ).toBe(true);
        }
      }),
    );
  });

  it('joins what becomes equal, and counts pairs', () => {
    const map = labelsFromRaster([1, 2, 3, 1, 2, 3], 2, 3);
    const joined = mapLabels(map, (label) => (label === 3 ? 2 : label));
    expect([...joined.labels]).toEqual([1, 2]);
    const pairs: number[][] = [];
    eachLabelPair(map, joined, (a, b, pixels) => pairs.push([a, b, pixels]));
    expect(pairs).toEqual([
      [1, 1, 2],
      [2, 2, 2],
      [3, 2, 2],
    ]);
  });

  it('no masks, no pixels, and other sizes', () => {
    expect(raster(paintLabels([], [2, 2]))).toEqual(Int32Array.of(-1, -1, -1, -1));
    expect(paintLabels([emptyMask(0, 5)], [0, 5]).ends).toHaveLength(0);
    expect(() => paintLabels([emptyMask(2, 3)], [3, 2])).toThrow('Label map is [2, 3] when [3, 2] was expected');
    expect(() => labelsFromRaster([1], 1, 2)).toThrow('Label map has 1 values when 2 (1 x 2) was expected');
  });
});

describe('erode', () => {
  it('keeps what is farther from the border than the distance', () => {
    fc.assert(
      fc.property(masksOfOneSize(1), fc.integer({ min: 1, max: 4 }), ([mask], distance) => {
        const [h, w] = mask.size;
        const pixels = decode(mask);
        const isIn = (x: number, y: number) => x >= 0 && y >= 0 && x < w && y < h && pixels[y * w + x] === 1;
        const expected = pixels.map((_, at) => {
          for (let dy = -distance; dy <= distance; dy++) {
            for (let dx = -distance; dx <= distance; dx++) {
              if (!isIn((at % w) + dx, Math.floor(at / w) + dy)) return 0;
            }
          }
          return 1;
        });
        expect(decode(erode(mask, distance))).toEqual(expected);
      }),
    );
  });

  it('leaves nothing where the distance is wider than the image', () => {
    expect(area(erode(fromBox([0, 0, 5, 5], 5, 5), 40))).toBe(0);
  });
});
