/** What is drawn on images whose files have come back at another size: scaled as one step, and taken back to the letter. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decode } from '@shared/mask';
import { segmentationToRle } from '@shared/document/segmentation';
import { runInProcess } from '../../support/cliInProcess';
import { withRecordSize } from '@shared/dataset/recordSize';
import {
  added,
  boxAnnotation,
  exportCoco,
  failure,
  imageFolder,
  openStore,
  proposals,
  scratch,
  type Store,
  textsOf,
  writeDataset,
  writeImage,
} from './support';

const rescale = (store: Store, imageIds: readonly number[] | null = null) =>
  store.call('project.rescale', { imageIds, openImageId: null });
const opened = (store: Store, imageId = 1) => store.call('image.open', { imageId });
const polygon = [2, 1, 8, 1, 8, 6, 2, 6];

/** Three images of 20 x 10 from a COCO file, each with a polygon, a mask and a box with keypoints. */
async function imported() {
  const folder = await imageFolder(3);
  const images = [1, 2, 3].map((id) => ({ id, file_name: `${id}.png`, width: 20, height: 10, camera: 'north' }));
  const annotations = images.flatMap(({ id }) => [
    { id: id * 10, image_id: id, category_id: 1, segmentation: [polygon], bbox: [2, 1, 6, 5], area: 30, iscrowd: 0 },
    { id: id * 10 + 1, image_id: id, category_id: 1, segmentation: { size: [10, 20], counts: [22, 3, 7, 3, 165] } },
    { id: id * 10 + 2, image_id: id, category_id: 1, bbox: [4, 2, 6, 3], area: 18, keypoints: [5, 3, 2, 8, 4, 1] },
  ]);
  const file = writeDataset(JSON.stringify({ images, annotations, categories: [{ id: 1, name: 'cell' }] }));
  const store = openStore();
  const { project } = await store.call('project.import', { path: file, imagesFolder: folder });
  return { store, folder, file, project };
}

