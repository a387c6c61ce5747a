/** Damaged project files: read, never written; what can be read is saved as a new project; copies are made by themselves. */
import {
  copyFileSync,
  linkSync,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Sqlite } from '../../../src-main/store/database/database';
import { isBackupDue, listBackups, makeBackup } from '../../../src-main/store/projects/backups';
import type { Progress } from '@shared/errors/work';
import { mountSmallDisk } from '../../support/smallDisk';
import { added, boxAnnotation, failure, imageFolder, openStore, scratch, type Store } from './support';

const pageSize = 4096;

const commit = (store: Store, id: number, x = id % 16) =>
  store.call('document.commit', { imageId: 1, patch: added(boxAnnotation(id, 1, x)), gesture: 'box' });
const idsOf = async (store: Store) =>
  (await store.call('image.open', { imageId: 1 })).snapshot.annotations.map(({ id }) => id);

/** A closed project with this many annotations, so that they fill many pages. */
async function project(count: number): Promise<{ file: string; folder: string }> {
  const folder = await imageFolder(1);
  const store = openStore();
  const { project } = await store.call('project.openFolder', { folder });
  const all = Array.from({ length: count }, (_, i) =>
    boxAnnotation(i + 1, 1, i % 16, { extra: { note: 'x'.repeat(200) } }),
  );
  await store.call('document.commit', { imageId: 1, patch: added(...all), gesture: 'many' });
  await store.call('project.close', {});
  return { file: project.file, folder };
}

function overwritePage(file: string, page: number): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(pageSize, 0xa5), 0, pageSize, (page - 1) * pageSize);
  closeSync(handle);
}

/** A leaf page of the annotations in the middle of the file. */
function annotationsPage(file: string): number {
  const db = new Sqlite(file, { mode: 'frozen' });
  const pages = db.rows<readonly [number]>(
    "SELECT pageno FROM dbstat WHERE name = 'annotations' AND pagetype = 'leaf'",
  );
  db.close();
  return pages[Math.floor(pages.length / 2)][0];
}

/** As after a crash: a log with something in it lies beside the file. */
async function leaveOpen(file: string): Promise<{ file: string; log: string }> {
  const copy = join(scratch(), 'left.maskwright');
  const store = openStore();
  await store.call('project.open', { file });
  await commit(store, 9001);
  copyFileSync(file, copy);
  copyFileSync(`${file}-wal`, `${copy}-wal`);
  await store.call('project.close', {});
  return { file: copy, log: `${copy}-wal` };
}

const bytesOf = (file: string) => readFileSync(file).toString('base64');

