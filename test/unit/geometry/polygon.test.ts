import { describe, expect, it } from 'vitest';
import {
  boxContainsPoint,
  boxFromCorners,
  boxToPixels,
  emptyBox,
  expandBox,
  intersectBoxes,
  isEmptyBox,
  uniteBoxes,
} from '@shared/geometry/box';
import {
  countVertices,
  partsArea,
  partsBox,
  reverseRing,
  ringPerimeter,
  signedRingArea,
  translateParts,
  withoutRepeats,
} from '@shared/geometry/polygon';

const square = [0, 0, 4, 0, 4, 4, 0, 4];
const parts = [{ outer: square, holes: [[1, 1, 2, 1, 2, 2, 1, 2]] }];

describe('rings and parts', () => {
  it('are measured geometrically', () => {
    expect(signedRingArea(square)).toBe(16);
    expect(signedRingArea(reverseRing(square))).toBe(-16);
    expect(partsArea(parts)).toBe(15);
    expect(partsBox(parts)).toEqual([0, 0, 4, 4]);
    expect(ringPerimeter(square)).toBe(16);
    expect(countVertices(parts)).toBe(8);
  });

  it('are moved without touching the original', () => {
    expect(translateParts(parts, 1, -1)[0].holes[0]).toEqual([2, 0, 3, 0, 3, 1, 2, 1]);
    expect(parts[0].outer).toEqual(square);
  });

  it('lose repeated points, the closing one too', () => {
    expect(withoutRepeats([0, 0, 0, 0, 4, 0, 4, 4, 4, 4, 0, 0])).toEqual([0, 0, 4, 0, 4, 4]);
  });
});

describe('boxes', () => {
  it('are half-open', () => {
    const box = boxFromCorners(5, 6, 1, 2);
    expect(box).toEqual([1, 2, 4, 4]);
    expect(boxContainsPoint(box, 1, 2)).toBe(true);
    expect(boxContainsPoint(box, 5, 2)).toBe(false);
    expect(intersectBoxes(box, [5, 2, 4, 4])).toEqual(emptyBox);
    expect(intersectBoxes(box, [3, 3, 9, 1])).toEqual([3, 3, 2, 1]);
    expect(uniteBoxes([box, emptyBox, [8, 0, 1, 1]])).toEqual([1, 0, 8, 6]);
    expect(uniteBoxes([])).toEqual(emptyBox);
    expect(isEmptyBox([3, 3, 0, 5])).toBe(true);
  });

  it('cover whole pixels inside the image', () => {
    expect(boxToPixels([1.5, -2, 3, 4.1], [10, 4])).toEqual([1, 0, 3, 3]);
    expect(boxToPixels([20, 20, 3, 3], [10, 4])).toEqual(emptyBox);
    expect(expandBox([2, 2, 2, 4], 1)).toEqual([1, 1, 4, 6]);
    expect(expandBox([2, 2, 2, 4], -5)).toEqual([3, 4, 0, 0]);
  });
});
