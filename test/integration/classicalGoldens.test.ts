/** The classical methods give the masks that native OpenCV gives with the same steps, on the sample scenes. */
import type { MethodName } from '@shared/methods/params';
import { effectiveParams } from '@shared/methods/validateParams';
import type { Box } from '@shared/geometry/box';
import { fromCompressed, iou, toCompressed, type Rle } from '@shared/mask';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadOpenCv } from '../../src-main/vision/opencv/cv';
import type { RgbaImage } from '../../src-main/vision/opencv/image';
import { runMethod } from '../../src-main/vision/methods/methods';
import { decodeRgb, decodeRgba } from '../../src-main/images';

const goldenFolder = resolve(import.meta.dirname, '../golden/classical');
const sampleFolder = resolve(import.meta.dirname, '../../resources/sample');

interface Golden {
  opencv: string;
  scene: string;
  pixelsSha256: string;
  size: [number, number];
  cases: { method: MethodName; params: Record<string, number | string>; box?: Box; masks: string[] }[];
}

const goldens = readdirSync(goldenFolder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(resolve(goldenFolder, file), 'utf8')) as Golden);

function scenePath(name: string): string {
  const own = resolve(goldenFolder, name);
  return existsSync(own) ? own : resolve(sampleFolder, 'images', name);
}

const source = (name: string) => ({ path: scenePath(name), orientation: 'exif' }) as const;

async function masksOf(
  image: RgbaImage,
  method: MethodName,
  params: Record<string, number | string>,
  box?: Box,
): Promise<Rle[]> {
  const { masks } = runMethod(await loadOpenCv(), method, image, effectiveParams(method, params), box);
  return masks.map(({ rle }) => rle);
}

describe.each(goldens)('native OpenCV $opencv on $scene', ({ scene, pixelsSha256, size, cases }) => {
  it('has the pixels that the goldens were made from', async () => {
    const { data, width, height } = await decodeRgb(source(scene));
    expect([height, width]).toEqual(size);
    const digest = createHash('sha256').update(data).digest('hex');
    expect(digest, 'the scene changed: run scripts/goldens/classical.py').toBe(pixelsSha256);
  });

  const named = cases.map((one) => ({
    ...one,
    name: `${one.method} ${JSON.stringify(one.params)}`,
    at: one.box ?? '',
  }));

  it.each(named.filter(({ method }) => method !== 'kmeans' && method !== 'grabcut'))(
    '$name $at: the same masks',
    async ({ method, params, box, masks }) => {
      const ours = await masksOf(await decodeRgba(source(scene)), method, params, box);
      expect(ours.map(toCompressed).sort()).toEqual(masks);
    },
  );

  it.each(named.filter(({ method }) => method === 'kmeans'))('$name: the same regions', async ({ params, masks }) => {
    const ours = await masksOf(await decodeRgba(source(scene)), 'kmeans', { ...params, clusters: '0,1,2,3' });
    expect(ours.map(toCompressed).sort()).toEqual(masks);
  });

  it.each(named.filter(({ method }) => method === 'grabcut'))('$name: the same object', async ({ box, masks }) => {
    const [ours] = await masksOf(await decodeRgba(source(scene)), 'grabcut', { maxSide: 0, shape: 0 }, box);
    // Its random starts make equality a matter of luck.
    expect(iou([ours], [fromCompressed(masks[0], size)])[0]).toBeGreaterThan(0.99);
  });
});

describe('coin scenes against their truth', () => {
  const truth = JSON.parse(readFileSync(resolve(sampleFolder, 'instances.json'), 'utf8')) as {
    images: { id: number; file_name: string }[];
    annotations: { image_id: number; bbox: Box; segmentation: { counts: string; size: [number, number] } }[];
  };
  const scenes = truth.images
    .filter(({ file_name }) => file_name.startsWith('coins'))
    .map(({ id, file_name }) => ({ scene: file_name, coins: truth.annotations.filter((a) => a.image_id === id) }));
  const rleOf = ({ segmentation }: (typeof scenes)[number]['coins'][number]) =>
    fromCompressed(segmentation.counts, segmentation.size);

  it.each(scenes)('$scene: watershed local=1 ratio=0.45 finds each coin once', async ({ scene, coins }) => {
    const found = await masksOf(await decodeRgba(source(scene)), 'watershed', { local: 1, ratio: 0.45 });
    const overlaps = iou(found, coins.map(rleOf));
    // At IoU >= 0.8 a mask has at most one partner.
    const matched = overlaps.filter((value) => value >= 0.8).length;
    expect(coins.length - matched).toBeLessThanOrEqual(1);
    expect(found.length - matched).toBeLessThanOrEqual(1);
  });

  it.each(scenes)('$scene: grabcut from the true box finds each coin', async ({ scene, coins }) => {
    const image = await decodeRgba(source(scene));
    for (const coin of coins) {
      const [mask] = await masksOf(image, 'grabcut', {}, coin.bbox);
      expect(iou([mask], [rleOf(coin)])[0]).toBeGreaterThan(0.9);
    }
  });
});
