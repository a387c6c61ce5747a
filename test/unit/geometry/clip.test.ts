import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { combineMasks, combinePolygons, isRim, splitPolygon } from '@shared/document/polygonOperations';
import { segmentationToRle } from '@shared/document/segmentation';
import type { PolygonPart } from '@shared/geometry/polygon';
import type { PolygonSegmentation } from '@shared/document/types';
import { clipPolygons, type ClipOperation, ringsOf } from '@shared/geometry/clip/clip';
import { partsArea, reverseRing } from '@shared/geometry/polygon';
import { equals, merge, xor } from '@shared/mask';

const SIZE = [80, 96] as const;
const OPERATIONS: readonly ClipOperation[] = ['unite', 'subtract', 'intersect', 'exclude'];

const rectRing = (x: number, y: number, w: number, h: number) => [x, y, x + w, y, x + w, y + h, x, y + h];
const part = (outer: readonly number[], ...holes: readonly (readonly number[])[]): PolygonPart => ({ outer, holes });
const polygons = (...parts: readonly PolygonPart[]): PolygonSegmentation => ({ kind: 'polygons', parts });
const maskOf = (segmentation: PolygonSegmentation) => segmentationToRle(segmentation, SIZE);
const vertices = (ring: readonly number[]) =>
  Array.from({ length: ring.length / 2 }, (_, i) => `${ring[2 * i]},${ring[2 * i + 1]}`);

describe('what is not touched', () => {
  // Numbers that a grid of thousandths does not hold.
  const odd = [12.25, 10.1, 40.123456789, 12.3, 38.7, 44.5, 20, 41.0000001, 11.5, 30];

  test('keeps its very numbers, and the ring its start and direction', () => {
    for (const ring of [odd, [...odd].reverse().flatMap((_, i, all) => (i % 2 ? [] : [all[i + 1], all[i]]))]) {
      const [cut] = clipPolygons('subtract', [part(ring)], [part(rectRing(30, 35, 30, 30))]);
      const kept = vertices(ring).filter((vertex) => vertex !== '38.7,44.5');
      expect(vertices(cut.outer).filter((vertex) => kept.includes(vertex))).toEqual(kept);
      expect(vertices(cut.outer)[0]).toBe(kept[0]);
    }
  });

  test('parts and holes that the other polygon does not meet are the very same objects', () => {
    const hole = rectRing(5, 5, 3.3, 3.3);
    const met = part(rectRing(2, 2, 30, 30), hole);
    const apart = part([60.1, 60.2, 70.3, 60, 65, 70]);
    const knife = part(rectRing(20, 20, 30, 30));
    for (const operation of ['subtract', 'unite', 'exclude'] as const) {
      const result = clipPolygons(operation, [met, apart], [knife]);
      expect(result).toContain(apart);
      expect(ringsOf(result)).toContain(hole);
    }
    const beside = part(rectRing(50, 2, 5, 5));
    expect(clipPolygons('subtract', [met], [beside])[0]).toBe(met);
    expect(clipPolygons('unite', [met], [beside])).toEqual([met, beside]);
    // In the hole is beside, too.
    const inHole = part(rectRing(6, 6, 1, 1));
    expect(clipPolygons('subtract', [met], [inHole])[0]).toBe(met);
    expect(clipPolygons('intersect', [met], [inHole])).toEqual([]);
  });

  test('vertices on a straight edge stay', () => {
    const ring = [0, 0, 7.25, 0, 20, 0, 40, 0, 40, 13, 40, 20, 20, 20, 0, 20, 0, 11];
    const [cut] = clipPolygons('subtract', [part(ring)], [part(rectRing(25, -5, 5, 15))]);
    expect(vertices(ring).filter((vertex) => !vertices(cut.outer).includes(vertex))).toEqual([]);
    expect(vertices(cut.outer)).toHaveLength(vertices(ring).length + 4);
  });

  test('a bow tie that is not met stays a bow tie; one that is cut covers the same pixels beside the cut', () => {
    const tie = part([10, 10, 50, 40, 50, 10, 10, 40]);
    expect(clipPolygons('subtract', [tie], [part(rectRing(22, 2, 12, 12))])[0]).toBe(tie);
    const cut = combinePolygons('subtract', [polygons(tie), polygons(part(rectRing(44, 0, 20, 60)))], SIZE)!;
    const expected = combineMasks('subtract', [maskOf(polygons(tie)), maskOf(polygons(part(rectRing(44, 0, 20, 60))))]);
    expect(equals(maskOf(cut), expected)).toBe(true);
    expect(partsArea(cut.parts)).toBeCloseTo(600 - 6 * 30 + (6 * 6 * 30) / 40, 6);
  });
});

