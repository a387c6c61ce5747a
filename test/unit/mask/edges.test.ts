/** Masks at their limits (empty, full, one pixel wide, no area, border), and the sentences that bad input gets. */
import { describe, expect, it } from 'vitest';
import {
  area,
  boxIou,
  components,
  decode,
  decodeRegion,
  emptyMask,
  encode,
  encodeRegion,
  fillHoles,
  fromBox,
  fromCompressed,
  fromParts,
  fromPolygons,
  fromUncompressed,
  iou,
  keyhole,
  MaskError,
  merge,
  subtract,
  toBbox,
  toCompressed,
  trace,
  type Rle,
} from '@shared/mask';

/** A mask from rows of '.' and '#'. */
function draw(...rows: string[]): Rle {
  return encode(
    Uint8Array.from(rows.join(''), (c) => (c === '#' ? 1 : 0)),
    rows.length,
    rows[0].length,
  );
}
const counts = (rle: Rle): number[] => [...rle.counts];

describe('limits', () => {
  it('empty and full masks', () => {
    const empty = emptyMask(3, 2);
    const full = draw('##', '##', '##');
    expect(counts(empty)).toEqual([6]);
    expect(counts(full)).toEqual([0, 6]);
    expect(toBbox(empty)).toEqual([0, 0, 0, 0]);
    expect(toBbox(full)).toEqual([0, 0, 2, 3]);
    expect(trace(empty)).toEqual([]);
    expect(trace(full)).toEqual([{ outer: [0, 0, 2, 0, 2, 3, 0, 3], holes: [] }]);
    expect(components(empty)).toEqual([]);
    expect(counts(merge([empty, full]))).toEqual([0, 6]);
    expect(counts(subtract(full, full))).toEqual([6]);
    expect([...iou([empty, full], [empty, full])]).toEqual([0, 0, 0, 1]);
  });

  it('images of no pixels', () => {
    const none = encode(new Uint8Array(0), 0, 5);
    expect(counts(none)).toEqual([0]);
    expect(decode(none)).toHaveLength(0);
    expect(trace(none)).toEqual([]);
    expect(counts(fromPolygons([[0, 0, 4, 0, 4, 4]], 0, 5))).toEqual([0]);
  });

  it('one pixel, one column, one row', () => {
    expect(counts(draw('#'))).toEqual([0, 1]);
    expect(toCompressed(draw('#'))).toBe('01');
    expect(counts(draw('.', '#', '#', '.'))).toEqual([1, 2, 1]);
    expect(counts(draw('.##.'))).toEqual([1, 2, 1]);
    expect(toBbox(draw('.##.'))).toEqual([1, 0, 2, 1]);
    expect(toBbox(draw('.', '#', '#', '.'))).toEqual([0, 1, 1, 2]);
  });

  it('polygons without area, outside the image, without vertices', () => {
    expect(area(fromPolygons([[1, 1, 4, 4, 1, 1]], 6, 6))).toBe(0);
    expect(area(fromPolygons([[2, 2, 2, 2, 2, 2]], 6, 6))).toBe(0);
    expect(area(fromPolygons([[2, 2]], 6, 6))).toBe(0);
    expect(area(fromPolygons([[]], 6, 6))).toBe(0);
    expect(area(fromPolygons([], 6, 6))).toBe(0);
    expect(area(fromPolygons([[-9, -9, -2, -9, -2, -2]], 6, 6))).toBe(0);
    expect(area(fromPolygons([[-1e8, -1e8, 1e8, -1e8, 1e8, 1e8, -1e8, 1e8]], 6, 6))).toBe(36);
    expect(area(fromBox([2, 2, 0, 3], 6, 6))).toBe(0);
  });

  it('pixel (x, y) covers [x, x + 1): corners 0..10 give 100 pixels, 0..9 give 81', () => {
    expect(area(fromPolygons([[0, 0, 10, 0, 10, 10, 0, 10]], 20, 20))).toBe(100);
    expect(area(fromBox([0, 0, 9, 9], 20, 20))).toBe(81);
  });

  it('a ring inside another fills, a hole of a part cuts', () => {
    const outer = [0, 0, 5, 0, 5, 5, 0, 5];
    const hole = [1, 1, 3, 1, 3, 3, 1, 3];
    expect(area(fromPolygons([outer, hole], 5, 5))).toBe(25);
    expect(area(fromParts([{ outer, holes: [hole] }], 5, 5))).toBe(21);
    const island = { outer: [1, 1, 2, 1, 2, 2, 1, 2], holes: [] };
    expect(area(fromParts([{ outer, holes: [hole] }, island], 5, 5))).toBe(22);
  });
});

