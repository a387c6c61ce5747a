/** What lint says of a project, what a fix does to it and undo takes back, and a broken file that is opened without what is broken. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromErrorData, toErrorData } from '@shared/errors/appError';
import { failure, openStore, scratch, writeImage } from './support';

const ring = [10, 10, 30, 10, 30, 30, 10, 30];
const sound = { image_id: 1, category_id: 1, segmentation: [ring], bbox: [10, 10, 20, 20], area: 400, iscrowd: 0 };
const moved = (by: number) => ({
  segmentation: [ring.map((value, i) => (i % 2 === 0 ? value + by : value))],
  bbox: [10 + by, 10, 20, 20],
});

async function dataset(annotations: readonly object[]): Promise<string> {
  const folder = scratch();
  const file = join(folder, 'instances.json');
  mkdirSync(dirname(file), { recursive: true });
  await writeImage(join(folder, 'a.png'), 100, 80);
  const images = [
    { id: 1, file_name: 'a.png', width: 100, height: 80 },
    { id: 2, file_name: 'gone.png', width: 100, height: 80 },
  ];
  writeFileSync(file, JSON.stringify({ images, categories: [{ id: 1, name: 'cell' }], annotations }));
  return file;
}

const project = () => join(scratch(), 'p.maskwright');

describe('problems of a project', () => {
  it('are named with image and annotation, fixed in one step, and undone as they were', async () => {
    const store = openStore();
    const path = await dataset([
      { id: 1, ...sound },
      { id: 2, ...sound, ...moved(30), area: 55 },
      { id: 3, ...sound, ...moved(80) },
      { id: 4, ...sound },
      { id: 5, ...sound, image_id: 2, segmentation: [[1, 1, 9, 1, 9, 1.1]], area: 0 },
    ]);
    await store.call('project.import', { path, file: project() });
    const { kinds, findings } = await store.call('project.lint', {});
    const places = findings.map(({ code, imageId, annotationId }) => [code, imageId, annotationId]);
    expect(places.sort()).toEqual([
      ['duplicate', 1, 4],
      ['image-missing', 2, undefined],
      ['outside', 1, 3],
      ['stale-area', 1, 2],
      ['zero-area', 2, 5],
    ]);
    expect(kinds.map(({ count }) => count)).toEqual([1, 1, 1, 1, 1]);

    const read = async () => {
      const { snapshot } = await store.call('image.open', { imageId: 1 });
      return snapshot.annotations;
    };
    const before = await read();
    const some = await store.call('project.fix', { codes: ['stale-area'], openImageId: 1 });
    expect([some.annotations, some.images, some.removed, some.patch.updated.length]).toEqual([1, 1, undefined, 1]);
    expect((await read()).map(({ id, area }) => [id, area])).toEqual([[1, 400], [2, 400], [3, 400], [4, 400]]); // prettier-ignore

    const rest = await store.call('project.fix', { openImageId: null });
    expect([rest.annotations, rest.images, rest.removed]).toEqual([3, 2, 2]);
    const after = await store.call('project.lint', {});
    expect(after.kinds.map(({ code }) => code)).toEqual(['image-missing']);
    // The outline is cut at the border; the mask stays.
    const [, , cut] = await read();
    expect(cut.bbox).toEqual([90, 10, 10, 20]);

    await store.call('project.undo', { openImageId: null });
    await store.call('project.undo', { openImageId: null });
    expect(await read()).toEqual(before);
    expect((await store.call('project.fix', { codes: ['mask-size'], openImageId: null })).annotations).toBe(0);
  });

  it('count images where they are about images, each with its own place; a file that was shown elsewhere is there', async () => {
    const store = openStore();
    const folder = scratch();
    mkdirSync(join(folder, 'photos'));
    const names = ['a.png', 'b.png', 'c.png', 'd.png'];
    for (const name of names.slice(0, 3)) await writeImage(join(folder, 'photos', name), 100, 80);
    const images = names.map((file_name, at) => ({ id: at + 1, file_name, width: 100, height: 80 }));
    const path = join(folder, 'instances.json');
    writeFileSync(path, JSON.stringify({ images, categories: [{ id: 1, name: 'cell' }], annotations: [{ id: 1, ...sound, area: 5 }] })); // prettier-ignore
    await store.call('project.import', { path, file: project() });
    const byName = { code: 'image-found-base-name', severity: 'warning', count: 3, annotations: 0, images: 3 };
    const { kinds, images: affected, findings } = await store.call('project.lint', {});
    expect(kinds).toEqual([
      { code: 'image-missing', severity: 'error', count: 1, annotations: 0, images: 1 },
      byName,
      { code: 'stale-area', severity: 'warning', count: 1, annotations: 1, images: 1 },
    ]);
    expect(affected).toBe(4);
    expect(findings.flatMap(({ code, imageId }) => (code === byName.code ? [imageId] : []))).toEqual([1, 2, 3]);

    const elsewhere = scratch();
    await writeImage(join(elsewhere, 'd.png'), 100, 80);
    expect((await store.call('project.relink', { folder: elsewhere })).linked).toBe(1);
    const after = await store.call('project.lint', {});
    expect(after.kinds.map(({ code, count }) => [code, count])).toEqual([
      ['image-found-base-name', 3],
      ['stale-area', 1],
    ]);
  });

  it('a locked annotation is left as it is', async () => {
    const store = openStore();
    await store.call('project.import', { path: await dataset([{ id: 1, ...sound, area: 55 }]), file: project() });
    const [annotation] = (await store.call('image.open', { imageId: 1 })).snapshot.annotations;
    const patch = { added: [], updated: [[annotation, { ...annotation, locked: true }] as const], removed: [] };
    await store.call('document.commit', { imageId: 1, patch, gesture: 'Lock' });
    expect((await store.call('project.fix', { openImageId: null })).annotations).toBe(0);
  });
});

describe('a file with records that cannot be read', () => {
  const broken = [
    { id: 1, ...sound },
    { id: '2', ...sound, ...moved(30) },
    { id: 3, ...sound, segmentation: { size: [80, 100], counts: [5, 5] } },
  ];

  it('is refused with what can be done about it, and opened without them when that is asked for', async () => {
    const store = openStore();
    const path = await dataset(broken);
    const refusal = await failure(store.call('project.import', { path, file: project() }));
    expect(refusal).toMatchObject({
      code: 'bad-input',
      remedy: 'repair',
      place: { pointer: '/annotations/2/segmentation/counts' },
    });
    // Processes tell it each other.
    expect(fromErrorData(toErrorData(refusal))).toMatchObject({ remedy: 'repair' });

    const { project: made, findings } = await store.call('project.import', { path, file: project(), repair: true });
    expect(made.annotationCount).toBe(2);
    const told = findings.filter(({ code }) => code !== 'image-missing').map(({ code, message }) => [code, message]);
    expect(told).toContainEqual(['rle-sum', expect.stringMatching(/: the record was left out$/)]);
    expect(told).toContainEqual(['id-text', 'id "2" → 2']);
  });

  it('what is no JSON at all has no such remedy', async () => {
    const path = join(scratch(), 'cut.json');
    writeFileSync(path, '{"images": [{"id": 1,');
    const refusal = await failure(openStore().call('project.import', { path, file: project(), repair: true }));
    expect(refusal.code).toBe('bad-input');
    expect(refusal.remedy).toBeUndefined();
  });
});
