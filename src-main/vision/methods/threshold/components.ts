/** Threshold, morphology, connected components with an area filter: one proposal a component. */
import type { ParamsOf } from '@shared/methods/params';
import type { Box } from '@shared/geometry/box';
import type { Rle } from '@shared/mask';
import { binarize, openAndClose } from './binarize';
import type { OpenCv } from '../../opencv/cv';
import { cropRgb, type RgbaImage } from '../../opencv/image';
import { withMats } from '../../opencv/matScope';
import { inReadingOrder, labelledRegions, type MethodResult, type Region, regionToRle } from '../regions';
import { rimContrast } from './rimContrast';
import { clearOutside, workScope } from '../workScope';

/** Scores are the contrast against a 5-pixel rim in the thresholded channel. */
export function components(
  cv: OpenCv,
  image: RgbaImage,
  params: ParamsOf<'components'>,
  box?: Box,
  within?: Rle,
): MethodResult {
  const work = workScope(image, box, within);
  const { bounds } = work;
  const [, , width, height] = bounds;
  return withMats(cv, (scope) => {
    const rgb = cropRgb(scope, image, bounds);
    const { channel, binary, note } = binarize(scope, rgb, params, work);
    scope.free(rgb);
    openAndClose(scope, binary, params);
    // A closing can reach beyond the mask.
    clearOutside(work, binary.data);
    const labels = scope.mat();
    const count = cv.connectedComponents(binary, labels, params.connectivity, cv.CV_32S);
    let regions: Region[] = labelledRegions(labels.data32S, width, 1, count - 1, params);
    const found = regions.length;
    if (params.dropBorder === 1) regions = regions.filter((region) => !touchesBorder(region, width, height));
    const masks = inReadingOrder(regions).map((region) => ({
      rle: regionToRle(region, bounds, image),
      score: rimContrast(region, channel.data, binary.data, width),
    }));
    const dropped = found - regions.length;
    return { masks, notes: dropped > 0 ? [note, `${dropped} left out at the border`] : [note] };
  });
}

function touchesBorder({ x, y, width, height }: Region, scopeWidth: number, scopeHeight: number): boolean {
  return x === 0 || y === 0 || x + width === scopeWidth || y + height === scopeHeight;
}
