/** Checks the paths in the window's requests against what the user has named; see pathGrants.ts. */
import { visibleText } from '@shared/errors/visibleText';
import { AppError } from '@shared/errors/appError';
import { dialog, type BrowserWindow } from 'electron';
import { resolve } from 'node:path';
import type { Engine } from './engine';
import type { PathGrants } from './pathGrants';
import type { SettingsFile } from './settings';

export interface WindowPaths {
  /** Before a store request is passed on; throws `usage` for a path that the page made up. */
  check(method: string, params: unknown): Promise<void>;
  /** What the user allowed is added to the window's own parameters. */
  complete(method: string, params: unknown): unknown;
  /** After an export: there it may be written again. */
  exported(path: string): Promise<void>;
}

const keptTargets = 50;

/** Which parameter of a request names what is opened. */
const opened: Readonly<Record<string, string>> = {
  'project.open': 'file',
  'project.openFolder': 'folder',
  'project.openDataset': 'path',
  'project.recognise': 'path',
  'project.relink': 'folder',
};

/** What the window has no use for: it would name a file to write, or a folder to read. */
const notForWindow: Readonly<Record<string, readonly string[]>> = {
  'project.openFolder': ['file'],
  'project.import': ['path'],
  'project.saveElsewhere': ['file'],
  'project.export': ['linkedFolders'],
  'project.exportChanges': ['linkedFolders'],
  'project.previewCopy': ['linkedFolders'],
};

/** Requests that are about where an export goes. */
const exports = ['project.export', 'project.exportChanges'];

export function createWindowPaths(
  grants: PathGrants,
  settings: SettingsFile,
  engine: Engine,
  window: () => BrowserWindow,
): WindowPaths {
  const isLastExport = async (path: string): Promise<boolean> => {
    const { lastExport } = await engine.store.client.call('project.summary', {});
    return lastExport !== null && resolve(lastExport) === resolve(path);
  };
  /** A project may say where it was exported to; whether that is so only the user knows. */
  const mayExportAgain = async (path: string): Promise<boolean> => {
    if (!(await isLastExport(path))) return false;
    const { response } = await dialog.showMessageBox(window(), {
      type: 'question',
      message: 'Export to the file of last time?',
      detail: `The project says that it was exported to ${visibleText(path)}. What is there will be replaced.`,
      buttons: ['Export', 'Cancel'],
      defaultId: 1,
      cancelId: 1,
    });
    if (response !== 0) throw new AppError('cancelled', 'Cancelled');
    return true;
  };

  return {
    async check(method, params) {
      const named = (key: string) => (params as Readonly<Record<string, unknown>> | null | undefined)?.[key];
      for (const key of notForWindow[method] ?? []) {
        if (named(key) !== undefined) throw new AppError('usage', `The window may not ask ${method} with a ${key}`);
      }
      const toOpen = opened[method] === undefined ? undefined : named(opened[method]);
      if (typeof toOpen === 'string' && resolve(toOpen) !== engine.openProject?.path) grants.requireRead(toOpen);
      if (!exports.includes(method)) return;
      if (named('overwrite') === 'any') throw new AppError('usage', 'The window may not replace any file');
      const target = named('path');
      if (typeof target !== 'string') return;
      // What is there is looked at before it is written over: nothing is used up or asked by that.
      const isLook = method === 'project.exportChanges';
      try {
        if (isLook) grants.requireWrite(target);
        else grants.takeWrite(target);
      } catch (error) {
        if (!(await (isLook ? isLastExport : mayExportAgain)(target))) throw error;
      }
    },

    complete: (method, params) =>
      exports.includes(method) || method === 'project.previewCopy'
        ? { ...(params as object), linkedFolders: settings.current.linkedFolders }
        : params,

    async exported(path) {
      grants.wrote(path);
      const change = settings.update(({ exportTargets }) => ({
        exportTargets: [...new Set([resolve(path), ...exportTargets])].slice(0, keptTargets),
      }));
      // The export is done: what cannot be kept of it is asked about again after a restart.
      await change.catch(() => undefined);
    },
  };
}
