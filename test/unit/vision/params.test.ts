/** The table of parameters: defaults, validation, help. */
import { CLASSICAL_METHODS, METHOD_NAMES, isClassicalMethod } from '@shared/methods/params';
import { describeParams, effectiveParams, parseIndices } from '@shared/methods/validateParams';
import { AppError } from '@shared/errors/appError';
import { describe, expect, it } from 'vitest';

describe('effectiveParams', () => {
  it('fills in the defaults of the recipes', () => {
    expect(effectiveParams('threshold', {})).toEqual({
      channel: 'gray',
      blur: 5,
      mode: 'otsu',
      value: 128,
      invert: 'auto',
      open: 1,
      close: 0,
      kernel: 5,
      holes: 0,
      minArea: 100,
      maxArea: 0,
    });
    expect(effectiveParams('grabcut', {})).toEqual({
      iterations: 5,
      padding: 0.25,
      maxSide: 480,
      minSide: 240,
      shape: 8,
      refine: 1,
      strokes: '',
      neighbours: 1,
      avoid: '',
    });
    expect(effectiveParams('watershed', {})).toMatchObject({ ratio: 0.5, local: 0, kernel: 3, open: 2, dilate: 3 });
    expect(effectiveParams('kmeans', {})).toMatchObject({
      k: 4,
      iterations: 20,
      epsilon: 0.5,
      sample: 200000,
      seed: 0,
    });
  });

  it('accepts the text of the command line in place of numbers', () => {
    const params = effectiveParams('components', { blur: '7', invert: '1', connectivity: '4', minArea: ' 12.5 ' });
    expect(params).toMatchObject({ blur: 7, invert: 1, connectivity: 4, minArea: 12.5 });
  });

  it.each([
    ['threshold', { radius: 3 }, /threshold has no parameter 'radius'; it has channel, blur, mode/],
    ['threshold', { toString: 3 }, /no parameter 'toString'/],
    ['threshold', { blur: 4 }, /blur is '4' when 0 or an odd number from 0 to 99 was expected/],
    ['threshold', { blur: -1 }, /blur/],
    ['threshold', { kernel: 2.5 }, /kernel is '2.5' when a whole number from 1 to 99/],
    ['threshold', { value: 'dark' }, /value is 'dark' when a number from 0 to 255/],
    ['threshold', { value: '' }, /value/],
    ['threshold', { value: Number.NaN }, /value/],
    ['threshold', { channel: 'u' }, /channel is 'u' when one of gray, r, g, b, l, a, b_ was expected/],
    ['components', { connectivity: 6 }, /one of 8, 4/],
    ['kmeans', { clusters: '1;2' }, /'auto' or numbers such as/],
    ['kmeans', { k: 33 }, /k is '33'/],
  ] as const)('%s refuses %j with a sentence', (method, given, message) => {
    const refused = () => effectiveParams(method, given as Record<string, number | string>);
    expect(refused).toThrow(message);
    expect(refused).toThrow(AppError);
  });
});

describe('the table', () => {
  it('has defaults that pass its own ranges, and a line of help for each parameter', () => {
    for (const method of METHOD_NAMES) {
      const defaults = Object.fromEntries(
        Object.entries(CLASSICAL_METHODS[method].params).map(([name, spec]) => [name, spec.default]),
      );
      expect(effectiveParams(method, defaults)).toEqual(defaults);
      const lines = describeParams(method).split('\n');
      expect(lines).toHaveLength(Object.keys(defaults).length);
      for (const line of lines) expect(line).toMatch(/^\w+ {2,}\S.* \[.+; default .+\]$/);
    }
  });

  it('knows its own names only', () => {
    expect(isClassicalMethod('watershed')).toBe(true);
    expect(isClassicalMethod('constructor')).toBe(false);
  });
});

describe('parseIndices', () => {
  it('gives null for auto, else sorted numbers without repeats', () => {
    expect(parseIndices('auto')).toBeNull();
    expect(parseIndices('3,1,3')).toEqual([1, 3]);
  });
});
