/** The borders between the right column's sections. */
import { describe, expect, it } from 'vitest';
import { dragBorder, sectionRules } from '../../../../src-renderer/session/sectionRules';

const heights = { proposals: 200, categories: 260, annotations: 250, inspector: 120 };

describe('dragBorder', () => {
  it('lets the two sections beside the border share what they had; the others keep theirs', () => {
    expect(dragBorder(heights, 'categories', 'annotations', 300)).toEqual({
      ...heights,
      categories: 300,
      annotations: 210,
    });
  });

  it('works over a folded section between them', () => {
    const { categories: _folded, ...open } = heights;
    expect(dragBorder(open, 'proposals', 'annotations', 220)).toEqual({ ...open, proposals: 220, annotations: 230 });
  });

  it('leaves each section its least height', () => {
    expect(dragBorder(heights, 'categories', 'annotations', 9000)).toMatchObject({ categories: 420, annotations: 90 });
    expect(dragBorder(heights, 'categories', 'annotations', -5)).toMatchObject({ categories: 90, annotations: 420 });
  });
});

it('in a window of 900 every section has its first height, in one of 600 its least fits', () => {
  const sum = (of: 'firstPx' | 'minPx') => sectionRules.reduce((total, rule) => total + rule[of], 0);
  expect(sum('firstPx')).toBe(832);
  expect(sum('minPx')).toBeLessThan(532);
});
