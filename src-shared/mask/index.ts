/** Public API of masks: run-length masks bit-identical to pycocotools'. */
export { MaskError } from './error';
export { area, emptyMask, equals, toBbox, type Box, type Rle } from './rle';
export { fromCompressed, fromUncompressed, toCompressed } from './compressed';
export { decode, decodeRegion, encode, encodeRegion } from './bitmap';
export { fromBox, fromParts, fromPolygons, type Part, type Ring } from './rasterize';
export { invert, merge, subtract, xor, type MergeOptions } from './setOps';
export { majority } from './majority';
export { resizeMask } from './resize';
export { sampleRegion } from './sample';
export { boxIou, iou } from './iou';
export { keyhole } from './keyhole';
export { countTracedVertices, trace, type TracedPart } from './trace';
export { components, dropFragments, fillHoles, type ConnectivityOptions } from './components';
export { withoutSpecks } from './specks';
export { dilate, erode } from './erode';
export {
  countLabels,
  eachLabelPair,
  labelsFromRaster,
  labelsToRaster,
  mapLabels,
  maskOfLabels,
  masksByLabel,
  NOBODY,
  paintLabels,
  uniformLabels,
  type LabelRuns,
} from './labelRuns';
