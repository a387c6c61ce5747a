/** What of the image and of the window is seen: zoom, what is hidden, how annotations look, panels. */
import type { Box } from '@shared/geometry/box';
import type { ViewSettings } from '../session/view.svelte';
import type { Workbench } from '../session/workbench.svelte';
import { type Command, onSelection } from './commands';

/** The part of the canvas that commands drive. */
export interface CanvasCommands {
  fit(): void;
  zoomBy(factor: number): void;
  zoomTo(scale: number): void;
  showBox(box: Box): void;
}

interface Parts {
  readonly workbench: Workbench;
  readonly view: ViewSettings;
  readonly canvas: () => CanvasCommands | undefined;
}

export function viewCommands({ workbench, view, canvas }: Parts): Command[] {
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
    {
      id: 'view.selection',
      title: 'Zoom to selection',
      group,
      keys: ['Z'],
      ...onSelection(workbench),
      run: showSelection,
    },
    { id: 'view.zoomIn', title: 'Zoom in', group, keys: ['+', '='], run: () => canvas()?.zoomBy(1.25) },
    { id: 'view.zoomOut', title: 'Zoom out', group, keys: ['-'], run: () => canvas()?.zoomBy(0.8) },
    { id: 'view.hide', title: 'Hide or show selection; without one, show all', group, keys: ['H'], run: hide },
    {
      id: 'view.isolate',
      title: 'Show only the selection',
      group,
      keys: ['Shift+H'],
      ...onSelection(workbench),
      run: isolate,
    },
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
