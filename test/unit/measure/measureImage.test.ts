/** Measuring an image file: what is decoded, what is told, cancelling. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rleToSegmentation } from '@shared/document/segmentation';
import { CancelSource } from '@shared/errors/cancellation';
import type { Progress } from '@shared/errors/work';
import { encode } from '@shared/mask';
import { measureImage, type MeasureRequest } from '../../../src-main/vision/measure/measureImage';

const folder = mkdtempSync(join(tmpdir(), 'maskwright-measure-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'a.png');
const [width, height] = [5, 4];

beforeAll(async () => {
  const grey = sharp(
    Uint8Array.from({ length: width * height }, (_, i) => 10 * i),
    { raw: { width, height, channels: 1 } },
  );
  await grey.toColourspace('b-w').png({ palette: false }).toFile(path);
});

const mask = (...pixels: number[]) => {
  const bitmap = new Uint8Array(width * height);
  for (const pixel of pixels) bitmap[pixel] = 1;
  return rleToSegmentation(encode(bitmap, height, width));
};
const request = (more: Partial<MeasureRequest> = {}): MeasureRequest => ({
  image: 'a.png',
  source: { path, orientation: 'exif' },
  size: [height, width],
  objects: [
    { id: 4, categoryName: 'cell', segmentation: mask(0, 1, 5) },
    { id: 2, categoryName: 'nucleus', segmentation: mask(19) },
  ],
  ...more,
});

describe('measureImage', () => {
  it('gives a row an object, in their order', async () => {
    const { rows, problems } = await measureImage(request());
    expect(problems).toEqual([]);
    expect(rows).toMatchObject([
      {
        image: 'a.png',
        annotationId: 4,
        category: 'cell',
        area: 3,
        intensities: [{ channel: 'gray', integrated: 60 }],
      },
      { annotationId: 2, category: 'nucleus', area: 1, centroid: [4.5, 3.5], intensities: [{ mean: 190, std: 0 }] },
    ]);
  });

  it('takes the size of the image for polygons where nobody says it', async () => {
    const polygon = { kind: 'polygons', parts: [{ outer: [0, 0, 5, 0, 5, 2, 0, 2], holes: [] }] } as const;
    const objects = [{ id: 1, categoryName: 'a', segmentation: polygon }];
    const { rows } = await measureImage(request({ size: null, objects }));
    expect(rows).toMatchObject([{ area: 10, intensities: [{ mean: 45 }] }]);
  });

  it.each([
    ['no source', { source: null }, []],
    ['a missing file', { source: { path: `${path}x`, orientation: 'exif' } }, [/a\.pngx does not exist/]],
    ['a file of another size', { size: [width, height] }, [/a\.png has 5 x 4 pixels when the dataset says 4 x 5/]],
  ] as const)('with %s there is geometry only', async (_, more, sentences) => {
    const { rows, problems } = await measureImage(request(more));
    expect(problems).toEqual(sentences.map((sentence) => expect.stringMatching(sentence)));
    expect(rows).toMatchObject([
      { area: 3, intensities: [] },
      { area: 1, intensities: [] },
    ]);
  });

  it('reads no image for boxes without masks', async () => {
    const objects = [{ id: 1, categoryName: 'a', segmentation: null, bbox: [0, 0, 2, 2] as const }];
    const { problems } = await measureImage(request({ source: { path: `${path}x`, orientation: 'exif' }, objects }));
    expect(problems).toEqual([]);
  });

  it('can be cancelled before and while it works', async () => {
    const signal = new CancelSource();
    const objects = Array.from({ length: 200_000 }, (_, id) => ({
      id,
      categoryName: 'a',
      segmentation: mask(id % 20),
    }));
    const seen: Progress[] = [];
    const progress = (reported: Progress) => {
      seen.push(reported);
      signal.abort();
    };
    await expect(measureImage(request({ objects }), { signal, progress })).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen).toHaveLength(1);
    expect(seen[0].done).toBeLessThan(objects.length);
    await expect(measureImage(request(), { signal })).rejects.toMatchObject({ code: 'cancelled' });
  });
});
