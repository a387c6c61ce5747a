/** Connected components: threshold, morphology, then one proposal a connected component. */
import type { MethodSpec } from '../manifest';
import { areaFilter, binarize, morphology } from './shared';

export const components = {
  title: 'Connected components',
  help: 'threshold, morphology, then one proposal a connected component',
  purpose: 'Spots that lie apart from each other, each one an object',
  scored: true,
  preview: 'view',
  family: 'brightness',
  box: 'optional',
  params: {
    ...binarize,
    ...morphology,
    connectivity: {
      label: 'Corners connect',
      choiceLabels: { 8: 'Yes', 4: 'No' },
      type: 'choice',
      default: 8,
      choices: [8, 4],
      help: 'do pixels that touch by a corner connect',
    },
    ...areaFilter(100),
    dropBorder: {
      label: 'Skip the border',
      type: 'choice',
      default: 0,
      choices: [0, 1],
      help: 'leave out objects that touch the border',
    },
  },
} as const satisfies MethodSpec;
