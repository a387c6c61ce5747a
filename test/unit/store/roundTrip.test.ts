import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { segmentationToRle } from '@shared/document/segmentation';
import { equals, fromCompressed } from '@shared/mask';
import { openStore, roundTrip, scratch, textsOf, writeDataset, writeImage, exportCoco } from './support';

const mini = fileURLToPath(new URL('../../golden/coco-mini/instances.json', import.meta.url));

describe('import and export of a COCO file', () => {
  it('gives back every record of official annotations as it came', async () => {
    const out = await roundTrip(writeDataset(readFileSync(mini, 'utf8')));
    expect(textsOf(out)).toEqual(textsOf(mini));
    const [before, after] = [mini, out].map((file) => JSON.parse(readFileSync(file, 'utf8')) as object);
    expect(JSON.stringify(after)).toBe(JSON.stringify(before));
  });

  it('keeps what JSON.parse would change', async () => {
    const file = writeDataset(`{
      "10": {"b": 1.0, "a": 12345678901234567890}, "2": [1.50, -0.0, 1E+2], "info": null,
      "images": [
        {"10": 1, "2": 2, "id": 1.0, "file_name": "\\u00e9\\/a.png", "width": 20, "height": 10.0, "__proto__": {"x": 1}},
        {"id": 12345678901234567890, "file_name": "b.png", "width": 20, "height": 10},
        {"id": 12345678901234567891, "file_name": "c.png", "width": 20, "height": 10}
      ],
      "annotations": [
        {"id": 1e3, "image_id": 12345678901234567891, "category_id": 1, "segmentation": [[1.0, 1, 5, 1, 5, 5.50]], "area": 10.0,
          "bbox": [1, 1, 4, 4.0], "iscrowd": 0, "keypoints": [1, 2, 2], "id2": 1, "id2": 2, "attributes": {"9": 1, "1": [900719925474099267]}},
        {"segmentation": {"counts": [0, 5, 195], "size": [10, 20]}, "iscrowd": 1, "id": 900100000000, "image_id": 1, "category_id": 1}
      ],
      "categories": [{"id": 1, "name": "\\ud83d\\ude00", "skeleton": [[1, 2]]}],
      "zz": {"annotations": [{"id": 1}]}
    }`);
    const out = await roundTrip(file);
    expect(textsOf(out)).toEqual(textsOf(file));
  });

  it('writes only the changed values of an edited record', async () => {
    const record =
      '{"9": 1, "id": 3, "category_id": 1, "image_id": 1, "big": 12345678901234567890, "segmentation": [[1, 1, 5, 1, 5, 5]], "area": 8.00, "bbox": [1.0, 1, 4, 4], "iscrowd": 0}';
    const file = writeDataset(
      `{"images": [{"id": 1, "file_name": "a.png", "width": 20, "height": 10}], "annotations": [${record}], "categories": [{"id": 1, "name": "a"}, {"id": "b", "name": "b"}]}`,
    );
    const store = openStore();
    await store.call('project.import', { path: file });
    const { snapshot } = await store.call('image.open', { imageId: 1 });
    const [annotation] = snapshot.annotations;
    const { categories } = await store.call('project.summary', {});
    const categoryId = categories[1].id;
    expect(categoryId).toBe(2);
    const patch = { added: [], updated: [[annotation, { ...annotation, categoryId }] as const], removed: [] };
    await store.call('document.commit', { imageId: 1, patch, gesture: 'category' });
    const out = await exportCoco(store);
    expect(textsOf(out).records.annotations).toEqual([record.replace('"category_id": 1', '"category_id": "b"')]);

    // Undo makes the record untouched again.
    await store.call('document.undo', { imageId: 1 });
    await store.call('project.export', {
      path: out,
      format: 'coco',
      options: { masks: 'as-authored' },
      overwrite: 'export',
    });
    expect(textsOf(out).records.annotations).toEqual([record]);
  });

  it('takes records in any order of lists, with text ids, and leaves references that lead nowhere', async () => {
    const file = writeDataset(`{
      "annotations": [
        {"id": 1, "image_id": "x", "category_id": 7, "bbox": [1, 1, 2, 2]},
        {"id": 1, "image_id": 5, "category_id": "nothing", "bbox": [1, 1, 2, 2]},
        {"id": 0, "image_id": 9, "category_id": 3, "bbox": [1, 1, 2, 2]},
        {"image_id": 5, "bbox": [1, 1, 2, 2]}
      ],
      "categories": [{"id": 7, "name": "a"}, {"id": 7, "name": "a"}],
      "images": [
        {"id": 5, "file_name": "a.png", "width": 20, "height": 10},
        {"id": "x", "file_name": "b.png", "width": 20, "height": 10},
        {"id": 5, "file_name": "c.png", "width": 20, "height": 10}
      ]
    }`);
    const store = openStore();
    const { project, findings } = await store.call('project.import', { path: file });
    expect(textsOf(await roundTrip(file))).toEqual(textsOf(file));

    const images = await store.call('image.list', {});
    expect(images.map(({ id, fileName, annotationCount }) => [id, fileName, annotationCount])).toEqual([
      [5, 'a.png', 2],
      [6, 'b.png', 1],
      [7, 'c.png', 0],
    ]);
    expect(project).toMatchObject({ imageCount: 3, annotationCount: 4 });
    const { snapshot } = await store.call('image.open', { imageId: 5 });
    const categoryIds = snapshot.annotations.map(({ categoryId }) => categoryId);
    expect(new Set([...categoryIds, 3, 7, project.categories[1].id]).size).toBe(5);
    expect(snapshot.annotations.map(({ id }) => id)).toEqual([2, 4]);
    const pointers = findings.map(({ pointer }) => pointer).filter((pointer) => pointer !== undefined);
    for (const expected of [
      '/annotations/1/id',
      '/annotations/2/id',
      '/annotations/2/image_id',
      '/annotations/2/category_id',
      '/annotations/3/category_id',
      '/images/2/id',
      '/categories/1/id',
      '/categories/1/name',
    ]) {
      expect(pointers).toContain(expected);
    }
    expect(findings.every(({ severity }) => severity === 'warning')).toBe(true);

    // A new annotation names its image and category as the file does.
    const { first } = await store.call('document.reserveIds', { count: 1 });
    expect(first).toBe(5);
    const annotation = { ...snapshot.annotations[0], id: first, imageId: 6, categoryId: 7, extra: {} };
    await store.call('document.commit', {
      imageId: 6,
      patch: { added: [annotation], updated: [], removed: [] },
      gesture: 'paste',
    });
    const out = await exportCoco(store);
    expect(JSON.parse(textsOf(out).records.annotations[4])).toMatchObject({ id: 5, image_id: 'x', category_id: 7 });
  });

  it('writes masks in the asked style and keeps all else of untouched records', async () => {
    const cocoFile = writeDataset(readFileSync(mini, 'utf8'));
    const store = openStore();
    await store.call('project.import', { path: cocoFile });
    const out = join(scratch(), 'rle.json');
    const report = await store.call('project.export', {
      path: out,
      format: 'coco',
      options: { masks: 'rle' },
      overwrite: 'refuse',
    });
    expect(report).toMatchObject({ file: out, images: 24, annotations: 201 });
    type Dataset = {
      annotations: { id: number; image_id: number; segmentation: { size: [number, number]; counts: string } }[];
    };
    const [before, after] = [mini, out].map((file) => JSON.parse(readFileSync(file, 'utf8')) as Dataset);
    const byImage = new Map(
      await Promise.all(
        (await store.call('image.list', {})).map(
          async ({ id }) => [id, (await store.call('image.open', { imageId: id })).snapshot] as const,
        ),
      ),
    );
    after.annotations.forEach((record, i) => {
      const { segmentation, ...rest } = record;
      const { segmentation: _, ...expected } = before.annotations[i];
      expect(JSON.stringify(rest)).toBe(JSON.stringify(expected));
      const snapshot = byImage.get(record.image_id)!;
      const annotation = snapshot.annotations.find(({ id }) => id === record.id)!;
      const mask = segmentationToRle(annotation.segmentation!, snapshot.size);
      const written = Array.isArray(segmentation.counts)
        ? mask
        : fromCompressed(segmentation.counts, segmentation.size);
      expect(equals(written, mask)).toBe(true);
    });
    const polygons = await store.call('project.export', {
      path: join(scratch(), 'polygons.json'),
      format: 'coco',
      options: { masks: 'polygons' },
      overwrite: 'refuse',
    });
    expect(polygons.losses).toEqual([
      { code: 'crowd-stays-rle', count: 1, places: [expect.objectContaining({ annotationId: expect.any(Number) })] },
    ]);
  });
});

