/** Semantic, panoptic and boundary numbers of pairs of images whose pixels have classes. */
import { AppError } from '@shared/errors/appError';
import { throwIfCancelled } from '@shared/errors/cancellation';
import {
  area,
  eachLabelPair,
  type LabelRuns,
  mapLabels,
  maskOfLabels,
  merge,
  NOBODY,
  paintLabels,
  type Rle,
  subtract,
} from '@shared/mask';
import {
  addToPanopticSums,
  boundaryOf,
  panopticQuality,
  type PanopticImage,
  type PanopticQuality,
  type PanopticSums,
  type SemanticMetrics,
  semanticMetrics,
  VOID,
} from '@shared/metrics';
import { type LabelPair, type LabelSource, type Segments, tellUnknown } from './labelInput';
import { IGNORED } from '@shared/formats/labelMap/values';
import type { Session } from './session';

/** Class of what a prediction calls by a name that truth does not have: wrong wherever it is. */
const UNKNOWN = -4;

/** Class of pixels that a dataset has no annotation for: a category with ID 0 is something else. */
const BACKGROUND = -3;

const isClass = (label: number) => label >= 0 || label === BACKGROUND;

export interface LabelTask {
  readonly truth: LabelSource;
  readonly predicted: LabelSource;
  readonly pairs: readonly LabelPair[];
  /** Truth pixels of this class are left out. */
  readonly ignore: number | null;
  /** What pixels without an annotation are: a class of their own, or left out. */
  readonly unlabelled: 'background' | 'ignore';
}

export interface ClassRow {
  /** -1: background. */
  readonly id: number;
  readonly name: string;
}

export interface SemanticResult {
  readonly metrics: SemanticMetrics;
  /** One a class of the metrics, in their order. */
  readonly classes: readonly ClassRow[];
}

/** Every pixel of truth against the prediction's, over all images. */
export async function evaluateSemantic(task: LabelTask, session: Session): Promise<SemanticResult> {
  const pixels = new Map<string, readonly [truth: number, predicted: number, pixels: number]>();
  const seen = new Set<number>(namedBy(task));
  const strays = new Set<number>();
  for (const pair of task.pairs) {
    const { truth, predicted } = await bothMaps(task, pair, strays, session);
    eachLabelPair(truth, predicted, (t, p, count) => {
      if (t === NOBODY) return;
      seen.add(t);
      if (isClass(p)) seen.add(p);
      const key = `${t} ${p}`;
      pixels.set(key, [t, p, (pixels.get(key)?.[2] ?? 0) + count]);
    });
  }
  tellUnknown('class', 'classes', strays, session);
  const ids = [...seen].filter(isClass).sort((a, b) => a - b);
  const place = new Map(ids.map((id, at) => [id, at]));
  // One more, for what is predicted as none of them.
  const classes = ids.length + 1;
  const counts = new Float64Array(classes * classes);
  for (const [t, p, count] of pixels.values()) counts[place.get(t)! * classes + (place.get(p) ?? ids.length)] += count;
  const metrics = semanticMetrics({ classes, counts }, { nothing: ids.length });
  return { metrics, classes: ids.map((id) => classRow(task.truth, id)) };
}

export interface BoundaryResult {
  /** Over all images: shared boundary pixels over all boundary pixels; NaN where the class does not occur. */
  readonly classes: readonly (ClassRow & { readonly boundaryIou: number })[];
  readonly meanBoundaryIou: number;
}

/** Boundary IoU of each class, its boundaries summed up over the images. */
export async function evaluateBoundaries(task: LabelTask, ratio: number, session: Session): Promise<BoundaryResult> {
  const sums = new Map<number, { both: number; either: number }>();
  const strays = new Set<number>();
  for (const pair of task.pairs) {
    const { truth, predicted } = await bothMaps(task, pair, strays, session);
    const left = maskOfLabels(truth, (label) => label === NOBODY);
    const labels = new Set([...truth.labels, ...predicted.labels].filter(isClass));
    for (const label of labels) {
      const of = (map: LabelRuns): Rle =>
        boundaryOf(
          subtract(
            maskOfLabels(map, (each) => each === label),
            left,
          ),
          ratio,
        );
      const [a, b] = [of(truth), of(predicted)];
      const both = area(merge([a, b], { intersect: true }));
      const sum = sums.get(label) ?? { both: 0, either: 0 };
      sums.set(label, { both: sum.both + both, either: sum.either + area(a) + area(b) - both });
    }
  }
  tellUnknown('class', 'classes', strays, session);
  const ids = [...new Set([...sums.keys(), ...namedBy(task)])].sort((a, b) => a - b);
  const classes = ids.map((id) => {
    const { both, either } = sums.get(id) ?? { both: 0, either: 0 };
    return { ...classRow(task.truth, id), boundaryIou: both / either };
  });
  const defined = classes.map(({ boundaryIou }) => boundaryIou).filter((value) => !Number.isNaN(value));
  return { classes, meanBoundaryIou: defined.reduce((sum, value) => sum + value, 0) / defined.length };
}

