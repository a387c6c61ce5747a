/** The magic wand as a method: its seed from the parameters, its result as a mask. */
import type { ParamsOf } from '@shared/methods/params';
import { parsePicks, parsePoints } from '@shared/methods/strokes';
import type { Box } from '@shared/geometry/box';
import { AppError } from '@shared/errors/appError';
import { emptyMask, encodeRegion, merge, type Rle, subtract } from '@shared/mask';
import { isEmptyMask } from '@shared/mask/edit';
import type { RgbaImage } from '../../opencv/image';
import { type LabPlane, labOfRegion } from '../labPlane';
import { toRle } from '../methodRequest';
import type { MethodResult } from '../regions';
import { wand } from './wand';
import { type WorkScope, workScope } from '../workScope';

type Params = ParamsOf<'wand'>;

/** One mask, score 1. `lab`: of the whole image, where the caller keeps it; only the scope's is computed otherwise. */
export function wandMethod(image: RgbaImage, params: Params, box?: Box, within?: Rle, lab?: LabPlane): MethodResult {
  const scope = workScope(image, box, within);
  if (params.picks !== '') return severalClicks(image, params, scope, lab);
  const seed = seedOf(params.seed, scope.bounds);
  const rle = click(image, { ...params, seed }, scope, lab);
  const notes = params.seed === 'auto' ? [`from the middle of the region, ${seed.join(',')}`] : [];
  return { masks: [{ rle, score: 1 }], notes };
}

/** The clicks one after the other, each on what those before it picked; the first on `base` where there is one. */
function severalClicks(image: RgbaImage, params: Params, scope: WorkScope, lab?: LabPlane): MethodResult {
  const size = [image.height, image.width] as const;
  let mask = params.base === '' ? emptyMask(...size) : toRle({ kind: 'rle', size, counts: params.base });
  for (const { mode, tolerance, seed } of parsePicks(params.picks)) {
    const picked = click(image, { ...params, tolerance, seed }, scope, lab);
    mask = mode === 'new' ? picked : mode === 'add' ? merge([mask, picked]) : subtract(mask, picked);
  }
  return { masks: isEmptyMask(mask) ? [] : [{ rle: mask, score: 1 }], notes: [] };
}

type Place = readonly [x: number, y: number];

function click(
  image: RgbaImage,
  params: Pick<Params, 'tolerance' | 'contiguous' | 'smooth'> & { readonly seed: Place },
  scope: WorkScope,
  lab?: LabPlane,
): Rle {
  const [left, top, width, height] = scope.bounds;
  const [x, y] = params.seed;
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
  return encodeRegion(bitmap, region, [image.height, image.width]);
}

function seedOf(text: string, [x, y, width, height]: Box): Place {
  if (text === 'auto') return [x + Math.floor(width / 2), y + Math.floor(height / 2)];
  const places = parsePoints(text);
  if (places.length === 2) return [places[0], places[1]];
  throw new AppError('usage', `wand: seed is '${text}' when one place x,y was expected`);
}

function moved({ region, bitmap }: ReturnType<typeof wand>, dx: number, dy: number): ReturnType<typeof wand> {
  const [x, y, width, height] = region;
  return { region: [x + dx, y + dy, width, height], bitmap };
}
