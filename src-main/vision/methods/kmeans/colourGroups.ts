/** What the k-means panel shows: the groups themselves, and the elbow plot. */
import type { ParamsOf } from '@shared/methods/params';
import type { Box } from '@shared/geometry/box';
import type { ColourGroup, ElbowCurve } from '@shared/methods/requests';
import { encodeRegion, type Rle, toCompressed } from '@shared/mask';
import { colourFeatures, elbowCurve } from './colourClusters';
import type { OpenCv } from '../../opencv/cv';
import { cropRgb, type RgbaImage } from '../../opencv/image';
import { chooseGroups, groupColours, NO_GROUP } from './kmeans';
import { withMats } from '../../opencv/matScope';
import { viewParams } from '../viewParams';
import { maskFromView, maskToView, type ViewPicture } from '../viewPicture';
import { type WorkScope, workScope } from '../workScope';

type Params = ParamsOf<'kmeans'>;

/** Every group with all its pixels, in the order of the parameter `clusters`; at the small picture's resolution where there is one. */
export function colourGroups(
  cv: OpenCv,
  image: RgbaImage,
  params: Params,
  { box, within }: { readonly box?: Box; readonly within?: Rle },
  view: ViewPicture | null,
): { groups: ColourGroup[]; notes: string[] } {
  const picture = view ?? image;
  const work = view ? workScope(view, undefined, within && maskToView(view, within)) : workScope(image, box, within);
  const size = [image.height, image.width] as const;
  return withMats(cv, (scope) => {
    const effective = view ? viewParams(params, view) : params;
    const { groups, centres, notes } = groupColours(scope, picture, effective, work);
    const { chosen } = chooseGroups(groups, work, centres.count, 'auto');
    const colours = meanColours(picture, work, groups, centres.count);
    const total = colours.reduce((sum, { pixels }) => sum + pixels, 0);
    const list = colours.map(({ pixels, color }, group) => {
      const bitmap = groups.map((value) => (value === group ? 1 : 0));
      const rle = encodeRegion(bitmap, work.bounds, [picture.height, picture.width]);
      const mask = view ? maskFromView(view, rle, size) : rle;
      return {
        mask: { kind: 'rle', size, counts: toCompressed(mask) } as const,
        color,
        share: pixels / total,
        chosen: chosen.includes(group),
      };
    });
    return { groups: list, notes };
  });
}

export function elbowOf(cv: OpenCv, view: ViewPicture, params: Params, within?: Rle): ElbowCurve {
  const work = workScope(view, undefined, within && maskToView(view, within));
  return withMats(cv, (scope) => {
    const rgb = cropRgb(scope, view, work.bounds);
    return elbowCurve(scope, colourFeatures(scope, rgb, work.inside), viewParams(params, view));
  });
}

/** The mean colour of each group's pixels. */
function meanColours(
  { data, width }: RgbaImage,
  { bounds }: WorkScope,
  groups: Uint8Array,
  count: number,
): { pixels: number; color: string }[] {
  const sums = Array.from({ length: count }, () => [0, 0, 0, 0]);
  for (let y = 0, i = 0; y < bounds[3]; y++) {
    for (let x = 0, p = ((bounds[1] + y) * width + bounds[0]) * 4; x < bounds[2]; x++, i++, p += 4) {
      if (groups[i] === NO_GROUP) continue;
      const sum = sums[groups[i]];
      sum[0]++;
      sum[1] += data[p];
      sum[2] += data[p + 1];
      sum[3] += data[p + 2];
    }
  }
  return sums.map(([pixels, ...rgb]) => {
    const hex = rgb.map((value) =>
      Math.round(pixels > 0 ? value / pixels : 0)
        .toString(16)
        .padStart(2, '0'),
    );
    return { pixels, color: `#${hex.join('')}` };
  });
}