describe('contours', () => {
  it('a ring with a hole that touches the border', () => {
    const ring = draw('###', '#.#', '###');
    expect(trace(ring)).toEqual([{ outer: [0, 0, 3, 0, 3, 3, 0, 3], holes: [[1, 1, 1, 2, 2, 2, 2, 1]] }]);
    expect(counts(fillHoles(ring))).toEqual([0, 9]);
  });

  it('pixels that touch by a corner are two parts; a hole that touches the outside by a corner is none', () => {
    expect(trace(draw('#.', '.#')).map((part) => part.outer)).toEqual([
      [0, 0, 1, 0, 1, 1, 0, 1],
      [1, 1, 2, 1, 2, 2, 1, 2],
    ]);
    const open = draw('##.', '#.#', '###');
    expect(trace(open)).toHaveLength(1);
    expect(trace(open)[0].holes).toEqual([]);
    expect(fromParts(trace(open), 3, 3)).toEqual(open);
  });

  it('an island in a hole is a part of its own, its hole is its own', () => {
    const nested = draw('#######', '#.....#', '#.###.#', '#.#.#.#', '#.###.#', '#.....#', '#######');
    const parts = trace(nested);
    expect(parts.map((part) => part.holes.length)).toEqual([1, 1]);
    expect(parts[1].outer).toEqual([2, 2, 5, 2, 5, 5, 2, 5]);
    expect(fromParts(parts, 7, 7)).toEqual(nested);
  });

  it('keyhole joins two holes and gives up on one that reaches out', () => {
    const two = draw('#######', '#.##.##', '#######');
    const [part] = trace(two);
    const ring = keyhole(part, 3, 7);
    expect(ring).toHaveLength(part.outer.length + 2 * (8 + 4));
    expect(fromPolygons([ring ?? []], 3, 7)).toEqual(two);
    const reachesOut = { outer: [0, 0, 4, 0, 4, 4, 0, 4], holes: [[2, 1, 6, 1, 6, 3, 2, 3]] };
    expect(keyhole(reachesOut, 4, 7)).toBeNull();
  });

  it('connectivity decides over a diagonal', () => {
    expect(components(draw('#.', '.#'))).toHaveLength(2);
    expect(components(draw('#.', '.#'), { connectivity: 8 })).toHaveLength(1);
    const diamond = draw('.#.', '#.#', '.#.');
    expect(area(fillHoles(diamond))).toBe(5);
    expect(area(fillHoles(diamond, { connectivity: 8 }))).toBe(4);
  });
});

describe('results own their memory', () => {
  it('changing a result leaves its input and later results alone', () => {
    const mask = draw('.##.');
    const same = merge([mask]);
    same.counts.fill(9);
    const copy = fromUncompressed(mask.counts, mask.size);
    copy.counts.fill(9);
    expect(counts(mask)).toEqual([1, 2, 1]);
    const first = merge([mask, draw('###.')]);
    merge([draw('#...'), draw('...#')]);
    expect(counts(first)).toEqual([0, 3, 1]);
  });
});

