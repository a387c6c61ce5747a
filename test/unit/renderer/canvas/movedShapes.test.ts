/** What a drag shows of many outlines: the kept picture lies where the outlines themselves would. */
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { PolygonPart } from '@shared/geometry/polygon';
import { drawMoved } from '../../../../src-renderer/canvas/movedShapes';
import type { Shape } from '../../../../src-renderer/canvas/shape';

type Dot = readonly [x: number, y: number];

/** As much of the browser's canvas as is used: the vertices that are drawn on it, in its own pixels. */
class FakeCanvas {
  readonly dots: Dot[] = [];
  constructor(
    readonly width: number,
    readonly height: number,
  ) {}
  getContext() {
    return new FakeContext(this);
  }
}
class FakeContext {
  constructor(
    readonly canvas: FakeCanvas,
    public ratio = 1,
  ) {}
  getTransform = () => ({ a: this.ratio });
  scale(ratio: number) {
    this.ratio = ratio;
  }
  drawImage({ dots }: FakeCanvas, x: number, y: number) {
    for (const dot of dots) this.put(x * this.ratio + dot[0], y * this.ratio + dot[1]);
  }
  put(x: number, y: number) {
    const { width, height, dots } = this.canvas;
    if (x >= 0 && y >= 0 && x < width && y < height) dots.push([x, y]);
  }
}

beforeAll(() => Object.assign(globalThis, { OffscreenCanvas: FakeCanvas }));

const square = (x: number, y: number): PolygonPart[] => [
  { outer: [x, y, x + 9, y, x + 9, y + 9, x, y + 9], holes: [] },
];
const grid = (columns: number) =>
  Array.from({ length: columns ** 2 }, (_, i) => square(40 * (i % columns), 40 * Math.floor(i / columns)));

const [main, loupe] = [new FakeCanvas(300, 200), new FakeCanvas(120, 120)];
let drawn = 0;
function show(
  outlines: readonly PolygonPart[][],
  by: Dot,
  view: { scale: number; offsetX: number; offsetY: number },
  ratio: number,
  canvas = main,
): Dot[] {
  canvas.dots.length = 0;
  const context = new FakeContext(canvas, ratio);
  drawMoved(context as never, { kind: 'moved', outlines, by }, view, 'red', (on, { coords }: Shape, at) => {
    drawn++;
    const own = on as unknown as FakeContext;
    for (let i = 0; i < coords.length; i += 2) {
      own.put((coords[i] * at.scale + at.offsetX) * own.ratio, (coords[i + 1] * at.scale + at.offsetY) * own.ratio);
    }
  });
  return [...canvas.dots].sort(([ax, ay], [bx, by]) => ax - bx || ay - by);
}

const place = fc.double({ min: -400, max: 400, noNaN: true });
const view = fc.record({ scale: fc.double({ min: 0.2, max: 4, noNaN: true }), offsetX: place, offsetY: place });
const step = fc.record({
  by: fc.tuple(fc.integer({ min: -500, max: 500 }), fc.integer({ min: -500, max: 500 })),
  view: fc.option(view),
});

test('a picture of many lies within a pixel of where they would be drawn, whatever the drag and the view do', () => {
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 1, maxLength: 8 }),
      view,
      fc.constantFrom(1, 1.5, 2),
      (steps, first, ratio) => {
        const many = grid(12);
        let now = first;
        for (const { by, view: next } of steps) {
          now = next ?? now;
          // Each alone is drawn where it is.
          const expected = many.flatMap((outline) => show([outline], by, now, ratio));
          const found = show(many, by, now, ratio);
          const inner = expected.filter(([x, y]) => x > 1 && y > 1 && x < 299 && y < 199);
          for (const [x, y] of inner)
            expect(found.some(([u, v]) => Math.abs(u - x) <= 0.51 && Math.abs(v - y) <= 0.51)).toBe(true);
          expect(found.length).toBeGreaterThanOrEqual(inner.length);
          for (const [x, y] of found.filter(([u, v]) => u > 1 && v > 1 && u < 299 && v < 199)) {
            expect(expected.some(([u, v]) => Math.abs(u - x) <= 0.51 && Math.abs(v - y) <= 0.51)).toBe(true);
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('many are drawn once for a drag, and again only where it leads far or the view changes; few every time', () => {
  const at = { scale: 1, offsetX: 0, offsetY: 0 };
  const count = (outlines: PolygonPart[][], moves: readonly Dot[], view = at) => {
    drawn = 0;
    for (const by of moves) show(outlines, by, view, 1);
    return drawn / outlines.length;
  };
  const [many, few] = [grid(12), grid(3)];
  const near: Dot[] = Array.from({ length: 20 }, (_, i) => [-5 * i, 3 * i]);
  expect(count(many, near)).toBe(1);
  expect(count(many, near)).toBe(0);
  expect(count(many, [[-200, 0]])).toBe(1);
  expect(count(many, near.slice(0, 10), { ...at, scale: 2 })).toBe(1);
  expect(count(few, near)).toBe(20);
  // The loupe shows them larger beside the canvas.
  drawn = 0;
  for (const by of near.slice(0, 10))
    for (const [canvas, scale] of [
      [main, 1],
      [loupe, 4],
    ] as const)
      show(many, by, { ...at, scale: scale / 4 }, 1, canvas);
  expect(drawn / many.length).toBe(2);
});
