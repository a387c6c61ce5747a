/** Inputs and outputs of the detection metrics, free of any file format. */
import type { Box, Rle } from '../mask/index';

/** Thrown for input that cannot be evaluated; the message says what was got and what was expected. */
export class MetricsError extends Error {
  override readonly name = 'MetricsError';
}

/** An annotated object. Boxes and areas in image pixels. */
export interface GroundTruth {
  readonly id: number;
  readonly imageId: number;
  readonly categoryId: number;
  /** As annotated (it decides small, medium, large), not as measured. */
  readonly area: number;
  readonly bbox: Box;
  readonly isCrowd: boolean;
  /** Needed for 'segm' only. */
  readonly rle: Rle | null;
}

/** A detected object, see `toDetections` for area and bbox. */
export interface Detection {
  readonly imageId: number;
  readonly categoryId: number;
  readonly score: number;
  readonly bbox: Box;
  readonly area: number;
  /** Needed for 'segm' only. */
  readonly rle: Rle | null;
}

export type IouType = 'segm' | 'bbox';

export interface CocoEvalOptions {
  readonly iouType: IouType;
  /** Numbers of detections an image and category at which recall is reported, each >= 1; [1, 10, 100] by default. */
  readonly maxDets?: readonly number[];
  /** Images to evaluate, those without annotations too; by default those that occur in the input. */
  readonly imageIds?: Iterable<number>;
  /** Categories to evaluate; by default those that occur in the input, without names. */
  readonly categories?: Iterable<{ readonly id: number; readonly name?: string }>;
}

/** Values in 0..1, or -1 where there is no ground truth of that category and size. */
export interface CategoryMetrics {
  readonly categoryId: number;
  readonly name?: string;
  /** Mean over IoU 0.50:0.05:0.95 at the last of maxDets; then at IoU 0.50, 0.75; then for small, medium, large. */
  readonly AP: number;
  readonly AP50: number;
  readonly AP75: number;
  readonly APs: number;
  readonly APm: number;
  readonly APl: number;
  /** Recall, mean over the IoU thresholds, at each of maxDets. */
  readonly AR: readonly number[];
  /** Recall at the last of maxDets for small, medium, large. */
  readonly ARs: number;
  readonly ARm: number;
  readonly ARl: number;
}

export interface CocoEvalResult {
  readonly iouType: IouType;
  /** Ascending. */
  readonly maxDets: readonly number[];
  /** Names of `stats`, such as AP50 or AR100. */
  readonly statNames: readonly string[];
  /**
   * AP, AP50, AP75, APs, APm, APl, the AR at each of maxDets, ARs, ARm, ARl: the twelve COCO numbers for three maxDets.
   * Each is a mean over the categories that have ground truth, -1 where none has.
   */
  readonly stats: readonly number[];
  /** Ascending by category id, every evaluated category. */
  readonly perCategory: readonly CategoryMetrics[];
}
