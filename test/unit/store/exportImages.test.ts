/** Images copied along with an export: pictures of the images folder, and no other file that a project or a link names. */
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Sqlite } from '../../../src-main/store/database/database';
import { openStore, scratch, writeImage } from './support';

/** A project of five images, and a secret and a picture outside its folder. */
async function project() {
  const place = scratch();
  const folder = join(place, 'images');
  mkdirSync(folder);
  mkdirSync(join(place, 'elsewhere'));
  for (const name of ['good', 'link', 'text', 'up', 'absolute']) await writeImage(join(folder, `${name}.png`), 20, 10);
  await writeImage(join(place, 'elsewhere', 'c.png'), 20, 10);
  writeFileSync(join(place, 'secret.txt'), 'the pass phrase');
  const store = openStore();
  const { project } = await store.call('project.openFolder', { folder });
  await store.call('project.close', {});
  return { place, folder, store, file: project.file };
}

const exported = (place: string, name: string) => join(place, 'out', 'images', 'train', name);

it('what is no picture, or lies outside the folder, is told by its name and the rest is copied', async () => {
  const { place, folder, store, file } = await project();
  const secret = join(place, 'secret.txt');
  for (const name of ['link', 'text']) {
    const from = join(folder, `${name}.png`);
    writeFileSync(join(folder, 'inside.txt'), 'the pass phrase');
    rmSync(from);
    symlinkSync(name === 'link' ? join(place, 'elsewhere', 'c.png') : join(folder, 'inside.txt'), from);
  }
  const db = new Sqlite(file, { mode: 'write' });
  db.run('UPDATE images SET path = ? WHERE file_name = ?', '../secret.txt', 'up.png');
  db.run('UPDATE images SET path = ? WHERE file_name = ?', secret, 'absolute.png');
  db.close();
  await store.call('project.open', { file });
  const job = {
    path: join(place, 'out'),
    format: 'yolo-seg',
    options: {},
    overwrite: 'refuse',
    images: 'copy',
  } as const;
  const { notCopied } = await store.call('project.export', job);
  expect(notCopied).toHaveLength(4);
  expect(notCopied!.join('\n')).toContain(`${secret} is not an image`);
  expect(notCopied!.join('\n')).toContain('link.png is a link to');
  expect(notCopied!.join('\n')).toContain('text.png is not an image');
  expect(notCopied!.join('\n')).toContain('secret.txt lies outside the images folder');
  expect(readFileSync(exported(place, 'good.png'))).toEqual(readFileSync(join(folder, 'good.png')));
  for (const name of ['link', 'text', 'up', 'absolute']) expect(existsSync(exported(place, `${name}.png`))).toBe(false);

  // A folder that the user allowed is followed.
  const again = { ...job, path: join(place, 'again'), linkedFolders: [join(place, 'elsewhere')] };
  expect((await store.call('project.export', again)).notCopied).toHaveLength(3);
  expect(existsSync(join(place, 'again', 'images', 'train', 'link.png'))).toBe(true);
});

it('hard links lead to the picture itself; another picture that is there already stays, and is told', async () => {
  const { place, folder, store, file } = await project();
  await store.call('project.open', { file });
  const exportThere = () =>
    store.call('project.export', {
      path: join(place, 'out'),
      format: 'yolo-seg',
      options: {},
      overwrite: 'any',
      images: 'link',
    });
  expect((await exportThere()).notCopied).toBeUndefined();
  expect(statSync(exported(place, 'good.png')).ino).toBe(statSync(join(folder, 'good.png')).ino);

  rmSync(exported(place, 'up.png'));
  linkSync(join(place, 'secret.txt'), exported(place, 'up.png'));
  await expect(exportThere()).rejects.toThrow(/up\.png cannot be copied: another picture is at .* already/);
  expect(readFileSync(exported(place, 'up.png'), 'utf8')).toBe('the pass phrase');
});

it('a picture of the project is never written over, whatever the format calls its files', async () => {
  const place = scratch();
  const folder = join(place, 'VOC', 'SegmentationClass');
  mkdirSync(folder, { recursive: true });
  await writeImage(join(folder, 'a.png'), 20, 10);
  const before = readFileSync(join(folder, 'a.png'));
  const coco = join(place, 'coco.json');
  const annotation = { id: 1, image_id: 1, category_id: 1, segmentation: [[1, 1, 9, 1, 9, 9]], iscrowd: 0 };
  const images = [{ id: 1, file_name: 'a.png', width: 20, height: 10 }];
  writeFileSync(coco, JSON.stringify({ images, annotations: [annotation], categories: [{ id: 1, name: 'cat' }] }));
  const store = openStore();
  await store.call('project.import', { path: coco, file: join(place, 'p.maskwright'), imagesFolder: folder });
  const job = { path: join(place, 'VOC'), format: 'voc', options: {}, overwrite: 'any' } as const;
  await expect(store.call('project.export', job)).rejects.toThrow(/a\.png is one of the inputs/);
  expect(readFileSync(join(folder, 'a.png'))).toEqual(before);
  expect(existsSync(join(place, 'VOC', 'Annotations'))).toBe(false);
});
