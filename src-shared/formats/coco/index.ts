/** Public API of the COCO format: scanning a file into records, reading and writing records. */
export { findJsonError, jsonMembers, rawMember, replaceMembers, type JsonMember } from '../json/jsonText';
export {
  parseAnnotation,
  parseCategory,
  parseImage,
  type ParsedAnnotation,
  type ParsedCategory,
  type ParsedImage,
} from './parse';
export type { RecordSource } from './fields';
export { foreignList, foreignObject, type ForeignKind } from './foreign';
export { maxCoordinate, maxMaskPixels } from '../../document/limits';
export { CocoScanner, jsonPointer, parseScanned, type ScanHandler, type ScannedText, type ScanOptions } from './scan';
export {
  serializeAnnotation,
  serializeCategory,
  serializeNewImage,
  serializeSegmentation,
  type AnnotationContext,
} from './serialize';
export {
  annotationFromCoco,
  annotationFromContent,
  contentFromCoco,
  segmentationFromCoco,
  type AnnotationIdentity,
} from './toDocument';
export * from './types';
