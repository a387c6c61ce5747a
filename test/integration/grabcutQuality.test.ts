/** GrabCut from the boxes of real photographs against native OpenCV at full resolution (scripts/goldens/grabcutCoco.py). */
import type { CocoSegmentation } from '@shared/formats/coco/types';
import type { Box } from '@shared/geometry/box';
import type { VisionRequests } from '@shared/ipc/vision';
import { connectLocal, type Handlers } from '@shared/ipc/rpc';
import { emptyMask, fromCompressed, iou } from '@shared/mask';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createVisionService } from '../../src-main/vision/service';
import { cocoMask } from '../support/cocoMask';
import { sharedPath } from '../support/shared';

interface Golden {
  opencv: string;
  minArea: number;
  meanIou: number;
  /** By annotation id. */
  iou: Record<string, number>;
}
interface Dataset {
  images: { id: number; file_name: string; width: number; height: number }[];
  annotations: { id: number; image_id: number; bbox: Box; segmentation: CocoSegmentation }[];
}

/** Mean IoU that working at bounded resolution may cost. */
const TOLERANCE = 0.02;
const golden = JSON.parse(readFileSync(resolve(import.meta.dirname, '../golden/grabcut-coco.json'), 'utf8')) as Golden;
const folder = sharedPath('data/coco-mini');

describe.skipIf(!folder)('GrabCut from the boxes of coco-mini', () => {
  // From `npm run build`.
  const workerFile = resolve(import.meta.dirname, '../../out/main/classicalWorker.cjs');
  const service = createVisionService({ workerFile, poolSize: 2 });
  afterAll(() => service.dispose());

  it('is as good as native OpenCV at full resolution', { timeout: 600_000 }, async () => {
    const client = connectLocal<VisionRequests>(service.handlers as Handlers<VisionRequests>);
    const { images, annotations } = JSON.parse(
      readFileSync(join(folder as string, 'instances.json'), 'utf8'),
    ) as Dataset;
    const chosen = annotations.filter(({ id }) => String(id) in golden.iou);
    expect(chosen.length).toBe(Object.keys(golden.iou).length);
    const scores = await Promise.all(
      chosen.map(async ({ image_id, bbox, segmentation }) => {
        const image = images.find(({ id }) => id === image_id) as Dataset['images'][number];
        const source = { path: join(folder as string, 'images', image.file_name), orientation: 'exif' } as const;
        const { proposals } = await client.call('vision.propose', { source, method: 'grabcut', params: {}, box: bbox });
        const size: [number, number] = [image.height, image.width];
        const found =
          proposals.length > 0 ? fromCompressed(proposals[0].segmentation.counts, size) : emptyMask(...size);
        return iou([found], [cocoMask(segmentation, size)])[0];
      }),
    );
    const mean = scores.reduce((sum, value) => sum + value, 0) / scores.length;
    console.log(
      `GrabCut, ${scores.length} boxes of coco-mini: mean IoU ${mean.toFixed(4)}, ` +
        `native OpenCV ${golden.opencv} at full resolution ${golden.meanIou.toFixed(4)}`,
    );
    expect(mean).toBeGreaterThanOrEqual(golden.meanIou - TOLERANCE);
  });
});
