/** The classical methods and their named parameters, as one table: validation, `--help` and panels read it. */

/** A number in a closed range. `integer`: whole numbers only; `oddOrZero`: a filter size, 0 switches the step off. */
export interface NumberParam {
  readonly type: 'number';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly integer?: boolean;
  readonly oddOrZero?: boolean;
  readonly help: string;
}

/** One of a few values. */
export interface ChoiceParam {
  readonly type: 'choice';
  readonly default: string | number;
  readonly choices: readonly (string | number)[];
  readonly help: string;
}

/** `auto`, or whole numbers from 0 joined by commas, e.g. `0,2`. */
export interface IndexListParam {
  readonly type: 'indices';
  readonly default: 'auto';
  /** Picked in the image and never typed in the window. */
  readonly picked?: boolean;
  readonly help: string;
}

/** Places in the image as text, e.g. `10,20 30.5,40` (see strokes.ts); the default is `auto` where the method has a choice of its own. */
export interface PointsParam {
  readonly type: 'points';
  readonly default: 'auto' | '';
  readonly help: string;
}

/** Strokes as text (see strokes.ts), drawn rather than typed in the window; empty = none. */
export interface StrokesParam {
  readonly type: 'strokes';
  readonly default: '';
  readonly help: string;
}

/** Clicks of the wand as text (see strokes.ts); empty = none. */
export interface PicksParam {
  readonly type: 'picks';
  readonly default: '';
  readonly help: string;
}

/** A mask of the image's size as COCO's compressed runs; empty = none. */
export interface MaskParam {
  readonly type: 'mask';
  readonly default: '';
  readonly help: string;
}

export type ParamSpec =
  NumberParam | ChoiceParam | IndexListParam | PointsParam | StrokesParam | PicksParam | MaskParam;

/** Is it drawn or clicked in the window, and never typed there? */
export function isMadeInImage(spec: ParamSpec): boolean {
  if (spec.type === 'indices') return spec.picked === true;
  return spec.type === 'points' || spec.type === 'strokes' || spec.type === 'picks' || spec.type === 'mask';
}

export interface MethodSpec {
  /** What the method does, one line. */
  readonly help: string;
  /** GrabCut cannot start without a region (a box or a mask); for every other method a region is an optional scope. */
  readonly box: 'required' | 'optional';
  readonly params: Readonly<Record<string, ParamSpec>>;
}

/** The steps that turn a picture into foreground and background; shared by the methods that threshold. */
const binarize = {
  channel: {
    type: 'choice',
    default: 'gray',
    choices: ['gray', 'r', 'g', 'b', 'l', 'a', 'b_'],
    help: 'channel to threshold: gray, red, green, blue, or l, a, b_ of CIE LAB',
  },
  blur: {
    type: 'number',
    default: 5,
    min: 0,
    max: 99,
    integer: true,
    oddOrZero: true,
    help: 'Gaussian blur before the threshold, pixels (odd; 0 = none)',
  },
  mode: { type: 'choice', default: 'otsu', choices: ['otsu', 'manual'], help: "Otsu's threshold, or `value`" },
  value: { type: 'number', default: 128, min: 0, max: 255, help: 'the threshold when mode is manual' },
  invert: {
    type: 'choice',
    default: 'auto',
    choices: ['auto', 0, 1],
    help: 'foreground is darker (1), brighter (0), or the side that touches the border less (auto)',
  },
} as const satisfies Record<string, ParamSpec>;

const morphology = {
  open: { type: 'number', default: 1, min: 0, max: 50, integer: true, help: 'openings (remove specks)' },
  close: { type: 'number', default: 0, min: 0, max: 50, integer: true, help: 'closings after them (fill gaps)' },
  kernel: {
    type: 'number',
    default: 5,
    min: 1,
    max: 99,
    integer: true,
    help: 'diameter of the elliptic kernel of both, pixels',
  },
} as const satisfies Record<string, ParamSpec>;

const areaFilter = (minArea: number) =>
  ({
    minArea: {
      type: 'number',
      default: minArea,
      min: 0,
      max: 1e9,
      help: 'smallest object kept, square pixels',
    },
    maxArea: { type: 'number', default: 0, min: 0, max: 1e9, help: 'largest object kept, square pixels (0 = any)' },
  }) as const satisfies Record<string, ParamSpec>;

