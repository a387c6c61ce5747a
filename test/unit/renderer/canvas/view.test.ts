/** The view reducer: conversions invert each other, zooming keeps the point under the cursor, limits hold. */
import { imagePoint, imageToView, viewPoint, viewToImage } from '@shared/geometry/coords';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  INITIAL_VIEW,
  MAX_SCALE,
  MIN_SCALE,
  reduceView,
  visibleBox,
  type ViewAction,
  type ViewState,
} from '../../../../src-renderer/canvas/view';

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const actions: fc.Arbitrary<ViewAction> = fc.oneof(
  fc.record({
    type: fc.constant('zoom' as const),
    factor: number(0.2, 5),
    at: fc.record({ x: number(0, 800), y: number(0, 600) }),
  }),
  fc.record({ type: fc.constant('pan' as const), dx: number(-900, 900), dy: number(-900, 900) }),
  fc.record({ type: fc.constant('scale' as const), scale: number(0.001, 200) }),
  fc.record({ type: fc.constant('fit' as const) }),
  fc.record({
    type: fc.constant('resize' as const),
    viewport: fc.record({ width: fc.integer({ min: 1, max: 2000 }), height: fc.integer({ min: 1, max: 2000 }) }),
  }),
);

const opened = (width: number, height: number, viewport = { width: 800, height: 600 }): ViewState =>
  [{ type: 'resize', viewport } as const, { type: 'image', image: { width, height } } as const].reduce<ViewState>(
    reduceView,
    INITIAL_VIEW,
  );

describe('reduceView', () => {
  test('view to image and back is the same point, after any history', () => {
    fc.assert(
      fc.property(fc.array(actions), number(-50, 3000), number(-50, 3000), (history, x, y) => {
        const { view } = history.reduce(reduceView, opened(2000, 1500));
        const back = viewToImage(imageToView({ x, y }, view), view);
        expect(back.x).toBeCloseTo(x, 6);
        expect(back.y).toBeCloseTo(y, 6);
      }),
    );
  });

  test('zooming keeps the image point under the cursor', () => {
    fc.assert(
      fc.property(fc.array(actions), number(0.2, 5), number(0, 800), number(0, 600), (history, factor, x, y) => {
        const before = history.reduce(reduceView, opened(2000, 1500));
        const at = viewPoint(x, y);
        const after = reduceView(before, { type: 'zoom', factor, at });
        const still = imageToView(viewToImage(at, before.view), after.view);
        expect(still.x).toBeCloseTo(x, 6);
        expect(still.y).toBeCloseTo(y, 6);
      }),
    );
  });

  test('the scale stays within its limits, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(actions), (history) => {
        const { scale } = history.reduce(reduceView, opened(2000, 1500)).view;
        expect(scale).toBeGreaterThanOrEqual(MIN_SCALE);
        expect(scale).toBeLessThanOrEqual(MAX_SCALE);
      }),
    );
  });

  test('panning cannot lose the image', () => {
    const { view } = reduceView(opened(100, 100), { type: 'pan', dx: 1e6, dy: -1e6 });
    expect(view.offsetX).toBe(800 - 32);
    expect(view.offsetY).toBe(32 - 100 * view.scale);
  });

  test('fit shows the whole image in the middle, and keeps doing so when the canvas changes size', () => {
    const fitted = opened(1000, 500);
    expect(fitted.view.scale).toBeCloseTo((800 - 32) / 1000);
    expect(fitted.view.offsetY).toBe(Math.round(300 - 250 * fitted.view.scale));
    const wider = reduceView(fitted, { type: 'resize', viewport: { width: 1600, height: 600 } });
    expect(wider.view.scale).toBeCloseTo((600 - 32) / 500);
    const zoomed = reduceView(fitted, { type: 'zoom', factor: 2 });
    expect(reduceView(zoomed, { type: 'resize', viewport: { width: 900, height: 600 } }).view.scale).toBe(
      zoomed.view.scale,
    );
  });

  test('a box is brought to the middle as large as it fits', () => {
    const { view, fitted } = reduceView(opened(1000, 1000), { type: 'box', box: [100, 200, 50, 10] });
    expect(fitted).toBe(false);
    expect(view.scale).toBeCloseTo((800 - 32) / 50);
    const centre = imageToView({ x: 125, y: 205 }, view);
    expect(centre.x).toBeCloseTo(400, -0.5);
    expect(centre.y).toBeCloseTo(300, -0.5);
  });

  test('the visible box is what the canvas shows of the image, and a point can be brought to its middle', () => {
    expect(visibleBox(opened(1000, 500))).toEqual([0, 0, 1000, 500]);
    const close = reduceView(reduceView(opened(1000, 500), { type: 'scale', scale: 4 }), {
      type: 'center',
      point: imagePoint(300, 200),
    });
    const [x, y, width, height] = visibleBox(close);
    expect([width, height]).toEqual([200, 150]);
    expect([x + width / 2, y + height / 2]).toEqual([300, 200]);
  });

  test('1 x 1 and 20,000 x 20,000 images are fitted within the limits', () => {
    expect(opened(1, 1).view.scale).toBe(MAX_SCALE);
    expect(opened(20_000, 20_000).view.scale).toBeCloseTo((600 - 32) / 20_000);
    expect(opened(200_000, 10).view.scale).toBe(MIN_SCALE);
  });

  test('another image is fitted; one of the same size may keep the view', () => {
    const zoomed = reduceView(opened(1000, 500), { type: 'zoom', factor: 3 });
    const image = { width: 1000, height: 500 };
    expect(reduceView(zoomed, { type: 'image', image, keepView: true })).toBe(zoomed);
    expect(reduceView(zoomed, { type: 'image', image }).fitted).toBe(true);
  });

  test('what changes nothing returns the same state', () => {
    const state = opened(997, 503);
    expect(reduceView(state, { type: 'fit' })).toBe(state);
    expect(reduceView(state, { type: 'pan', dx: 0, dy: 0 })).toBe(state);
    expect(reduceView(state, { type: 'resize', viewport: { width: 800, height: 600 } })).toBe(state);
    const limit = opened(1, 1);
    expect(reduceView(limit, { type: 'zoom', factor: 2, at: viewPoint(3, 5) }).view).toBe(limit.view);
  });

  test('100 % puts image pixels on screen pixels', () => {
    const { view } = reduceView(opened(999, 501), { type: 'scale', scale: 1 });
    expect(view).toEqual({ scale: 1, offsetX: Math.round(view.offsetX), offsetY: Math.round(view.offsetY) });
  });
});
