/** Actions of the window as a whole and of the list of images: opening, settings, review status, search. */
import type { ReviewStatus } from '@shared/document/types';
import type { Dialogs } from '../session/dialogs.svelte';
import type { ProjectFiles } from '../session/projectFiles.svelte';
import type { Workbench } from '../session/workbench.svelte';
import { type Command, refusedBy } from './commands';
import { focusPart } from './partFocus';

interface Parts {
  readonly workbench: Workbench;
  readonly files: ProjectFiles;
  readonly dialogs: Dialogs;
  /** Moves the focus into the search field of the image list. */
  readonly searchImages: () => void;
}

export function createAppCommands(parts: Parts): readonly Command[] {
  const readOnly = () => parts.workbench.readOnlyWhy;
  return [...windowCommands(parts), ...walkCommands(parts), ...refusedBy(readOnly, reviewCommands(parts))];
}

function windowCommands({ files, dialogs, searchImages }: Parts): Command[] {
  return [
    {
      id: 'project.openFolder',
      title: 'Open a folder of images',
      group: 'Project',
      keys: ['Ctrl+O'],
      anywhere: true,
      run: () => void files.pickFolder(),
    },
    {
      id: 'project.openCoco',
      title: 'Open a dataset',
      group: 'Project',
      keys: ['Ctrl+Shift+O'],
      anywhere: true,
      run: () => void files.pickDataset(),
    },
    {
      id: 'app.newWindow',
      title: 'New window',
      group: 'Window',
      keys: ['Ctrl+Shift+N'],
      anywhere: true,
      run: () => void files.newWindow(),
    },
    {
      id: 'app.settings',
      title: 'Settings',
      group: 'Window',
      keys: ['Ctrl+,'],
      anywhere: true,
      run: () => dialogs.show('settings'),
    },
    {
      id: 'help.keys',
      title: 'Keyboard shortcuts',
      group: 'Window',
      keys: ['?', 'F1'],
      anywhere: true,
      run: () => dialogs.show('keys'),
    },
    {
      id: 'help.about',
      title: 'About Maskwright',
      group: 'Window',
      keys: [],
      run: () => dialogs.show('about'),
    },
    {
      id: 'focus.next',
      title: 'Next part of the window',
      group: 'Window',
      keys: ['F6'],
      inFields: true,
      run: () => focusPart(1),
    },
    {
      id: 'focus.previous',
      title: 'Previous part of the window',
      group: 'Window',
      keys: ['Shift+F6'],
      inFields: true,
      run: () => focusPart(-1),
    },
    { id: 'image.search', title: 'Search the image list', group: 'Images', keys: ['Ctrl+F'], run: searchImages },
  ];
}

function walkCommands({ workbench }: Parts): Command[] {
  return [
    {
      id: 'image.nextNotDone',
      title: 'Next image that is not done',
      group: 'Review',
      keys: ['Shift+N'],
      run: () => void workbench.openNextNotDone(),
    },
  ];
}

function reviewCommands({ workbench, dialogs }: Parts): Command[] {
  const group = 'Review';
  const enabled = () => workbench.open !== null;
  const mark = (status: ReviewStatus) => () => void workbench.status.set(status);
  return [
    {
      id: 'review.doneAndNext',
      title: 'Mark as done, go to the next one',
      group,
      keys: ['Ctrl+Enter'],
      enabled,
      run: async () => {
        if (await workbench.status.set('done')) await workbench.openNextNotDone();
      },
    },
    { id: 'review.new', title: 'Mark as new', group, keys: ['Alt+1'], enabled, run: mark('new') },
    {
      id: 'review.inProgress',
      title: 'Mark as in progress',
      group,
      keys: ['Alt+2'],
      enabled,
      run: mark('in-progress'),
    },
    { id: 'review.done', title: 'Mark as done', group, keys: ['Alt+3'], enabled, run: mark('done') },
    {
      id: 'review.rejected',
      title: 'Reject, with a reason',
      group,
      keys: ['Alt+4'],
      enabled,
      run: () => dialogs.show('reject'),
    },
  ];
}