describe('bad input', () => {
  const square = emptyMask(2, 2);
  const unequal: Rle = { size: [2, 2], counts: Uint32Array.of(1, 2) };
  const cases: [string, () => unknown, string][] = [
    ['size not whole', () => emptyMask(2.5, 2), 'Mask size is [2.5, 2]'],
    ['size negative', () => fromPolygons([], -1, 2), 'Mask size is [-1, 2]'],
    ['size too large', () => emptyMask(50_000, 50_000), 'at most 2147483647 pixels'],
    ['bitmap too short', () => encode(new Uint8Array(3), 2, 2), 'Bitmap has 3 bytes when 4 (2 x 2) was expected'],
    ['runs too few', () => fromUncompressed([1, 2], [2, 2]), "The mask's runs sum to 3 when 4 (2 x 2) was expected"],
    ['run negative', () => fromUncompressed([5, -1], [2, 2]), 'Run 0 of the mask is 5'],
    ['run fractional', () => fromUncompressed([1.5, 2.5], [2, 2]), 'Run 0 of the mask is 1.5'],
    ['decode', () => decode(unequal), "The mask's runs sum to 3 when 4 (2 x 2) was expected"],
    ['decode too many', () => decode({ size: [2, 2], counts: Uint32Array.of(1, 9) }), 'sum to 10 when 4'],
    ['merge', () => merge([square, unequal]), "The masks' runs sum to 4 and 3 when 4 (2 x 2) was expected"],
    ['subtract', () => subtract(unequal, square), "The masks' runs sum to 3 and 4 when 4"],
    ['merge no runs', () => merge([{ size: [2, 2], counts: new Uint32Array(0) }, square]), 'sum to 0 and 4'],
    ['merge none', () => merge([]), 'merge got no masks'],
    ['merge sizes', () => merge([square, emptyMask(2, 3)]), 'Masks of one size were expected, got [2, 2] and [2, 3]'],
    ['trace', () => trace({ size: [2, 2], counts: Uint32Array.of(1, 9) }), 'sum to more than 4'],
    ['string too short', () => fromCompressed('1', [2, 2]), 'sum to 1 when 4 (2 x 2) was expected'],
    ['string too long', () => fromCompressed('18', [2, 2]), 'sum to more than 4 when 4'],
    ['string cut', () => fromCompressed('0P', [2, 2]), 'ends inside the number that starts at character 1'],
    ['string character', () => fromCompressed('1 2', [2, 2]), "has \" \" at character 1 when one of '0' to 'o'"],
    ['string character beyond', () => fromCompressed('1é', [2, 2]), 'has "é" at character 1'],
    ['string number too long', () => fromCompressed('PPPPPPPP0', [2, 2]), 'does not fit 32 bits'],
    ['string number too large', () => fromCompressed('PPPPPP2', [2, 2]), 'does not fit 32 bits'],
    ['string negative', () => fromCompressed('O', [2, 2]), 'Run 0 of the compressed mask is -1'],
    ['odd polygon', () => fromPolygons([[0, 0, 1]], 2, 2), 'Polygon has 3 coordinates when an even number'],
    ['NaN in a polygon', () => fromPolygons([[0, 0, NaN, 1, 1, 1]], 2, 2), 'Coordinate 2 of the polygon is NaN'],
    ['far vertex', () => fromPolygons([[0, 0, 1e9, 1, 1, 1]], 2, 2), 'Coordinate 2 of the polygon is 1000000000'],
    ['infinite box', () => fromBox([0, 0, Infinity, 1], 2, 2), 'is Infinity when a finite number'],
    ['region not whole', () => decodeRegion(square, [0, 0, 1.5, 1]), 'Region is [0, 0, 1.5, 1]'],
    ['region negative', () => encodeRegion(new Uint8Array(0), [0, 0, -1, 0], [2, 2]), 'Region is [0, 0, -1, 0]'],
    ['iscrowd of another length', () => iou([square], [square], [0, 0]), 'iscrowd has 2 entries when 1'],
    ['iscrowd of boxes', () => boxIou([], [[0, 0, 1, 1]], []), 'iscrowd has 0 entries when 1'],
  ];

  it.each(cases)('%s', (_name, act, sentence) => {
    expect(act).toThrow(MaskError);
    expect(act).toThrow(sentence);
  });

  it('masks of different sizes have an IoU of -1 where their boxes overlap, as in pycocotools', () => {
    expect([...iou([draw('##')], [draw('##', '##')])]).toEqual([-1]);
    expect([...iou([draw('#..')], [draw('.#', '.#')])]).toEqual([0]);
  });
});
