/** Intelligent scissors: a closed outline that follows the edges between the places clicked. */
import type { MethodSpec } from '../manifest';

export const scissors = {
  title: 'Intelligent scissors',
  help: 'a closed outline that follows the edges between the places clicked',
  scored: false,
  preview: 'final',
  box: 'optional',
  params: {
    seeds: { type: 'points', default: '', help: 'the places clicked, in order, x,y x,y x,y ...' },
    snap: {
      label: 'Snap within',
      type: 'number',
      default: 8,
      min: 0,
      max: 64,
      integer: true,
      help: 'a click moves to the strongest edge within so many pixels',
    },
    cool: {
      label: 'Fix the path',
      type: 'choice',
      default: 1,
      choices: [1, 0],
      help: 'in the window: the part of the wire that has not moved for a while becomes fixed',
    },
  },
} as const satisfies MethodSpec;
