/** Superpixels of a region: as a map for the tools, and as proposals: one a cell, or the chosen cells joined. */
import { counted } from '@shared/errors/counted';
import { cellWalls } from '@shared/methods/cells';
import type { ParamsOf } from '@shared/methods/params';
import { parseIndices } from '@shared/methods/validateParams';
import type { Box } from '@shared/geometry/box';
import type { SuperpixelMap } from '@shared/methods/requests';
import { encodeRegion, type Rle } from '@shared/mask';
import { AppError } from '@shared/errors/appError';
import type { RgbaImage } from '../../opencv/image';
import { labOfRegion } from '../labPlane';
import { inReadingOrder, labelledRegions, type MethodResult, regionToRle } from '../regions';
import { slic } from './slic';
import { workScope } from '../workScope';

type Params = ParamsOf<'superpixels'>;

/** Cells in reading order of their first pixels, score 1; `cells`: those joined. In a mask, cells are cut at its edge. */
export function superpixels(image: RgbaImage, params: Params, box?: Box, within?: Rle): MethodResult {
  const scope = workScope(image, box, within);
  const [, , width, height] = scope.bounds;
  const { labels, count } = slic(labOfRegion(image, scope.bounds), width, height, params, scope.inside);
  const cellCount = counted(count, 'cell');
  const cells = parseIndices(params.cells);
  if (cells) {
    const absent = cells.find((cell) => cell >= count);
    if (absent !== undefined) {
      throw new AppError('usage', `superpixels: there is no cell ${absent}, the region has ${cellCount}, from 0`);
    }
    const chosen = new Set(cells);
    const bitmap = Uint8Array.from(labels, (label) => (chosen.has(label) ? 1 : 0));
    const rle = encodeRegion(bitmap, scope.bounds, [image.height, image.width]);
    return { masks: [{ rle, score: 1 }], notes: [`${cells.length} of ${cellCount}`] };
  }
  const regions = labelledRegions(labels, width, 0, count - 1, { minArea: 1, maxArea: 0 });
  const masks = inReadingOrder(regions).map((region) => ({ rle: regionToRle(region, scope.bounds, image), score: 1 }));
  return { masks, notes: [cellCount] };
}

/** The cells themselves, at full resolution: those of a preview would not be the ones that are accepted. */
export function superpixelMap(
  image: RgbaImage,
  params: Params,
  { box, within }: { readonly box?: Box; readonly within?: Rle },
): SuperpixelMap {
  const scope = workScope(image, box, within);
  const [, , width, height] = scope.bounds;
  const { labels } = slic(labOfRegion(image, scope.bounds), width, height, params, scope.inside);
  return { box: scope.bounds, ...cellWalls(labels, width) };
}
