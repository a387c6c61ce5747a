/** The masks of StarDist's stars, against asking of every pixel whether its centre lies in the star. */
import { expect, it } from 'vitest';
import { randomFrom } from '@shared/dataset/random';
import { decode, fromCompressed } from '@shared/mask';
import { families } from '../../../src-main/inference/families';
import type { ModelFile } from '../../../src-main/inference/catalog/modelFile';
import type { OutputTensor } from '../../../src-main/inference/graph/graph';
import type { Predictor } from '../../../src-main/inference/families/family';

const rays = 16;
const [width, height] = [53, 41];
const [columns, rows] = [32, 24];

async function predict(tensors: Record<string, OutputTensor>, layout: 'NHWC' | 'NCHW') {
  const family = families.find(({ id }) => id === 'stardist')!;
  const head = {
    ...{ id: 'cells', name: 'cells', family: 'stardist', licence: '', defaults: { nms: 0.4 } },
    files: [{ role: 'model', path: 'none', sha256: '', size: 1 }],
    input: {
      name: 'image',
      layout: 'NHWC',
      colour: 'grey',
      percentiles: [1, 99.8],
      resize: { mode: 'none' },
      padTo: 16,
    },
    outputs: { probability: { name: 'p', layout }, distances: { name: 'd', layout }, grid: 2 },
    categories: [{ id: 1, name: 'cell' }],
  };
  const file = { folder: '', file: '', manifest: head, family, part: family.part.parse(head) } as unknown as ModelFile;
  const predictor = (await family.load(file, file.part, {
    openGraph: async () => ({ run: async () => tensors, release: async () => {} }),
    useModel: () => Promise.reject(new Error('none is asked for')),
  })) as Predictor;
  const image = { width, height, data: new Uint8Array(width * height * 3) };
  const found = await predictor.predict(image, { score: 0.5, step: async () => {}, note: () => {} });
  if (found.kind !== 'instances') throw new Error(`${found.kind} when instances were expected`);
  return found.items;
}

/** Even-odd: how many edges lie to the left of the pixel's centre. */
function isInside(ring: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let count = 0;
  ring.forEach(([ax, ay], i) => {
    const [bx, by] = ring[(i + 1) % ring.length];
    if (ay > y !== by > y && ax + ((y - ay) / (by - ay)) * (bx - ax) <= x) count++;
  });
  return count % 2 === 1;
}

it.each(['NHWC', 'NCHW'] as const)(
  'a pixel is set whose centre lies in the star, beyond the picture none is: %s',
  async (layout) => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = randomFrom(seed);
      // Some reach beyond the picture; rough borders go to and fro.
      const [cellX, cellY] = [2 + Math.floor(random() * 22), 2 + Math.floor(random() * 16)];
      const radii = Float32Array.from({ length: rays }, () => random() * 18);
      const cell = cellY * columns + cellX;
      const probability = new Float32Array(columns * rows);
      probability[cell] = 0.9;
      const distances = new Float32Array(columns * rows * rays);
      radii.forEach((radius, r) => {
        distances[layout === 'NHWC' ? cell * rays + r : r * columns * rows + cell] = radius;
      });
      const dims = (channels: number) =>
        layout === 'NHWC' ? [1, rows, columns, channels] : [1, channels, rows, columns];
      const tensors = {
        probability: { dims: dims(1), data: probability },
        distances: { dims: dims(rays), data: distances },
      };
      const [item] = await predict(tensors, layout);
      const ring = Array.from(radii, (radius, r) => {
        const angle = (r * 2 * Math.PI) / rays;
        return [2 * cellX + 0.5 + radius * Math.cos(angle), 2 * cellY + 0.5 + radius * Math.sin(angle)] as const;
      });
      const expected = Uint8Array.from({ length: width * height }, (_, i) =>
        isInside(ring, (i % width) + 0.5, Math.floor(i / width) + 0.5) ? 1 : 0,
      );
      expect(item.segmentation.kind).toBe('rle');
      const { segmentation } = item as { segmentation: { counts: string } };
      expect(decode(fromCompressed(segmentation.counts, [height, width]))).toEqual(expected);
    }
  },
);

it('a distance below 0 is taken as almost none, as in the original', async () => {
  const near = [9, 11, 15, 10, 0, 5, -2, -1];
  const stars = [
    { cellX: 11, cellY: 6, score: 0.9, radii: [14, 13, 5, 9, 4, 6, 6, -1] },
    { cellX: 9, cellY: 6, score: 0.8, radii: near },
  ];
  const items = (radii: number[]) => {
    const probability = new Float32Array(columns * rows);
    const distances = new Float32Array(columns * rows * 8);
    for (const { cellX, cellY, score, ...star } of stars) {
      const cell = cellY * columns + cellX;
      probability[cell] = score;
      distances.set(star.radii === near ? radii : star.radii, cell * 8);
    }
    const data = { probability: { dims: [1, rows, columns, 1], data: probability } };
    return predict({ ...data, distances: { dims: [1, rows, columns, 8], data: distances } }, 'NHWC');
  };
  const found = await items(near);
  expect(found.length).toBeGreaterThan(0);
  expect(found).toEqual(await items(near.map((distance) => Math.max(1e-3, distance))));
});
