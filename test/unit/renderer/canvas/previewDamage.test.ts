import { expect, test } from 'vitest';
import { addDamage, previewDamage } from '../../../../src-renderer/canvas/previewDamage';
import type { Preview, PreviewShape } from '../../../../src-renderer/tools/preview';

const bitmap = {};
const pixels = (revision: number, more: object = {}): PreviewShape => ({
  kind: 'pixels',
  bitmap,
  box: [0, 0, 100, 100],
  data: new Uint8Array(100 * 100),
  revision,
  dirty: [10 * revision, 5, 4, 4],
  ...more,
});
const circle = (x: number, y: number): PreviewShape => ({ kind: 'circle', center: { x, y }, radius: 2 });
const line: PreviewShape = { kind: 'polyline', points: [0, 0, 5, 5] };

test('nothing is drawn anew where every shape is the one before', () => {
  expect(previewDamage([], [])).toBeNull();
  expect(previewDamage([line], [line])).toBeNull();
});

test('a moving circle: where it was and where it is', () => {
  expect(previewDamage([circle(10, 10)], [circle(20, 12)])).toEqual([8, 8, 14, 6]);
  expect(previewDamage([circle(10, 10)], [])).toEqual([8, 8, 4, 4]);
});

test('the next revision of a bitmap: what it says has changed, also where the bitmap has grown', () => {
  expect(previewDamage([pixels(1)], [pixels(2)])).toEqual([20, 5, 4, 4]);
  expect(previewDamage([pixels(1)], [pixels(2, { box: [0, 0, 200, 100] })])).toEqual([20, 5, 4, 4]);
});

test('the first revision of a bitmap: what it sets', () => {
  expect(previewDamage([circle(11, 7)], [pixels(1), circle(11, 7)])).toEqual([9, 5, 5, 4]);
});

test.each<[string, Preview, Preview]>([
  ['a revision was left out', [pixels(1)], [pixels(3)]],
  ['it has another colour', [pixels(1)], [pixels(2, { tone: 'cut' })]],
  ['it does not say what changed', [pixels(1)], [pixels(2, { dirty: undefined })]],
  ['it is gone', [pixels(2)], []],
  ['another one takes its place', [pixels(1)], [pixels(2, { bitmap: {} })]],
])('all of a bitmap where %s', (_why, before, after) => {
  expect(previewDamage(before, after)).toEqual([0, 0, 100, 100]);
});

test('everything, for shapes that do not say how far they reach', () => {
  expect(previewDamage([line, circle(1, 1)], [circle(1, 1)])).toBe('all');
  expect(previewDamage([], [line])).toBe('all');
});

test('two damages together reach from the least to the greatest corner', () => {
  expect(addDamage([0, 0, 2, 2], [5, -1, 1, 1])).toEqual([0, -1, 6, 3]);
  expect(addDamage(null, [1, 2, 3, 4])).toEqual([1, 2, 3, 4]);
  expect(addDamage('all', [1, 2, 3, 4])).toBe('all');
});
