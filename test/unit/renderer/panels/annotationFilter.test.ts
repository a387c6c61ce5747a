import { describe, expect, it } from 'vitest';
import { annotationFilter } from '../../../../src-renderer/panels/annotations/filter';
import { inOrder } from '../../../../src-renderer/panels/annotations/order';
import { createAnnotation } from '@shared/document/segmentation';
import type { Annotation } from '@shared/document/types';

const annotation = (id: number, more: Partial<Annotation> = {}): Annotation => ({
  ...createAnnotation({ id, imageId: 1, categoryId: 1, segmentation: null, zOrder: id }, [100, 100]),
  ...more,
});
const names: Readonly<Record<number, string>> = { 1: 'Traffic light', 2: 'crowd barrier', 3: 'Ampel – 信号機' };

const all = [
  annotation(12, { area: 40, extra: { attributes: { side: 'left', age: 7 }, note: 'blurred' } }),
  annotation(2, { area: 1500, isCrowd: true, score: 0.3 }),
  annotation(3, { area: 1000, categoryId: 2, locked: true, score: 0.9 }),
  annotation(4, { area: 2e6, categoryId: 3, bbox: [0, 0, 300, 20] }),
];
const found = (typed: string) => {
  const matches = annotationFilter(typed, { nameOf: (id) => names[id], hidden: new Set([4]) });
  return matches ? all.filter(matches).map(({ id }) => id) : 'all';
};

describe('the filter of the annotation list', () => {
  it.each<[string, readonly number[] | 'all']>([
    ['', 'all'],
    ['   ', 'all'],
    ['traffic', [12, 2]],
    ['light #12', [12]],
    ['#1', [12]],
    ['side=left', [12]],
    ['side=right', []],
    ['age=7', [12]],
    ['age>6', [12]],
    ['blur', [12]],
    ['traffic cat', []],
    ['locked', [3]],
    ['LOCKED', [3]],
    ['hidden', [4]],
    ['-hidden -locked', [12, 2]],
    // A category called so is found too, unless only the name is meant.
    ['crowd', [2, 3]],
    ['"crowd"', [3]],
    ['"traffic light" crowd', [2]],
    ['area>1000', [2, 4]],
    ['area>=1,000', [2, 3, 4]],
    ['area<50', [12]],
    ['area>100 area<2000 -crowd', []],
    ['score<0.5', [2]],
    ['-score<0.5', [12, 3, 4]],
    ['width>200', [4]],
    ['信号', [4]],
    // Half typed, it hides nothing yet.
    ['area>', 'all'],
    ['traffic score<', [12, 2]],
    ['"', 'all'],
    ['length>5', []],
  ])('%s', (typed, ids) => expect(found(typed)).toEqual(ids));
});

describe('the order of the annotation list', () => {
  const ids = (order: Parameters<typeof inOrder>[1]) =>
    inOrder(all, order, (id) => [3, 1, 2].indexOf(id)).map(({ id }) => id);

  it('is that of the picture, by area or by category; equals stay as they were', () => {
    expect(ids('painted')).toEqual([12, 2, 3, 4]);
    expect(ids('largest')).toEqual([4, 2, 3, 12]);
    expect(ids('smallest')).toEqual([12, 3, 2, 4]);
    expect(ids('category')).toEqual([4, 12, 2, 3]);
  });
});
