/** Threshold, morphology, contours: one proposal an outer contour, with its holes filled or kept. */
import type { ParamsOf } from '@shared/methods/params';
import type { Box } from '@shared/geometry/box';
import type { Rle } from '@shared/mask';
import { binarize, openAndClose } from './binarize';
import type { Mat, MatVector, OpenCv, Rect } from '../../opencv/cv';
import { cropRgb, type RgbaImage } from '../../opencv/image';
import { withMats, type MatScope } from '../../opencv/matScope';
import { type AreaFilter, inReadingOrder, type MethodResult, passesFilter, type Region, regionToRle } from '../regions';
import { rimContrast } from './rimContrast';
import { clearOutside, workScope } from '../workScope';

/** Scores are the contrast against a 5-pixel rim in the thresholded channel. */
export function threshold(
  cv: OpenCv,
  image: RgbaImage,
  params: ParamsOf<'threshold'>,
  box?: Box,
  within?: Rle,
): MethodResult {
  const work = workScope(image, box, within);
  const { bounds } = work;
  return withMats(cv, (scope) => {
    const rgb = cropRgb(scope, image, bounds);
    const { channel, binary, note } = binarize(scope, rgb, params, work);
    scope.free(rgb);
    openAndClose(scope, binary, params);
    // A closing can reach beyond the mask.
    clearOutside(work, binary.data);
    const regions = inReadingOrder(contourRegions(scope, binary, params.holes === 1, params));
    const masks = regions.map((region) => ({
      rle: regionToRle(region, bounds, image),
      score: rimContrast(region, channel.data, binary.data, binary.cols),
    }));
    return { masks, notes: [note] };
  });
}

/** The outer contours of a binary picture, filled; the holes of each stay empty where `keepHoles`. */
function contourRegions(scope: MatScope, binary: Mat, keepHoles: boolean, filter: AreaFilter): Region[] {
  const { cv } = scope;
  const contours = scope.vector();
  const hierarchy = scope.mat();
  const mode = keepHoles ? cv.RETR_CCOMP : cv.RETR_EXTERNAL;
  cv.findContours(binary, contours, hierarchy, mode, cv.CHAIN_APPROX_NONE);
  const count = contours.size();
  const parents = Array.from({ length: count }, (_, i) => hierarchy.data32S[i * 4 + 3]);
  const regions: Region[] = [];
  for (let i = 0; i < count; i++) {
    if (parents[i] >= 0) continue;
    const points = contours.get(i);
    const bounds = cv.boundingRect(points);
    points.delete();
    if (bounds.width * bounds.height < filter.minArea) continue;
    const bitmap = fillContour(scope, contours, i, hierarchy, keepHoles ? 1 : 0, bounds);
    let area = 0;
    for (let p = 0; p < bitmap.length; p++) area += bitmap[p];
    if (passesFilter(area, filter)) regions.push({ ...bounds, bitmap, area });
  }
  return regions;
}

function fillContour(
  scope: MatScope,
  contours: MatVector,
  index: number,
  hierarchy: Mat,
  maxLevel: number,
  { x, y, width, height }: Rect,
): Uint8Array {
  const { cv } = scope;
  const canvas = scope.zeros(height, width, cv.CV_8UC1);
  cv.drawContours(
    canvas,
    contours,
    index,
    [1, 0, 0, 0],
    cv.FILLED,
    cv.LINE_8,
    hierarchy,
    maxLevel,
    new cv.Point(-x, -y),
  );
  const bitmap = canvas.data.slice();
  scope.free(canvas);
  return bitmap;
}
