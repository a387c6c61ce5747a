/** Threshold: threshold, morphology, then one proposal an outer contour. */
import type { MethodSpec } from '../manifest';
import { areaFilter, binarize, morphology } from './shared';

export const threshold = {
  title: 'Threshold',
  help: 'threshold, morphology, then one proposal an outer contour',
  purpose: 'Bright objects on a dark background, or dark ones on bright',
  scored: true,
  preview: 'view',
  family: 'brightness',
  box: 'optional',
  params: {
    ...binarize,
    ...morphology,
    holes: {
      label: 'Keep holes',
      type: 'choice',
      default: 0,
      choices: [0, 1],
      help: 'keep the holes of objects (1) or fill them (0)',
    },
    ...areaFilter(100),
  },
} as const satisfies MethodSpec;
