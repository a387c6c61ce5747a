import { describe, expect, it } from 'vitest';
import { categoryForKey, categoryKeys, hotkeyFault } from '../../../../src-renderer/keyboard/categoryKeys';
import type { Category } from '@shared/document/types';

const category = (id: number, hotkey: string | null = null): Category => ({
  id,
  name: `c${id}`,
  supercategory: null,
  color: null,
  hotkey,
});

describe('keys of categories', () => {
  it('are their own, else the digit of their place unless another has it', () => {
    const list = [category(10), category(11, '1'), category(12, 'q'), category(13)];
    expect([...categoryKeys(list)]).toEqual([
      [11, '1'],
      [12, 'Q'],
      [13, '4'],
    ]);
    expect(categoryForKey(list, '1')?.id).toBe(11);
    expect(categoryForKey(list, 'Q')?.id).toBe(12);
    expect(categoryForKey(list, '2')).toBeUndefined();
  });

  it('give the tenth category the 0', () => {
    const list = Array.from({ length: 12 }, (_, at) => category(at + 1));
    expect(categoryForKey(list, '0')?.id).toBe(10);
    expect(categoryKeys(list).size).toBe(10);
  });

  it('are refused with the reason', () => {
    const list = [category(1, 'Q'), category(2)];
    const commandOn = (chord: string) =>
      chord === 'P' ? { id: 'tool.polygon', title: 'Polygon', group: 'Tools', keys: ['P'], run: () => {} } : undefined;
    const fault = (key: string) => hotkeyFault(list, list[1], key, commandOn);
    expect(fault('Q')).toMatch('c1');
    expect(fault('P')).toMatch('Polygon');
    expect(fault('?')).toMatch('one letter or one digit');
    expect(fault('7')).toBeNull();
    expect(fault('Y')).toBeNull();
    expect(hotkeyFault(list, list[0], 'Q', commandOn)).toBeNull();
  });
});
