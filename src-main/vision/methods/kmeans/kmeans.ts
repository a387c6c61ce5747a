/** K-means in CIE LAB: groups the colours; each connected part of a chosen group is one proposal. */
import type { ParamsOf } from '@shared/methods/params';
import { parseIndices } from '@shared/methods/validateParams';
import type { Box } from '@shared/geometry/box';
import { AppError } from '@shared/errors/appError';
import type { Rle } from '@shared/mask';
import { assignToCentres, type Centres, colourFeatures, learnCentres } from './colourClusters';
import type { OpenCv } from '../../opencv/cv';
import { cropRgb, type RgbaImage } from '../../opencv/image';
import { type MatScope, withMats } from '../../opencv/matScope';
import { inReadingOrder, labelledRegions, type MethodResult, type Region, regionToRle } from '../regions';
import { visitBorder, type WorkScope, workScope } from '../workScope';

/** Every score is 1. The same parameters give the same masks: the random starts are seeded. */
export function kmeans(
  cv: OpenCv,
  image: RgbaImage,
  params: ParamsOf<'kmeans'>,
  box?: Box,
  within?: Rle,
): MethodResult {
  const work = workScope(image, box, within);
  const [, , width, height] = work.bounds;
  return withMats(cv, (scope) => {
    const { groups, centres, notes } = groupColours(scope, image, params, work);
    const { chosen, background } = chooseGroups(groups, work, centres.count, params.clusters);
    const regions = chosen.flatMap((group) => groupRegions(scope, groups, group, width, height, params));
    const masks = inReadingOrder(regions).map((region) => ({ rle: regionToRle(region, work.bounds, image), score: 1 }));
    if (background === null) return { masks, notes };
    return { masks, notes: [...notes, `group ${background} touches the border most and was left out`] };
  });
}

/** The group of each pixel of the scope, row-major; NO_GROUP outside its mask. */
export function groupColours(
  scope: MatScope,
  image: RgbaImage,
  params: ParamsOf<'kmeans'>,
  work: WorkScope,
): { groups: Uint8Array; centres: Centres; notes: string[] } {
  const rgb = cropRgb(scope, image, work.bounds);
  const features = colourFeatures(scope, rgb, work.inside);
  scope.free(rgb);
  const { centres, note } = learnCentres(scope, features, params);
  const groups = assignToCentres(features, centres, params.spatial);
  if (work.inside) for (let i = 0; i < groups.length; i++) if (work.inside[i] === 0) groups[i] = NO_GROUP;
  return { groups, centres, notes: [note, describeCentres(centres, groups)] };
}

/** No k is as large. */
export const NO_GROUP = 255;

function groupRegions(
  scope: MatScope,
  groups: Uint8Array,
  group: number,
  width: number,
  height: number,
  params: ParamsOf<'kmeans'>,
): Region[] {
  const { cv } = scope;
  const member = scope.own(new cv.Mat(height, width, cv.CV_8UC1));
  const pixels = member.data;
  for (let i = 0; i < pixels.length; i++) pixels[i] = groups[i] === group ? 1 : 0;
  const labels = scope.mat();
  const count = cv.connectedComponents(member, labels, 8, cv.CV_32S);
  const regions = labelledRegions(labels.data32S, width, 1, count - 1, params);
  scope.free(member);
  scope.free(labels);
  return regions;
}

/** The groups to propose, and the one taken for background where the choice was automatic. */
export function chooseGroups(
  groups: Uint8Array,
  work: WorkScope,
  count: number,
  clusters: string,
): { chosen: number[]; background: number | null } {
  const named = parseIndices(clusters);
  if (named) {
    const absent = named.find((group) => group >= count);
    if (absent === undefined) return { chosen: named, background: null };
    throw new AppError('usage', `kmeans: clusters names group ${absent} when there are ${count} (0 to ${count - 1})`);
  }
  const touching = new Uint32Array(count);
  visitBorder(work, (index) => touching[groups[index]]++);
  const background = touching.indexOf(Math.max(...touching));
  const all = Array.from({ length: count }, (_, group) => group);
  return { chosen: all.filter((group) => group !== background), background };
}

/** e.g. `groups by lightness: 0 L 12 (55%), 1 L 71 (45%)`. */
function describeCentres(centres: Centres, groups: Uint8Array): string {
  const sizes = new Uint32Array(centres.count);
  let total = 0;
  for (let i = 0; i < groups.length; i++) {
    if (groups[i] === NO_GROUP) continue;
    sizes[groups[i]]++;
    total++;
  }
  const parts = Array.from(sizes, (size, group) => {
    const lightness = Math.round((centres.values[group * centres.dimensions] * 100) / 255);
    return `${group} L ${lightness} (${Math.round((size * 100) / total)}%)`;
  });
  return `groups by lightness: ${parts.join(', ')}`;
}
