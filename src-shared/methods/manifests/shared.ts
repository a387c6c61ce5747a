/** Parameters that several methods share. */
import type { ParamSpec } from '../manifest';

/** The steps that turn a picture into foreground and background. */
export const binarize = {
  channel: {
    label: 'Colour channel',
    choiceLabels: {
      gray: 'Gray',
      r: 'Red',
      g: 'Green',
      b: 'Blue',
      l: 'Lightness (LAB)',
      a: 'a of LAB',
      b_: 'b of LAB',
    },
    type: 'choice',
    default: 'gray',
    choices: ['gray', 'r', 'g', 'b', 'l', 'a', 'b_'],
    help: 'channel to threshold: gray, red, green, blue, or l, a, b_ of CIE LAB',
  },
  blur: {
    label: 'Blur',
    type: 'number',
    default: 5,
    min: 0,
    max: 99,
    integer: true,
    oddOrZero: true,
    help: 'Gaussian blur before the threshold, pixels (odd; 0 = none)',
  },
  mode: {
    label: 'Threshold',
    choiceLabels: { otsu: 'Automatic', manual: 'By hand' },
    type: 'choice',
    default: 'otsu',
    choices: ['otsu', 'manual'],
    help: "Otsu's threshold, or `value`",
  },
  value: {
    label: 'Threshold at',
    type: 'number',
    default: 128,
    min: 0,
    max: 255,
    help: 'the threshold when mode is manual',
  },
  invert: {
    label: 'Objects are',
    choiceLabels: { auto: 'Automatic', 0: 'Brighter', 1: 'Darker' },
    type: 'choice',
    default: 'auto',
    choices: ['auto', 0, 1],
    help: 'foreground is darker (1), brighter (0), or the side that touches the border less (auto)',
  },
} as const satisfies Record<string, ParamSpec>;

export const morphology = {
  open: {
    label: 'Remove specks',
    type: 'number',
    default: 1,
    min: 0,
    max: 50,
    integer: true,
    help: 'openings (remove specks)',
  },
  close: {
    label: 'Fill gaps',
    type: 'number',
    default: 0,
    min: 0,
    max: 50,
    integer: true,
    help: 'closings after them (fill gaps)',
  },
  kernel: {
    label: 'Cleaning size',
    type: 'number',
    default: 5,
    min: 1,
    max: 99,
    integer: true,
    help: 'diameter of the elliptic kernel of both, pixels',
  },
} as const satisfies Record<string, ParamSpec>;

export const areaFilter = (minArea: number) =>
  ({
    minArea: {
      label: 'Smallest area',
      type: 'number',
      default: minArea,
      min: 0,
      max: 1e9,
      help: 'smallest object kept, square pixels',
    },
    maxArea: {
      label: 'Largest area',
      type: 'number',
      default: 0,
      min: 0,
      max: 1e9,
      help: 'largest object kept, square pixels (0 = any)',
    },
  }) as const satisfies Record<string, ParamSpec>;
