/** SLIC: every pixel in one connected cell, the same each time, cells that keep to edges. */
import type { SuperpixelMap } from '@shared/methods/requests';
import { area, encode, encodeRegion, merge } from '@shared/mask';
import { CellIndex, cellWalls } from '@shared/methods/cells';
import { effectiveParams } from '@shared/methods/validateParams';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labOf } from '../../../src-main/vision/methods/labPlane';
import { randomFrom } from '@shared/dataset/random';
import { slic } from '../../../src-main/vision/methods/superpixels/slic';
import { superpixelMap } from '../../../src-main/vision/methods/superpixels/superpixels';
import { discs, inDisc, paint, run } from './scenes';

/** Row-major, as the window reads them from the walls. */
function labelsOf(map: SuperpixelMap): Int32Array {
  const cells = new CellIndex(map);
  const { width, height } = map.right;
  return Int32Array.from({ length: width * height }, (_, i) => cells.labelAt(i % width, Math.floor(i / width)));
}

/** How many 4-connected parts each label has. */
function partsOf(labels: Int32Array, columns: number): Map<number, number> {
  const seen = new Uint8Array(labels.length);
  const parts = new Map<number, number>();
  labels.forEach((label, start) => {
    if (seen[start] === 1) return;
    parts.set(label, (parts.get(label) ?? 0) + 1);
    const open = [start];
    while (open.length > 0) {
      const i = open.pop() as number;
      if (seen[i] === 1 || labels[i] !== label) continue;
      seen[i] = 1;
      if (i % columns > 0) open.push(i - 1);
      if (i % columns < columns - 1) open.push(i + 1);
      if (i >= columns) open.push(i - columns);
      if (i + columns < labels.length) open.push(i + columns);
    }
  });
  return parts;
}

describe('SLIC', () => {
  it.each([
    [1, 1, 24],
    [5, 1, 4],
    [1, 9, 4],
    [50, 37, 8],
    [97, 64, 24],
    [40, 40, 512],
  ])('labels every pixel of %i x %i with connected cells of about %i', (width, height, size) => {
    const random = randomFrom(width);
    const image = paint(width, height, (x, y) => [random() * 80, x * 2, y * 3]);
    const options = { size, compactness: 10 };
    const { labels, count } = slic(labOf(image), width, height, options, null);
    expect(Math.min(...labels)).toBe(0);
    expect(Math.max(...labels)).toBe(count - 1);
    const parts = partsOf(labels, width);
    expect(parts.size).toBe(count);
    expect([...parts.values()].every((n) => n === 1)).toBe(true);
    expect([...slic(labOf(image), width, height, options, null).labels]).toEqual([...labels]);
  });

  it('keeps to edges', () => {
    const disc = { x: 60, y: 45, r: 27 };
    const image = discs(120, 90, [disc]);
    const { labels, count } = slic(labOf(image), 120, 90, { size: 15, compactness: 10 }, null);
    const inside = new Uint32Array(count);
    const total = new Uint32Array(count);
    labels.forEach((label, i) => {
      total[label]++;
      if (inDisc(disc, i % 120, Math.floor(i / 120))) inside[label]++;
    });
    const mixed = [...inside].reduce((sum, n, label) => sum + Math.min(n, total[label] - n), 0);
    expect(mixed / labels.length).toBeLessThan(0.005);
  });

  it('proposes all cells, cut at the edge of a mask', async () => {
    const image = discs(80, 60, [{ x: 40, y: 30, r: 18 }]);
    const { masks, notes } = await run('superpixels', image, { size: 12 }, [10, 10, 50, 40]);
    expect(notes).toEqual([`${masks.length} cells`]);
    expect(masks.reduce((sum, { rle }) => sum + area(rle), 0)).toBe(2000);
    expect(area(merge(masks.map(({ rle }) => rle)))).toBe(2000);

    const bitmap = new Uint8Array(80 * 60).map((_, i) =>
      inDisc({ x: 40, y: 30, r: 18 }, i % 80, Math.floor(i / 80)) ? 1 : 0,
    );
    const within = encode(bitmap, 60, 80);
    const map = superpixelMap(image, effectiveParams('superpixels', { size: 12 }), { within });
    const labels = labelsOf(map);
    expect(labels.filter((label) => label >= 0).length).toBe(area(within));
    expect([...partsOf(labels, map.box[2])].every(([label, n]) => label === -1 || n === 1)).toBe(true);
  });

  it('joins the chosen cells, numbered as in the map', async () => {
    const image = discs(80, 60, [{ x: 40, y: 30, r: 18 }]);
    const box = [10, 10, 50, 40] as const;
    const labels = labelsOf(superpixelMap(image, effectiveParams('superpixels', { size: 12 }), { box }));
    const { masks, notes } = await run('superpixels', image, { size: 12, cells: '5,0,5' }, box);
    expect(notes[0]).toMatch(/^2 of \d+ cells$/);
    const chosen = Uint8Array.from(labels, (label) => (label === 0 || label === 5 ? 1 : 0));
    expect(masks).toEqual([{ rle: encodeRegion(chosen, box, [60, 80]), score: 1 }]);
    await expect(run('superpixels', image, { size: 12, cells: '999' }, box)).rejects.toMatchObject({
      code: 'usage',
      message: /there is no cell 999, the region has \d+ cells, from 0/,
    });
  });

  it('sends walls from which the very labels are read, whichever cells are asked for first', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer(),
        (width, height, seed) => {
          const random = randomFrom(seed);
          const image = paint(width, height, () => [random() * 255, random() * 255, random() * 255]);
          const inside = seed % 2 === 0 ? null : new Uint8Array(width * height).map(() => (random() < 0.8 ? 1 : 0));
          const { labels, count } = slic(labOf(image), width, height, { size: 4, compactness: 2 }, inside);
          const walls = cellWalls(labels, width);
          expect(walls.firsts.length).toBe(count);
          expect(labelsOf({ box: [0, 0, width, height], ...walls })).toEqual(labels);
          const cells = new CellIndex(walls);
          for (let label = count - 1; label >= 0; label--) {
            const expected = [...labels.keys()].filter((i) => labels[i] === label);
            expect([...cells.pixelsOf(label)].sort((a, b) => a - b)).toEqual(expected);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('sends a quarter of a byte a pixel where no mask bounds the cells', () => {
    const map = superpixelMap(discs(103, 61, []), effectiveParams('superpixels', {}), {});
    expect(map.inside).toBeNull();
    expect(map.right.bytes.length + map.below.bytes.length).toBe(2 * 13 * 61);
  });
});
