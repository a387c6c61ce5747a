/** Runs a method by its name. */
import type { MethodName, ParamsOf } from '@shared/classical/params';
import type { Box } from '@shared/document/types';
import { components } from './components';
import type { OpenCv } from './cv';
import { grabcut } from './grabcut';
import type { RgbaImage } from './image';
import { kmeans } from './kmeans';
import type { MethodResult } from './regions';
import { threshold } from './threshold';
import { watershed } from './watershed';

type Method<M extends MethodName> = (cv: OpenCv, image: RgbaImage, params: ParamsOf<M>, box?: Box) => MethodResult;

const methods: { readonly [M in MethodName]: Method<M> } = { threshold, components, watershed, grabcut, kmeans };

/** `params` are full effective parameters, as `effectiveParams` returns them; `box` is the scope in image pixels. */
export function runMethod<M extends MethodName>(
  cv: OpenCv,
  method: M,
  image: RgbaImage,
  params: ParamsOf<M>,
  box?: Box,
): MethodResult {
  return methods[method](cv, image, params, box);
}
