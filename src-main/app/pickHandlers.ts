/** The dialogs in which the user names a folder or a file: what is chosen there the window may ask for, and see what came of it. */
import type { AppRequests } from '@shared/ipc/app';
import { AppError } from '@shared/errors/appError';
import type { Handlers } from '@shared/ipc/rpc';
import { dialog, shell, type BrowserWindow } from 'electron';
import { existsSync, readdirSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { readRecipe } from '../dataset/readRecipe';
import type { PathGrants } from './pathGrants';
import { saveChosen } from './saveChosen';

type Picks = Pick<
  AppRequests,
  'app.pickFolder' | 'app.pickDataset' | 'app.pickExport' | 'app.saveRecipe' | 'app.openRecipe' | 'app.showInFolder'
>;

export function createPickHandlers(window: BrowserWindow, grants: PathGrants): Handlers<Picks> {
  const firstPath = ({ canceled, filePaths }: Electron.OpenDialogReturnValue) =>
    canceled ? null : (filePaths[0] ?? null);
  const toRead = (path: string | null) => {
    if (path !== null) grants.mayRead(path);
    return path;
  };
  const toWrite = (path: string | null) => {
    if (path !== null) grants.mayWrite(path);
    return path;
  };
  return {
    'app.pickFolder': async ({ title }) =>
      toRead(firstPath(await dialog.showOpenDialog(window, { title, properties: ['openDirectory'] }))),

    'app.pickDataset': async ({ title }) => {
      const { formats } = await import('@shared/formats/registry');
      const extensions = [...new Set(formats.readable.flatMap((format) => format.extensions)), 'zip'];
      const filters = [{ name: 'Datasets', extensions }];
      return toRead(firstPath(await dialog.showOpenDialog(window, { title, properties: ['openFile'], filters })));
    },

    'app.saveRecipe': async ({ recipe }) => {
      const title = 'Save what happens to the copies';
      const options = { title, defaultPath: 'augment.json', filters: recipeFilters };
      return saveChosen(window, grants, options, `${JSON.stringify(recipe, null, 2)}\n`);
    },

    'app.openRecipe': async () => {
      const title = 'Open what happens to the copies';
      const chosen = await dialog.showOpenDialog(window, { title, properties: ['openFile'], filters: recipeFilters });
      const file = firstPath(chosen);
      return file === null ? null : readRecipe(file);
    },

    'app.showInFolder': async ({ path }) => {
      grants.requireWritten(path);
      // Where it is gone the system would show nothing, and say nothing.
      if (!existsSync(path)) {
        throw new AppError('bad-input', `${path} is not there any more`, { hint: 'it was moved or deleted' });
      }
      shell.showItemInFolder(resolve(path));
      return null;
    },

    'app.pickExport': async ({ suggested, format: id }) => {
      const { formats } = await import('@shared/formats/registry');
      const format = formats.get(id);
      if (!format) throw new AppError('usage', `There is no format "${id}"`);
      const title = `Export ${format.title}`;
      if (format.target === 'folder') {
        const chosen = firstPath(
          await dialog.showOpenDialog(window, { title, properties: ['openDirectory', 'createDirectory'] }),
        );
        return toWrite(chosen && folderFor(chosen, `${basename(suggested, extname(suggested))}-${format.id}`, grants));
      }
      const filters = [{ name: format.title, extensions: [...format.extensions] }];
      const defaultPath = suggested.replace(/\.json$/, `.${format.extensions[0]}`);
      const { canceled, filePath } = await dialog.showSaveDialog(window, { title, defaultPath, filters });
      return toWrite(canceled || !filePath ? null : filePath);
    },
  };
}

const recipeFilters = [{ name: 'Recipe', extensions: ['json'] }];

/** A folder that holds something else than an export gets a new one in it: a dataset is never mixed into what is somebody's own. */
function folderFor(chosen: string, name: string, grants: PathGrants): string {
  if (grants.mayBeWritten(chosen)) return chosen;
  const entries = existsSync(chosen) ? readdirSync(chosen).filter((entry) => !entry.startsWith('.')) : [];
  if (entries.length === 0) return chosen;
  const place = (number: number) => join(chosen, number === 1 ? name : `${name}-${number}`);
  let number = 1;
  while (existsSync(place(number)) && !grants.mayBeWritten(place(number))) number++;
  return place(number);
}
