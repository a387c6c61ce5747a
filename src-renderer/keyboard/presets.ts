/** Key maps of other programs: where a command of ours does what one of theirs does, it has their default keys. */
import type { KeyPreset } from '@shared/settings';

/** Chords by command, where they differ from our own. */
export type KeyChanges = Readonly<Record<string, readonly string[]>>;

export interface Preset {
  readonly id: KeyPreset;
  readonly name: string;
  readonly keys: KeyChanges;
}

/** Defaults of labelme 5 (its `default_config.yaml`); keys it leaves free keep our meaning. */
const labelme: KeyChanges = {
  'project.openCoco': ['Ctrl+O'],
  'project.openFolder': ['Ctrl+U'],
  'project.close': ['Ctrl+W'],
  'image.next': ['D', 'Ctrl+Shift+D'],
  'image.previous': ['A', 'Ctrl+Shift+A'],
  'tool.polygon': ['Ctrl+N', 'P'],
  'tool.box': ['Ctrl+R', 'R'],
  'tool.select': ['Ctrl+J', 'V'],
  'view.panels': ['Ctrl+Shift+J'],
  'view.zoomIn': ['Ctrl++', 'Ctrl+=', '+', '='],
  'view.zoomOut': ['Ctrl+-', '-'],
  'view.actualSize': ['Ctrl+0', 'Shift+F'],
  'view.fit': ['Ctrl+F', 'F'],
  'image.search': ['Ctrl+Shift+F'],
};

/** Defaults of CVAT's annotation view (its manual, "Shortcuts"). */
const cvat: KeyChanges = {
  'help.keys': ['F1', '?'],
  'app.settings': ['F2', 'Ctrl+,'],
  'image.next': ['F'],
  'image.previous': ['D'],
  'image.search': ['`', 'Ctrl+F'],
  'view.fit': ['Shift+F'],
  'view.actualSize': ['Ctrl+0'],
  'edit.delete': ['Delete', 'Shift+Delete', 'Backspace'],
  'edit.propagate': ['Ctrl+B'],
  'view.images': ['Ctrl+Shift+B'],
  'edit.join': ['M', 'J'],
  'view.minimap': ['Ctrl+M'],
  'tool.split': ['Alt+M', 'X'],
  'edit.forward': ['+', '='],
  'edit.back': ['-', '_'],
  'view.zoomIn': ['Ctrl++', 'Ctrl+='],
  'view.zoomOut': ['Ctrl+-'],
  ...Object.fromEntries(
    Array.from({ length: 9 }, (_, index) => [`category.${index + 1}`, [`Ctrl+${index + 1}`, String(index + 1)]]),
  ),
};

export const presets: readonly Preset[] = [
  { id: 'maskwright', name: 'Maskwright', keys: {} },
  { id: 'labelme', name: 'labelme', keys: labelme },
  { id: 'cvat', name: 'CVAT', keys: cvat },
];
