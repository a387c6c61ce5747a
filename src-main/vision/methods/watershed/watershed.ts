/** Marker watershed: separates objects that touch, one proposal an object. */
import { counted } from '@shared/errors/counted';
import type { ParamsOf } from '@shared/methods/params';
import { parseStrokes } from '@shared/methods/strokes';
import type { Box } from '@shared/geometry/box';
import type { Rle } from '@shared/mask';
import { binarize, extractChannel } from '../threshold/binarize';
import type { Mat, OpenCv } from '../../opencv/cv';
import { cropRgb, type RgbaImage } from '../../opencv/image';
import { type MatScope, withMats } from '../../opencv/matScope';
import { inReadingOrder, labelledRegions, type MethodResult, type Region, regionToRle } from '../regions';
import { drawMarkers } from './watershedDrawn';
import { coresByBrightness, coresByDistance, distanceField, type DistanceField } from './watershedMarkers';
import { closeLines } from './watershedLines';
import { type WorkScope, workScope } from '../workScope';

type Params = ParamsOf<'watershed'>;

/** Label of the background in the marker picture; objects follow. */
const BACKGROUND = 1;

/**
 * Steps as in OpenCV's tutorial "Image Segmentation with Watershed Algorithm"; the lines between objects belong to nobody. Scores are
 * the mean distance to the background within the object over the maximum that its marker was measured by.
 * In a mask, the mask itself is the foreground: it is split, and the lines go to the objects beside them. With markers drawn
 * by hand there is no foreground to find: each label is one object, score 1.
 */
export function watershed(cv: OpenCv, image: RgbaImage, params: Params, box?: Box, within?: Rle): MethodResult {
  const work = workScope(image, box, within);
  return withMats(cv, (scope) => {
    const rgb = cropRgb(scope, image, work.bounds);
    if (params.markers !== '') return fromDrawnMarkers(scope, rgb, params, image, work);
    return fromForeground(scope, rgb, params, image, work);
  });
}

function fromForeground(scope: MatScope, rgb: Mat, params: Params, image: RgbaImage, work: WorkScope): MethodResult {
  const { cv } = scope;
  const kernel = scope.own(cv.getStructuringElement(cv.MORPH_RECT, new cv.Size(params.kernel, params.kernel)));
  const centre = new cv.Point(-1, -1);
  const { channel, clean, darkObjects, note } = foreground(scope, rgb, params, work);
  if (!work.inside && params.open > 0) cv.morphologyEx(clean, clean, cv.MORPH_OPEN, kernel, centre, params.open);
  const field = distanceField(scope, clean, params.local === 1);
  if (field.maximum === 0) return { masks: [], notes: [note, 'no foreground left after the opening'] };
  const cores =
    params.intensity === 1
      ? coresByBrightness(scope, field, clean, channel, { ratio: params.ratio, darkObjects })
      : coresByDistance(scope, field, params.ratio);
  scope.free(channel);
  const surroundings = work.inside ? clean : scope.mat();
  if (!work.inside) cv.dilate(clean, surroundings, kernel, centre, params.dilate);

  const { markers, count } = markersFrom(scope, cores, surroundings);
  const regions = floodRegions(scope, rgb, markers, count, work, params);
  const masks = regions.map((region) => ({
    rle: regionToRle(region, work.bounds, image),
    score: relativeThickness(region, field),
  }));
  return { masks, notes: [note, counted(count, 'marker')] };
}

function fromDrawnMarkers(scope: MatScope, rgb: Mat, params: Params, image: RgbaImage, work: WorkScope): MethodResult {
  const { markers, count, hasBackground } = drawMarkers(scope, parseStrokes(params.markers), work);
  if (count === 0) return { masks: [], notes: ['no marker of an object lies in the region'] };
  const regions = floodRegions(scope, rgb, markers, count, work, params);
  const masks = regions.map((region) => ({ rle: regionToRle(region, work.bounds, image), score: 1 }));
  const notes = [counted(count, 'drawn marker')];
  if (!hasBackground && !work.inside) notes.push('no background was marked: the objects share the whole region');
  return { masks, notes };
}

/** The watershed itself and the objects it gives, in reading order. */
function floodRegions(
  scope: MatScope,
  rgb: Mat,
  markers: Mat,
  count: number,
  work: WorkScope,
  params: Params,
): Region[] {
  scope.cv.watershed(rgb, markers);
  const labels = markers.data32S;
  if (work.inside) closeLines(labels, work.inside, work.bounds[2], BACKGROUND);
  return inReadingOrder(labelledRegions(labels, work.bounds[2], BACKGROUND + 1, BACKGROUND + count, params));
}

/** CV_8UC1, 255 = to be split: what the threshold finds, or the mask itself. */
function foreground(scope: MatScope, rgb: Mat, params: Params, work: WorkScope) {
  const { inside } = work;
  if (!inside) {
    const { channel, binary, inverted, note } = binarize(scope, rgb, params, work);
    return { channel, clean: binary, darkObjects: inverted, note };
  }
  const channel = extractChannel(scope, rgb, params.channel);
  const clean = scope.zeros(rgb.rows, rgb.cols, scope.cv.CV_8UC1);
  const out = clean.data;
  for (let i = 0; i < out.length; i++) out[i] = inside[i] === 0 ? 0 : 255;
  return { channel, clean, darkObjects: params.invert === 1, note: 'splitting the mask' };
}

/** CV_32SC1: 1 = background, 2.. = a core each, 0 = to be decided by the watershed. */
function markersFrom(scope: MatScope, cores: Mat, surroundings: Mat): { markers: Mat; count: number } {
  const { cv } = scope;
  const markers = scope.mat();
  const count = cv.connectedComponents(cores, markers, 8, cv.CV_32S) - 1;
  const labels = markers.data32S;
  const near = surroundings.data;
  for (let i = 0; i < labels.length; i++) labels[i] = labels[i] === 0 && near[i] !== 0 ? 0 : labels[i] + BACKGROUND;
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