export const CLASSICAL_METHODS = {
  threshold: {
    help: 'threshold, morphology, then one proposal an outer contour',
    box: 'optional',
    params: {
      ...binarize,
      ...morphology,
      holes: { type: 'choice', default: 0, choices: [0, 1], help: 'keep the holes of objects (1) or fill them (0)' },
      ...areaFilter(100),
    },
  },
  components: {
    help: 'threshold, morphology, then one proposal a connected component',
    box: 'optional',
    params: {
      ...binarize,
      ...morphology,
      connectivity: { type: 'choice', default: 8, choices: [8, 4], help: 'do pixels that touch by a corner connect' },
      ...areaFilter(100),
      dropBorder: { type: 'choice', default: 0, choices: [0, 1], help: 'leave out objects that touch the border' },
    },
  },
  watershed: {
    help: 'separates touching objects: threshold, distance transform, markers, watershed on the colours',
    box: 'optional',
    params: {
      ...binarize,
      kernel: { type: 'number', default: 3, min: 1, max: 99, integer: true, help: 'side of the square kernel, pixels' },
      open: { type: 'number', default: 2, min: 0, max: 50, integer: true, help: 'openings of the foreground' },
      dilate: { type: 'number', default: 3, min: 0, max: 50, integer: true, help: 'dilations: beyond is background' },
      ratio: {
        type: 'number',
        default: 0.5,
        min: 0,
        max: 0.99,
        help: 'a marker is where the distance to the background exceeds this part of its maximum',
      },
      local: { type: 'choice', default: 0, choices: [0, 1], help: 'the maximum of the image (0) or of each blob (1)' },
      intensity: {
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
  },
  grabcut: {
    help: 'cuts the one object out of a box by its colours',
    box: 'required',
    params: {
      iterations: {
        type: 'number',
        default: 5,
        min: 1,
        max: 50,
        integer: true,
        help: 'rounds of learning and cutting',
      },
      padding: {
        type: 'number',
        default: 0.25,
        min: 0,
        max: 4,
        help: 'surroundings taken as background on each side, as a part of the box',
      },
      maxSide: {
        type: 'number',
        default: 480,
        min: 0,
        max: 20000,
        integer: true,
        help: 'longer side of the region worked on, pixels (0 = full resolution)',
      },
      minSide: {
        type: 'number',
        default: 240,
        min: 0,
        max: 2000,
        integer: true,
        help: 'a region smaller than this is enlarged to it, pixels (0 = never; at most 8 times; not at full resolution)',
      },
      shape: {
        type: 'number',
        default: 8,
        min: 0,
        max: 50,
        help: 'how much the middle of the box counts as object and its corners as background (0 = colours alone, as OpenCV)',
      },
      refine: { type: 'choice', default: 1, choices: [1, 0], help: 'one more round on the rim at full resolution' },
      strokes: {
        type: 'strokes',
        default: '',
        help: 'corrections, label:radius x,y x,y; ... (label 1 = object, 0 = background)',
      },
      neighbours: {
        type: 'choice',
        default: 1,
        choices: [1, 0],
        help: 'in the window: the masks of other annotations count as background',
      },
      avoid: { type: 'mask', default: '', help: 'pixels that are surely not the object' },
    },
  },
  kmeans: {
    help: 'groups the colours in CIE LAB; one proposal a connected part of a chosen group',
    box: 'optional',
    params: {
      k: { type: 'number', default: 4, min: 0, max: 32, integer: true, help: 'groups (0 = chosen by the elbow, 2..8)' },
      iterations: { type: 'number', default: 20, min: 1, max: 1000, integer: true, help: 'rounds an attempt at most' },
      epsilon: { type: 'number', default: 0.5, min: 0, max: 100, help: 'an attempt ends when centres move less' },
      attempts: {
        type: 'number',
        default: 10,
        min: 1,
        max: 100,
        integer: true,
        help: 'starts, of which the best wins',
      },
      spatial: { type: 'number', default: 0, min: 0, max: 100, help: 'weight of x and y beside the colour (0 = none)' },
      clusters: {
        type: 'indices',
        default: 'auto',
        help: 'groups to propose, from 0 = darkest, e.g. 1,2; auto: all but the one that touches the border most',
      },
      sample: {
        type: 'number',
        default: 200000,
        min: 100,
        max: 5e6,
        integer: true,
        help: 'pixels that the centres are learnt from',
      },
      ...areaFilter(100),
      seed: { type: 'number', default: 0, min: 0, max: 2147483647, integer: true, help: 'seed of the random starts' },
    },
  },
  wand: {
    help: 'the pixels that look like the one clicked, in CIE LAB',
    box: 'optional',
    params: {
      seed: { type: 'points', default: 'auto', help: 'where to click, x,y (auto = the middle of the region)' },
      tolerance: { type: 'number', default: 12, min: 0, max: 200, help: 'largest difference of colour (CIE76)' },
      contiguous: {
        type: 'choice',
        default: 1,
        choices: [1, 0],
        help: 'only what is connected to the click (1), or everywhere (0)',
      },
      smooth: { type: 'choice', default: 1, choices: [1, 0], help: 'remove single pixels and smooth the edge' },
      picks: {
        type: 'picks',
        default: '',
        help: 'several clicks in place of seed and tolerance, tolerance x,y; +tolerance x,y adds, -tolerance x,y takes away',
      },
      base: { type: 'mask', default: '', help: 'the mask that picks add to or take away from' },
    },
  },
  scissors: {
    help: 'a closed outline that follows the edges between the places clicked',
    box: 'optional',
    params: {
      seeds: { type: 'points', default: '', help: 'the places clicked, in order, x,y x,y x,y ...' },
      snap: {
        type: 'number',
        default: 8,
        min: 0,
        max: 64,
        integer: true,
        help: 'a click moves to the strongest edge within so many pixels',
      },
      cool: {
        type: 'choice',
        default: 1,
        choices: [1, 0],
        help: 'in the window: the part of the wire that has not moved for a while becomes fixed',
      },
    },
  },
  superpixels: {
    help: 'cells of similar colour and even size (SLIC); one proposal a cell',
    box: 'optional',
    params: {
      size: { type: 'number', default: 24, min: 4, max: 512, integer: true, help: 'side of a cell, pixels' },
      compactness: {
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
  },
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
