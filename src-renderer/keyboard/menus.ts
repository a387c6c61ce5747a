/** The menus made of commands: on the selection, and Edit. */
import { type MenuEntry, separator } from '../ui/menu';
import { showChord } from './chord';
import { canRun, type Command } from './commands';

export type CommandLookup = (id: string) => Command;

/** What a menu acts on. */
export interface MenuTarget {
  readonly title: string;
  /** All of it is. */
  readonly isCrowd: boolean;
}

/** The menu of a right click on annotations. */
export function selectionMenu(command: CommandLookup, { title, isCrowd }: MenuTarget): MenuEntry[] {
  const vertex = command('edit.deleteVertex');
  const list = (...ids: readonly string[]) => ids.map((id) => entry(command(id)));
  return [
    { kind: 'title', text: title },
    ...note(command),
    // The right click was on one.
    ...(canRun(vertex) ? [entry(vertex), separator] : []),
    ...list('edit.category'),
    { ...entry(command('edit.crowd')), label: isCrowd ? 'Not a crowd' : 'Mark as a crowd' },
    separator,
    ...list('edit.duplicate', 'edit.copy', 'edit.paste', 'edit.propagate'),
    separator,
    ...list('view.selection'),
    { ...entry(command('view.hide')), label: 'Hide or show' },
    ...list('view.isolate', 'edit.lock', 'edit.unlock'),
    separator,
    { kind: 'menu', label: 'Order', entries: list('edit.toFront', 'edit.forward', 'edit.back', 'edit.toBack') },
    {
      kind: 'menu',
      label: 'Combine',
      entries: [
        ...list('edit.join', 'edit.subtract', 'edit.intersect', 'edit.exclude'),
        separator,
        ...list('edit.removeUnderlying', 'edit.removeOverlapping'),
      ],
    },
    {
      kind: 'menu',
      label: 'Shape',
      entries: [
        ...list('edit.simplify', 'edit.smooth', 'edit.dropFragments', 'edit.fillHoles'),
        separator,
        ...list('edit.fillGaps', 'edit.expand', 'edit.overlaps'),
        separator,
        ...list('edit.convertToMask', 'edit.convertToPolygon', 'edit.boxesToMasks'),
        separator,
        ...list('edit.deleteVertex'),
      ],
    },
    separator,
    { ...entry(command('edit.delete')), danger: true },
  ];
}

/** The menu of a right click where no annotation is. */
export function imageMenu(command: CommandLookup): MenuEntry[] {
  const list = (...ids: readonly string[]) => ids.map((id) => entry(command(id)));
  return [
    ...note(command),
    ...list('edit.paste', 'edit.copyFromPrevious', 'edit.selectAll'),
    separator,
    ...list('labels.fillUnlabelled', 'labels.fillUnlabelledWith', 'labels.ignore'),
    separator,
    ...list('edit.fillGaps', 'edit.expand', 'edit.overlaps'),
    separator,
    ...list('view.fit', 'view.actualSize'),
  ];
}

/** What the Edit menu undoes and redoes in the project, by name. */
export interface ProjectTitles {
  readonly undoTitle: string | null;
  readonly redoTitle: string | null;
}

export function editMenu(command: CommandLookup, { undoTitle, redoTitle }: ProjectTitles): MenuEntry[] {
  const list = (...ids: readonly string[]) => ids.map((id) => entry(command(id)));
  const named = (id: string, verb: string, title: string | null) => ({
    ...entry(command(id)),
    label: title ? `${verb} in project: ${title}` : `Nothing to ${verb.toLowerCase()} in the project`,
  });
  return [
    ...note(command),
    { ...entry(command('history.undo')), label: 'Undo on this image' },
    { ...entry(command('history.redo')), label: 'Redo on this image' },
    separator,
    named('history.projectUndo', 'Undo', undoTitle),
    named('history.projectRedo', 'Redo', redoTitle),
    separator,
    ...list('edit.copy', 'edit.paste', 'edit.duplicate', 'edit.propagate', 'edit.copyFromPrevious', 'edit.selectAll'),
    ...list('edit.crowd', 'edit.deleteVertex', 'edit.delete'),
    separator,
    {
      kind: 'menu',
      label: 'Label map',
      entries: [
        ...list('labels.oneOwner', 'labels.fillUnlabelled', 'labels.fillUnlabelledWith', 'labels.ignore'),
        separator,
        ...list('edit.fillGaps', 'edit.expand', 'edit.overlaps'),
      ],
    },
    separator,
    ...list('project.measure'),
    separator,
    ...list('app.newWindow', 'help.about'),
  ];
}

/** Why much of the menu is not to be had. */
function note(command: CommandLookup): MenuEntry[] {
  const { refusal, lacks } = command('edit.delete');
  const text = refusal?.() ?? lacks?.();
  return text ? [{ kind: 'note', text }] : [];
}

function entry(command: Command) {
  const { title, keys, run } = command;
  const key = keys[0] && showChord(keys[0]);
  return { kind: 'action' as const, label: title, key, disabled: !canRun(command) || !!command.lacks?.(), run };
}
