/** The path of a shape on the screen: as few vertices as its look allows, none of the left out ones far from the line. */
import { fromPolygons } from '@shared/mask';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Placement, tracePath } from '../../../../src-renderer/canvas/drawShape';
import { maskToShape, ringsToShape, type Shape } from '../../../../src-renderer/canvas/shape';

type Point = readonly [x: number, y: number];

/** The rings that a context would draw. */
function drawn(shape: Shape, place: Placement): Point[][] {
  const rings: Point[][] = [];
  tracePath(
    {
      beginPath: () => void (rings.length = 0),
      moveTo: (x, y) => void rings.push([[x, y]]),
      lineTo: (x, y) => void rings.at(-1)!.push([x, y]),
      closePath: () => undefined,
    },
    shape,
    place,
  );
  return rings;
}

function distanceTo(ring: readonly Point[], [px, py]: Point): number {
  const distances = ring.map(([ax, ay], i) => {
    const [bx, by] = ring[(i + 1) % ring.length];
    const length = (bx - ax) ** 2 + (by - ay) ** 2;
    const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length));
    return Math.hypot(px - ax - t * (bx - ax), py - ay - t * (by - ay));
  });
  return Math.min(...distances);
}

const coordinate = fc.double({ min: 0, max: 60, noNaN: true });
/** Steps of all sizes, back over themselves too. */
const anyRing = fc.array(fc.tuple(coordinate, coordinate), { minLength: 2, maxLength: 60 });
const finelyStepped = fc
  .array(fc.tuple(fc.double({ min: -1.5, max: 1.5, noNaN: true }), fc.double({ min: -1.5, max: 1.5, noNaN: true })), {
    minLength: 2,
    maxLength: 200,
  })
  .map((steps) => {
    let [x, y] = [30, 30];
    // Long enough to be thinned by direction too.
    return Array.from({ length: 5 }, () => steps)
      .flat()
      .map(([dx, dy]): [number, number] => [(x += dx), (y += dy)]);
  });

test('no vertex is farther than a pixel and a half from the line drawn', () => {
  const scale = fc.double({ min: 0.05, max: 20, noNaN: true });
  fc.assert(
    fc.property(fc.oneof(anyRing, finelyStepped), scale, (ring, scale) => {
      const place = { scale, x: 3, y: -2 };
      const [line] = drawn(ringsToShape([ring.flat()], 'evenodd'), place);
      for (const [x, y] of ring) {
        const at: Point = [Math.fround(x) * scale + 3, Math.fround(y) * scale - 2];
        expect(distanceTo(line, at)).toBeLessThan(1.5);
      }
    }),
  );
});

test('a disc of 12,000 pixel edges is drawn with some dozen lines, its corners where pixels can be seen with all', () => {
  const circle = Array.from({ length: 2000 }, (_, i) => [
    2000 + 1500 * Math.cos((i * Math.PI) / 1000),
    1500 + 1500 * Math.sin((i * Math.PI) / 1000),
  ]);
  const disc = maskToShape(fromPolygons([circle.flat()], 3000, 4000));
  expect(disc.coords.length / 2).toBeGreaterThan(6000);
  const [reduced] = drawn(disc, { scale: 0.25, x: 0, y: 0 });
  expect(reduced.length).toBeLessThan(300);
  for (const [x, y] of reduced) expect(Math.abs(Math.hypot(x - 500, y - 375) - 375)).toBeLessThan(1);
  expect(drawn(disc, { scale: 8, x: 0, y: 0 })[0].length).toBe(disc.coords.length / 2);
});

test('a square keeps its corners at every size that shows it', () => {
  const square = ringsToShape([[0, 0, 10, 0, 10, 10, 0, 10]], 'evenodd');
  for (const scale of [0.1, 1, 7]) {
    const side = 10 * scale;
    expect(drawn(square, { scale, x: 0, y: 0 })).toEqual([
      [
        [0, 0],
        [side, 0],
        [side, side],
        [0, side],
      ],
    ]);
  }
});
