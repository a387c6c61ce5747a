/** Runs a method by its name. */
import type { MethodName, ParamsOf } from '@shared/methods/params';
import type { Box } from '@shared/geometry/box';
import type { Rle } from '@shared/mask';
import { components } from './threshold/components';
import type { OpenCv } from '../opencv/cv';
import { grabcut } from './grabcut/grabcut';
import type { RgbaImage } from '../opencv/image';
import { kmeans } from './kmeans/kmeans';
import type { LabPlane } from './labPlane';
import type { MethodResult } from './regions';
import { scissors } from './scissors/scissors';
import { superpixels } from './superpixels/superpixels';
import { threshold } from './threshold/threshold';
import { wandMethod } from './wand/wandMethod';
import { watershed } from './watershed/watershed';

type Method<M extends MethodName> = (
  cv: OpenCv,
  image: RgbaImage,
  params: ParamsOf<M>,
  box?: Box,
  within?: Rle,
  lab?: LabPlane,
) => MethodResult;

const methods: { readonly [M in MethodName]: Method<M> } = {
  threshold,
  components,
  watershed,
  grabcut: (cv, image, params, box, within) => grabcut(cv, image, params, box, within),
  kmeans,
  wand: (_cv, ...rest) => wandMethod(...rest),
  scissors: (_cv, image, params, box, within) => scissors(image, params, box, within),
  superpixels: (_cv, image, params, box, within) => superpixels(image, params, box, within),
};

/**
 * `params` are full effective parameters, as `effectiveParams` returns them; `box` (image pixels) and `within` (of the image's
 * size) are the scope. `lab` is the LAB of the whole image where the caller has it: it saves the wand some time.
 */
export function runMethod<M extends MethodName>(
  cv: OpenCv,
  method: M,
  image: RgbaImage,
  params: ParamsOf<M>,
  box?: Box,
  within?: Rle,
  lab?: LabPlane,
): MethodResult {
  return methods[method](cv, image, params, box, within, lab);
}
