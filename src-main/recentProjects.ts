/** The projects opened last, as the settings keep them. */
import type { OpenReport, RecentEntry } from '@shared/ipc/contract';
import { addRecent, type RecentProject } from '@shared/settings';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SettingsFile } from './settings';

/** Puts a project that was opened at the front of the list. */
export async function noteOpened(
  settings: SettingsFile,
  { project }: OpenReport,
  userDataFolder: string,
): Promise<void> {
  const { file, name, imagesFolder, imageCount, importSource } = project;
  const ownFile = dirname(file) === imagesFolder || file.startsWith(userDataFolder);
  const entry: RecentProject = {
    file,
    name,
    imagesFolder,
    ofFolder: importSource === null && ownFile,
    imageCount,
    openedAtMs: Date.now(),
  };
  await settings.update(({ recent }) => ({ recent: addRecent(recent, entry) }));
}

export function listRecent(list: readonly RecentProject[]): RecentEntry[] {
  return list.map((project) => ({ ...project, missing: !existsSync(project.file) }));
}
