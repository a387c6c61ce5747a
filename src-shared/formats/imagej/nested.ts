/** Rings of a path that is filled where an odd number of them lie over a pixel, as outlines with their holes. */
import { SpatialIndex } from '../../geometry/spatialIndex';
import { partsBox, type PolygonPart } from '../../geometry/polygon';

/** How many comparisons may still be made; taken from as they are. */
export interface Work {
  left: number;
}

/** A second or two of them: ten thousands of rings, as a noisy threshold has. */
export const enoughWork = (): Work => ({ left: 1.5e9 });

/** Each ring that lies in an odd number of others is a hole of the smallest of those. null: that takes too long to tell. */
export function nested(rings: readonly (readonly number[])[], work = enoughWork()): PolygonPart[] | null {
  // All boxes may lie in one cell.
  work.left -= rings.length ** 2;
  if (work.left < 0) return null;
  const sizes = rings.map((ring) => Math.abs(signedArea(ring)));
  const index = SpatialIndex.of(rings.map((outer) => partsBox([{ outer, holes: [] }])));
  const around: number[][] = [];
  for (const [i, ring] of rings.entries()) {
    const [x, y] = insideOf(ring);
    const near = index.at(x, y).filter((j) => j !== i && sizes[j] > sizes[i]);
    work.left -= near.reduce((sum, j) => sum + rings[j].length, 0);
    if (work.left < 0) return null;
    around.push(near.filter((j) => contains(rings[j], x, y)));
  }
  const parts = new Map<number, { outer: number[]; holes: number[][] }>();
  rings.forEach((ring, i) => {
    if (around[i].length % 2 === 0) parts.set(i, { outer: [...ring], holes: [] });
  });
  rings.forEach((ring, i) => {
    if (around[i].length % 2 === 0) return;
    const parent = around[i].reduce((least, j) => (sizes[j] < sizes[least] ? j : least));
    const part = parts.get(parent);
    if (part) part.holes.push([...ring]);
    else parts.set(i, { outer: [...ring], holes: [] });
  });
  return [...parts.values()];
}

function signedArea(ring: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length;
    sum += ring[i] * ring[j + 1] - ring[j] * ring[i + 1];
  }
  return sum / 2;
}

/** A point just inside of its first edge: corners may lie on another ring. */
function insideOf(ring: readonly number[]): [number, number] {
  const sign = signedArea(ring) >= 0 ? 1 : -1;
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length;
    const [dx, dy] = [ring[j] - ring[i], ring[j + 1] - ring[i + 1]];
    const length = Math.hypot(dx, dy);
    if (length === 0) continue;
    return [
      (ring[i] + ring[j]) / 2 - (sign * dy * 1e-3) / length,
      (ring[i + 1] + ring[j + 1]) / 2 + (sign * dx * 1e-3) / length,
    ];
  }
  return [ring[0], ring[1]];
}

function contains(ring: readonly number[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    if (
      ring[i + 1] > y !== ring[j + 1] > y &&
      x < ((ring[j] - ring[i]) * (y - ring[i + 1])) / (ring[j + 1] - ring[i + 1]) + ring[i]
    )
      inside = !inside;
  }
  return inside;
}
