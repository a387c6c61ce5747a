/** Option values: what is taken and what is refused. */
import { describe, expect, test } from 'vitest';
import { collectParam, numberIn, parseBox, parseMaxDets } from '../../../src-main/cli/lib/parse';

describe('option values', () => {
  test('boxes', () => {
    expect(parseBox('1, 2.5,30,40')).toEqual([1, 2.5, 30, 40]);
    for (const bad of ['1,2,3', '1,2,3,0', '1,2,-3,4', 'a,b,c,d', '1,2,,4', '']) {
      expect(() => parseBox(bad), bad).toThrow('Expected x,y,w,h');
    }
  });

  test('repeated parameters', () => {
    expect(collectParam('k=4', collectParam('mode=a=b'))).toEqual({ mode: 'a=b', k: '4' });
    expect(() => collectParam('=4')).toThrow('name=value');
    expect(() => collectParam('k')).toThrow('name=value');
  });

  test('limits of detections', () => {
    expect(parseMaxDets('1,100,400')).toEqual([1, 100, 400]);
    for (const bad of ['100', '1,10', '1,1,10', '10,1,100', '0,1,2', '1,2.5,3', '1,10,100,1000']) {
      expect(() => parseMaxDets(bad), bad).toThrow('ascending');
    }
  });

  test('numbers in a range', () => {
    expect(numberIn(0, 1)('0.05')).toBe(0.05);
    for (const bad of ['1.1', '-0.1', 'NaN', '', 'x']) expect(() => numberIn(0, 1)(bad), bad).toThrow('from 0 to 1');
    expect(() => numberIn(0, Infinity)('-1')).toThrow('at least 0');
  });
});
