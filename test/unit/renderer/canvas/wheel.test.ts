/** What wheel events of mice and trackpads mean. */
import { describe, expect, test } from 'vitest';
import { wheelInterpreter, type WheelInput } from '../../../../src-renderer/canvas/wheel';

const event = (over: Partial<WheelInput>): WheelInput => ({
  deltaX: 0,
  deltaY: 0,
  deltaMode: 0,
  wheelDeltaY: 0,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  timeStamp: 0,
  ...over,
});

describe('wheelInterpreter', () => {
  test('a mouse wheel zooms: up in, down out by the same factor', () => {
    const up = wheelInterpreter()(event({ deltaY: -100, wheelDeltaY: 120 }));
    const down = wheelInterpreter()(event({ deltaY: 100, wheelDeltaY: -120 }));
    if (up.kind !== 'zoom' || down.kind !== 'zoom') throw new Error('expected zoom');
    expect(up.factor).toBeGreaterThan(1);
    expect(up.factor * down.factor).toBeCloseTo(1);
  });

  test('Shift + mouse wheel pans sideways, on platforms that swap the axes and on those that do not', () => {
    expect(wheelInterpreter()(event({ deltaY: 100, wheelDeltaY: -120, shiftKey: true }))).toEqual({
      kind: 'pan',
      dx: -100,
      dy: 0,
    });
    expect(wheelInterpreter()(event({ deltaX: 100, shiftKey: true }))).toEqual({ kind: 'pan', dx: -100, dy: 0 });
  });

  test('a trackpad scroll pans both ways', () => {
    expect(wheelInterpreter()(event({ deltaX: 3, deltaY: -7, wheelDeltaY: 21 }))).toEqual({
      kind: 'pan',
      dx: -3,
      dy: 7,
    });
  });

  test('a pinch zooms in small steps', () => {
    const meaning = wheelInterpreter()(event({ deltaY: -2.5, wheelDeltaY: 7, ctrlKey: true }));
    expect(meaning).toEqual({ kind: 'zoom', factor: Math.exp(0.025) });
  });

  test('a scroll keeps its meaning although one of its events looks like a notch', () => {
    const interpret = wheelInterpreter();
    interpret(event({ deltaY: 13, wheelDeltaY: -39, timeStamp: 1000 }));
    expect(interpret(event({ deltaY: 40, wheelDeltaY: -120, timeStamp: 1016 })).kind).toBe('pan');
    expect(interpret(event({ deltaY: 100, wheelDeltaY: -120, timeStamp: 2000 })).kind).toBe('zoom');
  });

  test('one event never changes the zoom more than fivefold', () => {
    const meaning = wheelInterpreter()(event({ deltaY: -4000, wheelDeltaY: 12000, ctrlKey: true }));
    if (meaning.kind !== 'zoom') throw new Error('expected zoom');
    expect(meaning.factor).toBeLessThanOrEqual(5);
  });
});
