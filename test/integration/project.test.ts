import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStoreService } from '../../src-main/store/service';
import { createAnnotation, segmentationToRle } from '@shared/document/segmentation';
import type { StoreRequests } from '@shared/ipc/store';
import { connectLocal } from '@shared/ipc/rpc';
import { equals, fromCompressed } from '@shared/mask';
import { sharedPath } from '../support/shared';
import { textsOf } from '../unit/store/support';

const reference = sharedPath('data/coco-mini/instances.json');
/** As the store remembers it: the folder may be a link. */
const cocoFile = reference && realpathSync(reference);

describe.skipIf(!cocoFile)('official COCO annotations with their photos', () => {
  let folder: string;
  const open = () => connectLocal<StoreRequests>(createStoreService({ userDataFolder: folder }));

  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'maskwright-coco-'))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('come in without a finding, and leave as they came', async () => {
    const store = open();
    const { project, findings } = await store.call('project.import', {
      path: cocoFile!,
      file: join(folder, 'mini.maskwright'),
    });
    expect(findings).toEqual([]);
    expect(project).toMatchObject({ name: 'mini', imageCount: 24, annotationCount: 201, importSource: cocoFile });
    expect(project.categories).toHaveLength(80);
    for (const { id, problem, orientation } of await store.call('image.list', {})) {
      expect([problem, orientation]).toEqual([null, 'exif']);
      expect(existsSync((await store.call('image.source', { imageId: id })).path)).toBe(true);
    }
    const out = join(folder, 'out.json');
    await store.call('project.export', {
      path: out,
      format: 'coco',
      options: { masks: 'as-authored' },
      overwrite: 'refuse',
    });
    expect(textsOf(out)).toEqual(textsOf(cocoFile!));
    expect(JSON.stringify(JSON.parse(readFileSync(out, 'utf8')))).toBe(
      JSON.stringify(JSON.parse(readFileSync(cocoFile!, 'utf8'))),
    );
    await store.call('project.close', {});
  });

  it('leave unchanged beside a new annotation with a hole and two parts, which is the same mask when read again', async () => {
    const store = open();
    await store.call('project.open', { file: join(folder, 'mini.maskwright') });
    const { image, snapshot } = await store.call('image.open', { imageId: 802 });
    const { first } = await store.call('document.reserveIds', { count: 1 });
    const segmentation = {
      kind: 'polygons' as const,
      parts: [
        { outer: [10.5, 10, 200, 12, 180, 220, 15, 190], holes: [[50, 50, 100, 50, 100, 100, 50.25, 100]] },
        { outer: [300, 300, 340, 300, 320, 360], holes: [] },
      ],
    };
    const annotation = createAnnotation(
      { id: first, imageId: 802, categoryId: 82, segmentation, zOrder: 1e6 },
      snapshot.size,
    );
    const patch = { added: [annotation], updated: [], removed: [] };
    await store.call('document.commit', { imageId: 802, patch, gesture: 'polygon' });
    const out = join(folder, 'holed.json');
    const report = await store.call('project.export', {
      path: out,
      format: 'coco',
      options: { masks: 'as-authored' },
      overwrite: 'refuse',
    });
    expect(report.losses).toHaveLength(1);
    const records = textsOf(out).records.annotations;
    expect(records.slice(0, -1)).toEqual(textsOf(cocoFile!).records.annotations);
    const last = JSON.parse(records[records.length - 1]) as { iscrowd: 0; segmentation: { counts: string } };
    expect(last).toMatchObject({ id: first, image_id: 802, category_id: 82, iscrowd: 0 });
    const read = fromCompressed(last.segmentation.counts, [image.height, image.width]);
    expect(equals(read, segmentationToRle(segmentation, snapshot.size))).toBe(true);
    await store.call('project.close', {});
  });
});
