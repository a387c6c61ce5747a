/** Public API of the metrics. */
export { agreement, majority, type Agreement } from './consensus';
export { evaluateDetections, IOU_THRESHOLDS } from './cocoEval';
export { toDetections, type DetectionResult } from './detections';
export { bestOverlaps, maskDice, maskIou } from './maskIou';
export {
  MetricsError,
  type CategoryMetrics,
  type CocoEvalOptions,
  type CocoEvalResult,
  type Detection,
  type GroundTruth,
  type IouType,
} from './types';
export { boundaryIou, boundaryOf, boundaryWidth, DILATION_RATIO } from './boundaryIou';
export {
  addToPanopticSums,
  panopticQuality,
  VOID,
  type PanopticCategory,
  type PanopticCounts,
  type PanopticImage,
  type PanopticMean,
  type PanopticQuality,
  type PanopticSegment,
  type PanopticSums,
} from './panopticQuality';
export {
  addRunsToConfusion,
  addToConfusion,
  emptyConfusion,
  semanticMetrics,
  type ConfusionMatrix,
  type SemanticMetrics,
  type SemanticOptions,
} from './semantic';
