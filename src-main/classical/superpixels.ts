/** Superpixels of a region: as a map for the tools, and as one proposal a cell. */
import type { ParamsOf } from '@shared/classical/params';
import type { Box } from '@shared/document/types';
import type { SuperpixelMap } from '@shared/ipc/contract';
import type { Rle } from '@shared/mask';
import type { RgbaImage } from './image';
import { labOf, labOfRegion } from './labPlane';
import { inReadingOrder, labelledRegions, type MethodResult, regionToRle } from './regions';
import { slic } from './slic';
import { viewParams } from './viewParams';
import { maskToView, type ViewPicture } from './viewPicture';
import { workScope } from './workScope';

type Params = ParamsOf<'superpixels'>;

/** Cells in reading order, score 1. In a mask, cells are cut at its edge. */
export function superpixels(image: RgbaImage, params: Params, box?: Box, within?: Rle): MethodResult {
  const scope = workScope(image, box, within);
  const [, , width, height] = scope.bounds;
  const { labels, count } = slic(labOfRegion(image, scope.bounds), width, height, params, scope.inside);
  const regions = labelledRegions(labels, width, 0, count - 1, { minArea: 1, maxArea: 0 });
  const masks = inReadingOrder(regions).map((region) => ({ rle: regionToRle(region, scope.bounds, image), score: 1 }));
  return { masks, notes: [`${count} ${count === 1 ? 'cell' : 'cells'}`] };
}

/** The cells as labels, -1 outside the mask: of the region itself, or of its small picture where there is one. */
export function superpixelMap(
  image: RgbaImage,
  params: Params,
  { box, within }: { readonly box?: Box; readonly within?: Rle },
  view: ViewPicture | null,
): SuperpixelMap {
  if (view) {
    const { width, height, factor } = view;
    const inside = within ? workScope(view, undefined, maskToView(view, within)) : null;
    if (!inside) {
      const { labels, count } = slic(labOf(view), width, height, viewParams(params, view), null);
      return { box: view.box, scale: factor, labels, columns: width, rows: height, count };
    }
    const [x, y, w, h] = inside.bounds;
    const { labels, count } = slic(labOfRegion(view, inside.bounds), w, h, viewParams(params, view), inside.inside);
    const bounds: Box = [view.box[0] + x * factor, view.box[1] + y * factor, w * factor, h * factor];
    return { box: bounds, scale: factor, labels, columns: w, rows: h, count };
  }
  const scope = workScope(image, box, within);
  const [, , width, height] = scope.bounds;
  const { labels, count } = slic(labOfRegion(image, scope.bounds), width, height, params, scope.inside);
  return { box: scope.bounds, scale: 1, labels, columns: width, rows: height, count };
}