describe('results', () => {
  test('a hole stays a hole, a part that falls in two becomes two parts', () => {
    const square = part(rectRing(10, 10, 40, 40));
    expect(clipPolygons('subtract', [square], [part(rectRing(20, 20, 5, 5))])).toEqual([
      { outer: square.outer, holes: [rectRing(20, 20, 5, 5)] },
    ]);
    expect(clipPolygons('subtract', [square], [part(rectRing(25, 0, 5, 60))])).toEqual([
      part(rectRing(10, 10, 15, 40)),
      part([50, 10, 50, 50, 30, 50, 30, 10]),
    ]);
  });

  test('the same polygons, and polygons that share edges', () => {
    const a = part(rectRing(10, 10, 20, 20));
    const b = part(rectRing(30, 10, 20, 20));
    expect(clipPolygons('subtract', [a], [part([...a.outer])])).toEqual([]);
    expect(clipPolygons('exclude', [a], [part([...a.outer])])).toEqual([]);
    expect(clipPolygons('intersect', [a], [part([...a.outer])])).toEqual([a]);
    expect(clipPolygons('subtract', [a], [b])).toEqual([a]);
    expect(partsArea(clipPolygons('unite', [a], [b]))).toBe(800);
    expect(clipPolygons('unite', [a], [b])).toHaveLength(1);
  });

  test('an island in a hole, and parts that overlap each other', () => {
    const ring = part(rectRing(10, 10, 40, 40), rectRing(20, 20, 20, 20));
    const cross = part(rectRing(0, 28, 96, 4));
    const island = part(rectRing(25, 25, 10, 10));
    const united = polygons(...clipPolygons('unite', [ring], [cross, island]));
    const expected = combineMasks('unite', [maskOf(polygons(ring)), maskOf(polygons(cross, island))]);
    expect(equals(maskOf(united), expected)).toBe(true);
    // What overlapped within one polygon still does: only the two are united.
    expect(united.parts.map(({ holes }) => holes.length)).toEqual([2, 0]);
    const cut = polygons(...clipPolygons('subtract', [ring, island], [cross]));
    const left = combineMasks('subtract', [maskOf(polygons(ring, island)), maskOf(polygons(cross))]);
    expect(equals(maskOf(cut), left)).toBe(true);
  });

  test('a result without a pixel is dropped, one that is nothing is no part', () => {
    const square = polygons(part(rectRing(10, 10, 20, 20)));
    // Leaves a sliver of a fiftieth of a pixel.
    const cover = polygons(part(rectRing(10.02, 5, 40, 40)));
    expect(combinePolygons('subtract', [square, cover], SIZE)).toEqual(polygons());
  });
});

const coordinate = (limit: number) => fc.integer({ min: -300, max: 100 * limit + 300 }).map((value) => value / 100);
/** Anything that can be clicked: crossing itself, with repeated vertices, on a grid and off it, partly outside. */
const ring = fc
  .oneof(
    fc.array(fc.tuple(coordinate(SIZE[1]), coordinate(SIZE[0])), { minLength: 3, maxLength: 9 }),
    fc.array(
      fc.tuple(
        fc.nat(12).map((v) => 8 * v),
        fc.nat(10).map((v) => 8 * v),
      ),
      { minLength: 3, maxLength: 9 },
    ),
    fc
      .tuple(fc.array(fc.integer({ min: 500, max: 3500 }), { minLength: 5, maxLength: 40 }), fc.nat(60), fc.nat(50))
      .map(([radii, cx, cy]) =>
        radii.map((radius, i): [number, number] => {
          const angle = (2 * Math.PI * i) / radii.length;
          const at = (value: number) => Math.round(value) / 100;
          return [at(100 * (cx + 15) + radius * Math.cos(angle)), at(100 * (cy + 15) + radius * Math.sin(angle))];
        }),
      ),
  )
  .map((points) => points.flat());
