import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isNetworkPath } from '../../../src-main/store/database/networkPath';
import { ProjectStore } from '../../../src-main/store/projects/projectStore';
import { CancelSource } from '@shared/errors/cancellation';
import { mountSmallDisk } from '../../support/smallDisk';
import {
  added,
  boxAnnotation,
  failure,
  filesOf,
  imageFolder,
  openStore,
  scratch,
  withReadOnly,
  writeDataset,
  writeImage,
  exportCoco,
} from './support';

const mini = fileURLToPath(new URL('../../golden/coco-mini/instances.json', import.meta.url));

describe('the project file', () => {
  it('lies beside the images and takes in new ones; missing ones are listed', async () => {
    const folder = await imageFolder(2);
    writeFileSync(join(folder, 'broken.jpg'), 'no image');
    const store = openStore();
    const first = await store.call('project.openFolder', { folder });
    expect(first.project).toMatchObject({ file: join(folder, 'images.maskwright'), name: 'images', imageCount: 2 });
    expect(first.project).toMatchObject({
      imagesFolder: folder,
      readOnly: false,
      importSource: null,
      splits: [],
      lastExport: null,
      lastExportFormat: null,
      lastExportSettings: null,
    });
    expect(first.findings).toMatchObject([{ severity: 'error', file: join(folder, 'broken.jpg') }]);
    await store.call('document.commit', { imageId: 2, patch: added(boxAnnotation(1, 2, 3)), gesture: 'box' });
    await store.call('image.setStatus', { imageId: 2, status: 'done' });
    await writeImage(join(folder, '10.png'), 7, 8);
    rmSync(join(folder, '2.png'));
    const second = await store.call('project.openFolder', { folder });
    expect(second.project).toMatchObject({ imageCount: 3, annotationCount: 1 });
    expect(await store.call('image.list', {})).toMatchObject([
      { id: 1, fileName: '1.png', problem: null },
      { id: 2, fileName: '2.png', problem: { code: 'missing' }, status: 'done', annotationCount: 1 },
      { id: 3, fileName: '10.png', width: 7, height: 8 },
    ]);
    await store.call('project.close', {});
    expect(filesOf(folder).sort()).toEqual(['1.png', '10.png', 'broken.jpg', 'images.maskwright']);
  });

  it('lies in the user data folder where the images cannot be joined', async () => {
    const folder = await imageFolder(1);
    const userDataFolder = scratch();
    await withReadOnly(folder, async () => {
      const store = openStore({ userDataFolder });
      const { project } = await store.call('project.openFolder', { folder });
      expect(project.file.startsWith(userDataFolder)).toBe(true);
      expect(project).toMatchObject({ imagesFolder: folder, readOnly: false });
      await store.call('document.commit', { imageId: 1, patch: added(boxAnnotation(1, 1, 3)), gesture: 'box' });
      const again = openStore({ userDataFolder });
      await store.call('project.close', {});
      expect((await again.call('project.openFolder', { folder })).project.annotationCount).toBe(1);
    });
    expect(filesOf(folder)).toEqual(['1.png']);
  });

  it('is durable by its own connection’s settings', async () => {
    const store = openStore();
    const { project } = await store.call('project.openFolder', { folder: await imageFolder(1) });
    await store.call('project.close', {});
    const direct = ProjectStore.open(project.file, { whenLocked: 'refuse' });
    expect(direct.db.pragma('synchronous')).toBe(2);
    expect(direct.db.pragma('journal_mode')).toBe(isNetworkPath(project.file) ? 'truncate' : 'wal');
    expect(direct.db.pragma('integrity_check')).toBe('ok');
    direct.close();
    expect(isNetworkPath('/proc/self/status')).toBe(false);
  });

  it('has one writer; others read, or are refused', async () => {
    const folder = await imageFolder(1);
    const writer = openStore();
    const { project } = await writer.call('project.openFolder', { folder });
    const reader = openStore();
    const opened = await reader.call('project.open', { file: project.file });
    expect(opened.project.readOnly).toBe(true);
    await writer.call('document.commit', { imageId: 1, patch: added(boxAnnotation(1, 1, 3)), gesture: 'box' });
    expect((await reader.call('image.open', { imageId: 1 })).snapshot.annotations).toHaveLength(1);
    const error = await failure(
      reader.call('document.commit', { imageId: 1, patch: added(boxAnnotation(2, 1, 3)), gesture: 'box' }),
    );
    expect(error.code).toBe('read-only');
    expect(error.hint).toMatch('close the other window');
    const out = await exportCoco(reader);
    expect(existsSync(out)).toBe(true);
    const link = join(scratch(), 'link.maskwright');
    symlinkSync(project.file, link);
    expect((await openStore().call('project.open', { file: link })).project.readOnly).toBe(true);
    const refused = await failure(openStore({ whenLocked: 'refuse' }).call('project.open', { file: project.file }));
    expect(refused.code).toBe('read-only');
    const replaced = await failure(
      openStore().call('project.import', { path: mini, file: project.file, replace: true }),
    );
    expect(replaced.code).toBe('read-only');
    await writer.call('project.close', {});
    await reader.call('project.open', { file: project.file });
    expect((await reader.call('project.summary', {})).readOnly).toBe(false);
  });

  it('can be read where nothing can be written', async () => {
    const folder = await imageFolder(1);
    const store = openStore();
    const { project } = await store.call('project.openFolder', { folder });
    await store.call('document.commit', { imageId: 1, patch: added(boxAnnotation(1, 1, 3)), gesture: 'box' });
    await store.call('project.close', {});
    rmSync(`${project.file}.lock`);
    chmodSync(project.file, 0o444);
    await withReadOnly(folder, async () => {
      const { project: opened } = await store.call('project.open', { file: project.file });
      expect(opened.readOnly).toBe(true);
      expect((await store.call('image.open', { imageId: 1 })).snapshot.annotations).toHaveLength(1);
      await store.call('project.close', {});
    });
  });

  it('with a second name is read and never written, under either of them', async () => {
    const folder = await imageFolder(1);
    const store = openStore();
    const { project } = await store.call('project.openFolder', { folder });
    await store.call('document.commit', { imageId: 1, patch: added(boxAnnotation(1, 1, 3)), gesture: 'box' });
    await store.call('project.close', {});
    const second = join(scratch(), 'second.maskwright');
    linkSync(project.file, second);
    const before = readFileSync(second);
    for (const file of [second, project.file]) {
      const { project: opened } = await store.call('project.open', { file });
      expect(opened).toMatchObject({ readOnly: true, readOnlyReason: 'second-name', annotationCount: 1 });
      const error = await failure(
        store.call('document.commit', { imageId: 1, patch: added(boxAnnotation(2, 1, 3)), gesture: 'box' }),
      );
      expect(error).toMatchObject({ code: 'read-only', hint: 'copy the project to a file of its own' });
      await store.call('project.close', {});
      expect((await failure(openStore({ whenLocked: 'refuse' }).call('project.open', { file }))).message).toContain(
        'has a second name (a hard link)',
      );
    }
    expect(readFileSync(second).equals(before)).toBe(true);
    rmSync(second);
    expect((await store.call('project.open', { file: project.file })).project.readOnly).toBe(false);
  });

  it('says why it cannot be written: its permissions, its folder, or its disk', async () => {
    const folder = await imageFolder(1);
    const store = openStore();
    const { project } = await store.call('project.openFolder', { folder });
    await store.call('project.close', {});
    const reason = async (file = project.file) => {
      const opened = await store.call('project.open', { file });
      await store.call('project.close', {});
      const run = openStore({ whenLocked: 'refuse' });
      const refused = await failure(
        run.call('project.open', { file }).then(() => run.call('category.create', { name: 'x' })),
      );
      return [opened.project.readOnlyReason, refused.code, refused.message];
    };
    await withReadOnly(folder, async () => {
      expect(await reason()).toEqual([
        'read-only-folder',
        'read-only',
        `${project.file} cannot be written: its folder is read-only, and a log is kept beside it`,
      ]);
    });
    const disk = mountSmallDisk(scratch(), 'a read-only disk');
    if (!disk) return;
    try {
      const file = join(disk.folder, 'a.maskwright');
      copyFileSync(project.file, file);
      disk.makeReadOnly();
      expect(await reason(file)).toEqual(['read-only-disk', 'read-only', `${file} is on a read-only disk`]);
    } finally {
      disk.unmount();
    }
  });

  it('is told from other files, and the open project stays open', async () => {
    const store = openStore();
    const { project } = await store.call('project.openFolder', { folder: await imageFolder(1) });
    const folder = scratch();
    const text = join(folder, 'text.maskwright');
    writeFileSync(text, 'this is not a database at all, but a text of some length');
    const empty = join(folder, 'empty.maskwright');
    writeFileSync(empty, '');
    for (const [file, fault] of [
      [text, 'is not a Maskwright project'],
      [empty, 'is empty (0 bytes)'],
    ]) {
      expect((await failure(store.call('project.open', { file }))).message).toBe(`${file} ${fault}`);
    }
    expect(readFileSync(text, 'utf8')).toMatch('this is not a database');
    expect((await failure(store.call('project.open', { file: join(folder, 'none') }))).message).toMatch(
      'does not exist',
    );
    expect(existsSync(join(folder, 'none'))).toBe(false);
    const noImages = await failure(store.call('project.openFolder', { folder }));
    expect(noImages.message).toMatch('has no images');
    expect(
      filesOf(folder)
        .filter((name) => name.endsWith('.maskwright'))
        .sort(),
    ).toEqual(['empty.maskwright', 'text.maskwright']);
    expect((await store.call('project.summary', {})).file).toBe(project.file);
  });
});

