/** The live wire: paths against a plain Dijkstra, snapping, levels, and the outline that scissors make of it. */
import { distanceToRing } from '@shared/geometry/hitTest';
import { area, fromPolygons } from '@shared/mask';
import { describe, expect, it } from 'vitest';
import { edgeMap } from '../../../src-main/vision/methods/scissors/edgeMap';
import { labOf } from '../../../src-main/vision/methods/labPlane';
import { randomFrom } from '@shared/dataset/random';
import { NO_STEP, shortestPaths } from '../../../src-main/vision/methods/scissors/shortestPaths';
import {
  MAX_STEP_COST,
  stepCost,
  STEP_X,
  STEP_Y,
  wireCosts,
} from '../../../src-main/vision/methods/scissors/wireCosts';
import { snapToEdge, wireField, wireLevel, wirePath } from '../../../src-main/vision/methods/scissors/wireField';
import { wireOutline } from '../../../src-main/vision/methods/scissors/scissors';
import { discs, inDisc, paint, run } from './scenes';

function noisy(width: number, height: number, seed: number) {
  const random = randomFrom(seed);
  return paint(width, height, (x) => [random() * 255, x > width / 2 ? 200 : random() * 60, random() * 30]);
}

describe('shortest paths', () => {
  it.each([
    [1, 1],
    [7, 1],
    [1, 6],
    [12, 9],
    [31, 17],
  ])('cost what a plain Dijkstra says, on %i x %i pixels', (width, height) => {
    for (let seed = 1; seed <= 5; seed++) {
      const costs = wireCosts(labOf(noisy(width, height, seed)), width, height);
      const source = (seed * 37) % (width * height);
      const { back, distance } = shortestPaths(costs, width, height, source);
      const plain = new Float64Array(width * height).fill(Infinity);
      plain[source] = 0;
      const open = new Set(plain.keys());
      while (open.size > 0) {
        const i = [...open].reduce((best, j) => (plain[j] < plain[best] ? j : best));
        open.delete(i);
        for (let step = 0; step < 8; step++) {
          const x = (i % width) + STEP_X[step];
          const y = Math.floor(i / width) + STEP_Y[step];
          if (x < 0 || y < 0 || x >= width || y >= height) continue;
          const j = y * width + x;
          const cost = stepCost(costs, i, j, step);
          expect(cost).toBeGreaterThan(0);
          expect(cost).toBeLessThanOrEqual(MAX_STEP_COST);
          plain[j] = Math.min(plain[j], plain[i] + cost);
        }
      }
      expect([...distance]).toEqual([...plain]);
      // And the way back costs exactly that.
      for (let end = 0; end < width * height; end++) {
        let sum = 0;
        let i = end;
        for (let step = back[i]; step !== NO_STEP; step = back[i]) {
          const before = i - STEP_X[step] - STEP_Y[step] * width;
          sum += stepCost(costs, before, i, step);
          i = before;
        }
        expect(i).toBe(source);
        expect(sum).toBe(distance[end]);
      }
    }
  });
});

