/** The twelve COCO numbers of 223 detections on coco-mini, as pycocotools gives them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromCompressed, fromPolygons, fromUncompressed, type Box, type Rle } from '@shared/mask';
import { evaluateDetections, toDetections, type GroundTruth, type IouType } from '@shared/metrics';

interface CocoAnnotation {
  id: number;
  image_id: number;
  category_id: number;
  area: number;
  bbox: Box;
  iscrowd: number;
  segmentation: number[][] | { size: [number, number]; counts: number[] | string };
}
interface Golden {
  dt: {
    image_id: number;
    category_id: number;
    score: number;
    bbox: Box;
    segmentation: { size: [number, number]; counts: string };
  }[];
  stats: Record<IouType, number[]>;
}
interface Dataset {
  images: { id: number; width: number; height: number }[];
  categories: { id: number; name: string }[];
  annotations: CocoAnnotation[];
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../golden/${name}`, import.meta.url), 'utf8')) as T;
}

const golden = read<Golden>('eval.json');
const dataset = read<Dataset>('coco-mini/instances.json');
const sizes = new Map(dataset.images.map((image) => [image.id, [image.height, image.width] as const]));

function maskOf({ segmentation, image_id: imageId }: CocoAnnotation): Rle {
  const [h, w] = sizes.get(imageId) ?? [0, 0];
  if (Array.isArray(segmentation)) return fromPolygons(segmentation, h, w);
  const { counts, size } = segmentation;
  return typeof counts === 'string' ? fromCompressed(counts, size) : fromUncompressed(counts, size);
}

const truths: GroundTruth[] = dataset.annotations.map((annotation) => ({
  id: annotation.id,
  imageId: annotation.image_id,
  categoryId: annotation.category_id,
  area: annotation.area,
  bbox: annotation.bbox,
  isCrowd: annotation.iscrowd === 1,
  rle: maskOf(annotation),
}));
const detections = toDetections(
  golden.dt.map((dt) => ({
    imageId: dt.image_id,
    categoryId: dt.category_id,
    score: dt.score,
    bbox: dt.bbox,
    rle: fromCompressed(dt.segmentation.counts, dt.segmentation.size),
  })),
);

describe('evaluateDetections on coco-mini', () => {
  it.each(['segm', 'bbox'] as const)('%s: twelve numbers to 1e-9', (iouType) => {
    const result = evaluateDetections(truths, detections, {
      iouType,
      imageIds: sizes.keys(),
      categories: dataset.categories,
    });
    expect(result.statNames.join()).toBe('AP,AP50,AP75,APs,APm,APl,AR1,AR10,AR100,ARs,ARm,ARl');
    expect(result.stats).toHaveLength(12);
    result.stats.forEach((value, i) => expect(Math.abs(value - golden.stats[iouType][i])).toBeLessThan(1e-9));
    expect(result.perCategory).toHaveLength(80);
  });
});
