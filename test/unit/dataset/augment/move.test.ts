/** What an augmented copy has of an annotation, against the pixels: moved one by one, by the rules of images. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Change } from '@shared/dataset/augment/change';
import { moveAnnotation } from '@shared/dataset/augment/move';
import { pasteObject } from '@shared/dataset/augment/paste';
import { createAnnotation, rleToSegmentation, segmentationToRle } from '@shared/document/segmentation';
import type { Annotation, Segmentation } from '@shared/document/types';
import { area, decode, encode, equals, fromParts, merge, type Rle, subtract, toBbox, trace } from '@shared/mask';
import { masks, masksOfOneSize } from '../../mask/arbitraries';

type Bits = number[][];

const bitsOf = (mask: Rle): Bits => {
  const [h, w] = mask.size;
  const flat = decode(mask);
  return Array.from({ length: h }, (_, y) => [...flat.subarray(y * w, (y + 1) * w)]);
};
const maskOfBits = (bits: Bits) => encode(Uint8Array.from(bits.flat()), bits.length, bits[0].length);

/** The picture tools' own words: mirror each row, mirror the rows, a quarter clockwise. */
const mirrored = (bits: Bits): Bits => bits.map((row) => [...row].reverse());
const upsideDown = (bits: Bits): Bits => [...bits].reverse();
const quarter = (bits: Bits): Bits => bits[0].map((_, x) => bits.map((row) => row[x]).reverse());

const annotationOf = (segmentation: Segmentation | null, size: readonly [number, number], more = {}): Annotation =>
  createAnnotation({ id: 1, imageId: 1, categoryId: 1, segmentation, zOrder: 0, ...more }, size);

const changes = (w: number, h: number) =>
  fc.record({
    flipHorizontal: fc.boolean(),
    flipVertical: fc.boolean(),
    angle: fc.constantFrom(0 as const, 90 as const, 180 as const, 270 as const),
    crop: fc
      .tuple(fc.nat(w - 1), fc.nat(h - 1), fc.nat(w), fc.nat(h))
      .map(([x, y, cw, ch]) => [x, y, Math.max(1, Math.min(cw, w - x)), Math.max(1, Math.min(ch, h - y))] as const),
    isCut: fc.boolean(),
  });

const changeOf = (
  given: Pick<Change, 'flipHorizontal' | 'flipVertical' | 'angle' | 'crop'> & { isCut: boolean },
  w: number,
  h: number,
): Change => {
  const crop = given.isCut ? given.crop : ([0, 0, w, h] as const);
  return { ...given, crop, scaled: [crop[2], crop[3]], brightness: 1, pastes: 0, random: () => 0 };
};

function expectedBits(mask: Rle, { crop: [x, y, w, h], flipHorizontal, flipVertical, angle }: Change): Bits {
  let bits = bitsOf(mask)
    .slice(y, y + h)
    .map((row) => row.slice(x, x + w));
  if (flipHorizontal) bits = mirrored(bits);
  if (flipVertical) bits = upsideDown(bits);
  for (let turned = 0; turned < angle; turned += 90) bits = quarter(bits);
  return bits;
}

