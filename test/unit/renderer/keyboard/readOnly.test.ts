/** Keys and menus that can do nothing say why: the project is read-only, nothing is selected, or there is no step and no image left. */
import { describe, expect, it, vi } from 'vitest';
import { createAppCommands } from '../../../../src-renderer/keyboard/appCommands';
import { canRun, type Command, refusedBy } from '../../../../src-renderer/keyboard/commands';
import { editMenu, imageMenu, selectionMenu } from '../../../../src-renderer/keyboard/menus';
import { createLabelCommands } from '../../../../src-renderer/keyboard/labelCommands';
import { createObjectCommands } from '../../../../src-renderer/keyboard/objectCommands';
import { createCommands } from '../../../../src-renderer/keyboard/windowCommands';
import { handleKey } from '../../../../src-renderer/keyboard/windowKeys';
import { toolRegistry } from '../../../../src-renderer/tools';
import type { MenuEntry } from '../../../../src-renderer/ui/menu';

const why = 'Read-only: the project is open in another window or run';

/** Every command of a window, on an image with two annotations of which one is selected. */
function commandsOf(
  readOnlyWhy: string | null,
  selected = [1],
  clipboard: readonly object[] = [],
  { steps = 1, said = [] as string[] } = {},
): readonly Command[] {
  const rows: readonly object[] = [];
  const workbench = {
    readOnlyWhy,
    project: {},
    open: { history: { undo: steps, redo: steps }, annotations: [1, 2] },
    selection: { ids: new Set(selected), hidden: new Set(), clipboard, copy: () => selected.length > 0, hide: vi.fn() },
    rows: { neighbour: () => undefined, all: rows, found: rows },
    categories: { list: [{ id: 1, name: 'leaf', extra: {} }] },
  };
  const operations = { history: { undo: 1, redo: 1 } };
  const parts = {
    workbench,
    operations,
    review: { isRejectionLast: false },
    editor: { tools: toolRegistry, idle: true, look: () => false, say: (text: string) => said.push(text) },
  } as never;
  return [
    ...createCommands(parts),
    ...createAppCommands(parts),
    ...createObjectCommands(parts),
    ...createLabelCommands(parts),
  ];
}

const labelsOf = (entries: readonly MenuEntry[], disabled: boolean): string[] =>
  entries.flatMap((entry) => {
    if (entry.kind === 'menu') return labelsOf(entry.entries, disabled);
    return entry.kind === 'action' && !!entry.disabled === disabled ? [entry.label] : [];
  });

