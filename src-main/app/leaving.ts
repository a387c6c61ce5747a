/** Leaving a project whose file is gone or another's: what is in no file is never dropped unasked. */
import type { OpenReport } from '@shared/project/types';
import type { Finding } from '@shared/dataset/finding';
import { AppError, describeError, toErrorData } from '@shared/errors/appError';
import { counted } from '@shared/errors/counted';
import type { BrowserWindow, Dialog } from 'electron';
import { basename, dirname, extname, join } from 'node:path';
import { projectExtension } from '../store/projects/location';
import type { Engine } from './engine';

/** What the user is about to do: open the other file at the project's path, open another project, close the project, or the window. */
export type LeaveFor = 'other-file' | 'project' | 'close';

export interface Leaving {
  /** Where something would be lost the user saves it elsewhere first, gives it up, or stays: `cancelled`. */
  ask(leaveFor: LeaveFor): Promise<OpenReport | null>;
  /**
   * Asks, and opens another project. Where that fails after the open one was saved elsewhere, the saved one is what is open then,
   * with a finding that says why.
   */
  toOpen(leaveFor: LeaveFor, open: () => Promise<OpenReport>): Promise<OpenReport>;
  /** Writes all of the open project to a file that the user names, and opens that; null: none was named. */
  saveElsewhere(): Promise<OpenReport | null>;
}

const verbs = { 'other-file': 'Open the other file', project: 'Open', close: 'Close' } as const;

const losses = {
  deleted: 'The project file was deleted or moved.',
  replaced: 'The project file was replaced by another file.',
  changed: 'The project file was changed by another program.',
} as const;

export function createLeaving(
  window: () => BrowserWindow,
  engine: Engine,
  dialog: Pick<Dialog, 'showMessageBox' | 'showSaveDialog'>,
): Leaving {
  const saveElsewhere = async (): Promise<OpenReport | null> => {
    const old = openFile(engine);
    const { canceled, filePath } = await dialog.showSaveDialog(window(), {
      title: 'Save the project elsewhere',
      defaultPath: join(dirname(old), `${basename(old, projectExtension)}-saved${projectExtension}`),
      filters: [{ name: 'Maskwright project', extensions: [projectExtension.slice(1)] }],
    });
    if (canceled || !filePath) return null;
    const file = extname(filePath) === '' ? filePath + projectExtension : filePath;
    const report = await engine.store.client.call('project.saveElsewhere', { file });
    engine.leaveProject();
    engine.projectOpened(report);
    return report;
  };
  const ask = async (leaveFor: LeaveFor): Promise<OpenReport | null> => {
    const loss = engine.projectLoss;
    if (!loss) return null;
    // A store that is gone has nothing more to lose, and cannot be asked.
    const unsaved = await engine.store.client.call('project.unsaved', {}).catch(() => 0);
    const verb = verbs[leaveFor];
    const { response } = await dialog.showMessageBox(window(), {
      type: 'warning',
      message: `${verb} without saving?`,
      detail: `${losses[loss]} ${whatIsLost(unsaved)} Save the project elsewhere first to keep everything.`,
      buttons: [
        'Save elsewhere first…',
        unsaved > 0 ? `${verb} and lose ${counted(unsaved, 'change')}` : `${verb} without saving`,
        'Cancel',
      ],
      defaultId: 0,
      cancelId: 2,
    });
    if (response === 1) return null;
    const saved = response === 0 ? await saveElsewhere() : null;
    if (!saved) throw new AppError('cancelled', 'The project stays open');
    return saved;
  };
  return {
    saveElsewhere,
    ask,
    async toOpen(leaveFor, open) {
      const saved = await ask(leaveFor);
      engine.leaveProject();
      try {
        const report = await open();
        engine.projectOpened(report);
        return report;
      } catch (error) {
        if (!saved) throw error;
        const { file } = saved.project;
        const report = await engine.store.client.call('project.open', { file });
        engine.projectOpened(report);
        const why: Finding = { severity: 'warning', file, message: describeError(toErrorData(error)) };
        return { ...report, findings: [why, ...report.findings] };
      }
    },
  };
}

/**
 * Asks before the window closes on a shape that waits for the name of its category; true where the user gives it up. The page
 * has said that it holds one, and shows its question again.
 */
export function givesUpShape(window: BrowserWindow, dialog: Pick<Dialog, 'showMessageBoxSync'>): boolean {
  const response = dialog.showMessageBoxSync(window, {
    type: 'warning',
    message: 'Close without the shape you drew?',
    detail: 'It needs a category before it can be saved. Name one to keep the shape.',
    buttons: ['Go back', 'Close without the shape'],
    defaultId: 0,
    cancelId: 0,
  });
  return response === 1;
}

/** Also without a change since then: the file that is there may be an older one. */
function whatIsLost(unsaved: number): string {
  if (unsaved === 0) return 'What is open here may be in no other file.';
  return `${counted(unsaved, 'change')} since then ${unsaved === 1 ? 'is' : 'are'} only in this window.`;
}

/** Throws where no project is open. */
export function openFile(engine: Engine): string {
  if (!engine.openProject) throw new AppError('usage', 'No project is open');
  return engine.openProject.path;
}
