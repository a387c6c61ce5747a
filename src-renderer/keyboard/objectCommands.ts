/** Actions on objects that open something, and the project's own undo; a part of the window's commands. */
import type { ObjectPanels } from '../session/objectPanels.svelte';
import type { ProjectOperations } from '../session/projectOperations.svelte';
import type { ShapeTrial } from '../session/shapeTrial.svelte';
import type { Workbench } from '../session/workbench.svelte';
import type { Editor } from '../session/editor.svelte';
import { type Command, onSelection, refusedBy } from './commands';
import { whyNotNow } from './windowCommands';

interface Parts {
  readonly editor: Editor;
  readonly workbench: Workbench;
  readonly operations: ProjectOperations;
  readonly panels: ObjectPanels;
  readonly trial: ShapeTrial;
}

export function createObjectCommands(parts: Parts): readonly Command[] {
  const { workbench, editor, panels } = parts;
  return [
    ...refusedBy(() => workbench.readOnlyWhy ?? whyNotNow(editor), changes(parts)),
    {
      id: 'project.measure',
      title: 'Measurements…',
      group: 'Project',
      keys: ['Alt+T'],
      enabled: () => workbench.project !== null,
      run: () => (panels.measuring = true),
    },
  ];
}

function changes({ workbench, editor, operations, panels, trial }: Parts): Command[] {
  const selectedAnnotations = () =>
    (workbench.open?.snapshot.annotations ?? []).filter(({ id }) => workbench.selection.ids.has(id));
  return [
    {
      id: 'history.projectUndo',
      title: 'Undo in the whole project',
      group: 'Edit',
      keys: ['Ctrl+Alt+Z'],
      enabled: () => operations.history.undo > 0,
      run: () => void operations.undo(),
    },
    {
      id: 'history.projectRedo',
      title: 'Redo in the whole project',
      group: 'Edit',
      keys: ['Ctrl+Alt+Shift+Z', 'Ctrl+Alt+Y'],
      enabled: () => operations.history.redo > 0,
      run: () => void operations.redo(),
    },
    {
      id: 'edit.category',
      title: 'Change category…',
      group: 'Edit',
      keys: ['Ctrl+E'],
      ...onSelection(workbench),
      run: () => (panels.choosingCategory = true),
    },
    {
      id: 'edit.boxesToMasks',
      title: 'Box to mask (Smart select)',
      group: 'Edit',
      keys: [],
      ...onSelection(workbench),
      run: () => void workbench.proposing.boxesToMasks(selectedAnnotations(), editor),
    },
    {
      id: 'edit.simplify',
      title: 'Simplify…',
      group: 'Edit',
      keys: ['Alt+S'],
      ...onSelection(workbench),
      run: () => trial.start('simplify'),
    },
    {
      id: 'edit.smooth',
      title: 'Smooth…',
      group: 'Edit',
      keys: ['Alt+M'],
      ...onSelection(workbench),
      run: () => trial.start('smooth'),
    },
    {
      id: 'edit.dropFragments',
      title: 'Drop fragments…',
      group: 'Edit',
      keys: ['Alt+F'],
      ...onSelection(workbench),
      run: () => trial.start('dropFragments'),
    },
  ];
}
