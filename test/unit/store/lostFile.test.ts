/** A project file that is deleted, replaced or written into while it is open: what is open stays whole, and is never called saved. */
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CancelSource } from '@shared/errors/cancellation';
import { added, boxAnnotation, failure, filesOf, imageFolder, openStore, scratch, type Store } from './support';

const commit = (store: Store, id: number) =>
  store.call('document.commit', { imageId: 1, patch: added(boxAnnotation(id, 1, id)), gesture: 'box' });
const idsOf = async (store: Store) =>
  (await store.call('image.open', { imageId: 1 })).snapshot.annotations.map(({ id }) => id);

async function openProject(): Promise<{ store: Store; file: string; folder: string }> {
  const folder = await imageFolder(1);
  const store = openStore();
  const { project } = await store.call('project.openFolder', { folder });
  await commit(store, 1);
  return { store, file: project.file, folder };
}

function removeAll(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '.lock']) rmSync(file + suffix, { force: true });
}

/** A copy of the project as a backup program makes it: closed, one file. */
async function backupOf(store: Store, file: string): Promise<string> {
  await store.call('project.close', {});
  const backup = join(scratch(), 'backup');
  copyFileSync(file, backup);
  await store.call('project.open', { file });
  return backup;
}

describe('the file of an open project', () => {
  it('is watched: whoever asks hears of its loss without doing anything, and before the next answer', async () => {
    const { store, file } = await openProject();
    const told: (string | null)[] = [];
    const watching = store.call('project.watch', {}).then((loss) => told.push(loss));
    await commit(store, 2);
    expect(told).toEqual([]);
    removeAll(file);
    await commit(store, 3);
    expect(told).toEqual(['deleted']);
    await watching;

    const other = await openProject();
    const idle = other.store.call('project.watch', {});
    removeAll(other.file);
    expect(await idle).toBe('deleted');
  });

  it('is told to be there again, or to be another one by now, to whoever knows of its loss', async () => {
    const { store, file } = await openProject();
    renameSync(file, `${file}.away`);
    expect(await store.call('project.watch', {})).toBe('deleted');
    await commit(store, 2);
    const back = store.call('project.watch', { known: 'deleted' });
    renameSync(`${file}.away`, file);
    expect(await back).toBeNull();
    await commit(store, 3);
    await store.call('project.close', {});
    await store.call('project.open', { file });
    const { snapshot } = await store.call('image.open', { imageId: 1 });
    expect(snapshot.annotations.map(({ id }) => id)).toEqual([1, 2, 3]);

    renameSync(file, `${file}.away`);
    expect(await store.call('project.watch', {})).toBe('deleted');
    copyFileSync(`${file}.away`, file);
    expect(await store.call('project.watch', { known: 'deleted' })).toBe('replaced');
  });

  it('when closed ends the watch, and a watch can be given up', async () => {
    const { store } = await openProject();
    const signal = new CancelSource();
    const given = store.call('project.watch', {}, { signal });
    signal.abort();
    expect((await failure(given)).code).toBe('cancelled');
    const watching = store.call('project.watch', {});
    await store.call('project.close', {});
    expect((await failure(watching)).code).toBe('cancelled');
  });

  it.each(['deleted', 'replaced', 'changed'] as const)(
    '%s: nothing is lost, and all of it is saved elsewhere',
    async (loss) => {
      const { store, file, folder } = await openProject();
      const backup = await backupOf(store, file);
      await commit(store, 2);
      if (loss === 'deleted') removeAll(file);
      if (loss === 'replaced') renameSync(backup, file);
      if (loss === 'changed') writeFileSync(file, Buffer.concat([readFileSync(backup), Buffer.alloc(4096)]));
      await commit(store, 3);
      expect(await store.call('project.watch', {})).toBe(loss);
      expect(await idsOf(store)).toEqual([1, 2, 3]);

      const elsewhere = join(scratch(), 'rescued.maskwright');
      const { project } = await store.call('project.saveElsewhere', { file: elsewhere });
      expect(project).toMatchObject({ file: elsewhere, readOnly: false, imagesFolder: folder, annotationCount: 3 });
      expect(await idsOf(store)).toEqual([1, 2, 3]);
      await commit(store, 4);
      expect((await store.call('project.diagnostics', { integrity: true })).integrity).toBe('ok');
      expect(filesOf(join(elsewhere, '..')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
      await store.call('project.close', {});
      await store.call('project.open', { file: elsewhere });
      expect(await idsOf(store)).toEqual([1, 2, 3, 4]);
    },
  );

  it('replaced by a backup opens as the backup, untouched by what was open before', async () => {
    const { store, file, folder } = await openProject();
    const backup = await backupOf(store, file);
    await commit(store, 2);
    const bytes = readFileSync(backup);
    renameSync(backup, file);
    await commit(store, 3);
    await store.call('project.close', {});
    expect(readFileSync(file).equals(bytes)).toBe(true);
    // What was not in any file is kept beside, not played into the backup.
    expect(readdirSync(folder).filter((name) => name.endsWith('-aside'))).toHaveLength(1);
    await store.call('project.open', { file });
    expect(await idsOf(store)).toEqual([1]);
  });

  it('deleted leaves nothing behind that a new project of the name would take for its own', async () => {
    const { store, file, folder } = await openProject();
    removeAll(file);
    await commit(store, 2);
    const again = openStore();
    await again.call('project.openFolder', { folder });
    await store.call('project.close', {});
    expect(existsSync(file)).toBe(true);
    await commit(again, 1);
    await again.call('project.close', {});
    await again.call('project.open', { file });
    expect(await idsOf(again)).toEqual([1]);
  });

  it('without its log mends itself: everything is in the file before the next gesture is', async () => {
    const { store, file } = await openProject();
    rmSync(`${file}-wal`);
    await commit(store, 2);
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
    // As a crash would leave it.
    const copy = join(scratch(), 'copy.maskwright');
    copyFileSync(file, copy);
    copyFileSync(`${file}-wal`, `${copy}-wal`);
    const other = openStore();
    await other.call('project.open', { file: copy });
    expect(await idsOf(other)).toEqual([1, 2]);
  });

  it('keeps others out after its lock file was deleted, and hears of one who was quicker', async () => {
    const { store, file } = await openProject();
    rmSync(`${file}.lock`);
    await commit(store, 2);
    const other = openStore();
    expect((await other.call('project.open', { file })).project.readOnly).toBe(true);
    await other.call('project.close', {});
    rmSync(`${file}.lock`);
    expect((await other.call('project.open', { file })).project.readOnly).toBe(false);
    await commit(store, 3);
    expect(await store.call('project.watch', {})).toBe('changed');
  });

  it('of a run on the command line ends the run: it acknowledges nothing that is not in the project', async () => {
    const folder = await imageFolder(1);
    const run = openStore({ whenLocked: 'refuse' });
    const { project } = await run.call('project.openFolder', { folder });
    removeAll(project.file);
    const error = await failure(commit(run, 1));
    expect(error.code).toBe('bad-input');
    expect(error.message).toBe(
      `${project.file} was deleted or moved while it was open: what was done since is not in it`,
    );
  });
});
