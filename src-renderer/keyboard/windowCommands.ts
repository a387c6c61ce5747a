/** Every action of the window with its default key: what the keyboard, the menus and the list of keys are made of. */
import type { Box } from '@shared/geometry/box';
import type { Dialogs } from '../session/dialogs.svelte';
import type { Editor } from '../session/editor.svelte';
import type { Exporting } from '../session/exporting.svelte';
import type { ProjectFiles } from '../session/projectFiles.svelte';
import type { ViewSettings } from '../session/view.svelte';
import type { Workbench } from '../session/workbench.svelte';
import { largerBrush, smallerBrush } from '../tools/brush/brushSize';
import { commandRegistry, pasteAnnotations, setCategory } from '../tools/commands';
import { SELECT_TOOL_ID, type ToolContext, type ToolState } from '../tools/tool';
import { activeVertex, type SelectState } from '../tools/select/selectState';
import { categoryForKey } from './categoryKeys';
import { type Command, refusedBy } from './commands';

/** The part of the canvas that commands drive. */
export interface CanvasCommands {
  fit(): void;
  zoomBy(factor: number): void;
  zoomTo(scale: number): void;
  showBox(box: Box): void;
}

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

function imageCommands({ workbench }: Parts): Command[] {
  const group = 'Images';
  return [
    { id: 'image.next', title: 'Next image', group, keys: ['D'], run: () => void workbench.step(1) },
    { id: 'image.previous', title: 'Previous image', group, keys: ['A'], run: () => void workbench.step(-1) },
  ];
}

function historyCommands({ workbench, editor }: Parts): Command[] {
  const step = async (direction: 'undo' | 'redo') => {
    editor.rest();
    await workbench.open?.[direction]();
    editor.noteChange();
  };
  return [
    {
      id: 'history.undo',
      title: 'Undo',
      group: 'Edit',
      keys: ['Ctrl+Z'],
      enabled: () => (workbench.open?.history.undo ?? 0) > 0,
      run: () => void step('undo'),
    },
    {
      id: 'history.redo',
      title: 'Redo',
      group: 'Edit',
      keys: ['Ctrl+Shift+Z', 'Ctrl+Y'],
      enabled: () => (workbench.open?.history.redo ?? 0) > 0,
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
    { id: 'tool.last', title: 'Last tool again', group, keys: ['N'], run: () => editor.chooseLast() },
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
      lacks: () => selectionMissing(workbench),
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
      lacks: () => selectionMissing(workbench),
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

function viewCommands({ workbench, view, canvas }: Parts): Command[] {
  const group = 'View';
  const hide = () => {
    const { hidden, ids: selection } = workbench.selection;
    const all = [...selection].every((id) => hidden.has(id));
    if (selection.size === 0) workbench.selection.hide([]);
    else workbench.selection.hide(all ? [...hidden].filter((id) => !selection.has(id)) : [...hidden, ...selection]);
  };
  const isolate = () => {
    const others = workbench.open?.annotations.filter(({ id }) => !workbench.selection.ids.has(id)) ?? [];
    workbench.selection.hide(others.map(({ id }) => id));
  };
  const showSelection = () => {
    const selected = workbench.open?.annotations.find(({ id }) => workbench.selection.ids.has(id));
    if (selected) canvas()?.showBox(selected.bbox);
  };
  return [
    { id: 'view.fit', title: 'Fit image', group, keys: ['F'], run: () => canvas()?.fit() },
    { id: 'view.actualSize', title: 'Actual pixels', group, keys: ['Shift+F'], run: () => canvas()?.zoomTo(1) },
    { id: 'view.selection', title: 'Zoom to selection', group, keys: ['Z'], run: showSelection },
    { id: 'view.zoomIn', title: 'Zoom in', group, keys: ['+', '='], run: () => canvas()?.zoomBy(1.25) },
    { id: 'view.zoomOut', title: 'Zoom out', group, keys: ['-'], run: () => canvas()?.zoomBy(0.8) },
    { id: 'view.hide', title: 'Hide or show selection; without one, show all', group, keys: ['H'], run: hide },
    { id: 'view.isolate', title: 'Show only the selection', group, keys: ['Shift+H'], run: isolate },
    {
      id: 'view.outline',
      title: 'Outlines only',
      group,
      keys: ['O'],
      run: () => (view.outlineOnly = !view.outlineOnly),
    },
    {
      id: 'view.colorBy',
      title: 'Colour by category or by instance',
      group,
      keys: ['C'],
      run: () => (view.colorBy = view.colorBy === 'category' ? 'instance' : 'category'),
    },
    { id: 'view.labelMap', title: 'Label map', group, keys: ['Alt+L'], run: () => (view.labelMap = !view.labelMap) },
    { id: 'view.names', title: 'Category names', group, keys: ['Shift+C'], run: () => (view.names = !view.names) },
    { id: 'view.minimap', title: 'Minimap', group, keys: ['M'], run: () => (view.minimap = !view.minimap) },
    { id: 'view.loupe', title: 'Loupe while drawing', group, keys: ['Shift+Z'], run: () => (view.loupe = !view.loupe) },
    {
      id: 'view.crosshair',
      title: 'Crosshair',
      group,
      keys: ['Shift+X'],
      run: () => (view.crosshair = !view.crosshair),
    },
    {
      id: 'view.images',
      title: 'Image list',
      group,
      keys: ['Ctrl+B'],
      run: () => (view.showImages = !view.showImages),
    },
    {
      id: 'view.panels',
      title: 'Panels',
      group,
      keys: ['Ctrl+J'],
      run: () => (view.showPanels = !view.showPanels),
    },
    {
      id: 'view.theme',
      title: 'Dark or light',
      group,
      keys: [],
      run: () => (view.theme = view.theme === 'dark' ? 'light' : 'dark'),
    },
  ];
}