describe('a project that was left open', () => {
  it('and is whole is checked, with progress, and opened for writing', async () => {
    const { file } = await leaveOpen((await project(3)).file);
    const told: Progress[] = [];
    const store = openStore();
    const { project: opened } = await store.call(
      'project.open',
      { file },
      { onProgress: (progress) => told.push(progress) },
    );
    expect(opened).toMatchObject({ readOnly: false, damage: null });
    expect(told.map(({ text }) => text)).toEqual(['Checking the project file']);
    expect(await idsOf(store)).toEqual([1, 2, 3, 9001]);
    await store.call('project.close', {});
    told.length = 0;
    await store.call('project.open', { file }, { onProgress: (progress) => told.push(progress) });
    expect(told).toEqual([]);
  });

  it('where it cannot be written is read with its log, which stays as it is', async () => {
    const { file, log } = await leaveOpen((await project(3)).file);
    const name = join(scratch(), 'second.maskwright');
    linkSync(file, name);
    const look = async (path: string, reason: string) => {
      const before = [bytesOf(path), bytesOf(`${path}-wal`)];
      const store = openStore();
      const { project: opened } = await store.call('project.open', { file: path });
      expect(opened).toMatchObject({ file: path, readOnlyReason: reason, damage: null });
      expect(await idsOf(store)).toEqual([1, 2, 3, 9001]);
      const to = { path: join(scratch(), 'out.json'), format: 'coco', options: {}, overwrite: 'refuse' } as const;
      expect((await store.call('project.export', to)).annotations).toBe(4);
      await store.call('project.close', {});
      expect([bytesOf(path), bytesOf(`${path}-wal`)]).toEqual(before);
      expect(readdirSync(dirname(path)).filter((each) => each.endsWith('.tmp'))).toEqual([]);
    };
    await look(file, 'second-name');

    const disk = mountSmallDisk(scratch(), 'a read-only disk');
    if (!disk) return;
    try {
      const onDisk = join(disk.folder, 'a.maskwright');
      copyFileSync(file, onDisk);
      copyFileSync(log, `${onDisk}-wal`);
      disk.makeReadOnly();
      await look(onDisk, 'read-only-disk');
    } finally {
      disk.unmount();
    }
  });

  it('and cannot be written or opened leaves nothing beside it, and its own name is told', async () => {
    const { file } = await leaveOpen((await project(3)).file);
    linkSync(file, join(scratch(), 'second.maskwright'));
    const handle = openSync(file, 'r+');
    // user_version, as a newer program would set it.
    writeSync(handle, Buffer.from([0, 0, 0x27, 0x0f]), 0, 4, 60);
    closeSync(handle);
    const opened = openStore().call('project.open', { file });
    await expect(opened).rejects.toMatchObject({
      message: expect.stringContaining(`${file} was written by a newer`),
      place: { file },
    });
    expect(readdirSync(dirname(file)).filter((each) => each.includes('.tmp'))).toEqual([]);
  });

  it('and has a page overwritten is opened read-only, says which part, and is left as it is', async () => {
    const { file, log } = await leaveOpen((await project(400)).file);
    overwritePage(file, annotationsPage(file));
    const before = [bytesOf(file), bytesOf(log)];
    const store = openStore();
    const { project: opened } = await store.call('project.open', { file });
    expect(opened).toMatchObject({ readOnly: true, readOnlyReason: 'damaged' });
    expect(opened.damage).toBe('the annotations cannot be read in full');
    const refused = await failure(commit(store, 9002));
    expect(refused.code).toBe('bad-input');
    expect(refused.message).toBe(`${file} is damaged: the annotations cannot be read in full`);
    const { integrity } = await store.call('project.diagnostics', { integrity: true });
    expect(integrity).not.toBe('ok');
    expect(integrity!.length).toBeGreaterThan(5);

    const elsewhere = join(scratch(), 'saved.maskwright');
    const report = await store.call('project.saveElsewhere', { file: elsewhere });
    expect(report.project).toMatchObject({ file: elsewhere, readOnly: false, damage: null });
    const ids = await idsOf(store);
    expect(ids).toContain(1);
    expect(ids).toContain(9001);
    expect(ids.length).toBeGreaterThan(300);
    expect(ids.length).toBeLessThan(401);
    expect(report.findings[0].message).toContain(`${ids.length} of 401 annotations on 1 image could be saved`);
    expect((await store.call('project.diagnostics', { integrity: true })).integrity).toBe('ok');
    await commit(store, 9500);
    const out = join(scratch(), 'out.json');
    const exported = await store.call('project.export', {
      path: out,
      format: 'coco',
      options: {},
      overwrite: 'refuse',
    });
    expect(exported.annotations).toBe(ids.length + 1);
    await store.call('project.close', {});
    expect([bytesOf(file), bytesOf(log)]).toEqual(before);

    const run = await failure(openStore({ whenLocked: 'refuse' }).call('project.open', { file }));
    expect(run.code).toBe('bad-input');
    expect(run.message).toContain('is damaged: the annotations');
    expect([bytesOf(file), bytesOf(log)]).toEqual(before);
  });

  it('has the log of another file beside it: that is said, and neither of them is touched', async () => {
    const other = await leaveOpen((await project(700)).file);
    const { file } = await project(30);
    copyFileSync(other.log, `${file}-wal`);
    const before = [bytesOf(file), bytesOf(`${file}-wal`)];
    const store = openStore();
    const { project: opened } = await store.call('project.open', { file });
    expect(opened).toMatchObject({
      readOnlyReason: 'damaged',
      damage: 'the log beside it (-wal) belongs to another file',
    });
    expect((await idsOf(store)).length).toBe(30);
    const elsewhere = join(scratch(), 'saved.maskwright');
    await store.call('project.saveElsewhere', { file: elsewhere });
    expect((await idsOf(store)).length).toBe(30);
    await store.call('project.close', {});
    expect([bytesOf(file), bytesOf(`${file}-wal`)]).toEqual(before);
  });
});

it('a project that was cut short is told from a whole one, though it was closed well', async () => {
  const { file } = await project(400);
  truncateSync(file, statSync(file).size - 8 * pageSize);
  const store = openStore();
  const { project: opened } = await store.call('project.open', { file });
  expect(opened.readOnlyReason).toBe('damaged');
  expect(opened.damage).not.toBeNull();
});

