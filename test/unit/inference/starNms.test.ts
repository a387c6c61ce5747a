/** StarDist's suppression against its definition: every pair of stars clipped. */
import { expect, it } from 'vitest';
import { clipRegions } from '@shared/geometry/clip/region';
import { randomFrom } from '@shared/dataset/random';
import { type Distances, type Star, suppressStars } from '../../../src-main/inference/families/stardist/starNms';

type Path = { x: number; y: number }[];

const pathOf = ({ x, y, at }: Star, { values, rays }: Distances): Path =>
  Array.from(values.subarray(at, at + rays), (radius, r) => {
    const angle = r * ((2 * Math.PI) / rays);
    return { x: Math.trunc(x + radius * Math.cos(angle)), y: Math.trunc(y + radius * Math.sin(angle)) };
  });

const areaOf = (path: Path) =>
  Math.abs(
    path.reduce((sum, a, i) => sum + a.x * path[(i + 1) % path.length].y - path[(i + 1) % path.length].x * a.y, 0),
  ) / 2;

function share(a: Star, b: Star, distances: Distances): number {
  const [first, second] = [pathOf(a, distances), pathOf(b, distances)];
  const shared = clipRegions('intersect', [first], [second]).reduce(
    (sum, { outer, holes }) => sum + areaOf(outer) - holes.reduce((all, hole) => all + areaOf(hole), 0),
    0,
  );
  return shared / (Math.min(areaOf(first), areaOf(second)) + 1e-10);
}

/** Of twelve round cells the candidates at many of their places, none of which says quite the same. */
function starsOf(seed: number, rays: number, radius: number, rough: number) {
  const random = randomFrom(seed);
  const cells = Array.from({ length: 12 }, () => [random() * 120, random() * 120, 1 + random() * radius]);
  const values = new Float32Array(70 * rays);
  const stars = Array.from({ length: 70 }, (_, star): Star => {
    const [cx, cy, r] = cells[Math.floor(random() * cells.length)];
    const x = Math.max(0, Math.round(cx + (random() - 0.5) * r));
    const y = Math.max(0, Math.round(cy + (random() - 0.5) * r));
    for (let i = 0; i < rays; i++) {
      const angle = (i / rays) * 2 * Math.PI;
      const along = (x - cx) * Math.cos(angle) + (y - cy) * Math.sin(angle);
      const border = -along + Math.sqrt(Math.max(0, along ** 2 + r ** 2 - (x - cx) ** 2 - (y - cy) ** 2));
      values[star * rays + i] = border * (1 + rough * (random() - 0.5));
    }
    return { x, y, score: random(), at: star * rays };
  });
  return { stars: stars.sort((a, b) => b.score - a.score), distances: { values, rays } };
}

it.each([
  [8, 6, 0.2],
  [16, 2, 0],
  [32, 15, 0],
  [32, 25, 0.2],
  [32, 40, 0.1],
])(
  'keeps what shares too little with every better one: %i rays, cells up to %i, roughness %f',
  (rays, radius, rough) => {
    for (const [seed, threshold] of [
      [1, 0.1],
      [2, 0.4],
      [3, 0.7],
    ] as const) {
      const { stars, distances } = starsOf(seed + rays * radius, rays, radius, rough);
      const kept: Star[] = [];
      for (const star of stars) if (!kept.some((other) => share(star, other, distances) > threshold)) kept.push(star);
      expect(kept.length).toBeGreaterThan(3);
      expect(kept.length).toBeLessThan(stars.length);
      expect(suppressStars(stars, distances, threshold)).toEqual(kept);
    }
  },
);
