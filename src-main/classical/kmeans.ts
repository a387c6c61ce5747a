/** K-means in CIE LAB: groups the colours; each connected part of a chosen group is one proposal. */
import type { ParamsOf } from '@shared/classical/params';
import { parseIndices } from '@shared/classical/validateParams';
import type { Box } from '@shared/document/types';
import { AppError } from '@shared/ipc/errors';
import { assignToCentres, type Centres, colourFeatures, learnCentres } from './colourClusters';
import type { OpenCv } from './cv';
import { clipToImage, cropRgb, type RgbaImage } from './image';
import { type MatScope, withMats } from './matScope';
import { inReadingOrder, labelledRegions, type MethodResult, type Region, regionToRle } from './regions';

/** Every score is 1. The same parameters give the same masks: the random starts are seeded. */
export function kmeans(cv: OpenCv, image: RgbaImage, params: ParamsOf<'kmeans'>, box?: Box): MethodResult {
  const bounds = clipToImage(box, image);
  const [, , width, height] = bounds;
  return withMats(cv, (scope) => {
    const rgb = cropRgb(scope, image, bounds);
    const features = colourFeatures(scope, rgb);
    scope.free(rgb);
    const { centres, note } = learnCentres(scope, features, params);
    const groups = assignToCentres(features, centres, params.spatial);
    const { chosen, background } = chooseGroups(groups, width, height, centres.count, params.clusters);
    const regions = chosen.flatMap((group) => groupRegions(scope, groups, group, width, height, params));
    const masks = inReadingOrder(regions).map((region) => ({ rle: regionToRle(region, bounds, image), score: 1 }));
    const notes = [note, describeCentres(centres, groups)];
    if (background !== null) notes.push(`group ${background} touches the border most and was left out`);
    return { masks, notes };
  });
}

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
function chooseGroups(
  groups: Uint8Array,
  width: number,
  height: number,
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
  for (let y = 0; y < height; y++) {
    const step = y === 0 || y === height - 1 ? 1 : Math.max(1, width - 1);
    for (let x = 0; x < width; x += step) touching[groups[y * width + x]]++;
  }
  const background = touching.indexOf(Math.max(...touching));
  const all = Array.from({ length: count }, (_, group) => group);
  return { chosen: all.filter((group) => group !== background), background };
}

/** e.g. `groups by lightness: 0 L 12 (55%), 1 L 71 (45%)`. */
function describeCentres(centres: Centres, groups: Uint8Array): string {
  const sizes = new Uint32Array(centres.count);
  for (const group of groups) sizes[group]++;
  const parts = Array.from(sizes, (size, group) => {
    const lightness = Math.round((centres.values[group * centres.dimensions] * 100) / 255);
    return `${group} L ${lightness} (${Math.round((size * 100) / groups.length)}%)`;
  });
  return `groups by lightness: ${parts.join(', ')}`;
}
