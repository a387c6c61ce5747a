/** What the parameters of the classical methods and their choices are called in panels; the command line keeps their names. */
import type { CLASSICAL_METHODS, MethodName, ParamSpec } from '@shared/methods/params';

type Specs<M extends MethodName> = (typeof CLASSICAL_METHODS)[M]['params'];
/** Those that are made in the image are never named. */
type Typed = 'number' | 'choice' | 'indices';
type NamesOf<P> = { [K in keyof P]: P[K] extends { picked: true } ? never : P[K] extends { type: Typed } ? K : never };
type ParamName = { [M in MethodName]: NamesOf<Specs<M>>[keyof Specs<M>] }[MethodName];

const labels: Readonly<Record<ParamName, string>> = {
  attempts: 'Tries',
  blur: 'Blur',
  channel: 'Colour channel',
  close: 'Fill gaps',
  clusters: 'Groups taken',
  compactness: 'Squareness',
  connectivity: 'Corners connect',
  contiguous: 'Connected only',
  cool: 'Fix the path',
  dilate: 'Reach of objects',
  dropBorder: 'Skip the border',
  epsilon: 'Stop below',
  holes: 'Keep holes',
  intensity: 'Markers from',
  invert: 'Objects are',
  iterations: 'Rounds',
  k: 'Groups',
  kernel: 'Cleaning size',
  local: 'Cores compared',
  maxArea: 'Largest area',
  maxSide: 'Work at (px)',
  minArea: 'Smallest area',
  minSide: 'Enlarge to (px)',
  mode: 'Threshold',
  neighbours: 'Keep off others',
  open: 'Remove specks',
  padding: 'Surroundings',
  ratio: 'Core threshold',
  refine: 'Refine the edge',
  sample: 'Pixels learnt',
  seed: 'Random seed',
  shape: 'Favour the middle',
  size: 'Cell size',
  smooth: 'Smooth edge',
  snap: 'Snap within',
  spatial: 'Keep together',
  tolerance: 'Tolerance',
  value: 'Threshold at',
};

const choices: Readonly<Partial<Record<string, Readonly<Record<string, string>>>>> = {
  connectivity: { 8: 'Yes', 4: 'No' },
  channel: { gray: 'Gray', r: 'Red', g: 'Green', b: 'Blue', l: 'Lightness (LAB)', a: 'a of LAB', b_: 'b of LAB' },
  intensity: { 0: 'Distance', 1: 'Brightness' },
  invert: { auto: 'Automatic', 0: 'Brighter', 1: 'Darker' },
  local: { 0: 'In the image', 1: 'In each object' },
  mode: { otsu: 'Automatic', manual: 'By hand' },
};

export function paramLabel(name: string): string {
  return (labels as Readonly<Record<string, string>>)[name] ?? name;
}

/** 0 and 1 are no and yes where they have no names of their own. */
export function choiceLabel(
  name: string,
  spec: Extract<ParamSpec, { type: 'choice' }>,
  choice: string | number,
): string {
  const own = choices[name]?.[String(choice)];
  if (own) return own;
  const isYesNo = spec.choices.every((other) => other === 0 || other === 1);
  return isYesNo ? (choice === 1 ? 'Yes' : 'No') : String(choice);
}