describe('images that were scaled outside', () => {
  it('are scaled in one step of the project: corners, masks, boxes and keypoints, and the records say so', async () => {
    const { store, folder, file } = await imported();
    const before = await Promise.all([1, 2, 3].map((id) => opened(store, id)));
    await writeImage(join(folder, '1.png'), 40, 20);
    await writeImage(join(folder, '2.png'), 10, 5);
    const report = await rescale(store);
    expect(report).toMatchObject({ title: 'Scale annotations', annotations: 6, images: 2, otherShape: [] });
    expect(report.resized).toEqual([1, 2]);

    const { image, snapshot } = await opened(store);
    expect(image).toMatchObject({ width: 40, height: 20, problem: null });
    expect(image.changed).toBeUndefined();
    expect(snapshot.size).toEqual([20, 40]);
    const [ring, mask, box] = snapshot.annotations;
    expect(ring.segmentation).toEqual({
      kind: 'polygons',
      parts: [{ outer: polygon.map((value) => value * 2), holes: [] }],
    });
    expect(ring).toMatchObject({ area: 120, bbox: [4, 2, 12, 10] });
    const small = decode(segmentationToRle(before[0].snapshot.annotations[1].segmentation!, [10, 20]));
    const large = decode(segmentationToRle(mask.segmentation!, [20, 40]));
    expect(large).toEqual(
      Uint8Array.from(large, (_, at) => small[Math.floor(at / 80) * 20 + Math.floor((at % 40) / 2)]),
    );
    expect(box).toMatchObject({ bbox: [8, 4, 12, 6], area: 72, extra: { keypoints: [10, 6, 2, 16, 8, 1] } });
    // The third image is as it came.
    expect(await opened(store, 3)).toEqual(before[2]);

    const out = textsOf(await exportCoco(store));
    expect(out.records.images[0]).toBe('{"id":1,"file_name":"1.png","width":40,"height":20,"camera":"north"}');
    expect(out.records.images[2]).toBe(textsOf(file).records.images[2]);
    expect(out.records.annotations.slice(6)).toEqual(textsOf(file).records.annotations.slice(6));
  });

  it('and back, after a restart too: every record, proposal, draft and step of undo is as it was, and again', async () => {
    const { store, folder, file, project } = await imported();
    await store.call('document.commit', { imageId: 1, patch: added(boxAnnotation(1, 1, 3)), gesture: 'box' });
    await store.call('proposals.put', { imageId: 1, result: proposals([0.7]), categoryName: 'cell' });
    await store.call('draft.put', { imageId: 1, draft: { key: 'k', tool: 'polygon', data: '{"points":[1,2]}' } });
    const { image, fileStamp: _before, ...drawn } = await opened(store);
    await writeImage(join(folder, '1.png'), 40, 20);
    expect((await rescale(store, [1])).proposals).toBe(1);
    const scaled = await opened(store);
    expect(scaled).toMatchObject({ proposals: [], drafts: [], history: { undo: 0, redo: 0 } });
    expect(scaled.snapshot.annotations).toHaveLength(4);

    await store.call('project.close', {});
    await store.call('project.open', { file: project.file });
    expect(await store.call('project.undo', { openImageId: null })).toMatchObject({ annotations: 4, resized: [1] });
    // The file itself stays as it was scaled.
    const { image: back, fileStamp: _after, ...restored } = await opened(store);
    expect(restored).toEqual(drawn);
    expect(back).toMatchObject({ width: image.width, height: image.height, proposalCount: 1 });
    expect(back.problem).toEqual({ code: 'size', file: [40, 20], stated: [20, 10] });
    await store.call('project.redo', { openImageId: null });
    expect((await opened(store)).snapshot).toEqual(scaled.snapshot);

    await store.call('project.undo', { openImageId: null });
    await store.call('document.undo', { imageId: 1 });
    const out = await exportCoco(store);
    expect(textsOf(out).records).toEqual(textsOf(file).records);
  });

  it('are not taken back over what was drawn on them since, with a sentence', async () => {
    const { store, folder } = await imported();
    await writeImage(join(folder, '1.png'), 40, 20);
    await rescale(store);
    const { annotations } = (await opened(store)).snapshot;
    const removed = { added: [], updated: [], removed: [annotations[0]] };
    await store.call('document.commit', { imageId: 1, patch: removed, gesture: 'delete' });
    const error = await failure(store.call('project.undo', { openImageId: null }));
    expect(error.message).toBe('1.png was worked on since its annotations were scaled');
    expect(error.hint).toBe('undo that on the image first');
    expect((await opened(store)).snapshot.annotations).toHaveLength(2);
    await store.call('document.undo', { imageId: 1 });
    await store.call('project.undo', { openImageId: null });
    expect((await opened(store)).image).toMatchObject({ width: 20, height: 10 });
  });

  it('that were cut or turned are left as they are, and named', async () => {
    const { store, folder } = await imported();
    await writeImage(join(folder, '1.png'), 10, 20);
    await writeImage(join(folder, '2.png'), 30, 15);
    const report = await rescale(store);
    expect(report).toMatchObject({ images: 1, otherShape: ['1.png'] });
    expect((await opened(store)).image.problem).toMatchObject({ code: 'size' });
    expect(report.history.undo).toBe(1);
    expect((await rescale(store)).history.undo).toBe(1);
  });

  it('are scaled by the command line, which the window can undo; a damaged or missing project is told', async () => {
    const { store, folder, project } = await imported();
    await store.call('project.close', {});
    await writeImage(join(folder, '1.png'), 40, 20);
    await writeImage(join(folder, '2.png'), 20, 20);
    const done = await runInProcess('rescale', project.file);
    expect(done).toMatchObject({ code: 0, stdout: `${project.file}: 3 annotations on 1 image scaled\n` });
    expect(done.stderr).toContain('left as it is: 2.png was cut or turned, or is another picture');
    await store.call('project.open', { file: project.file });
    expect((await opened(store)).image).toMatchObject({ width: 40, problem: null });
    expect((await runInProcess('rescale', project.file)).code).toBe(3);
    expect(await store.call('project.undo', { openImageId: null })).toMatchObject({ annotations: 3 });
    expect((await runInProcess('rescale', join(folder, 'none.maskwright'))).code).toBe(3);
  });

  it('are found again by relinking: a file of the name and of the size that was annotated', async () => {
    const { store, folder } = await imported();
    await writeImage(join(folder, '1.png'), 40, 20);
    await opened(store);
    const originals = join(scratch(), 'originals');
    mkdirSync(originals);
    const red = sharp({ create: { width: 20, height: 10, channels: 3, background: '#f00' } });
    await writeImage(join(originals, '2.png'), 20, 10);
    const nothing = await store.call('project.relink', { folder: originals });
    expect(nothing).toMatchObject({ linked: 0, missing: [{ imageId: 1 }] });
    expect((await opened(store)).image.problem).toMatchObject({ code: 'size' });
    await red.toFile(join(originals, '1.png'));
    const report = await store.call('project.relink', { folder: originals });
    expect(report).toMatchObject({ linked: 1, missing: [], project: { imagesFolder: folder } });
    expect((await opened(store)).image).toMatchObject({ problem: null, width: 20 });
    const { path } = await store.call('image.source', { imageId: 1 });
    expect(readFileSync(path).equals(readFileSync(join(originals, '1.png')))).toBe(true);
  });
});

it.each([
  ['{"file_name":"20.png","width":20,"height" : 10}', '{"file_name":"20.png","width":40,"height" : 30}'],
  ['{"shapes":[],"imageHeight":10,"imageWidth":20}', '{"shapes":[],"imageHeight":30,"imageWidth":40}'],
  ['{"size":{"height":10,"width":20},"objects":[]}', '{"size":{"height":30,"width":40},"objects":[]}'],
  ['{"id":"a","image":{"size":[10,20]}}', '{"id":"a","image":{"size":[30,40]}}'],
  ['<image id="0" name="a.png" width="20" height="10">', '<image id="0" name="a.png" width="40" height="30">'],
  ['<size><width>20</width><height>10</height></size>', '<size><width>40</width><height>30</height></size>'],
  ['{"width":200,"height":100}', '{"width":200,"height":100}'],
  ['0 0.5 0.5 0.1 0.1', '0 0.5 0.5 0.1 0.1'],
])('the record %s says the new size', (text, wanted) => {
  expect(withRecordSize(text, [10, 20], [30, 40])).toBe(wanted);
});
