import { describe, expect, it } from 'vitest';
import { clickRow, type ListSelection, walkRows } from '../../../../src-renderer/panels/annotations/listSelection';

const ids = [50, 40, 30, 20, 10];
const plain = { shift: false, ctrl: false };
const none: ListSelection = { selection: [], anchor: null, active: null };

describe('a list selection', () => {
  it('is one row by a click, toggled by Ctrl, a range by Shift in either direction', () => {
    const one = clickRow(ids, none, 30, plain);
    expect(one).toEqual({ selection: [30], anchor: 30, active: 30 });
    expect(clickRow(ids, one, 10, { shift: true, ctrl: false }).selection).toEqual([30, 20, 10]);
    expect(clickRow(ids, one, 50, { shift: true, ctrl: false }).selection).toEqual([50, 40, 30]);
    const two = clickRow(ids, one, 50, { shift: false, ctrl: true });
    expect(two.selection).toEqual([30, 50]);
    expect(clickRow(ids, two, 30, { shift: false, ctrl: true }).selection).toEqual([50]);
    expect(clickRow(ids, two, 40, { shift: true, ctrl: true }).selection).toEqual([30, 50, 40]);
  });

  it('a range whose start is not in the list any more is one row', () => {
    const before = { selection: [7], anchor: 7, active: 7 };
    expect(clickRow(ids, before, 20, { shift: true, ctrl: false }).selection).toEqual([20]);
  });

  it('walks by keys, stops at the ends, and extends with Shift', () => {
    const walk = (before: ListSelection, key: string, shift = false) => walkRows(ids, before, key, { shift, page: 3 })!;
    expect(walk(none, 'ArrowDown').selection).toEqual([50]);
    expect(walk(none, 'ArrowUp').selection).toEqual([10]);
    const at = clickRow(ids, none, 40, plain);
    expect(walk(at, 'PageDown').selection).toEqual([10]);
    expect(walk(at, 'Home').selection).toEqual([50]);
    const extended = walk(walk(at, 'ArrowDown', true), 'ArrowDown', true);
    expect(extended).toEqual({ selection: [40, 30, 20], anchor: 40, active: 20 });
    expect(walk(extended, 'ArrowUp', true).selection).toEqual([40, 30]);
    expect(walkRows(ids, at, 'x', { shift: false, page: 3 })).toBeNull();
    expect(walkRows([], none, 'ArrowDown', { shift: false, page: 3 })).toBeNull();
  });
});
