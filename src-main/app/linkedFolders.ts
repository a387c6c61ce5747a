/** Folders that links of a project lead out to: asked about once each, by a dialog of the app that no page can answer. */
import { visibleText } from '@shared/errors/visibleText';
import { dialog, type BrowserWindow } from 'electron';
import { belowOneOf, type MayShow } from '../images/pictureFile';
import type { SettingsFile } from './settings';

/** A "no" holds until the app ends; a "yes" is kept in the settings. */
export function createLinkedFolders(window: () => BrowserWindow, settings: SettingsFile): MayShow {
  const answers = new Map<string, Promise<boolean>>();
  return async (folder, imagesFolder) => {
    if (await belowOneOf(settings.current.linkedFolders)(folder, imagesFolder)) return true;
    const asked = answers.get(folder) ?? ask(window(), folder, imagesFolder);
    answers.set(folder, asked);
    if (!(await asked)) return false;
    const change = settings.update(({ linkedFolders }) => ({
      linkedFolders: [...new Set([...linkedFolders, folder])],
    }));
    // Where it cannot be kept it holds until the app ends.
    await change.catch(() => undefined);
    return true;
  };
}

async function ask(window: BrowserWindow, folder: string, imagesFolder: string): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: 'Show pictures from another folder?',
    detail: `Links in ${visibleText(imagesFolder)} lead to ${visibleText(folder)}. You are asked once for each such folder.`,
    buttons: ['Show them', 'Not now'],
    defaultId: 1,
    cancelId: 1,
  });
  return response === 0;
}
