/** Marker watershed: separates objects that touch, one proposal an object; the lines between them belong to nobody. */
import type { ParamsOf } from '@shared/classical/params';
import type { Box } from '@shared/document/types';
import { binarize } from './binarize';
import type { Mat, OpenCv } from './cv';
import { clipToImage, cropRgb, type RgbaImage } from './image';
import { type MatScope, withMats } from './matScope';
import { inReadingOrder, labelledRegions, type MethodResult, type Region, regionToRle } from './regions';
import { coresByBrightness, coresByDistance, distanceField, type DistanceField } from './watershedMarkers';

/**
 * Steps as in OpenCV's tutorial "Image Segmentation with Watershed Algorithm". Scores are the mean distance to the background within
 * the object over the maximum that its marker was measured by.
 */
export function watershed(cv: OpenCv, image: RgbaImage, params: ParamsOf<'watershed'>, box?: Box): MethodResult {
  const bounds = clipToImage(box, image);
  const width = bounds[2];
  return withMats(cv, (scope) => {
    const rgb = cropRgb(scope, image, bounds);
    const { channel, binary: clean, inverted, note } = binarize(scope, rgb, params);
    const kernel = scope.own(cv.getStructuringElement(cv.MORPH_RECT, new cv.Size(params.kernel, params.kernel)));
    const centre = new cv.Point(-1, -1);
    if (params.open > 0) cv.morphologyEx(clean, clean, cv.MORPH_OPEN, kernel, centre, params.open);
    const field = distanceField(scope, clean, params.local === 1);
    if (field.maximum === 0) return { masks: [], notes: [note, 'no foreground left after the opening'] };
    const cores =
      params.intensity === 1
        ? coresByBrightness(scope, field, clean, channel, { ratio: params.ratio, darkObjects: inverted })
        : coresByDistance(scope, field, params.ratio);
    scope.free(channel);
    const surroundings = scope.mat();
    cv.dilate(clean, surroundings, kernel, centre, params.dilate);

    const { markers, count } = markersFrom(scope, cores, surroundings);
    cv.watershed(rgb, markers);
    const regions = labelledRegions(markers.data32S, width, 2, count + 1, params);
    const masks = inReadingOrder(regions).map((region) => ({
      rle: regionToRle(region, bounds, image),
      score: relativeThickness(region, field),
    }));
    return { masks, notes: [note, `${count} ${count === 1 ? 'marker' : 'markers'}`] };
  });
}

/** CV_32SC1: 1 = background, 2.. = a core each, 0 = to be decided by the watershed. */
function markersFrom(scope: MatScope, cores: Mat, surroundings: Mat): { markers: Mat; count: number } {
  const { cv } = scope;
  const markers = scope.mat();
  const count = cv.connectedComponents(cores, markers, 8, cv.CV_32S) - 1;
  const labels = markers.data32S;
  const near = surroundings.data;
  for (let i = 0; i < labels.length; i++) labels[i] = labels[i] === 0 && near[i] !== 0 ? 0 : labels[i] + 1;
  return { markers, count };
}

function relativeThickness(region: Region, field: DistanceField): number {
  const width = field.distance.cols;
  const distances = field.distance.data32F;
  let sum = 0;
  let maximum = 0;
  for (let y = 0; y < region.height; y++) {
    for (let x = 0; x < region.width; x++) {
      if (region.bitmap[y * region.width + x] === 0) continue;
      const at = (region.y + y) * width + region.x + x;
      sum += distances[at];
      maximum = Math.max(maximum, field.maximumAt(at));
    }
  }
  return maximum === 0 ? 0 : Math.min(1, sum / region.area / maximum);
}
