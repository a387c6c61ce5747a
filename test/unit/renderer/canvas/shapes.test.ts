/** Segmentations as rings: packing is lossless, masks keep their pixels at every resolution. */
import type { PolygonPart } from '@shared/geometry/polygon';
import type { Segmentation } from '@shared/document/types';
import { decode, encode, fromParts, merge, toCompressed } from '@shared/mask';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MaskShapes, type PixelBlock, RAGGED_RUNS } from '../../../../src-renderer/canvas/maskShape';
import { packShapes, unpackShapes } from '../../../../src-renderer/canvas/packShapes';
import { boxToShape, maskToShape, partsToShape, type Shape } from '../../../../src-renderer/canvas/shape';

const ring = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 3, maxLength: 9 }).map((xs) => [...xs, ...xs]);
const part: fc.Arbitrary<PolygonPart> = fc.record({ outer: ring, holes: fc.array(ring, { maxLength: 2 }) });
const segmentation: fc.Arbitrary<Segmentation | null> = fc.oneof(
  fc.record({ kind: fc.constant('polygons' as const), parts: fc.array(part, { maxLength: 3 }) }),
  fc.constant({ kind: 'rle' as const, size: [4, 4] as const, counts: '4484' }),
  fc.constant(null),
);

function rings(shape: Shape | PixelBlock): Shape {
  if ('pixels' in shape) throw new Error('expected rings');
  return shape;
}

/** Even-odd pixels of a shape along pixel edges. */
function pixelsOf(shape: Shape, h: number, w: number): Uint8Array {
  const bitmap = new Uint8Array(h * w);
  let at = 0;
  for (const end of shape.ringEnds) {
    const outer = [...shape.coords.subarray(at, end)];
    decode(fromParts([{ outer, holes: [] }], h, w)).forEach((value, i) => (bitmap[i] ^= value));
    at = end;
  }
  return bitmap;
}

describe('packShapes', () => {
  test('unpacks to the same rings, masks apart', () => {
    fc.assert(
      fc.property(fc.array(segmentation, { maxLength: 6 }), (segmentations) => {
        const items = segmentations.map((s, id) => ({ id: id * 3, segmentation: s, bbox: [1, 2, 3, 4] as const }));
        const packed = packShapes(items);
        expect([...packed.ids]).toEqual(items.map(({ id }) => id));
        let seen = 0;
        unpackShapes(packed, (i, shape) => {
          expect(i).toBe(seen++);
          const { segmentation: from, bbox } = items[i];
          const expected = from === null ? boxToShape(bbox) : from.kind === 'rle' ? null : partsToShape(from.parts);
          // No rings and no mask: an annotation whose polygons are all gone.
          if (expected && expected.ringEnds.length > 0) expect(shape).toEqual(expected);
          else expect(shape).toBeNull();
        });
        expect(seen).toBe(items.length);
        expect(packed.masks.map(({ item }) => item)).toEqual(
          segmentations.flatMap((s, i) => (s?.kind === 'rle' ? [i] : [])),
        );
      }),
    );
  });
});

describe('partsToShape', () => {
  const box = (x: number, y: number, side: number) => [x, y, x + side, y, x + side, y + side, x, y + side];

  test('parts apart are drawn even-odd, overlapping ones as a union with holes kept', () => {
    expect(partsToShape([{ outer: box(0, 0, 4), holes: [box(1, 1, 2)] }]).rule).toBe('evenodd');
    const union = partsToShape([
      { outer: box(0, 0, 6), holes: [box(1, 1, 2)] },
      { outer: [...box(4, 4, 6)], holes: [] },
    ]);
    expect(union.rule).toBe('nonzero');
    expect([...union.coords.subarray(8, 16)]).toEqual([1, 3, 3, 3, 3, 1, 1, 1]);
  });
});

describe('MaskShapes', () => {
  test('an ordinary mask is traced once, exactly', () => {
    const pixels = Uint8Array.from({ length: 15 * 11 }, (_, i) => ((i * 7) % 5 < 3 ? 1 : 0));
    const rle = encode(pixels, 15, 11);
    const shapes = MaskShapes.of(rle);
    const shape = rings(shapes.at(0.1, [0, 0, 1, 1]));
    expect(pixelsOf(shape, 15, 11)).toEqual(pixels);
    expect(shapes.at(40, [3, 3, 5, 5])).toBe(shape);
    expect(shape).toEqual(maskToShape(rle));
  });

  describe('of a ragged mask', () => {
    const [h, w] = [300, 400];
    const pixels = Uint8Array.from({ length: h * w }, (_, i) => ((i + Math.floor(i / w)) % 2 === 0 ? 1 : 0));
    const rle = encode(pixels, h, w);

    test('shows exact pixels of the visible region when zoomed in', () => {
      expect(rle.counts.length).toBeGreaterThan(RAGGED_RUNS);
      const shape = rings(MaskShapes.of(rle).at(8, [100, 50, 120, 60]));
      expect(shape.bounds[0]).toBeGreaterThanOrEqual(90);
      expect(shape.bounds[2]).toBeLessThanOrEqual(130);
      const shown = pixelsOf(shape, h, w);
      for (let y = 50; y < 60; y++) {
        expect(shown.slice(y * w + 100, y * w + 120)).toEqual(pixels.slice(y * w + 100, y * w + 120));
      }
    });

    test('has no outlines where they would be all there is to see', () => {
      const block = MaskShapes.of(rle).at(1, [0, 0, w, h]);
      if (!('pixels' in block)) throw new Error('expected pixels');
      expect({ ...block, pixels: null }).toEqual({ pixels: null, width: w, height: h, x: 0, y: 0, step: 1 });
      expect(block.pixels.every((value, i) => value === pixels[i])).toBe(true);
    });

    test('shows cells no larger than a screen pixel when zoomed out', () => {
      const half = merge(
        [
          encode(pixels, h, w),
          encode(
            pixels.map((_, i) => (i % w < 200 ? 1 : 0)),
            h,
            w,
          ),
        ],
        {
          intersect: true,
        },
      );
      const ragged = merge([rle, half]);
      const shape = rings(MaskShapes.of(ragged).at(0.25, [0, 0, w, h]));
      // Half of each 4 x 4 cell is foreground: the whole is one block.
      expect(shape.ringEnds.length).toBe(1);
      expect(shape.bounds).toEqual([0, 0, w, h]);
    });
  });

  test('an empty mask has no rings', () => {
    const rle = encode(new Uint8Array(6), 2, 3);
    expect(rings(MaskShapes.of(rle).at(1, [0, 0, 3, 2])).ringEnds.length).toBe(0);
    expect(toCompressed(rle)).toBe('6');
  });
});
