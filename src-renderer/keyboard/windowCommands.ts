/** Every action of the window with its default key: what the keyboard, the menus and the list of keys are made of. */
import type { Dialogs } from '../session/dialogs.svelte';
import type { Editor } from '../session/editor.svelte';
import type { Exporting } from '../session/exporting.svelte';
import type { ProjectFiles } from '../session/projectFiles.svelte';
import type { Review } from '../session/review.svelte';
import type { ViewSettings } from '../session/view.svelte';
import type { Workbench } from '../session/workbench.svelte';
import { largerBrush, smallerBrush } from '../tools/brush/brushSize';
import { commandRegistry, pasteAnnotations, setCategory } from '../tools/commands';
import { SELECT_TOOL_ID, type ToolContext, type ToolState } from '../tools/tool';
import { activeVertex, type SelectState } from '../tools/select/selectState';
import { categoryForKey } from './categoryKeys';
import { type Command, onSelection, refusedBy } from './commands';
import { type CanvasCommands, viewCommands } from './viewCommands';

const NO_MODIFIERS = { shift: false, alt: false, ctrl: false };

/** A vertex was clicked last, with either button: Delete and the menu take it away. */
const hasActiveVertex = (state: ToolState, context: ToolContext, toolId: string): boolean =>
  toolId === SELECT_TOOL_ID && activeVertex(state as SelectState, context) !== null;

/** The one command on the document that changes nothing of it. */
const SELECT_ALL = 'selectAll';

interface Parts {
  readonly workbench: Workbench;
  readonly files: ProjectFiles;
  readonly exporting: Exporting;
  readonly dialogs: Dialogs;
  readonly editor: Editor;
  readonly review: Review;
  readonly view: ViewSettings;
  readonly canvas: () => CanvasCommands | undefined;
}

export function createCommands(parts: Parts): readonly Command[] {
  const readOnly = () => parts.workbench.readOnlyWhy;
  const atRest = () => readOnly() ?? whyNotNow(parts.editor);
  return [
    ...projectCommands(parts),
    ...imageCommands(parts),
    ...refusedBy(readOnly, historyCommands(parts)),
    ...refusedBy(readOnly, toolCommands(parts)),
    ...refusedBy(atRest, editCommands(parts)),
    ...selectionCommands(parts),
    ...refusedBy(readOnly, categoryCommands(parts)),
    ...viewCommands(parts),
  ];
}

/** Keys and menus that change the document wait until what is being drawn is finished: it would be lost by one key too many. */
export function whyNotNow(editor: Editor): string | null {
  return editor.idle ? null : 'Finish what you are drawing first: Enter accepts, Esc drops it';
}

function projectCommands({ workbench, files, exporting, dialogs }: Parts): Command[] {
  const enabled = () => workbench.project !== null;
  const group = 'Project';
  return [
    { id: 'project.close', title: 'Close project', group, keys: [], enabled, run: () => void files.close() },
    {
      id: 'project.export',
      title: 'Export again',
      group,
      keys: ['Ctrl+S'],
      enabled,
      run: () => void exporting.again(),
    },
    {
      id: 'project.exportAs',
      title: 'Export…',
      group,
      keys: ['Ctrl+Shift+S'],
      enabled,
      run: () => dialogs.show('export'),
    },
    {
      id: 'project.check',
      title: 'Check for problems…',
      group,
      keys: [],
      enabled,
      run: () => dialogs.show('problems'),
    },
  ];
}

function imageCommands({ workbench, editor }: Parts): Command[] {
  const group = 'Images';
  const go = (by: 1 | -1) => {
    const isThere = workbench.rows.neighbour(workbench.currentImageId, by) !== undefined;
    if (!isThere) return editor.say(noImage(workbench, by));
    void workbench.step(by);
  };
  return [
    { id: 'image.next', title: 'Next image', group, keys: ['D'], run: () => go(1) },
    { id: 'image.previous', title: 'Previous image', group, keys: ['A'], run: () => go(-1) },
  ];
}

