/** Commands without parameters by id, as menus and keys call them; those with parameters are exported as functions. */
import {
  deleteSelection,
  duplicateSelection,
  removeUnderlyingPixels,
  reorderSelection,
  selectAll,
  setLocked,
  toggleCrowd,
} from './basics';
import { fillHolesOf } from './cleanUp';
import { excludeCommand, intersectCommand, joinCommand, subtractCommand } from './combine';
import type { Command } from './command';
import { convertToMask, convertToPolygon } from './convert';

export { pasteAnnotations, placeSelection, setCategory } from './basics';
export { dropFragmentsOf, smoothOf } from './cleanUp';
export type { Command, CommandContext } from './command';
export { applySimplified, simplifyPreview, simplifySelection } from './simplify';

export const commandRegistry: readonly Command[] = [
  { id: 'selectAll', label: 'Select all', icon: 'square-dashed', key: 'Ctrl+A', run: selectAll },
  { id: 'delete', label: 'Delete', icon: 'trash-2', key: 'Delete', run: deleteSelection },
  { id: 'duplicate', label: 'Duplicate', icon: 'copy-plus', key: 'Ctrl+D', run: duplicateSelection },
  { id: 'lock', label: 'Lock', icon: 'lock', key: 'K', run: (context) => setLocked(context, true) },
  { id: 'unlock', label: 'Unlock', icon: 'lock-open', key: 'Shift+K', run: (context) => setLocked(context, false) },
  { id: 'crowd', label: 'Crowd, or not', icon: 'users', run: toggleCrowd },
  {
    id: 'forward',
    label: 'Bring forward',
    icon: 'arrow-up',
    key: 'Ctrl+ArrowUp',
    run: (context) => reorderSelection(context, 'forward'),
  },
  {
    id: 'back',
    label: 'Send back',
    icon: 'arrow-down',
    key: 'Ctrl+ArrowDown',
    run: (context) => reorderSelection(context, 'back'),
  },
  {
    id: 'toFront',
    label: 'Bring to front',
    icon: 'arrow-up-to-line',
    key: 'Ctrl+Shift+ArrowUp',
    run: (context) => reorderSelection(context, 'toFront'),
  },
  {
    id: 'toBack',
    label: 'Send to back',
    icon: 'arrow-down-to-line',
    key: 'Ctrl+Shift+ArrowDown',
    run: (context) => reorderSelection(context, 'toBack'),
  },
  {
    id: 'removeUnderlying',
    label: 'Remove underlying pixels',
    icon: 'layers-2',
    key: 'Shift+R',
    run: (context) => removeUnderlyingPixels(context, 'beneath'),
  },
  {
    id: 'removeOverlapping',
    label: 'Remove its pixels from all others',
    icon: 'layers',
    run: (context) => removeUnderlyingPixels(context, 'all'),
  },
  joinCommand,
  subtractCommand,
  intersectCommand,
  excludeCommand,
  { id: 'fillHoles', label: 'Fill holes', icon: 'circle-dot', key: 'Shift+U', run: fillHolesOf },
  { id: 'convertToMask', label: 'Convert to mask', icon: 'grid-3x3', key: 'Shift+M', run: convertToMask },
  { id: 'convertToPolygon', label: 'Convert to polygon', icon: 'pentagon', key: 'Shift+P', run: convertToPolygon },
];

export function commandById(id: string): Command | undefined {
  return commandRegistry.find((command) => command.id === id);
}
