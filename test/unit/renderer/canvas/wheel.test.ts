/** What wheel events of mice and trackpads mean. */
import { describe, expect, test } from 'vitest';
import { wheelInterpreter as interpreter, type WheelInput } from '../../../../src-renderer/canvas/wheel';

const event = (over: Partial<WheelInput>): WheelInput => ({
  deltaX: 0,
  deltaY: 0,
  deltaMode: 0,
  wheelDeltaY: 0,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  timeStamp: 0,
  ...over,
});

/** Of a tool without a brush. */
const wheelInterpreter = () => {
  const interpret = interpreter();
  return (input: WheelInput) => interpret(input, false);
};

describe('wheelInterpreter', () => {
  test('Ctrl or Alt and a notch is a step of the brush where the tool has one; a pinch and a plain wheel zoom all the same', () => {
    const notch = { deltaY: -100, wheelDeltaY: 120 };
    const interpret = interpreter();
    expect(interpret(event({ ...notch, ctrlKey: true }), true)).toEqual({ kind: 'size', steps: 1 });
    expect(interpret(event({ deltaY: 200, wheelDeltaY: -240, altKey: true }), true)).toEqual({
      kind: 'size',
      steps: -2,
    });
    expect(interpret(event({ ...notch, timeStamp: 1000 }), true).kind).toBe('zoom');
    expect(interpret(event({ deltaY: -2.5, wheelDeltaY: 7, ctrlKey: true, timeStamp: 2000 }), true).kind).toBe('zoom');
    expect(interpret(event({ ...notch, ctrlKey: true, timeStamp: 3000 }), false).kind).toBe('zoom');
  });

  test('Alt and a trackpad: small steps add up', () => {
    const interpret = interpreter();
    const scrolled = Array.from({ length: 10 }, (_, i) =>
      interpret(event({ deltaY: -5, wheelDeltaY: 15, altKey: true, timeStamp: i }), true),
    );
    expect(scrolled.reduce((sum, meaning) => sum + (meaning.kind === 'size' ? meaning.steps : NaN), 0)).toBe(2);
  });

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
