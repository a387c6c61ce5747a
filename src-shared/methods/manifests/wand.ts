/** Magic wand: the pixels that look like the one clicked, in CIE LAB. */
import type { MethodSpec } from '../manifest';

export const wand = {
  title: 'Magic wand',
  help: 'the pixels that look like the one clicked, in CIE LAB',
  scored: false,
  preview: 'final',
  usesLab: true,
  family: 'colour',
  box: 'optional',
  params: {
    seed: { type: 'points', default: 'auto', help: 'where to click, x,y (auto = the middle of the region)' },
    tolerance: {
      label: 'Tolerance',
      type: 'number',
      default: 12,
      min: 0,
      max: 200,
      help: 'largest difference of colour (CIE76)',
    },
    contiguous: {
      label: 'Connected only',
      type: 'choice',
      default: 1,
      choices: [1, 0],
      help: 'only what is connected to the click (1), or everywhere (0)',
    },
    smooth: {
      label: 'Smooth edge',
      type: 'choice',
      default: 1,
      choices: [1, 0],
      help: 'remove single pixels and smooth the edge',
    },
    picks: {
      type: 'picks',
      default: '',
      help: 'several clicks in place of seed and tolerance, tolerance x,y; +tolerance x,y adds, -tolerance x,y takes away',
    },
    base: { type: 'mask', default: '', help: 'the mask that picks add to or take away from' },
  },
} as const satisfies MethodSpec;