const anyPolygon = fc
  .array(fc.record({ outer: ring, holes: fc.array(ring, { maxLength: 1 }) }), { minLength: 1, maxLength: 2 })
  .map((parts) => polygons(...parts));

describe('property: any two polygons', () => {
  test('pixels are those of the operation on the masks, but for the rim', () => {
    let unclipped = 0;
    fc.assert(
      fc.property(anyPolygon, anyPolygon, fc.constantFrom(...OPERATIONS), (a, b, operation) => {
        const result = combinePolygons(operation, [a, b], SIZE);
        if (!result) return void unclipped++;
        const wanted = combineMasks(operation, [maskOf(a), maskOf(b)]);
        expect(isRim(xor(maskOf(result), wanted), ringsOf([...a.parts, ...b.parts]))).toBe(true);
        expect(combinePolygons(operation, [a, b], SIZE)).toEqual(result);
      }),
      { numRuns: 400, seed: 8 },
    );
    // Such tangles are left to the pixels, and they are rare.
    expect(unclipped).toBeLessThanOrEqual(8);
  });

  test('what is left and what took it share pixels of their common border only', () => {
    fc.assert(
      fc.property(anyPolygon, anyPolygon, (a, b) => {
        const left = combinePolygons('subtract', [a, b], SIZE);
        if (!left) return;
        const both = merge([maskOf(left), maskOf(b)], { intersect: true });
        expect(isRim(both, ringsOf(b.parts))).toBe(true);
      }),
      { numRuns: 200, seed: 8 },
    );
  });

  test('vertices beyond the other polygon are all there, with their numbers', () => {
    const star = fc.array(fc.double({ min: 5, max: 30, noNaN: true }), { minLength: 5, maxLength: 30 }).map((radii) =>
      radii.flatMap((radius, i) => {
        const angle = (2 * Math.PI * i) / radii.length;
        return [45 + radius * Math.cos(angle), 40 + radius * Math.sin(angle)];
      }),
    );
    fc.assert(
      fc.property(star, fc.integer({ min: 20, max: 70 }), (outer, x) => {
        const result = clipPolygons('subtract', [part(outer)], [part(rectRing(x, -50, 200, 200))]);
        const left = new Set(ringsOf(result).flatMap(vertices));
        for (let i = 0; i < outer.length; i += 2) {
          if (outer[i] < x - 0.01) expect(left).toContain(`${outer[i]},${outer[i + 1]}`);
        }
      }),
      { numRuns: 200, seed: 8 },
    );
  });

  test('pieces of a split are the polygon, but for the rim, and share pixels of the rim only', () => {
    const line = fc.array(fc.tuple(coordinate(SIZE[1]), coordinate(SIZE[0])), { minLength: 2, maxLength: 5 });
    let [unclipped, divided] = [0, 0];
    fc.assert(
      fc.property(anyPolygon, line, (polygon, points) => {
        const cut = points.flat();
        const pieces = splitPolygon(polygon, cut, SIZE);
        if (!pieces) return void unclipped++;
        if (pieces.length > 1) divided++;
        const rim = [...ringsOf(polygon.parts), [...cut, ...reverseRing(cut)]];
        const masks = pieces.map(maskOf);
        expect(isRim(xor(merge(masks), maskOf(polygon)), rim)).toBe(true);
        masks.forEach((mask, i) => {
          const others = masks.filter((_, k) => k !== i);
          // Parts of one polygon may overlap as they were drawn, and go to different pieces.
          if (polygon.parts.length > 1 || others.length === 0) return;
          expect(isRim(merge([mask, merge(others)], { intersect: true }), rim)).toBe(true);
        });
      }),
      { numRuns: 300, seed: 8 },
    );
    expect(unclipped).toBeLessThanOrEqual(6);
    expect(divided).toBeGreaterThan(60);
  });
});
