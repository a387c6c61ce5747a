/** What the parameters of the classical methods and their choices are called in panels; the command line keeps their names. */
import type { CLASSICAL_METHODS, MethodName, ParamSpec } from '@shared/classical/params';

type Specs<M extends MethodName> = (typeof CLASSICAL_METHODS)[M]['params'];
/** Those that are made in the image are never named. */
type Typed = 'number' | 'choice' | 'indices';
type NamesOf<P> = { [K in keyof P]: P[K] extends { picked: true } ? never : P[K] extends { type: Typed } ? K : never };
type ParamName = { [M in MethodName]: NamesOf<Specs<M>>[keyof Specs<M>] }[MethodName];

const labels: Readonly<Record<ParamName, string>> = {
  attempts: 'Attempts',
  blur: 'Blur',
  channel: 'Channel',
  close: 'Close',
  clusters: 'Groups taken',
  compactness: 'Compactness',
  connectivity: 'Connectivity',
  contiguous: 'Connected',
  cool: 'Path cooling',
  dilate: 'Dilate',
  dropBorder: 'Drop border',
  epsilon: 'Epsilon',
  holes: 'Keep holes',
  intensity: 'Markers from',
  invert: 'Objects are',
  iterations: 'Iterations',
  k: 'Groups (k)',
  kernel: 'Kernel',
  local: 'Ratio of',
  maxArea: 'Largest area',
  maxSide: 'Resolution',
  minArea: 'Least area',
  mode: 'Threshold',
  open: 'Open',
  padding: 'Padding',
  ratio: 'Ratio',
  refine: 'Refine rim',
  sample: 'Sample',
  seed: 'Random seed',
  size: 'Cell size',
  smooth: 'Smooth edge',
  snap: 'Snap within',
  spatial: 'Place weight',
  tolerance: 'Tolerance',
  value: 'Threshold at',
};

const choices: Readonly<Partial<Record<string, Readonly<Record<string, string>>>>> = {
  channel: { gray: 'Gray', r: 'Red', g: 'Green', b: 'Blue', l: 'Lightness (LAB)', a: 'a of LAB', b_: 'b of LAB' },
  intensity: { 0: 'Distance', 1: 'Brightness' },
  invert: { auto: 'Automatic', 0: 'Brighter', 1: 'Darker' },
  local: { 0: 'The image', 1: 'Each object' },
  mode: { otsu: 'Otsu', manual: 'By hand' },
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
