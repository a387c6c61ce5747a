/** What a classical method says of itself: its title, its parameters, how it is previewed. Validation, `--help` and panels read it. */

/** A number in a closed range. `integer`: whole numbers only; `oddOrZero`: a filter size, 0 switches the step off. */
export interface NumberParam {
  readonly type: 'number';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly integer?: boolean;
  readonly oddOrZero?: boolean;
  /** As panels call it; the command line keeps the name. */
  readonly label: string;
  readonly help: string;
}

/** One of a few values. */
export interface ChoiceParam {
  readonly type: 'choice';
  readonly default: string | number;
  readonly choices: readonly (string | number)[];
  /** As panels call it; the command line keeps the name. */
  readonly label: string;
  /** By the choice as text; absent: 0 and 1 are no and yes, others are as they are. */
  readonly choiceLabels?: Readonly<Record<string, string>>;
  readonly help: string;
}

/** `auto`, or whole numbers from 0 joined by commas, e.g. `0,2`. */
export interface IndexListParam {
  readonly type: 'indices';
  readonly default: 'auto';
  /** Picked in the image and never typed in the window. */
  readonly picked?: boolean;
  /** As panels call it; the command line keeps the name. */
  readonly label?: string;
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
  /** As the window calls it. */
  readonly title: string;
  /** What the method does, one line. */
  readonly help: string;
  /** What it finds on a whole image by itself, in a line; absent where it needs a box or a click. */
  readonly purpose?: string;
  /** Its score compares its masks with each other; one that gives the one mask it was asked for has none to give. */
  readonly scored: boolean;
  /**
   * While its parameters are tried out it runs on a small picture of the region (`view`), whole, because that is soon enough
   * (`final`), or with a first stage of its own (`own`).
   */
  readonly preview: 'view' | 'final' | 'own';
  /** It compares colours: the LAB of the whole image is kept for it where the image stays open. */
  readonly usesLab?: true;
  /** Takes part in bake-offs; methods of one family see the same thing, and have one vote together. */
  readonly family?: string;
  /** GrabCut cannot start without a region (a box or a mask); for every other method a region is an optional scope. */
  readonly box: 'required' | 'optional';
  readonly params: Readonly<Record<string, ParamSpec>>;
}