describe('a copy of an annotation', () => {
  test('has the mask that the same cut, mirroring and turn makes of it, bit for bit', () => {
    fc.assert(
      fc.property(
        masks.chain((mask) => fc.tuple(fc.constant(mask), changes(mask.size[1], mask.size[0]))),
        ([mask, given]) => {
          const [h, w] = mask.size;
          const change = changeOf(given, w, h);
          const moved = moveAnnotation(annotationOf(rleToSegmentation(mask), [h, w]), change, [w, h]);
          const expected = maskOfBits(expectedBits(mask, change));
          if (area(expected) === 0 && change.crop[2] * change.crop[3] < w * h) {
            expect(moved).toBeNull();
            return;
          }
          const result = segmentationToRle(moved!.annotation.segmentation!, [0, 0]);
          expect(result.size).toEqual(expected.size);
          expect(equals(result, expected)).toBe(true);
          expect(moved!.annotation.area).toBe(area(expected));
          if (area(expected) > 0) expect(moved!.annotation.bbox).toEqual(toBbox(expected));
        },
      ),
    );
  });

  const outline = [2, 3, 17.25, 4.5, 12, 11, 5.75, 13];
  const hole = [6, 5, 9, 5, 9, 8];
  const polygon = { kind: 'polygons', parts: [{ outer: outline, holes: [hole] }] } as const;
  const whole = { crop: [0, 0, 20, 16], scaled: [20, 16], brightness: 1, pastes: 0, random: () => 0 } as const;

  test('keeps every vertex of an outline and its hole: mirrored, turned and scaled exactly', () => {
    const copy = moveAnnotation(
      annotationOf(polygon, [16, 20]),
      { ...whole, scaled: [40, 48], flipHorizontal: true, flipVertical: false, angle: 90 },
      [20, 16],
    )!.annotation;
    const through = (ring: readonly number[]) =>
      Array.from({ length: ring.length / 2 }, (_, i) => [48 - 3 * ring[2 * i + 1], 40 - 2 * ring[2 * i]]).flat();
    expect(copy.segmentation).toEqual({
      kind: 'polygons',
      parts: [{ outer: through(outline), holes: [through(hole)] }],
    });
  });

  test('cut where an outline crosses the border it stays an outline, and area and box are those of what is left', () => {
    const change = { ...whole, crop: [8, 0, 12, 16], scaled: [12, 16] } as const;
    const copy = moveAnnotation(
      annotationOf(polygon, [16, 20]),
      { ...change, flipHorizontal: false, flipVertical: false, angle: 0 },
      [20, 16],
    )!;
    expect(copy.annotation.segmentation!.kind).toBe('polygons');
    const pixels = segmentationToRle(copy.annotation.segmentation!, [16, 12]);
    const before = fromParts(polygon.parts, 16, 20);
    const wanted = maskOfBits(bitsOf(before).map((row) => row.slice(8)));
    // The rule of the clipper: no more than the rim of the new edge.
    expect(area(subtract(pixels, wanted)) + area(subtract(wanted, pixels))).toBeLessThanOrEqual(2);
    expect(copy.annotation.area).toBe(area(pixels));
    expect(copy.annotation.bbox).toEqual(toBbox(pixels));
    expect(copy.visible).toBeCloseTo(area(pixels) / area(before));
  });

  test('is none where nothing of it is left, boxes included', () => {
    const change = { ...whole, crop: [0, 14, 20, 2], scaled: [20, 2] } as const;
    const still = { ...change, flipHorizontal: false, flipVertical: false, angle: 0 } as const;
    expect(moveAnnotation(annotationOf(polygon, [16, 20]), still, [20, 16])).toBeNull();
    const box = (bbox: readonly [number, number, number, number]) => annotationOf(null, [16, 20], { bbox });
    expect(moveAnnotation(box([2, 3, 5, 6]), still, [20, 16])).toBeNull();
    const half = moveAnnotation(box([2, 12, 5, 4]), still, [20, 16])!;
    expect(half).toMatchObject({ visible: 0.5, annotation: { bbox: [2, 0, 5, 2], area: 10 } });
  });
});

describe('a pasted object', () => {
  test('owns its pixels: those below lose exactly them, and none loses all', () => {
    fc.assert(
      fc.property(masksOfOneSize(4), fc.boolean(), ([donor, ...others], asOutline) => {
        const [h, w] = donor.size;
        const [, , bw, bh] = toBbox(donor);
        if (area(donor) === 0) return;
        const below = others.map((mask, id) => ({
          ...annotationOf(rleToSegmentation(mask), [h, w]),
          id,
          ...(asOutline ? { segmentation: { kind: 'polygons', parts: trace(mask) } as const } : {}),
        }));
        const firstAreas = new Map(below.map(({ id, area: pixels }) => [id, pixels]));
        const at = [w - bw, h - bh] as const;
        const source = { imageId: 2, annotation: annotationOf(rleToSegmentation(donor), [h, w]), mask: donor };
        const result = pasteObject(below, source, at, { size: [w, h], firstAreas, minVisible: 0.25 });
        const [dx, dy] = [at[0] - toBbox(donor)[0], at[1] - toBbox(donor)[1]];
        const bits = bitsOf(donor);
        const placed = maskOfBits(bits.map((row, y) => row.map((_, x) => bits[y - dy]?.[x - dx] ?? 0)));
        const left = others.map((mask) => subtract(mask, placed));
        const isTooMuch = others.some(
          (mask, i) =>
            area(merge([mask, placed], { intersect: true })) > 0 && area(left[i]) < Math.max(1, 0.25 * area(mask)),
        );
        if (isTooMuch) {
          expect(result).toBeNull();
          return;
        }
        expect(equals(result!.paste.mask, placed)).toBe(true);
        const now = result!.annotations.map(({ segmentation }) => segmentationToRle(segmentation!, [h, w]));
        expect(now.length).toBe(4);
        left.forEach((mask, i) => expect(equals(now[i], mask)).toBe(true));
        expect(equals(now[3], placed)).toBe(true);
        if (asOutline)
          expect(result!.annotations.slice(0, 3).every(({ segmentation }) => segmentation!.kind === 'polygons')).toBe(
            true,
          );
      }),
    );
  });
});