/** At either end of the list, which a filter may have shortened. */
function noImage({ rows }: Workbench, by: 1 | -1): string {
  const which = by === 1 ? 'last' : 'first';
  return `This is the ${which} image${rows.found === rows.all ? '' : ' that fits the filter'}`;
}

function historyCommands({ workbench, editor, review }: Parts): Command[] {
  const step = async (direction: 'undo' | 'redo') => {
    editor.rest();
    await (direction === 'undo' ? review.undo() : workbench.open?.redo());
    editor.noteChange();
  };
  // What is being saved counts in no history yet, and its turn comes before that of an undo.
  const isSaving = () => workbench.open?.saved === 'saving';
  const canUndo = () => (workbench.open?.history.undo ?? 0) > 0 || isSaving() || review.isRejectionLast;
  const canRedo = () => (workbench.open?.history.redo ?? 0) > 0 || isSaving();
  return [
    {
      id: 'history.undo',
      title: 'Undo',
      group: 'Edit',
      keys: ['Ctrl+Z'],
      enabled: canUndo,
      lacks: () => (canUndo() ? null : 'Nothing to undo on this image'),
      run: () => void step('undo'),
    },
    {
      id: 'history.redo',
      title: 'Redo',
      group: 'Edit',
      keys: ['Ctrl+Shift+Z', 'Ctrl+Y'],
      enabled: canRedo,
      lacks: () => (canRedo() ? null : 'Nothing to redo on this image'),
      run: () => void step('redo'),
    },
  ];
}

function toolCommands({ editor, workbench }: Parts): Command[] {
  const group = 'Tools';
  const resize = (step: (diameter: number) => number) =>
    editor.set({ brushDiameter: step(editor.settings.brushDiameter) });
  return [
    ...editor.tools.map(({ id, label, key }) => ({
      id: `tool.${id}`,
      title: label,
      group,
      keys: [key],
      run: () => editor.choose(id),
    })),
    {
      id: 'draft.resume',
      title: 'Resume unfinished work',
      group,
      keys: ['Alt+R'],
      enabled: () => (workbench.open?.drafts.offered.length ?? 0) > 0,
      run: () => editor.resume(workbench.open!.drafts.offered[0].key),
    },
    {
      id: 'tool.last',
      title: 'Last tool again; while drawing, finish',
      group,
      keys: ['N'],
      // As in CVAT. What is in hand is never left behind by it.
      run: () =>
        editor.idle
          ? editor.chooseLast()
          : void editor.dispatch({ type: 'key', key: 'Enter', modifiers: NO_MODIFIERS }),
    },
    { id: 'brush.smaller', title: 'Smaller brush', group, keys: ['['], run: () => resize(smallerBrush) },
    { id: 'brush.larger', title: 'Larger brush', group, keys: [']'], run: () => resize(largerBrush) },
  ];
}

function editCommands(parts: Parts): Command[] {
  const { workbench, editor } = parts;
  const group = 'Edit';
  const paste = (gesture?: string) => {
    const { clipboard } = workbench.selection;
    void editor.command((context) => pasteAnnotations(context, clipboard, gesture));
  };
  const propagate = async () => {
    if (!workbench.selection.copy(workbench.open?.annotations ?? [])) return;
    const from = workbench.open;
    if (!workbench.rows.neighbour(workbench.currentImageId, 1)) return editor.say(noImage(workbench, 1));
    await workbench.step(1);
    if (workbench.open !== from) paste('Copy to next image');
  };
  return [
    ...commandRegistry.filter(({ id }) => id !== SELECT_ALL).map((command) => entryOf(command, parts)),
    {
      id: 'edit.paste',
      title: 'Paste',
      group,
      keys: ['Ctrl+V'],
      lacks: () => (workbench.selection.clipboard.length > 0 ? null : 'Copy an annotation first'),
      run: () => paste(),
    },
    {
      id: 'edit.copyFromPrevious',
      title: 'Copy from the previous image',
      group,
      keys: ['Ctrl+Shift+V'],
      enabled: () => workbench.rows.neighbour(workbench.currentImageId, -1) !== undefined,
      run: () => void copyFromPrevious(parts),
    },
    {
      id: 'edit.deleteVertex',
      title: 'Delete vertex',
      group,
      keys: [],
      enabled: () => editor.look(hasActiveVertex) === true,
      run: () => void editor.dispatch({ type: 'key', key: 'Delete', modifiers: NO_MODIFIERS }),
    },
    {
      id: 'edit.propagate',
      title: 'Copy to next image',
      group,
      keys: ['Shift+D'],
      ...onSelection(workbench),
      run: () => void propagate(),
    },
  ];
}

