/** Where a tool's card lies over the canvas. */
import type { Box } from '@shared/geometry/box';
import { boxesIntersect } from '@shared/geometry/box';
import { describe, expect, it } from 'vitest';
import { nextCorner, placeCard, placeOf, spotOf } from '../../../../src-renderer/panels/tool/placeCard';

const area = { width: 800, height: 700 };
const card = { width: 264, height: 300 };
const topRight = { x: 1, y: 0 };
const covers = (place: { x: number; y: number }, box: Box) => {
  const { left, top } = spotOf(place, area, card);
  return boxesIntersect([left, top, card.width, card.height], box);
};

describe('placeCard', () => {
  it('stays where it was put while nothing is in the way', () => {
    expect(placeCard(area, card, [], topRight, null)).toEqual(topRight);
    const free = { x: 0.4, y: 0.9 };
    expect(placeCard(area, card, [[0, 0, 100, 100]], free, null)).toEqual(free);
  });

  it('keeps clear of an object wherever there is a corner without it', () => {
    for (const left of [0, 200, 400, 600]) {
      for (const top of [0, 200, 400, 500]) {
        const object: Box = [left, top, 180, 180];
        expect(covers(placeCard(area, card, [object], topRight, null), object), `${left}, ${top}`).toBe(false);
      }
    }
  });

  it('does not go where the pointer is, and does not move back while its place is good', () => {
    const object: Box = [600, 0, 200, 200];
    const pointer: Box = [20, 20, 24, 24];
    const place = placeCard(area, card, [object, pointer], topRight, null);
    expect(covers(place, object) || covers(place, pointer)).toBe(false);
    expect(placeCard(area, card, [], topRight, place)).toBe(place);
  });

  it('stays where it is when every corner hides as much', () => {
    expect(placeCard(area, card, [[0, 0, 800, 700]], topRight, null)).toEqual(topRight);
  });

  it('lies inside a canvas that is smaller than itself, at its upper left', () => {
    expect(spotOf({ x: 1, y: 1 }, { width: 200, height: 100 }, card)).toEqual({ left: 12, top: 12 });
  });
});

it('a place is kept as parts of the free room, whatever the size of the canvas', () => {
  const place = placeOf({ left: 12, top: 12 + 188 }, area, card);
  expect(place).toEqual({ x: 0, y: 0.5 });
  expect(spotOf(place, { width: 1600, height: 1400 }, card)).toEqual({ left: 12, top: 550 });
  expect(placeOf({ left: -50, top: 5000 }, area, card)).toEqual({ x: 0, y: 1 });
});

it('goes round the corners', () => {
  let place = topRight;
  const seen = Array.from({ length: 4 }, () => (place = nextCorner(place)));
  expect(new Set(seen.map(({ x, y }) => `${x} ${y}`)).size).toBe(4);
  expect(seen.at(-1)).toEqual(topRight);
});
