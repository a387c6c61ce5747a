import type { ViewTransform } from '@shared/geometry/coords';
import fc from 'fast-check';
import type Konva from 'konva/lib/Core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LayerTurns, moveTo } from '../../../../src-renderer/canvas/layerTurns';

const view = fc.record({
  scale: fc.double({ min: 0.02, max: 64, noNaN: true }),
  offsetX: fc.double({ min: -1e4, max: 1e4, noNaN: true }),
  offsetY: fc.double({ min: -1e4, max: 1e4, noNaN: true }),
});

/** Where a CSS transform of translate and scale takes a place. */
function apply(transform: string, place: number, axis: 0 | 1): number {
  const [x, y, ratio] = transform.match(/-?[\d.]+(e[-+]?\d+)?/g)!.map(Number);
  return [x, y][axis] + place * ratio;
}

/** A layer that notes at which view it was drawn. */
class FakeLayer {
  readonly canvas = { style: { transform: '', transformOrigin: '' } };
  shown = true;
  drawnAt: ViewTransform | null = null;
  #onDraw = () => {};
  readonly #current: () => ViewTransform;
  constructor(current: () => ViewTransform) {
    this.#current = current;
  }
  getNativeCanvasElement = () => this.canvas;
  visible = () => this.shown;
  on = (_event: string, listener: () => void) => (this.#onDraw = listener);
  draw = () => {
    this.drawnAt = this.#current();
    this.#onDraw();
  };
}

afterEach(() => vi.unstubAllGlobals());

describe('moveTo', () => {
  it('takes every point of one view to where it lies at the other', () => {
    fc.assert(
      fc.property(view, view, fc.integer({ min: 0, max: 20_000 }), (from, to, at) => {
        const moved = apply(moveTo(to, from), at * from.scale + from.offsetX, 0);
        const wanted = at * to.scale + to.offsetX;
        expect(Math.abs(moved - wanted)).toBeLessThanOrEqual(
          1e-9 * (1 + Math.abs(wanted) + 1e4 * (to.scale / from.scale)),
        );
      }),
    );
  });
});

describe('LayerTurns', () => {
  it('draws one layer a frame, moves the others, and ends with every layer in sight drawn at the newest view', () => {
    let frame: (() => void) | null = null;
    vi.stubGlobal('requestAnimationFrame', (next: () => void) => ((frame = next), 1));
    vi.stubGlobal('cancelAnimationFrame', () => (frame = null));
    fc.assert(
      fc.property(fc.array(view, { minLength: 1, maxLength: 6 }), fc.integer({ min: 0, max: 3 }), (views, hidden) => {
        let current: ViewTransform = { scale: 1, offsetX: 0, offsetY: 0 };
        const layers = [0, 1, 2, 3].map(() => new FakeLayer(() => current));
        layers[hidden].shown = false;
        const turns = new LayerTurns(layers as unknown as Konva.Layer[], current);
        for (const layer of layers) layer.draw();
        const seen = layers.filter(({ shown }) => shown);
        const step = () => {
          const before = seen.map(({ drawnAt }) => drawnAt);
          const next = frame!;
          frame = null;
          next();
          expect(seen.filter(({ drawnAt }, i) => drawnAt !== before[i])).toHaveLength(1);
          for (const { drawnAt, canvas } of seen) {
            expect(canvas.style.transform).toBe(drawnAt === current ? '' : moveTo(current, drawnAt!));
          }
        };
        for (const next of views) {
          current = next;
          turns.setView(next);
          step();
        }
        while (frame) step();
        expect(seen.every(({ drawnAt }) => drawnAt === current)).toBe(true);
      }),
    );
  });
});
