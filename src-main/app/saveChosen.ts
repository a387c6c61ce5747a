/** A file of the window's own (a table, a recipe) at the place that the user chooses. */
import { type BrowserWindow, dialog, type SaveDialogOptions } from 'electron';
import { type FileContent, writeFileAtomic } from '../files/atomicWrite';
import { checkOutputFile } from '../files/outputs';
import type { PathGrants } from './pathGrants';

/** Where it was written; null where the user chose no place. Refuses what a file of this kind may not take the place of. */
export async function saveChosen(
  window: BrowserWindow,
  grants: PathGrants,
  options: SaveDialogOptions,
  content: FileContent,
): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, options);
  if (canceled || !filePath) return null;
  await checkOutputFile(filePath, { force: true });
  await writeFileAtomic(filePath, content);
  grants.wrote(filePath);
  return filePath;
}
