/** An image file that changes under its annotations: nothing is stretched, and it is said. */
import { rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { added, boxAnnotation, failure, imageFolder, openStore, type Store, writeImage } from './support';

async function annotated(): Promise<{ store: Store; path: string }> {
  const folder = await imageFolder(1);
  const store = openStore();
  await store.call('project.openFolder', { folder });
  await store.call('document.commit', { imageId: 1, patch: added(boxAnnotation(1, 1, 3)), gesture: 'box' });
  return { store, path: join(folder, '1.png') };
}

const opened = async (store: Store) => (await store.call('image.open', { imageId: 1 })).image;
const repaint = (path: string) =>
  sharp({ create: { width: 20, height: 10, channels: 3, background: '#c02030' } }).toFile(path);

describe('an image whose file has changed since it was annotated', () => {
  it('by other content of the same size is flagged at every opening until it is kept', async () => {
    const { store, path } = await annotated();
    expect((await opened(store)).changed).toBeUndefined();
    await repaint(path);
    for (let time = 0; time < 2; time++) expect(await opened(store)).toMatchObject({ changed: true, problem: null });
    expect((await store.call('image.keepFile', { imageId: 1 })).problem).toBeNull();
    expect((await opened(store)).changed).toBeUndefined();
  });

  it('has another stamp for as long as it is another one, so that nobody shows a picture he remembers', async () => {
    const { store, path } = await annotated();
    const stamp = async () => (await store.call('image.open', { imageId: 1 })).fileStamp;
    const [original, first] = [await sharp(path).toBuffer(), await stamp()];
    expect(first).toBeDefined();
    expect(await stamp()).toBe(first);
    await repaint(path);
    const second = await stamp();
    expect(second).not.toBe(first);
    expect(await stamp()).toBe(second);
    await store.call('image.keepFile', { imageId: 1 });
    expect(await stamp()).toBe(second);
    await sharp(original).toFile(path);
    expect([first, second]).not.toContain(await stamp());
    rmSync(path);
    expect(await stamp()).toBeUndefined();
  });

  it('to another size is not shown, measured or proposed on, with one sentence, and is well again with its file', async () => {
    const { store, path } = await annotated();
    const original = await sharp(path).toBuffer();
    await writeImage(path, 40, 20);
    const image = await opened(store);
    expect(image).toMatchObject({ changed: true, width: 20, height: 10 });
    expect(image.problem).toEqual({ code: 'size', file: [40, 20], stated: [20, 10], by: 'file' });
    const source = await failure(store.call('image.source', { imageId: 1 }));
    expect(source.message).toBe(`${path} is 40 x 20 pixels, it was 20 x 10 when it was annotated`);
    // It cannot be kept: what is drawn on it would be somewhere else.
    expect((await store.call('image.keepFile', { imageId: 1 })).problem).toEqual(image.problem);
    await sharp(original).toFile(path);
    expect(await opened(store)).toMatchObject({ problem: null, width: 20, height: 10 });
    expect((await store.call('image.open', { imageId: 1 })).snapshot.annotations).toHaveLength(1);
  });

  it('is told from one that was only touched, from one without annotations, and from one that is gone', async () => {
    const { store, path } = await annotated();
    utimesSync(path, 1000, 1000);
    expect((await opened(store)).changed).toBeUndefined();
    await store.call('project.close', {});

    const folder = await imageFolder(1);
    await store.call('project.openFolder', { folder });
    await repaint(join(folder, '1.png'));
    expect(await opened(store)).toMatchObject({ problem: null });
    expect((await opened(store)).changed).toBeUndefined();
    // Nothing lies on it that could be in another place.
    await writeImage(join(folder, '1.png'), 40, 30);
    expect(await opened(store)).toMatchObject({ problem: null, width: 40, height: 30 });
  });
});
