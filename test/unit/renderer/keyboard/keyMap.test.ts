import { describe, expect, it } from 'vitest';
import { createAppCommands } from '../../../../src-renderer/keyboard/appCommands';
import { buildKeyMap, type Command } from '../../../../src-renderer/keyboard/commands';
import { refuseChord, resolveKeys } from '../../../../src-renderer/keyboard/keyRules';
import { presets } from '../../../../src-renderer/keyboard/presets';
import { createCommands } from '../../../../src-renderer/keyboard/windowCommands';
import { toolRegistry } from '../../../../src-renderer/tools';

/** The window's own commands; nothing of them is run. */
const commands = [
  ...createCommands({ editor: { tools: toolRegistry } } as never),
  ...createAppCommands({} as never),
] as readonly Command[];

const command = (id: string, ...keys: string[]): Command => ({ id, title: id, group: '', keys, run: () => undefined });
const keysOf = (list: readonly Command[], ...layers: Parameters<typeof resolveKeys>[1]) =>
  Object.fromEntries(resolveKeys(list, layers));

describe('the key map', () => {
  it('gives every chord to one command', () => {
    expect(buildKeyMap(commands).get('P')?.id).toBe('tool.polygon');
    expect(() => buildKeyMap([command('a', 'X'), command('b', 'X')])).toThrow('X is claimed by both a and b');
  });

  it.each(presets)('of $name names commands that exist and leaves none without a key', ({ keys }) => {
    const ids = new Set(commands.map(({ id }) => id));
    expect(Object.keys(keys).filter((id) => !ids.has(id))).toEqual([]);
    const claimed = Object.values(keys).flat();
    expect(claimed.filter((chord, at) => claimed.indexOf(chord) !== at)).toEqual([]);
    const resolved = resolveKeys(commands, [keys]);
    expect(() => buildKeyMap(commands.map((one) => ({ ...one, keys: resolved.get(one.id)! })))).not.toThrow();
    const lost = commands.filter((one) => one.keys.length > 0 && resolved.get(one.id)!.length === 0);
    expect(lost.map(({ id }) => id)).toEqual([]);
  });

  it('lets a later layer take a chord from an earlier one', () => {
    const list = [command('a', 'X', 'Y'), command('b', 'Z'), command('c')];
    expect(keysOf(list, { b: ['X'] })).toEqual({ a: ['Y'], b: ['X'], c: [] });
    expect(keysOf(list, { b: ['X'] }, { c: ['X', 'Y'] })).toEqual({ a: [], b: [], c: ['X', 'Y'] });
    expect(keysOf(list, {}, { a: [] })).toEqual({ a: [], b: ['Z'], c: [] });
  });

  it('survives a settings file that claims a chord twice or names unknown commands', () => {
    const list = [command('a', 'X'), command('b')];
    expect(keysOf(list, { a: ['Q'], b: ['Q'], gone: ['X'] })).toEqual({ a: ['Q'], b: [] });
  });

  it('refuses a chord with the reason', () => {
    expect(refuseChord('a', 'Enter', undefined)).toBe('Enter is reserved: it finishes what a tool draws');
    expect(refuseChord('a', 'Shift+ArrowUp', undefined)).toMatch('reserved');
    expect(refuseChord('a', 'X', command('b'))).toBe('X is taken by “b”: remove it there first');
    expect(refuseChord('a', 'X', command('a'))).toBe('X does this already');
    expect(refuseChord('a', 'Ctrl+Enter', undefined)).toBeNull();
  });
});
