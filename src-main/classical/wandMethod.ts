/** The magic wand as a method: its seed from the parameters, its result as a mask. */
import type { ParamsOf } from '@shared/classical/params';
import { parsePoints } from '@shared/classical/strokes';
import type { Box } from '@shared/document/types';
import { AppError } from '@shared/ipc/errors';
import { encodeRegion, type Rle } from '@shared/mask';
import type { RgbaImage } from './image';
import { type LabPlane, labOfRegion } from './labPlane';
import type { MethodResult } from './regions';
import { wand } from './wand';
import { workScope } from './workScope';

/** One mask, score 1. `lab`: of the whole image, where the caller keeps it; only the scope's is computed otherwise. */
export function wandMethod(
  image: RgbaImage,
  params: ParamsOf<'wand'>,
  box?: Box,
  within?: Rle,
  lab?: LabPlane,
): MethodResult {
  const scope = workScope(image, box, within);
  const [left, top, width, height] = scope.bounds;
  const [x, y] = seedOf(params.seed, scope.bounds);
  const options = { tolerance: params.tolerance, contiguous: params.contiguous === 1, smooth: params.smooth === 1 };
  const { region, bitmap } = lab
    ? wand(lab, image.width, [x, y], options, scope)
    : moved(
        wand(labOfRegion(image, scope.bounds), width, [x - left, y - top], options, {
          bounds: [0, 0, width, height],
          inside: scope.inside,
        }),
        left,
        top,
      );
  const rle = encodeRegion(bitmap, region, [image.height, image.width]);
  const notes = params.seed === 'auto' ? [`from the middle of the region, ${x},${y}`] : [];
  return { masks: [{ rle, score: 1 }], notes };
}

function seedOf(text: string, [x, y, width, height]: Box): readonly [number, number] {
  if (text === 'auto') return [x + Math.floor(width / 2), y + Math.floor(height / 2)];
  const places = parsePoints(text);
  if (places.length === 2) return [places[0], places[1]];
  throw new AppError('usage', `wand: seed is '${text}' when one place x,y was expected`);
}

function moved({ region, bitmap }: ReturnType<typeof wand>, dx: number, dy: number): ReturnType<typeof wand> {
  const [x, y, width, height] = region;
  return { region: [x + dx, y + dy, width, height], bitmap };
}
