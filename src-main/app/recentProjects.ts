/** The projects opened last, as the settings keep them, with a small picture of each. */
import type { OpenReport, RecentEntry } from '@shared/project/types';
import { addRecent, type RecentProject } from '@shared/settings';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Engine } from './engine';
import { writeFileAtomic } from '../files/atomicWrite';
import { listBackups } from '../store/projects/backups';
import { openPicture } from '../images/pictureFile';
import type { SettingsFile } from './settings';

/** Longest side; shown at half of it. */
const pictureSidePx = 96;

const picturesIn = (userDataFolder: string) => join(userDataFolder, 'recent');
const pictureName = (projectFile: string) =>
  `${createHash('sha256').update(projectFile).digest('hex').slice(0, 40)}.jpg`;

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

/** Keeps a picture of the open project's first image, and of no project that is not on the list any more. */
export async function keepPicture(
  { store, vision }: Pick<Engine, 'store' | 'vision'>,
  projectFile: string,
  list: readonly RecentProject[],
  userDataFolder: string,
): Promise<void> {
  const [first] = await store.client.call('image.list', { from: 0, count: 1 });
  if (!first || first.problem !== null) return;
  const { path, root, orientation } = await store.client.call('image.source', { imageId: first.id });
  // Nobody is asked for a small picture: what a link leads out to is not shown.
  const picture = await openPicture(path, root, () => Promise.resolve(false));
  await picture.handle.close();
  // Another project may have been opened meanwhile.
  if ((await store.client.call('project.summary', {})).file !== projectFile) return;
  const source = { path: picture.path, orientation };
  const { jpeg } = await vision.client.call('vision.thumbnail', { source, side: pictureSidePx });
  const folder = picturesIn(userDataFolder);
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(join(folder, pictureName(projectFile)), jpeg);
  const listed = new Set([projectFile, ...list.map(({ file }) => file)].map(pictureName));
  for (const name of await readdir(folder)) if (!listed.has(name)) await rm(join(folder, name), { force: true });
}

export function listRecent(list: readonly RecentProject[], userDataFolder: string): Promise<RecentEntry[]> {
  return Promise.all(
    list.map(async (project) => {
      const jpeg = await readFile(join(picturesIn(userDataFolder), pictureName(project.file))).catch(() => null);
      const picture = jpeg && `data:image/jpeg;base64,${jpeg.toString('base64')}`;
      const backups = listBackups(project.file, userDataFolder);
      return { ...project, missing: !existsSync(project.file), picture, backups };
    }),
  );
}
