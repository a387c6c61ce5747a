/** Strokes and points: their text form, and how a brush paints into a frame. */
import {
  formatPicks,
  formatPoints,
  formatStrokes,
  parsePicks,
  parsePoints,
  parseStrokes,
  type Pick,
  type Stroke,
} from '@shared/methods/strokes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paintStroke } from '../../../src-main/vision/methods/paintStroke';

const coordinate = fc.integer({ min: -5000, max: 5_000_000 }).map((v) => v / 100);
const stroke: fc.Arbitrary<Stroke> = fc.record({
  label: fc.nat({ max: 65_000 }),
  radius: fc.nat({ max: 9999 }).map((v) => v / 100),
  points: fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 6 }).map((list) => list.flat()),
});

describe('strokes as text', () => {
  it('come back as they were, to a hundredth of a pixel', () => {
    fc.assert(
      fc.property(fc.array(stroke, { maxLength: 4 }), (list) => {
        expect(parseStrokes(formatStrokes(list))).toEqual(list);
      }),
    );
    expect(formatStrokes([{ label: 1, radius: 8, points: [10, 20.004, 30.5, 40] }])).toBe('1:8 10,20 30.5,40');
    expect(parsePoints(formatPoints([1.5, 2, -3, 4]))).toEqual([1.5, 2, -3, 4]);
    expect(parsePoints('1,2;3,4')).toEqual([1, 2, 3, 4]);
  });

  it.each(['1:8', '1 8 1,2', 'x:8 1,2', '1:8 1,2,3', '-1:8 1,2', '1:8 1,2;', '70000:8 1,2'])('refuse %s', (text) => {
    expect(() => parseStrokes(text)).toThrow(/when label:radius x,y x,y was expected/);
  });

  it('clicks come back as they were, and refuse what is none', () => {
    const pick: fc.Arbitrary<Pick> = fc.record({
      mode: fc.constantFrom('new', 'add', 'cut'),
      tolerance: fc.nat({ max: 200 }),
      seed: fc.tuple(coordinate, coordinate),
    });
    fc.assert(
      fc.property(fc.array(pick, { maxLength: 4 }), (list) => {
        expect(parsePicks(formatPicks(list))).toEqual(list);
      }),
    );
    expect(() => parsePicks('12 1,2; 5')).toThrow("Click 2 is '5' when tolerance x,y was expected");
  });

  it('points refuse what is none', () => {
    expect(() => parsePoints('1,2 3')).toThrow("The points are '1,2 3' when x,y x,y was expected");
  });
});

describe('a brush', () => {
  const paint = (width: number, height: number, box: [number, number, number, number], s: Omit<Stroke, 'label'>) => {
    const values = new Uint8Array(width * height);
    paintStroke(values, { box, width, height }, { label: 1, ...s }, 1);
    return Array.from({ length: height }, (_, y) => values.subarray(y * width, (y + 1) * width).join(''));
  };

  it('covers the pixel centres within its radius', () => {
    expect(paint(5, 3, [0, 0, 5, 3], { radius: 1, points: [2.5, 1.5] })).toEqual(['00100', '01110', '00100']);
    expect(paint(6, 1, [10, 20, 6, 1], { radius: 0.5, points: [11.5, 20.5, 14.5, 20.5] })).toEqual(['011110']);
  });

  it('is never thinner than the pixels that its line crosses, at any resolution', () => {
    expect(paint(4, 4, [0, 0, 400, 400], { radius: 1, points: [10, 10, 390, 390] })).toEqual([
      '1000',
      '0100',
      '0010',
      '0001',
    ]);
    expect(paint(2, 1, [0, 0, 2, 1], { radius: 0, points: [1.9, 0.1] })).toEqual(['01']);
  });

  it('leaves out what lies outside the frame, however far', () => {
    expect(paint(2, 2, [0, 0, 2, 2], { radius: 3, points: [1e6, 1e6, 2e6, 1e6] })).toEqual(['00', '00']);
    expect(paint(3, 1, [0, 0, 3, 1], { radius: 0.1, points: [-1e5, 0.5, 1e5, 0.5] })).toEqual(['111']);
  });
});