describe('a bad dataset', () => {
  it.each([
    ['cut in the middle', readFileSync(mini, 'utf8').slice(0, 60_000), { offset: 60_000 }, 'stops in the middle'],
    [
      'RLE that does not fill its size',
      '{"images":[],"annotations":[{"id":1,"image_id":1,"segmentation":{"size":[4,4],"counts":[1,2,3]}}]}',
      { pointer: '/annotations/0/segmentation/counts' },
      'sum to 6',
    ],
    ['a list of results', '[{"image_id":1}]', {}, 'a list of results'],
    ['no images', '{"annotations":[]}', {}, 'has no "images"'],
    ['bad JSON inside', '{"images":[{"id":1,}]}', { offset: 19, pointer: '/images/0' }, 'not valid JSON'],
  ])('%s is refused with its place and leaves nothing', async (_, text, place, message) => {
    const folder = scratch();
    const cocoFile = writeDataset(text, folder);
    const error = await failure(openStore().call('project.import', { path: cocoFile }));
    expect(error.code).toBe('bad-input');
    expect(error.message).toContain(cocoFile);
    expect(error.message).toContain(message);
    expect(error.place).toMatchObject({ file: cocoFile, ...place });
    expect(filesOf(folder)).toEqual(['instances.json']);
    expect(existsSync(join(folder, `${basename(folder)}.maskwright.lock`))).toBe(false);
  });

  it('is not missed, and a cancelled import leaves nothing', async () => {
    const folder = scratch();
    const missing = await failure(openStore().call('project.import', { path: join(folder, 'none.json') }));
    expect(missing.message).toMatch('none.json does not exist');
    const cocoFile = writeDataset(readFileSync(mini, 'utf8'), folder);
    const signal = new CancelSource();
    const work = openStore().call('project.import', { path: cocoFile }, { signal, onProgress: () => signal.abort() });
    expect((await failure(work)).code).toBe('cancelled');
    expect(filesOf(folder)).toEqual(['instances.json']);
  });

  it('of a file that was opened before is the same project, with the work on it', async () => {
    const folder = scratch();
    const text = '{"images": [{"id": 1, "file_name": "a.png", "width": 20, "height": 10}]}';
    const cocoFile = writeDataset(text, folder);
    const store = openStore();
    const { project } = await store.call('project.openDataset', { path: cocoFile });
    await store.call('document.commit', { imageId: 1, patch: added(boxAnnotation(1, 1, 3)), gesture: 'box' });
    // Open in the same process, and closed.
    for (const reader of [store, openStore()]) {
      const again = await reader.call('project.openDataset', { path: cocoFile });
      expect(again).toMatchObject({ project: { file: project.file, annotationCount: 1 }, findings: [] });
      await reader.call('project.close', {});
    }
    writeFileSync(cocoFile, `${text}\n`);
    const changed = await store.call('project.openDataset', { path: cocoFile });
    expect(changed.project.annotationCount).toBe(1);
    expect(changed.findings).toEqual([
      { severity: 'warning', file: cocoFile, message: expect.stringContaining('instances.json has changed') },
    ]);
  });

  it('of another file over the same images is another project; neither touches the other', async () => {
    const folder = scratch();
    const text = '{"images": [{"id": 1, "file_name": "a.png", "width": 20, "height": 10}]}';
    const first = writeDataset(text, folder);
    const second = join(folder, 'second.json');
    writeFileSync(second, text);
    const store = openStore();
    const one = await store.call('project.openDataset', { path: first });
    await store.call('document.commit', { imageId: 1, patch: added(boxAnnotation(1, 1, 3)), gesture: 'box' });
    const two = await store.call('project.openDataset', { path: second });
    expect(two.project).toMatchObject({ annotationCount: 0, importSource: second });
    expect(two.project.file).toBe(one.project.file.replace('.maskwright', '-2.maskwright'));
    const files = [];
    for (const cocoFile of [first, second])
      files.push((await store.call('project.openDataset', { path: cocoFile })).project);
    expect(files).toMatchObject([
      { file: one.project.file, annotationCount: 1 },
      { file: two.project.file, annotationCount: 0 },
    ]);
  });

  it('does not replace a project unless told', async () => {
    const folder = scratch();
    const cocoFile = writeDataset('{"images": [{"id": 1, "file_name": "a.png", "width": 20, "height": 10}]}', folder);
    const store = openStore();
    const { project } = await store.call('project.import', { path: cocoFile });
    await store.call('document.commit', { imageId: 1, patch: added(boxAnnotation(1, 1, 3)), gesture: 'box' });
    expect((await failure(store.call('project.import', { path: cocoFile }))).message).toMatch('a project at');
    expect((await store.call('project.summary', {})).annotationCount).toBe(1);
    const again = await store.call('project.import', { path: cocoFile, replace: true });
    expect(again.project).toMatchObject({ file: project.file, annotationCount: 0, readOnly: false });
    expect((await store.call('image.open', { imageId: 1 })).history).toEqual({ undo: 0, redo: 0 });
  });
});

