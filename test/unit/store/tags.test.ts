import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readImageTags, withImageTags } from '@shared/formats/coco/imageTags';
import { added, boxAnnotation, imageFolder, openStore, type Store, writeDataset, exportCoco } from './support';

const tagsOf = async (store: Store, imageId: number) =>
  (await store.call('image.list', {})).find(({ id }) => id === imageId)!.tags;

async function exported(store: Store): Promise<string> {
  const file = await exportCoco(store);
  return readFileSync(file, 'utf8');
}

describe('tags of an image', () => {
  it('are gestures of that image: durable, undone in order with what is drawn, exported', async () => {
    const folder = await imageFolder(2);
    let store = openStore();
    const { project } = await store.call('project.openFolder', { folder });
    await store.call('category.create', { name: 'cell' });
    const set = (tags: readonly string[]) => store.call('image.setTags', { imageId: 1, tags });
    expect(await set([' night ', 'blurred', 'night', ''])).toEqual({
      tags: ['night', 'blurred'],
      history: { undo: 1, redo: 0 },
    });
    await store.call('document.commit', { imageId: 1, patch: added(boxAnnotation(1, 1, 2)), gesture: 'Box' });
    await set(['night']);
    // The same again is no step.
    expect((await set(['night'])).history).toEqual({ undo: 3, redo: 0 });
    expect(await tagsOf(store, 2)).toBeUndefined();
    // Tags are no annotation: they do not begin a new image.
    expect(JSON.parse(await exported(store)).images).toEqual([
      { id: 1, file_name: '1.png', width: 20, height: 10, tags: ['night'] },
      { id: 2, file_name: '2.png', width: 20, height: 10 },
    ]);
    await store.call('project.close', {});

    store = openStore();
    await store.call('project.open', { file: project.file });
    const back = () => store.call('document.undo', { imageId: 1 });
    expect(await back()).toMatchObject({ tags: ['night', 'blurred'], patch: { added: [], updated: [], removed: [] } });
    expect(await tagsOf(store, 1)).toEqual(['night', 'blurred']);
    expect((await back())!.patch.removed).toHaveLength(1);
    expect((await back())!.tags).toEqual([]);
    expect(await tagsOf(store, 1)).toBeUndefined();
    expect((await store.call('document.redo', { imageId: 1 }))!.tags).toEqual(['night', 'blurred']);
  });

  it('come with a COCO file and leave as they came; only an image whose tags changed is written anew', async () => {
    const records = [
      '{"file_name": "1.png", "tags": [ "day","rain" ], "width": 20, "height": 10, "id": 1, "mine": 1.0}',
      '{"id": 2, "file_name": "2.png", "width": 20, "height": 10, "tags": {"weather": "fog"}}',
      '{"id": 3, "file_name": "3.png", "width": 20, "height": 10}',
    ];
    const text = `{"images": [${records.join(',')}], "annotations": [], "categories": []}`;
    const store = openStore();
    await store.call('project.import', { path: writeDataset(text), imagesFolder: await imageFolder(3) });
    expect(await tagsOf(store, 1)).toEqual(['day', 'rain']);
    const untouched = await exported(store);
    for (const record of records) expect(untouched).toContain(record);

    await store.call('image.setTags', { imageId: 1, tags: ['day'] });
    await store.call('image.setTags', { imageId: 2, tags: ['night'] });
    const changed = await exported(store);
    expect(changed).toContain(records[0].replace('[ "day","rain" ]', '["day"]'));
    expect(changed).toContain(records[1].replace('}}', '}, "maskwright_tags": ["night"]}'));
    expect(changed).toContain(records[2]);
    await store.call('document.undo', { imageId: 1 });
    expect(await exported(store)).toContain(records[0]);
    await store.call('image.setTags', { imageId: 1, tags: [] });
    expect(JSON.parse(await exported(store)).images[0]).not.toHaveProperty('tags');
  });

  it('are found in a record only where they are a list of words', () => {
    expect(readImageTags('{"tags":["a"," a ","","b"]}')).toEqual(['a', 'b']);
    expect(readImageTags('{"tags":"a"}')).toEqual([]);
    expect(readImageTags('{"tags":["a",1]}')).toEqual([]);
    expect(readImageTags('{"file_name":"tags\\".png"}')).toEqual([]);
    expect(readImageTags('{"tags":["a"],"maskwright_tags":["b"]}')).toEqual(['b']);
    expect(withImageTags('{"tags":["a"," a "]}', ['a'])).toBe('{"tags":["a"," a "]}');
    expect(withImageTags('{"tags":5}', ['a'])).toBe('{"tags":5,"maskwright_tags":["a"]}');
    expect(withImageTags('{}', ['“ü”'])).toBe('{"tags":["“ü”"]}');
  });
});
