/** Leaving a project whose file is gone or another's: nothing that is in no file is dropped before the user has said so. */
import { copyFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { FileLoss, OpenReport } from '@shared/project/types';
import type { Engine } from '../../../src-main/app/engine';
import { createLeaving, givesUpShape } from '../../../src-main/app/leaving';
import { PathGrants } from '../../../src-main/app/pathGrants';
import { createRescueHandlers } from '../../../src-main/app/rescueHandlers';
import { added, boxAnnotation, imageFolder, openStore, scratch } from '../store/support';

const SAVE = 0;
const GIVE_UP = 1;
const CANCEL = 2;

/** A project of two boxes, an older copy of it with one, and a user who answers with `response`. */
async function openedProject(response: number, saveAs: string | null = null) {
  const store = openStore();
  const { project } = await store.call('project.openFolder', { folder: await imageFolder(1) });
  const { file } = project;
  const commit = (id: number) =>
    store.call('document.commit', { imageId: 1, patch: added(boxAnnotation(id, 1, id)), gesture: 'box' });
  await commit(1);
  await store.call('project.close', {});
  const other = join(scratch(), 'other');
  copyFileSync(file, other);
  await store.call('project.open', { file });
  await commit(2);

  const state = { path: file as string | null, loss: null as FileLoss | null };
  const engine = {
    store: { client: store, restart: async () => undefined },
    get openProject() {
      return state.path === null ? null : { kind: 'project', path: state.path };
    },
    get projectLoss() {
      return state.loss;
    },
    projectOpened: (report: OpenReport) => Object.assign(state, { path: report.project.file, loss: null }),
    projectClosed: () => Object.assign(state, { path: null, loss: null }),
    leaveProject: () => undefined,
  } as unknown as Engine;
  const asked: { message: string; detail?: string; buttons?: string[] }[] = [];
  const leaving = createLeaving(() => null as never, engine, {
    showMessageBox: async (_window: unknown, options: never) => (asked.push(options), { response }),
    showSaveDialog: async () => ({ canceled: saveAs === null, filePath: saveAs ?? undefined }),
  } as never);
  const grants = new PathGrants(() => ({ recent: [], exportTargets: [] }));
  const rescue = createRescueHandlers(leaving, engine, grants, scratch());
  /** Something happens to the file, and `lost` boxes are drawn after it. */
  const lose = async (lost: number, replace: () => void) => {
    // What was done in the millisecond in which the file was last seen counts as saved.
    const seen = Date.now();
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(seen), { interval: 1 });
    replace();
    state.loss = await store.call('project.watch', {});
    for (let id = 3; id < 3 + lost; id++) await commit(id);
  };
  const idsIn = async (path: string) => {
    const reader = openStore();
    await reader.call('project.open', { file: path });
    return (await reader.call('image.open', { imageId: 1 })).snapshot.annotations.map(({ id }) => id);
  };
  const ids = async () => (await store.call('image.open', { imageId: 1 })).snapshot.annotations.map(({ id }) => id);
  const reopen = () => rescue['app.reopenProject']({}, null as never);
  const openBackup = (backup: string) => rescue['app.openBackup']({ file, backup }, null as never);
  return { file, other, asked, state, leaving, lose, ids, idsIn, reopen, openBackup };
}

test('no copy is made of a project that the user did not name', async () => {
  const { openBackup, other, state, file } = await openedProject(CANCEL);
  await expect(openBackup(other)).rejects.toMatchObject({ code: 'usage', message: `The window may not open ${file}` });
  expect(state.path).toBe(file);
});

test('the other file is not opened while the user has not agreed: nothing is dropped, and they are told how much would be', async () => {
  const { asked, lose, ids, reopen, file, other } = await openedProject(CANCEL);
  await lose(3, () => renameSync(other, file));
  await expect(reopen()).rejects.toMatchObject({ code: 'cancelled' });
  expect(asked).toEqual([
    expect.objectContaining({
      message: 'Open the other file without saving?',
      detail:
        'The project file was replaced by another file. 3 changes since then are only in this window. Save the project elsewhere first to keep everything.',
      buttons: ['Save elsewhere first…', 'Open the other file and lose 3 changes', 'Cancel'],
      defaultId: SAVE,
      cancelId: CANCEL,
    }),
  ]);
  expect(await ids()).toEqual([1, 2, 3, 4, 5]);
});

test('it is opened where they give the changes up', async () => {
  const { lose, ids, reopen, file, other, state } = await openedProject(GIVE_UP);
  await lose(1, () => renameSync(other, file));
  expect((await reopen()).project.file).toBe(file);
  expect(await ids()).toEqual([1]);
  expect(state.path).toBe(file);
});

test('where they save elsewhere first, all of it is there, and the other file is opened', async () => {
  const elsewhere = join(scratch(), 'rescued.maskwright');
  const { lose, ids, idsIn, reopen, file, other } = await openedProject(SAVE, elsewhere);
  await lose(1, () => renameSync(other, file));
  expect((await reopen()).project.file).toBe(file);
  expect(await ids()).toEqual([1]);
  expect(await idsIn(elsewhere)).toEqual([1, 2, 3]);
});

test('where they name no file to save to, the project stays open', async () => {
  const { lose, ids, reopen, file, other } = await openedProject(SAVE, null);
  await lose(1, () => renameSync(other, file));
  await expect(reopen()).rejects.toMatchObject({ code: 'cancelled' });
  expect(await ids()).toEqual([1, 2, 3]);
});

test('what was saved elsewhere is open where the other file is no project, and says why', async () => {
  const elsewhere = join(scratch(), 'rescued.maskwright');
  const { lose, ids, reopen, file, state } = await openedProject(SAVE, elsewhere);
  await lose(1, () => (rmSync(file), writeFileSync(file, 'a note')));
  const { project, findings } = await reopen();
  expect(project.file).toBe(elsewhere);
  expect(findings[0].message).toContain(`${file} is damaged`);
  expect(await ids()).toEqual([1, 2, 3]);
  expect(state.path).toBe(elsewhere);
});

test('a file that was only replaced may be an older one: that is asked too; one that is where it was is not asked about', async () => {
  const { asked, lose, leaving, file, other } = await openedProject(CANCEL);
  await leaving.ask('project');
  expect(asked).toEqual([]);
  await lose(0, () => renameSync(other, file));
  for (const leaveFor of ['project', 'close'] as const) {
    await expect(leaving.ask(leaveFor)).rejects.toMatchObject({ code: 'cancelled' });
  }
  expect(asked.map(({ message }) => message)).toEqual(['Open without saving?', 'Close without saving?']);
  expect(asked[0].detail).toContain('What is open here may be in no other file.');
  expect(asked[0].buttons?.[GIVE_UP]).toBe('Open without saving');
});

test('a deleted file is told as that', async () => {
  const { asked, lose, leaving, file } = await openedProject(CANCEL);
  await lose(2, () => renameSync(file, `${file}.away`));
  await expect(leaving.ask('close')).rejects.toMatchObject({ code: 'cancelled' });
  expect(asked[0].buttons?.[GIVE_UP]).toBe('Close and lose 2 changes');
  expect(asked[0].detail).toContain('The project file was deleted or moved.');
});

test('a window is not left with a shape that waits for its category, unless the user gives the shape up', () => {
  const answers = [0, 1].map((response) =>
    givesUpShape(null as never, { showMessageBoxSync: () => response } as never),
  );
  expect(answers).toEqual([false, true]);
});