describe('an export', () => {
  async function imported() {
    const folder = scratch();
    const cocoFile = writeDataset('{"images": [{"id": 1, "file_name": "a.png", "width": 20, "height": 10}]}', folder);
    const store = openStore();
    const { project } = await store.call('project.import', { path: cocoFile });
    const save = (file: string, overwrite: 'refuse' | 'export' | 'any') =>
      store.call('project.export', { path: file, format: 'coco', options: {}, overwrite });
    return { folder, cocoFile, store, project, save };
  }

  it('never replaces the import source without being told, by whatever name', async () => {
    const { folder, cocoFile, save, store } = await imported();
    const before = readFileSync(cocoFile, 'utf8');
    const linked = join(folder, 'linked.json');
    linkSync(cocoFile, linked);
    for (const file of [cocoFile, join(folder, '.', 'instances.json'), linked]) {
      for (const overwrite of ['refuse', 'export'] as const) {
        const error = await failure(save(file, overwrite));
        expect(error.message).toMatch('imported from');
        expect(error.hint).toMatch('another file');
      }
    }
    expect(readFileSync(cocoFile, 'utf8')).toBe(before);
    await save(cocoFile, 'any');
    expect(JSON.parse(readFileSync(cocoFile, 'utf8'))).toEqual(JSON.parse(before));
    expect((await store.call('project.summary', {})).lastExport).toBe(cocoFile);
  });

  it('replaces an earlier export of its own, and nothing else, unless told', async () => {
    const { folder, save, project } = await imported();
    const own = join(folder, 'out.json');
    const other = join(folder, 'other.json');
    writeFileSync(other, 'mine');
    await save(own, 'export');
    await save(own, 'export');
    expect((await failure(save(own, 'refuse'))).message).toMatch('exists already');
    expect((await failure(save(other, 'export'))).message).toMatch('was not written by this project');
    expect(readFileSync(other, 'utf8')).toBe('mine');
    await save(other, 'any');
    for (const file of [project.file, `${project.file}-wal`, `${project.file}.lock`]) {
      expect((await failure(save(file, 'any'))).message).toMatch('is the project itself');
    }
  });

  it('that cannot be written says so and leaves nothing', async () => {
    const { folder, save, store } = await imported();
    const notFolder = join(folder, 'file', 'out.json');
    writeFileSync(dirname(notFolder), 'x');
    expect((await failure(save(notFolder, 'refuse'))).code).toBe('bad-input');
    mkdirSync(join(folder, 'sub'));
    expect((await failure(save(join(folder, 'sub'), 'any'))).message).toMatch('is a folder');
    expect((await failure(save(join(folder, 'sub'), 'export'))).message).toMatch('is a folder');
    // Nobody, root included, can make files there.
    if (existsSync('/proc/self')) {
      const error = await failure(save('/proc/self/out.json', 'refuse'));
      expect(error.code).toBe('bad-input');
      expect(error.hint).toBeTruthy();
    }
    const signal = new CancelSource();
    signal.abort();
    const cancelled = store.call(
      'project.export',
      { path: join(folder, 'sub', 'x.json'), format: 'coco', options: { masks: 'rle' }, overwrite: 'refuse' },
      { signal },
    );
    expect((await failure(cancelled)).code).toBe('cancelled');
    expect(filesOf(join(folder, 'sub'))).toEqual([]);
    expect((await store.call('project.summary', {})).lastExport).toBeNull();
  });
});
