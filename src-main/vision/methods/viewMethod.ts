/** Runs a method on the small picture of a region; its masks grow back to the image's size. */
import type { MethodName, ParamsOf } from '@shared/methods/params';
import { area, type Rle } from '@shared/mask';
import type { OpenCv } from '../opencv/cv';
import type { RgbaImage } from '../opencv/image';
import { runMethod } from './methods';
import type { MethodResult } from './regions';
import { viewParams } from './viewParams';
import { maskFromView, maskToView, type ViewPicture } from './viewPicture';

export function runOnView(
  cv: OpenCv,
  view: ViewPicture,
  image: RgbaImage,
  method: MethodName,
  params: ParamsOf<MethodName>,
  within?: Rle,
): MethodResult {
  const inside = within && maskToView(view, within);
  if (inside && area(inside) === 0) return { masks: [], notes: ['The mask is too thin for a preview'] };
  const { masks, notes } = runMethod(cv, method, view, viewParams(params, view), undefined, inside);
  const size = [image.height, image.width] as const;
  const grown = masks.map(({ rle, score }) => ({ rle: maskFromView(view, rle, size), score }));
  // A picture that starts on the grid of its blocks can show a little more than was asked for.
  const kept = grown.filter(({ rle }) => area(rle) > 0);
  const { factor } = view;
  return { masks: kept, notes: factor > 1 ? [...notes, 'Computed at reduced size'] : notes };
}
