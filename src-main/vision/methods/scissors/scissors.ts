/** Intelligent scissors without the hand: the closed outline through a list of places, as the live wire draws it. */
import type { ParamsOf } from '@shared/methods/params';
import { parsePoints } from '@shared/methods/strokes';
import type { Box } from '@shared/geometry/box';
import { AppError } from '@shared/errors/appError';
import { simplifyRing } from '@shared/geometry/simplify';
import { area, fromBox, fromPolygons, merge, type Rle } from '@shared/mask';
import type { RgbaImage } from '../../opencv/image';
import type { MethodResult } from '../regions';
import { type Place, snapToEdge, wireField, wireLevel, wirePath } from './wireField';
import { workScope } from '../workScope';

/** The wire has a vertex a pixel; so far may an edge that replaces some of them be from it, image pixels. */
const TOLERANCE_PX = 0.5;

/** The inside of the outline as one mask, score 1, with the outline; cut to the scope where there is one, and without it. */
export function scissors(image: RgbaImage, params: ParamsOf<'scissors'>, box?: Box, within?: Rle): MethodResult {
  const { bounds } = workScope(image, box, within);
  const seeds = placesOf(params.seeds);
  const ring = simplifyRing(wireOutline(image, seeds, params.snap), TOLERANCE_PX);
  const size = [image.height, image.width] as const;
  let mask = fromPolygons([ring], size[0], size[1]);
  if (box) mask = merge([mask, fromBox(bounds, size[0], size[1])], { intersect: true });
  if (within) mask = merge([mask, within], { intersect: true });
  if (area(mask) === 0) return { masks: [], notes: ['the outline encloses nothing'] };
  return {
    masks: [{ rle: mask, score: 1, ...(box || within ? {} : { outline: ring }) }],
    notes: [`outline of ${ring.length / 2} points through ${seeds.length} seeds`],
  };
}

function placesOf(seeds: string): Place[] {
  const flat = seeds.trim() === '' ? [] : parsePoints(seeds);
  if (flat.length < 4) throw new AppError('usage', 'scissors needs at least two seeds (seeds=x,y x,y ...)');
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]] as const);
}

/** The closed live wire: from seed to seed, and back to the first; flat, not closed, every vertex once. */
export function wireOutline(image: RgbaImage, seeds: readonly Place[], snap: number): number[] {
  const places = seeds.map((seed) => snapToEdge(image, seed, snap));
  const ring: number[] = [];
  places.forEach((from, i) => {
    const to = places[(i + 1) % places.length];
    const field = wireField(image, from, wireLevel(from, to));
    // Each stretch starts where the one before ended.
    const path = wirePath(field, from, to);
    ring.push(...path.slice(0, -2));
  });
  return ring;
}
