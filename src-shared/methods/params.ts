/** The classical methods by name: a method is a manifest here, an implementation in the vision process, and a line in each of the two lists. */
import type { MethodSpec } from './manifest';
import { components } from './manifests/components';
import { grabcut } from './manifests/grabcut';
import { kmeans } from './manifests/kmeans';
import { scissors } from './manifests/scissors';
import { superpixels } from './manifests/superpixels';
import { threshold } from './manifests/threshold';
import { wand } from './manifests/wand';
import { watershed } from './manifests/watershed';

export * from './manifest';

/** In the order in which they are listed. */
export const CLASSICAL_METHODS = {
  threshold,
  components,
  watershed,
  grabcut,
  kmeans,
  wand,
  scissors,
  superpixels,
} as const satisfies Record<string, MethodSpec>;

export type MethodName = keyof typeof CLASSICAL_METHODS;

type ParamValue<S> = S extends { choices: readonly (infer C)[] }
  ? C
  : S extends { type: 'indices' | 'points' | 'strokes' | 'picks' | 'mask' }
    ? string
    : number;

/** All parameters of a method with their values, e.g. `ParamsOf<'threshold'>['blur']` is a number. */
export type ParamsOf<M extends MethodName> = {
  readonly [K in keyof (typeof CLASSICAL_METHODS)[M]['params']]: ParamValue<(typeof CLASSICAL_METHODS)[M]['params'][K]>;
};

export const METHOD_NAMES = Object.keys(CLASSICAL_METHODS) as readonly MethodName[];

export function isClassicalMethod(name: string): name is MethodName {
  return Object.prototype.hasOwnProperty.call(CLASSICAL_METHODS, name);
}
