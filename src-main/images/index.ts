/** Reading images: pixels, headers, folders, pictures for the window. */
export { decode16, decodeRgb, decodeRgba, type DecodedImage, scalingNotes } from './decode';
export { decodeScaled, type ScaledImage } from './decodeScaled';
export { readFingerprint } from './fingerprint';
export { hasImageExtension } from './formats';
export { faultOf, imageError } from './imageErrors';
export { probeImage, type ProbedImage } from './probe';
export {
  aboutPages,
  listImageFiles,
  noImages,
  probeFiles,
  scanFolder,
  type ScanOptions,
  type ScanResult,
} from './scan';
export { decodeSamples } from './samples';
export { makeThumbnail } from './thumbnail';
export { readRange, toPng } from './toPng';
export { readTiffMap, tiffMapKind } from './tiffMap';