describe('the live wire', () => {
  const disc = { x: 60, y: 50, r: 30 };
  const image = discs(120, 100, [disc]);

  it('follows an edge between two places on it', () => {
    const from = snapToEdge(image, [32, 50], 8);
    const to = snapToEdge(image, [60, 18], 8);
    const path = wirePath(wireField(image, from, 0), from, to);
    expect(path.slice(0, 2)).toEqual([...from]);
    expect(path.slice(-2)).toEqual([...to]);
    for (let i = 0; i < path.length; i += 2) {
      expect(Math.abs(Math.hypot(path[i] - disc.x, path[i + 1] - disc.y) - disc.r)).toBeLessThan(1.8);
      if (i > 0) expect(Math.max(Math.abs(path[i] - path[i - 2]), Math.abs(path[i + 1] - path[i - 1]))).toBe(1);
    }
  });

  it('has one point where both ends are the same pixel', () => {
    const place = snapToEdge(image, [32, 50], 8);
    expect(wirePath(wireField(image, place, 0), place, place)).toEqual([...place]);
  });

  it('works at lower resolution further away, with the ends exact', () => {
    expect([wireLevel([0, 0], [504, 9]), wireLevel([0, 0], [505, 0]), wireLevel([3000, 0], [0, 0])]).toEqual([0, 1, 3]);
    const wide = paint(1400, 40, (_, y) => (y < 20 ? [200, 200, 200] : [20, 20, 20]));
    const from = snapToEdge(wide, [3, 18], 8);
    const to = snapToEdge(wide, [1390, 22], 8);
    const level = wireLevel(from, to);
    const path = wirePath(wireField(wide, from, level), from, to);
    expect(level).toBe(2);
    expect([path.slice(0, 2), path.slice(-2)]).toEqual([[...from], [...to]]);
    for (let i = 1; i < path.length; i += 2) expect(Math.abs(path[i] - 20)).toBeLessThanOrEqual(4);
  });

  it('snaps to the strongest edge in reach, to its own pixel without one, and into the image', () => {
    const step = paint(40, 20, (x) => (x < 20 ? [0, 0, 0] : x < 26 ? [60, 60, 60] : [255, 255, 255]));
    expect(Math.abs(snapToEdge(step, [22.5, 10.5], 8)[0] - 26)).toBeLessThanOrEqual(1);
    expect(Math.abs(snapToEdge(step, [18.2, 10.5], 4)[0] - 20)).toBeLessThanOrEqual(1);
    expect(snapToEdge(step, [5.2, 10.9], 4)).toEqual([5.5, 10.5]);
    expect(snapToEdge(step, [22.5, 10.5], 0)).toEqual([22.5, 10.5]);
    expect(snapToEdge(step, [-50, 99], 3)).toEqual([0.5, 19.5]);
  });

  it('sees edges where the colour changes and only there', () => {
    const { magnitude } = edgeMap(labOf(paint(12, 5, (x) => (x < 6 ? [90, 90, 90] : [90, 90, 200]))), 12, 5);
    const row = [...magnitude.subarray(24, 36)].map((v) => v > 0);
    expect(row).toEqual([...'000011110000'].map((v) => v === '1'));
  });
});

describe('scissors', () => {
  const disc = { x: 60, y: 50, r: 30 };
  const image = discs(120, 100, [disc]);
  const seeds = '31,50 60,20 90,50 60,81';

  it('cut out what the seeds surround, with the outline that the wire draws', async () => {
    const { masks, notes } = await run('scissors', image, { seeds });
    const truth = Array.from({ length: 120 * 100 }, (_, i) => inDisc(disc, i % 120, Math.floor(i / 120)));
    expect(Math.abs(area(masks[0].rle) / truth.filter(Boolean).length - 1)).toBeLessThan(0.06);
    const ring = wireOutline(
      image,
      [
        [31, 50],
        [60, 20],
        [90, 50],
        [60, 81],
      ],
      8,
    );
    // A vertex a pixel is more than anyone edits: those within half a pixel of an edge go.
    const { outline } = masks[0];
    const far = (x: number, y: number) => distanceToRing(outline!, x, y);
    for (let i = 0; i < ring.length; i += 2) expect(far(ring[i], ring[i + 1])).toBeLessThanOrEqual(0.5);
    expect(outline!.length).toBeLessThan(0.4 * ring.length);
    expect(masks[0].rle).toEqual(fromPolygons([outline!], 100, 120));
    expect(notes[0]).toMatch(/^outline of \d+ points through 4 seeds$/);
  });

  it('need two seeds, and stay in their scope', async () => {
    await expect(run('scissors', image, { seeds: '31,50' })).rejects.toMatchObject({ code: 'usage' });
    await expect(run('scissors', image, {})).rejects.toMatchObject({ message: /at least two seeds/ });
    const { masks } = await run('scissors', image, { seeds }, [60, 0, 60, 100]);
    const whole = await run('scissors', image, { seeds });
    expect(area(masks[0].rle)).toBeLessThan(0.6 * area(whole.masks[0].rle));
    expect(masks[0].outline).toBeUndefined();
  });
});