async function copyFromPrevious({ workbench, editor }: Parts): Promise<void> {
  const { open } = workbench;
  const row = workbench.rows.neighbour(workbench.currentImageId, -1);
  if (!open || !row) return;
  const annotations = await workbench.annotationsOf(row.id);
  if (!annotations || open !== workbench.open) return;
  if (annotations.length === 0) return editor.say(`${row.fileName} has no annotations`);
  await editor.command((context) => pasteAnnotations(context, annotations, 'Copy from the previous image'));
}

const selectionMissing = ({ selection }: Workbench) =>
  selection.ids.size === 0 ? 'Select an annotation to copy, change or delete it' : null;

function entryOf({ id, label, key, run }: (typeof commandRegistry)[number], { editor, workbench }: Parts): Command {
  const keys = id === 'delete' ? ['Delete', 'Backspace'] : key ? [key] : [];
  const lacks = id === SELECT_ALL ? undefined : () => selectionMissing(workbench);
  return { id: `edit.${id}`, title: label, group: 'Edit', keys, lacks, run: () => void editor.command(run) };
}

/** What is selected and copied changes nothing. */
function selectionCommands(parts: Parts): Command[] {
  const { workbench } = parts;
  const group = 'Edit';
  const walked = () => workbench.open?.annotations.filter(({ id }) => !workbench.selection.hidden.has(id)) ?? [];
  const enabled = () => walked().length > 0;
  const cycle = (by: 1 | -1) => {
    const shown = walked();
    const at = shown.findIndex(({ id }) => workbench.selection.ids.has(id));
    const next = at < 0 ? (by === 1 ? 0 : shown.length - 1) : (at + by + shown.length) % shown.length;
    workbench.selection.set([shown[next].id]);
  };
  return [
    ...commandRegistry.filter(({ id }) => id === SELECT_ALL).map((command) => entryOf(command, parts)),
    {
      id: 'edit.copy',
      title: 'Copy',
      group,
      keys: ['Ctrl+C'],
      ...onSelection(workbench),
      run: () => void workbench.selection.copy(workbench.open?.annotations ?? []),
    },
    { id: 'select.none', title: 'Select nothing', group, keys: ['Escape'], run: () => workbench.selection.set([]) },
    { id: 'select.next', title: 'Next annotation', group, keys: ['Tab'], enabled, run: () => cycle(1) },
    { id: 'select.previous', title: 'Previous annotation', group, keys: ['Shift+Tab'], enabled, run: () => cycle(-1) },
  ];
}

function categoryCommands({ workbench, editor }: Parts): Command[] {
  return ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'].map((digit) => ({
    id: `category.${digit}`,
    title: `Category with key ${digit}, for what is drawn next and for what you selected`,
    group: 'Categories',
    keys: [digit],
    enabled: () => categoryForKey(workbench.categories.list, digit) !== undefined,
    run: () => chooseCategory(workbench, editor, categoryForKey(workbench.categories.list, digit)!.id),
  }));
}

/** A key picks a category: that of what is drawn next, and of the selection where that is the user's own. */
export function chooseCategory(workbench: Workbench, editor: Editor, categoryId: number): void {
  workbench.categories.pick(categoryId);
  if (editor.keysMeanSelection) relabel(editor, categoryId);
}

/** Gives the selection, or the annotations with these ids, a category. */
export function relabel(editor: Editor, categoryId: number, ids?: readonly number[]): void {
  void editor.command((context) => setCategory(ids ? { ...context, selection: new Set(ids) } : context, categoryId));
}
