/** The sample project: the generator is deterministic, and what is committed keeps its promises. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drawCoins } from '../../../scripts/sample/coins';
import { coinStyles } from '../../../scripts/sample/coinStyles';
import { Random } from '../../../scripts/sample/random';
import { cocoText } from '../../../scripts/sample/truth';
import { area, fromCompressed, iou, toBbox } from '@shared/mask/index';
import { repoRoot } from './loadScript';

interface Truth {
  images: { id: number; file_name: string; width: number; height: number }[];
  annotations: {
    id: number;
    image_id: number;
    category_id: number;
    iscrowd: number;
    bbox: number[];
    area: number;
    segmentation: { size: [number, number]; counts: string };
  }[];
}

const sample = join(repoRoot, 'resources', 'sample');
const truth = JSON.parse(readFileSync(join(sample, 'instances.json'), 'utf8')) as Truth;
const masksOf = (imageId: number) =>
  truth.annotations
    .filter((annotation) => annotation.image_id === imageId)
    .map(({ segmentation }) => fromCompressed(segmentation.counts, segmentation.size));

describe('Random', () => {
  it('gives the same numbers for the same seed, others for another', () => {
    const take = (seed: number) =>
      Array.from(
        { length: 5 },
        (
          (random) => () =>
            random.next()
        )(new Random(seed)),
      );
    expect(take(7)).toEqual(take(7));
    expect(take(7)).not.toEqual(take(8));
  });

  it('has the moments of the named distributions', () => {
    const random = new Random(3);
    const mean = (draw: () => number) => Array.from({ length: 20000 }, draw).reduce((a, b) => a + b, 0) / 20000;
    expect(mean(() => random.normal())).toBeCloseTo(0, 1);
    expect(mean(() => random.normal() ** 2)).toBeCloseTo(1, 1);
    expect(mean(() => random.poisson(4))).toBeCloseTo(4, 0);
    expect(mean(() => random.poisson(80)) / 80).toBeCloseTo(1, 2);
  });
});

describe('the committed sample', () => {
  it('is what the generator draws', () => {
    const scene = drawCoins(coinStyles[2]);
    const made = JSON.parse(cocoText([{ fileName: 'coins-03.jpg', categoryId: 2, scene }])) as Truth;
    const committed = truth.annotations.filter((annotation) => annotation.image_id === 9);
    expect(made.annotations.map((a) => a.segmentation)).toEqual(committed.map((a) => a.segmentation));
  });

  it('has six microscopy scenes of 40-120 nuclei and three of 15-30 coins, under 3 MB', () => {
    expect(readdirSync(join(sample, 'images')).sort()).toEqual(truth.images.map((image) => image.file_name).sort());
    for (const { id, file_name } of truth.images) {
      const count = truth.annotations.filter((annotation) => annotation.image_id === id).length;
      const [from, to] = file_name.startsWith('nuclei') ? [40, 120] : [15, 30];
      expect(count, file_name).toBeGreaterThanOrEqual(from);
      expect(count, file_name).toBeLessThanOrEqual(to);
    }
    const files = [join(sample, 'instances.json'), ...truth.images.map((i) => join(sample, 'images', i.file_name))];
    expect(files.reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThan(3e6);
  });

  it('states area and bbox of each mask, ids from 1, no crowd', () => {
    truth.annotations.forEach((annotation, i) => {
      const mask = fromCompressed(annotation.segmentation.counts, annotation.segmentation.size);
      expect(annotation).toMatchObject({ id: i + 1, iscrowd: 0, area: area(mask), bbox: [...toBbox(mask)] });
    });
  });

  it.each([7, 8, 9])('image %i: coins do not overlap and at least five pairs touch', (imageId) => {
    const masks = masksOf(imageId);
    const boxes = masks.map((mask) => [...toBbox(mask)]);
    const radii = boxes.map(([, , w, h]) => (w + h) / 4);
    const overlaps = iou(masks, masks, new Uint8Array(masks.length));
    let touching = 0;
    for (let a = 0; a < masks.length; a++) {
      expect(radii[a]).toBeGreaterThanOrEqual(15);
      expect(radii[a]).toBeLessThanOrEqual(45.5);
      for (let b = a + 1; b < masks.length; b++) {
        expect(overlaps[a * masks.length + b]).toBe(0);
        const centre = ([x, y, w, h]: number[]) => [x + w / 2, y + h / 2];
        const [ax, ay] = centre(boxes[a]);
        const [bx, by] = centre(boxes[b]);
        if (Math.hypot(ax - bx, ay - by) - radii[a] - radii[b] < 1.5) touching++;
      }
    }
    expect(touching).toBeGreaterThanOrEqual(5);
  });
});
