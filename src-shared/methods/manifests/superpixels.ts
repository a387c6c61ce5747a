/** Superpixels: cells of similar colour and even size (SLIC); one proposal a cell. */
import type { MethodSpec } from '../manifest';

export const superpixels = {
  title: 'Superpixels',
  help: 'cells of similar colour and even size (SLIC); one proposal a cell',
  purpose: 'Patches of similar colour over the whole image',
  scored: false,
  preview: 'view',
  box: 'optional',
  params: {
    size: {
      label: 'Cell size',
      type: 'number',
      default: 24,
      min: 4,
      max: 512,
      integer: true,
      help: 'side of a cell, pixels',
    },
    compactness: {
      label: 'Squareness',
      type: 'number',
      default: 10,
      min: 1,
      max: 100,
      help: 'weight of place against colour: higher is squarer',
    },
    cells: {
      type: 'indices',
      default: 'auto',
      picked: true,
      help: 'cells to join into one proposal, from 0 in reading order; auto: one proposal a cell',
    },
  },
} as const satisfies MethodSpec;