describe('images of an imported file', () => {
  it('are shown in the frame their annotations are made in', async () => {
    const folder = scratch();
    await writeImage(join(folder, 'upright.jpg'), 20, 10, 6);
    await writeImage(join(folder, 'unsized.jpg'), 20, 10, 6);
    await writeImage(join(folder, 'stored.jpg'), 20, 10, 6);
    await writeImage(join(folder, 'other.png'), 21, 10);
    const image = (id: number, name: string, width: number, height: number) =>
      JSON.stringify({ id, file_name: name, width, height });
    const records = [
      image(1, '/home/someone/upright.jpg', 10, 20),
      image(2, 'stored.jpg', 20, 10),
      image(3, 'other.png', 20, 10),
      image(4, '../secret.png', 20, 10),
      '{"id": 5, "file_name": "unsized.jpg"}',
    ];
    const cocoFile = writeDataset(`{"images": [${records.join(',')}]}`, folder);
    const store = openStore();
    const { findings } = await store.call('project.import', { path: cocoFile });
    const images = await store.call('image.list', {});
    expect(images.map(({ width, height, orientation }) => [width, height, orientation])).toEqual([
      [10, 20, 'exif'],
      [20, 10, 'stored'],
      [20, 10, 'exif'],
      [20, 10, 'exif'],
      [10, 20, 'exif'],
    ]);
    expect(images.map(({ problem }) => problem)).toEqual([
      null,
      null,
      { code: 'size', file: [21, 10], stated: [20, 10] },
      { code: 'missing' },
      null,
    ]);
    expect(findings.map(({ message }) => message).join('\n')).toMatch('stored.jpg is annotated as it lies in the file');
    expect(await store.call('image.source', { imageId: 1 })).toEqual({
      path: join(folder, 'upright.jpg'),
      root: folder,
      orientation: 'exif',
      mediaType: 'image/jpeg',
    });
    await expect(store.call('image.source', { imageId: 3 })).rejects.toThrow('21 x 10');
    await expect(store.call('image.source', { imageId: 9 })).rejects.toThrow('no image with id 9');
    expect(textsOf(await roundTrip(cocoFile)).records.images).toEqual(records);
  });

  it('may come later', async () => {
    const folder = scratch();
    const cocoFile = writeDataset('{"images": [{"id": 1, "file_name": "a.png", "width": 20, "height": 10}]}', folder);
    const store = openStore();
    await store.call('project.import', { path: cocoFile });
    expect((await store.call('image.list', {}))[0].problem).toEqual({ code: 'missing' });
    await writeImage(join(folder, 'a.png'), 20, 10);
    expect((await store.call('image.open', { imageId: 1 })).image.problem).toBeNull();
    expect((await store.call('image.source', { imageId: 1 })).mediaType).toBe('image/png');
  });
});
