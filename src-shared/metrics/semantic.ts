/** Metrics of semantic label maps: confusion matrix, IoU, Dice, pixel accuracy. */
import { eachLabelPair, type LabelRuns } from '../mask/labelRuns';
import { MetricsError } from './types';

/** Pixel counts: `counts[truth * classes + predicted]`, a Float64Array [classes, classes]. */
export interface ConfusionMatrix {
  readonly classes: number;
  readonly counts: Float64Array;
}

export interface SemanticOptions {
  /** Truth pixels of this label are left out (255 by habit); none by default. */
  readonly ignoreIndex?: number;
}

export interface SemanticMetrics {
  /** Share of the counted pixels that are right; NaN where none is counted. */
  readonly pixelAccuracy: number;
  /** Mean over the classes that occur in truth of the share of their pixels that are right. */
  readonly meanAccuracy: number;
  /** Per class, NaN where it occurs neither in truth nor in prediction. */
  readonly iou: readonly number[];
  readonly dice: readonly number[];
  /** Means over the classes whose value is defined; NaN where none is. */
  readonly meanIou: number;
  readonly meanDice: number;
  /** Mean IoU of the classes that occur in truth, each by its share of the pixels; NaN where none is counted. */
  readonly frequencyWeightedIou: number;
}

/** A matrix of zeros. @throws MetricsError unless `classes` is a whole number >= 1. */
export function emptyConfusion(classes: number): ConfusionMatrix {
  if (!Number.isInteger(classes) || classes < 1) {
    throw new MetricsError(`Number of classes is ${classes} when a whole number >= 1 was expected`);
  }
  return { classes, counts: new Float64Array(classes * classes) };
}

/**
 * `matrix` plus the pixels of one image: `truth` and `predicted` are label maps of the same length and pixel order,
 * labels 0..classes-1. A new matrix; O(pixels + classes^2).
 * @throws MetricsError for maps of different lengths or a label outside the range (unless it is ignored).
 */
export function addToConfusion(
  matrix: ConfusionMatrix,
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  { ignoreIndex = -1 }: SemanticOptions = {},
): ConfusionMatrix {
  if (truth.length !== predicted.length) {
    throw new MetricsError(
      `Predicted map has ${predicted.length} pixels when ${truth.length}, as in truth, was expected`,
    );
  }
  const { classes } = matrix;
  const counts = matrix.counts.slice();
  for (let i = 0; i < truth.length; i++) {
    const t = truth[i];
    if (t === ignoreIndex) continue;
    const p = predicted[i];
    if (!(t >= 0 && t < classes && p >= 0 && p < classes)) {
      throw new MetricsError(`Pixel ${i} has labels ${t} and ${p} when 0 to ${classes - 1} was expected`);
    }
    counts[t * classes + p]++;
  }
  return { classes, counts };
}

/** `addToConfusion` of maps by runs. O(runs + classes^2). @throws MetricsError, or MaskError for different sizes. */
export function addRunsToConfusion(
  matrix: ConfusionMatrix,
  truth: LabelRuns,
  predicted: LabelRuns,
  { ignoreIndex = -1 }: SemanticOptions = {},
): ConfusionMatrix {
  const { classes } = matrix;
  const counts = matrix.counts.slice();
  eachLabelPair(truth, predicted, (t, p, pixels) => {
    if (t === ignoreIndex) return;
    if (!(t >= 0 && t < classes && p >= 0 && p < classes)) {
      throw new MetricsError(`Labels ${t} and ${p} occur when 0 to ${classes - 1} was expected`);
    }
    counts[t * classes + p] += pixels;
  });
  return { classes, counts };
}

/**
 * IoU, Dice and accuracies of a confusion matrix, gathered over as many images as one likes. `nothing`: a class that stands for
 * pixels without a label; predicting it is a miss like any other, but it is no class of its own and counts in no mean.
 * O(classes^2).
 */
export function semanticMetrics(
  { classes, counts }: ConfusionMatrix,
  { nothing = -1 }: { readonly nothing?: number } = {},
): SemanticMetrics {
  const truth = new Float64Array(classes);
  const predicted = new Float64Array(classes);
  let total = 0;
  let right = 0;
  for (let t = 0; t < classes; t++) {
    for (let p = 0; p < classes; p++) {
      const count = counts[t * classes + p];
      truth[t] += count;
      predicted[p] += count;
      total += count;
      if (t === p) right += count;
    }
  }
  const labels = Array.from({ length: classes }, (_, c) => c);
  const hit = (c: number): number => counts[c * classes + c];
  const ofClass = (value: (c: number) => number) => labels.map((c) => (c === nothing ? NaN : value(c)));
  const iou = ofClass((c) => hit(c) / (truth[c] + predicted[c] - hit(c)));
  const dice = ofClass((c) => (2 * hit(c)) / (truth[c] + predicted[c]));
  return {
    pixelAccuracy: right / total,
    meanAccuracy: definedMean(ofClass((c) => hit(c) / truth[c])),
    iou,
    dice,
    meanIou: definedMean(iou),
    meanDice: definedMean(dice),
    frequencyWeightedIou: labels.reduce(
      (sum, c) => (truth[c] > 0 && c !== nothing ? sum + (truth[c] / total) * iou[c] : sum),
      0 / total,
    ),
  };
}

/** Mean of the values that are not NaN (0 / 0: the class does not occur). */
function definedMean(values: readonly number[]): number {
  const defined = values.filter((value) => !Number.isNaN(value));
  return defined.reduce((sum, value) => sum + value, 0) / defined.length;
}