describe('a read-only project', () => {
  it('refuses every command but those that look, select, open and export', () => {
    const runs = commandsOf(why).filter((command) => command.refusal?.() !== why);
    expect(runs.map(({ id }) => id).filter((id) => !id.startsWith('view.'))).toEqual([
      ...['project.close', 'project.export', 'project.exportAs', 'project.check', 'image.next', 'image.previous'],
      ...['edit.selectAll', 'edit.copy', 'select.none', 'select.next', 'select.previous'],
      ...[
        'project.openFolder',
        'project.openCoco',
        'app.newWindow',
        'app.settings',
        'help.keys',
        'help.about',
        'focus.next',
        'focus.previous',
        'image.search',
      ],
      ...['image.nextNotDone', 'project.measure'],
    ]);
    expect(commandsOf(null).filter((command) => command.refusal?.())).toEqual([]);
  });

  it('says why at the head of the menus, whose entries show what is left', () => {
    const lookup = (commands: readonly Command[]) => (id: string) => commands.find((command) => command.id === id)!;
    const titles = { undoTitle: 'Merge', redoTitle: null };
    const menus = (commands: readonly Command[]) => [
      selectionMenu(lookup(commands), { title: 'leaf · ID 1', isCrowd: false }),
      editMenu(lookup(commands), titles),
    ];
    const [selection, edit] = menus(commandsOf(why));
    expect(selection.slice(0, 2)).toEqual([
      { kind: 'title', text: 'leaf · ID 1' },
      { kind: 'note', text: why },
    ]);
    expect(edit[0]).toEqual({ kind: 'note', text: why });
    expect(labelsOf(selection, false)).toEqual([
      'Copy',
      'Zoom to selection',
      'Hide or show',
      'Show only the selection',
    ]);
    expect(labelsOf(edit, false)).toEqual(['Copy', 'Select all', 'Measurements…', 'New window', 'About Maskwright']);
    for (const menu of menus(commandsOf(null))) expect(menu.some(({ kind }) => kind === 'note')).toBe(false);
  });

  it('says in the Edit menu what is missing where nothing is selected', () => {
    const commands = commandsOf(null, []);
    const menu = editMenu((id) => commands.find((command) => command.id === id)!, { undoTitle: null, redoTitle: null });
    expect(menu[0]).toEqual({ kind: 'note', text: 'Select an annotation to copy, change or delete it' });
    expect(labelsOf(menu, true)).toEqual(
      expect.arrayContaining(['Copy', 'Duplicate', 'Copy to next image', 'Crowd, or not', 'Delete vertex', 'Delete']),
    );
    expect(labelsOf(menu, false)).toEqual(expect.arrayContaining(['Select all', 'Fill everything unlabelled']));
    // Their keys say it themselves.
    expect(canRun(commands.find(({ id }) => id === 'edit.delete')!)).toBe(true);
  });

  it('can paste where something was copied', () => {
    for (const [clipboard, isGrey] of [
      [[], true],
      [[{}], false],
    ] as const) {
      const commands = commandsOf(null, [1], clipboard);
      const lookup = (id: string) => commands.find((command) => command.id === id)!;
      const edit = editMenu(lookup, { undoTitle: null, redoTitle: null });
      for (const menu of [edit, selectionMenu(lookup, { title: 'leaf', isCrowd: false }), imageMenu(lookup)]) {
        expect(labelsOf(menu, isGrey)).toContain('Paste');
      }
    }
  });

  it('answers a key that would change it with the reason, and runs the others', () => {
    const [change, look] = [vi.fn(), vi.fn()];
    const command = (id: string, key: string, run: () => void): Command => ({
      id,
      title: id,
      group: '',
      keys: [key],
      run,
    });
    const commands = [...refusedBy(() => why, [command('edit.delete', 'Delete', change)]), command('look', 'F', look)];
    expect(commands.map(canRun)).toEqual([false, true]);
    const show = vi.fn();
    const parts = {
      workbench: { project: {}, categories: [], notices: { show } },
      editor: { dispatch: () => false, keysMeanSelection: true },
      trial: { key: () => false },
      review: { current: null },
      typing: { owns: () => false },
      dialogs: { open: null },
      keyMap: { forChord: (chord: string) => commands.find(({ keys }) => keys.includes(chord)) },
    };
    const press = (key: string) => {
      const target = { closest: () => null };
      const event = { key, code: key, target, preventDefault: () => undefined };
      handleKey(parts as never, event as never);
    };
    vi.stubGlobal('document', { body: null });
    press('Delete');
    press('f');
    vi.unstubAllGlobals();
    expect(change).not.toHaveBeenCalled();
    expect(show.mock.calls).toEqual([['info', why]]);
    expect(look).toHaveBeenCalledOnce();
  });
});

describe('a key that finds nothing to act on', () => {
  /** What the status bar says after the key. */
  function saidAfter(key: string, { selected = [] as number[], steps = 0 } = {}): string[] {
    const said: string[] = [];
    const commands = commandsOf(null, selected, [], { steps, said });
    const parts = {
      workbench: {
        project: {},
        categories: { list: [] },
        notices: { show: vi.fn() },
        selection: { ids: new Set(selected) },
      },
      editor: { dispatch: () => false, keysMeanSelection: true, say: (text: string) => said.push(text) },
      trial: { key: () => false },
      review: { current: null },
      typing: { owns: () => false },
      dialogs: { open: null },
      keyMap: { forChord: (chord: string) => commands.find(({ keys }) => keys.includes(chord)) },
    };
    const [ctrlKey, shiftKey, altKey] = ['Ctrl', 'Shift', 'Alt'].map((name) => key.includes(`${name}+`));
    const letter = key.split('+').at(-1)!;
    const target = { closest: () => null };
    const pressed = { key: letter, code: `Key${letter.toUpperCase()}`, ctrlKey, shiftKey, altKey };
    vi.stubGlobal('document', { body: null });
    handleKey(parts as never, { ...pressed, target, preventDefault: () => undefined } as never);
    vi.unstubAllGlobals();
    return said;
  }

  it.each(['Shift+D', 'Ctrl+C', 'Ctrl+E', 'Alt+S', 'Alt+M', 'Alt+F', 'Shift+H', 'Z'])(
    '%s asks for a selection, and changes nothing',
    (key) => {
      expect(saidAfter(key)).toEqual(['Select an annotation first']);
    },
  );

  it.each([
    ['Ctrl+Z', 'Nothing to undo on this image'],
    ['Ctrl+Y', 'Nothing to redo on this image'],
    ['D', 'This is the last image'],
    ['A', 'This is the first image'],
  ])('%s says that nothing is left', (key, sentence) => {
    expect(saidAfter(key)).toEqual([sentence]);
  });

  it('a copy for the next image says so where there is none', () => {
    expect(saidAfter('Shift+D', { selected: [1] })).toEqual(['This is the last image']);
  });
});
