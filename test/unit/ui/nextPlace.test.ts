/** Where arrow keys lead to in a row of buttons that is one stop of Tab. */
import { describe, expect, it } from 'vitest';
import { placeFor } from '../../../src-renderer/ui/nextPlace';

/** Middles of 32-pixel buttons by column and line. */
const at = (column: number, line: number) => ({ x: 16 + 36 * column, y: 16 + 36 * line });
const column = [at(0, 0), at(0, 1), at(0, 2)];
/** As the tools stand in a low window: a group of five and one of two, in two columns. */
const twoColumns = [at(0, 0), at(1, 0), at(0, 1), at(1, 1), at(0, 2), at(0, 3.2), at(1, 3.2)];

describe('arrow keys in a row of buttons', () => {
  it('go down and up in a column, and stay at its ends', () => {
    expect([0, 1, 2].map((place) => placeFor('ArrowDown', column, place))).toEqual([1, 2, 2]);
    expect([0, 1, 2].map((place) => placeFor('ArrowUp', column, place))).toEqual([0, 0, 1]);
  });

  it('leave the keys across it to others', () => {
    expect(placeFor('ArrowLeft', column, 1)).toBeNull();
    expect(placeFor('ArrowRight', column, 1)).toBeNull();
    expect(placeFor('b', column, 1)).toBeNull();
    const row = [at(0, 0), at(1, 0.05), at(2, 0)];
    expect(placeFor('ArrowDown', row, 0)).toBeNull();
    expect(placeFor('ArrowRight', row, 0)).toBe(1);
  });

  it('keep to their column where there are two, and leave it where it ends', () => {
    expect(placeFor('ArrowDown', twoColumns, 0)).toBe(2);
    expect(placeFor('ArrowRight', twoColumns, 2)).toBe(3);
    expect(placeFor('ArrowDown', twoColumns, 3)).toBe(6);
    expect(placeFor('ArrowDown', twoColumns, 4)).toBe(5);
    expect(placeFor('ArrowLeft', twoColumns, 6)).toBe(5);
    expect(placeFor('ArrowUp', twoColumns, 5)).toBe(4);
    // Nothing stands right of it in its line.
    expect(placeFor('ArrowRight', twoColumns, 4)).toBe(3);
  });

  it('Home and End lead to the first and the last', () => {
    expect(placeFor('Home', twoColumns, 4)).toBe(0);
    expect(placeFor('End', twoColumns, 0)).toBe(6);
  });

  it('every button is reached from the first one', () => {
    const reached = new Set([0]);
    for (const place of reached)
      for (const key of ['ArrowDown', 'ArrowRight']) reached.add(placeFor(key, twoColumns, place)!);
    expect(reached.size).toBe(twoColumns.length);
  });
});
