import { describe, expect, it } from 'vitest';
import { movedBy, movedTo } from '../../../../src-renderer/panels/categories/moveInList';

describe('a row that is put to another place', () => {
  const ids = [1, 2, 3, 4, 5];

  it('lands in the gap that was pointed at', () => {
    expect(movedTo(ids, ids, 4, 0)).toEqual([4, 1, 2, 3, 5]);
    expect(movedTo(ids, ids, 1, 5)).toEqual([2, 3, 4, 5, 1]);
    expect(movedTo(ids, ids, 2, 2)).toEqual(ids);
    expect(movedTo(ids, ids, 2, 1)).toEqual(ids);
    expect(movedTo([1], [1], 1, 1)).toEqual([1]);
  });

  it('lands beside what is shown where some rows are not', () => {
    expect(movedTo(ids, [1, 3, 5], 5, 1)).toEqual([1, 2, 5, 3, 4]);
    expect(movedTo(ids, [1, 3], 1, 2)).toEqual([2, 3, 1, 4, 5]);
  });

  it('passes one neighbour by keys', () => {
    expect(movedBy(ids, ids, 3, -1)).toEqual([1, 3, 2, 4, 5]);
    expect(movedBy(ids, ids, 3, 1)).toEqual([1, 2, 4, 3, 5]);
    expect(movedBy(ids, ids, 1, -1)).toBe(ids);
    expect(movedBy(ids, ids, 5, 1)).toBe(ids);
    expect(movedBy(ids, [1, 5], 5, -1)).toEqual([5, 1, 2, 3, 4]);
  });
});
