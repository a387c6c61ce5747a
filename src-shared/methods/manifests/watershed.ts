/** Watershed: separates touching objects: threshold, distance transform, markers, watershed on the colours. */
import type { MethodSpec } from '../manifest';
import { areaFilter, binarize } from './shared';

export const watershed = {
  title: 'Watershed',
  help: 'separates touching objects: threshold, distance transform, markers, watershed on the colours',
  purpose: 'Round objects that touch each other',
  scored: true,
  preview: 'view',
  family: 'brightness',
  box: 'optional',
  params: {
    ...binarize,
    kernel: {
      label: 'Cleaning size',
      type: 'number',
      default: 3,
      min: 1,
      max: 99,
      integer: true,
      help: 'side of the square kernel, pixels',
    },
    open: {
      label: 'Remove specks',
      type: 'number',
      default: 2,
      min: 0,
      max: 50,
      integer: true,
      help: 'openings of the foreground',
    },
    dilate: {
      label: 'Reach of objects',
      type: 'number',
      default: 3,
      min: 0,
      max: 50,
      integer: true,
      help: 'dilations: beyond is background',
    },
    ratio: {
      label: 'Core threshold',
      type: 'number',
      default: 0.5,
      min: 0,
      max: 0.99,
      help: 'a marker is where the distance to the background exceeds this part of its maximum',
    },
    local: {
      label: 'Cores compared',
      choiceLabels: { 0: 'In the image', 1: 'In each object' },
      type: 'choice',
      default: 0,
      choices: [0, 1],
      help: 'the maximum of the image (0) or of each blob (1)',
    },
    intensity: {
      label: 'Markers from',
      choiceLabels: { 0: 'Distance', 1: 'Brightness' },
      type: 'choice',
      default: 0,
      choices: [0, 1],
      help: 'markers from distance (0) or from peaks of smoothed brightness (1)',
    },
    markers: {
      type: 'strokes',
      default: '',
      help: 'markers drawn by hand in place of all the above, label:radius x,y x,y; ... (label 0 = background)',
    },
    ...areaFilter(20),
  },
} as const satisfies MethodSpec;
