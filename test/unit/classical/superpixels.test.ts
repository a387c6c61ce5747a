/** SLIC: every pixel in one connected cell, the same each time, cells that keep to edges. */
import type { SuperpixelMap } from '@shared/ipc/contract';
import { area, decode, encode, encodeRegion, merge } from '@shared/mask';
import { effectiveParams } from '@shared/classical/validateParams';
import { describe, expect, it } from 'vitest';
import { labOf } from '../../../src-main/classical/labPlane';
import { seededRandom } from '../../../src-main/classical/seededRandom';
import { slic } from '../../../src-main/classical/slic';
import { superpixelMap } from '../../../src-main/classical/superpixels';
import { viewOf, shrinkToView } from '../../../src-main/classical/viewPicture';
import { discs, inDisc, paint, run } from './scenes';

/** How many 4-connected parts each label has. */
function partsOf({ labels, columns }: Pick<SuperpixelMap, 'labels' | 'columns'>): Map<number, number> {
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
    const random = seededRandom(width);
    const image = paint(width, height, (x, y) => [random() * 80, x * 2, y * 3]);
    const options = { size, compactness: 10 };
    const { labels, count } = slic(labOf(image), width, height, options, null);
    expect(Math.min(...labels)).toBe(0);
    expect(Math.max(...labels)).toBe(count - 1);
    const parts = partsOf({ labels, columns: width });
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
    const map = superpixelMap(image, effectiveParams('superpixels', { size: 12 }), { within }, null);
    expect(map.labels.filter((label) => label >= 0).length).toBe(area(within));
    expect([...partsOf(map)].every(([label, n]) => label === -1 || n === 1)).toBe(true);
  });

  it('joins the chosen cells, numbered as in the map', async () => {
    const image = discs(80, 60, [{ x: 40, y: 30, r: 18 }]);
    const box = [10, 10, 50, 40] as const;
    const { labels } = superpixelMap(image, effectiveParams('superpixels', { size: 12 }), { box }, null);
    const { masks, notes } = await run('superpixels', image, { size: 12, cells: '5,0,5' }, box);
    expect(notes[0]).toMatch(/^2 of \d+ cells$/);
    const chosen = Uint8Array.from(labels, (label) => (label === 0 || label === 5 ? 1 : 0));
    expect(masks).toEqual([{ rle: encodeRegion(chosen, box, [60, 80]), score: 1 }]);
    await expect(run('superpixels', image, { size: 12, cells: '999' }, box)).rejects.toMatchObject({
      code: 'usage',
      message: /there is no cell 999, the region has \d+ cells, from 0/,
    });
  });

  it('maps a view by blocks', () => {
    const image = discs(103, 61, [{ x: 40, y: 30, r: 18 }]);
    const params = effectiveParams('superpixels', { size: 12 });
    const view = shrinkToView(image, [10, 5, 90, 50], 3);
    const map = superpixelMap(image, params, { box: [10, 5, 90, 50] }, view);
    expect(map).toMatchObject({ box: [9, 3, 93, 54], scale: 3, columns: 31, rows: 18 });
    expect(map.labels.length).toBe(31 * 18);
    const full = superpixelMap(image, params, {}, viewOf(image));
    expect([...full.labels]).toEqual([...superpixelMap(image, params, {}, null).labels]);
    expect(decode(encode(new Uint8Array(full.labels.map((v) => (v === 0 ? 1 : 0))), 61, 103)).length).toBe(103 * 61);
  });
});