it('a project of which nearly nothing is left gets a sentence, and no copy of it stays behind', async () => {
  const { file, folder } = await project(3);
  truncateSync(file, 2 * pageSize);
  const error = await failure(openStore().call('project.open', { file }));
  expect(error.code).toBe('bad-input');
  expect(error.message).toBe(`${file} is damaged: too little of it can be read to open it`);
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

it.each([
  ['cut to two pages', (file: string) => truncateSync(file, 2 * pageSize)],
  ['cut to nothing', (file: string) => truncateSync(file, 0)],
  ['without its first page', (file: string) => overwritePage(file, 1)],
])('a project %s: the newest copy is named with the error, and opens', async (_what, harm) => {
  const { file } = await project(30);
  const userDataFolder = scratch();
  const store = openStore({ userDataFolder });
  await store.call('project.open', { file });
  await store.call('project.close', {});
  const [copy] = listBackups(file, userDataFolder);
  harm(file);
  const error = await failure(store.call('project.open', { file }));
  expect(error).toMatchObject({
    code: 'bad-input',
    remedy: 'copy',
    message: `${file} is damaged: too little of it can be read to open it`,
  });
  expect(error.hint).toContain(copy.path);
  const restored = join(scratch(), 'restored.maskwright');
  copyFileSync(copy.path, restored);
  await store.call('project.open', { file: restored });
  expect(await idsOf(store)).toHaveLength(30);
  // Without copies it may be any file.
  const other = await failure(openStore().call('project.open', { file }));
  expect(other.remedy).toBeUndefined();
});

describe('copies of a project', () => {
  it('are made at opening when a day has passed since the last one and something was done, newest five', async () => {
    const { file } = await project(3);
    const userDataFolder = scratch();
    const backups = () => listBackups(file, userDataFolder);
    const open = async () => {
      const store = openStore({ userDataFolder });
      await store.call('project.open', { file });
      return store;
    };
    await (await open()).call('project.close', {});
    expect(backups()).toHaveLength(1);
    const store = await open();
    await commit(store, 50);
    await store.call('project.close', {});
    await (await open()).call('project.close', {});
    expect(backups()).toHaveLength(1);

    const yesterday = Date.now() / 1000 - 26 * 3600;
    utimesSync(backups()[0].path, yesterday, yesterday);
    // As if another window removed one between two looks.
    symlinkSync(join(userDataFolder, 'nowhere'), join(dirname(backups()[0].path), 'gone.maskwright'));
    await (await open()).call('project.close', {});
    expect(backups()).toHaveLength(2);
    // The older one is what the project was then.
    const old = openStore();
    const restored = join(scratch(), 'restored.maskwright');
    copyFileSync(backups()[1].path, restored);
    await old.call('project.open', { file: restored });
    expect(await idsOf(old)).toEqual([1, 2, 3]);
    await old.call('project.close', {});
    copyFileSync(backups()[0].path, restored);
    await old.call('project.open', { file: restored });
    expect(await idsOf(old)).toEqual([1, 2, 3, 50]);
  });

  it('stay within their number and their bytes, and are no reason not to open', async () => {
    const { file } = await project(3);
    const userDataFolder = scratch();
    const db = new Sqlite(file, { mode: 'write' });
    const size = statSync(file).size;
    const age = () => {
      for (const { path, atMs } of listBackups(file, userDataFolder)) {
        const at = atMs / 1000 - 3600;
        utimesSync(path, at, at);
        // Each has a name of its own second.
        copyFileSync(path, path.replace(/\.maskwright$/, `-${at}.maskwright`));
        utimesSync(path.replace(/\.maskwright$/, `-${at}.maskwright`), at, at);
        rmSync(path);
      }
    };
    for (let i = 0; i < 7; i++) {
      expect(makeBackup(db, userDataFolder, { count: 5, bytes: 100 * size })).toBe(true);
      age();
    }
    expect(listBackups(file, userDataFolder)).toHaveLength(5);
    expect(makeBackup(db, userDataFolder, { count: 5, bytes: 3.5 * size })).toBe(true);
    expect(listBackups(file, userDataFolder).length).toBeLessThanOrEqual(3);
    expect(makeBackup(db, userDataFolder, { count: 5, bytes: size })).toBe(false);
    expect(isBackupDue(db, userDataFolder)).toBe(false);
    db.close();
    expect(readdirSync(join(userDataFolder, 'backups'))).toHaveLength(1);
    // A file where the folder should be.
    const store = openStore({ userDataFolder: join(file, 'none') });
    expect((await store.call('project.open', { file })).project.readOnly).toBe(false);
  });
});
