/** What a user can do when the open project's file is gone or another's: save what is open elsewhere, or open what is there. */
import type { AppRequests } from '@shared/ipc/app';
import { AppError } from '@shared/errors/appError';
import type { Handlers } from '@shared/ipc/rpc';
import { dialog, type BrowserWindow } from 'electron';
import { constants, existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { fileError } from '../files/fileErrors';
import { listBackups } from '../store/projects/backups';
import type { Engine } from './engine';

type Rescue = Pick<AppRequests, 'app.saveElsewhere' | 'app.openBackup' | 'app.reopenProject'>;

const extension = '.maskwright';

/** Beside the project, so that its images are found as before. */
function freeName(file: string, at: Date): string {
  const day = at.toISOString().slice(0, 10);
  const stem = join(dirname(file), `${basename(file, extension)}-copy-of-${day}`);
  for (let n = 1; ; n++) {
    const name = `${stem}${n === 1 ? '' : `-${n}`}${extension}`;
    if (!existsSync(name)) return name;
  }
}

/** The window is about to close on work that is in no file: whether the user gives it up. */
export async function askBeforeLoss(window: BrowserWindow): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message: 'Close without saving?',
    detail: 'The project file is gone or was changed by another program. What was done since is only in this window.',
    buttons: ['Stay', 'Close without saving'],
    defaultId: 0,
    cancelId: 0,
  });
  return response === 1;
}

export function createRescueHandlers(window: BrowserWindow, engine: Engine, userDataFolder: string): Handlers<Rescue> {
  const openFile = (): string => {
    if (!engine.openProject) throw new AppError('usage', 'No project is open');
    return engine.openProject.path;
  };
  return {
    'app.saveElsewhere': async () => {
      const old = openFile();
      const { canceled, filePath } = await dialog.showSaveDialog(window, {
        title: 'Save the project elsewhere',
        defaultPath: join(dirname(old), `${basename(old, extension)}-saved${extension}`),
        filters: [{ name: 'Maskwright project', extensions: [extension.slice(1)] }],
      });
      if (canceled || !filePath) return null;
      const file = extname(filePath) === '' ? filePath + extension : filePath;
      const report = await engine.store.client.call('project.saveElsewhere', { file });
      engine.leaveProject();
      engine.projectOpened(report);
      return report;
    },

    'app.openBackup': async ({ file, backup }) => {
      const known = listBackups(file, userDataFolder).find(({ path }) => path === backup);
      if (!known) throw new AppError('usage', `${backup} is no copy of ${file}`);
      const target = freeName(file, new Date(known.atMs));
      try {
        await copyFile(known.path, target, constants.COPYFILE_EXCL);
      } catch (error) {
        throw fileError(error, target);
      }
      engine.leaveProject();
      const report = await engine.store.client.call('project.open', { file: target });
      engine.projectOpened(report);
      return report;
    },

    'app.reopenProject': async () => {
      const file = openFile();
      if (!existsSync(file)) {
        throw new AppError('bad-input', `${file} does not exist`, {
          place: { file },
          hint: 'put it back, or save the project elsewhere',
        });
      }
      engine.leaveProject();
      await engine.store.client.call('project.close', {});
      engine.projectClosed();
      // SQLite knows files by their number: what it remembers of this one may be of what it held before.
      await engine.store.restart();
      const report = await engine.store.client.call('project.open', { file });
      engine.projectOpened(report);
      return report;
    },
  };
}