export interface PanopticResult {
  readonly quality: PanopticQuality;
  readonly classes: readonly ClassRow[];
}

/** Things are matched one by one, stuff as a whole. Throws `usage` for label maps: they do not tell things apart. */
export async function evaluatePanoptic(task: LabelTask, session: Session): Promise<PanopticResult> {
  const toTruth = translation(task);
  let sums: PanopticSums = new Map();
  for (const { name, truth, predicted } of task.pairs) {
    throwIfCancelled(session.signal);
    const [found, other] = [await truth.segments(), await predicted.segments()];
    if (!found) throw noSegments(task.truth.path);
    if (!other) throw noSegments(task.predicted.path);
    const a = panopticImage(found);
    const b = panopticImage({
      ...other,
      list: other.list.map((segment) => ({ ...segment, classId: toTruth(segment.classId) })),
    });
    checkSizes(task, name, a.map, b.map);
    sums = addToPanopticSums(sums, a, b);
  }
  const classes = task.truth.classes ?? [];
  return { quality: panopticQuality(sums, classes), classes };
}

function panopticImage({ list: segments, size }: Segments): PanopticImage {
  const map = paintLabels(
    segments.map(({ mask }) => mask),
    size,
  );
  return {
    map: mapLabels(map, (place) => (place === NOBODY ? VOID : place + 1)),
    segments: segments.map(({ classId, isCrowd }, place) => ({ id: place + 1, categoryId: classId, isCrowd })),
  };
}

/** In truth's classes; `NOBODY` in truth: left out. `strays` gets the numbers of predicted maps that truth does not name. */
async function bothMaps(task: LabelTask, { name, truth, predicted }: LabelPair, strays: Set<number>, session: Session) {
  throwIfCancelled(session.signal);
  const toTruth = translation(task);
  const isUnlabelled = [unlabelledIn(task.truth, task.predicted), unlabelledIn(task.predicted, task.truth)];
  const background = task.unlabelled === 'background' ? BACKGROUND : NOBODY;
  const a = mapLabels(await truth.map(), (label) =>
    label === task.ignore || label === IGNORED ? NOBODY : isUnlabelled[0](label) ? background : label,
  );
  const said = await predicted.map();
  const b = mapLabels(said, (label) => {
    if (label === IGNORED) return UNKNOWN;
    return isUnlabelled[1](label) ? background : toTruth(label);
  });
  // Names are told at the start, from the lists.
  if (!task.predicted.classes) {
    for (const label of said.labels) {
      if (label >= 0 && !isUnlabelled[1](label) && label !== task.ignore && toTruth(label) === UNKNOWN)
        strays.add(label);
    }
  }
  checkSizes(task, name, a, b);
  return { truth: a, predicted: b };
}

/** What says "nothing is here" in a source: no annotation, or 0 in maps beside a dataset that has no such category. */
function unlabelledIn(source: LabelSource, other: LabelSource): (label: number) => boolean {
  const zero = !source.classes && other.classes !== null && !other.classes.some(({ id }) => id === 0);
  return (label) => label === NOBODY || (zero && label === 0);
}

/** Truth's classes that count. */
function namedBy({ truth, ignore }: LabelTask): number[] {
  return (truth.classes ?? []).map(({ id }) => id).filter((id) => id !== ignore);
}

/** From the prediction's classes to truth's: by name where both have names, else by number. What is ignored is no class. */
function translation(task: LabelTask): (label: number) => number {
  const named = byName(task);
  return (label) => (named(label) === task.ignore ? UNKNOWN : named(label));
}

function byName({ truth, predicted }: LabelTask): (label: number) => number {
  if (!truth.classes) return (label) => label;
  const numbers = new Set(truth.classes.map(({ id }) => id));
  if (!predicted.classes) return (label) => (numbers.has(label) ? label : UNKNOWN);
  const ids = new Map(truth.classes.map(({ id, name }) => [name, id]));
  const known = new Map(predicted.classes.map(({ id, name }) => [id, ids.get(name) ?? UNKNOWN]));
  return (label) => known.get(label) ?? UNKNOWN;
}

function checkSizes(
  { truth, predicted }: LabelTask,
  name: string,
  { size: a }: LabelRuns,
  { size: b }: LabelRuns,
): void {
  if (a[0] === b[0] && a[1] === b[1]) return;
  throw new AppError(
    'bad-input',
    `${name} is ${a[1]} x ${a[0]} pixels in ${truth.path} and ${b[1]} x ${b[0]} in ${predicted.path}`,
    {
      place: { file: predicted.path },
      hint: 'both must be of one size: nothing is stretched',
    },
  );
}

function noSegments(path: string): AppError {
  return new AppError('usage', `${path} holds label maps, which do not tell things apart`, {
    hint: 'use --task semantic, or give datasets or projects',
  });
}

function classRow({ classes }: LabelSource, id: number): ClassRow {
  if (id === BACKGROUND) return { id: -1, name: 'background' };
  return { id, name: classes?.find((one) => one.id === id)?.name ?? `class ${id}` };
}
