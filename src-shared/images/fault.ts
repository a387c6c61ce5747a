/** What can be wrong with an image's file, as codes with their facts; the sentences are made where they are shown. */

export type ImageFault =
  | { readonly code: 'missing' | 'forbidden' | 'folder' | 'pipe' | 'empty' | 'not-an-image' | 'unknown-kind' }
  /** Its pixels end too early, or cannot be unpacked. */
  | { readonly code: 'cut-off'; readonly where: 'end' | 'packing' }
  /** `detail`: the decoder's own words. */
  | { readonly code: 'damaged'; readonly detail: string }
  | { readonly code: 'too-large'; readonly megapixels: number }
  | { readonly code: 'unsupported'; readonly what: UnsupportedKind; readonly value?: string | number }
  /** Bytes: what reading it takes, and what an image may take. */
  | { readonly code: 'memory'; readonly pixels: number; readonly bytes: number; readonly limit: number }
  /** Another size, `[width, height]`, than the project has: what is drawn on it would lie elsewhere. */
  | { readonly code: 'size'; readonly file: Size; readonly stated: Size; readonly by?: SizeGiver };

/** Who said the size: the file itself, when it was annotated; absent: a dataset. */
export type SizeGiver = 'file';

type Size = readonly [width: number, height: number];

/** What of a TIFF no reader knows. */
export type UnsupportedKind =
  'complex' | 'float-bits' | 'whole-bits' | 'signed-bits' | 'compression' | 'colour-model' | 'predictor';

const gigabytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GB`;

/** Completes the sentence "a.png ...". */
export function describeFault(fault: ImageFault): string {
  switch (fault.code) {
    case 'missing':
      return 'is missing';
    case 'forbidden':
      return 'cannot be read: permission denied';
    case 'folder':
      return 'is a folder, not an image';
    case 'pipe':
      return 'is a pipe or a device, not an image';
    case 'empty':
      return 'is empty (0 bytes)';
    case 'not-an-image':
      return 'is not an image of a known format';
    case 'unknown-kind':
      return 'is damaged or of an unknown kind';
    case 'cut-off':
      return `is cut off or damaged: its image data ${fault.where === 'end' ? 'end too early' : 'cannot be unpacked'}`;
    case 'damaged':
      return fault.detail === '' ? 'is damaged' : `is damaged: ${fault.detail}`;
    case 'too-large':
      return `has more than ${fault.megapixels} megapixels`;
    case 'unsupported':
      return `cannot be read because it ${unsupportedWords(fault.what, fault.value)}`;
    case 'memory': {
      const { pixels, bytes, limit } = fault;
      const needs = `has ${Math.round(pixels / 1e6)} megapixels: this would take ${gigabytes(bytes)} of memory`;
      return `${needs}, and an image may take ${gigabytes(limit)} here`;
    }
    case 'size': {
      const [file, stated] = [fault.file, fault.stated].map(([width, height]) => `${width} x ${height}`);
      return fault.by === 'file'
        ? `is ${file} pixels, it was ${stated} when it was annotated`
        : `is ${file} pixels, the dataset says ${stated}`;
    }
  }
}

function unsupportedWords(what: UnsupportedKind, value: string | number = 'an unknown number of'): string {
  switch (what) {
    case 'complex':
      return 'holds complex numbers';
    case 'float-bits':
      return `holds floating-point numbers of ${value} bits`;
    case 'whole-bits':
      return `holds whole numbers of ${value} bits`;
    case 'signed-bits':
      return `holds signed numbers of ${value} bits`;
    case 'compression':
      return `is compressed with ${value}`;
    case 'colour-model':
      return 'has another colour model than grey or RGB';
    case 'predictor':
      return 'has a predictor in big-endian byte order';
  }
}

/**
 * What the sentences of projects up to version 7 said, which were kept in their place. The file is looked at again when its
 * image is opened: what is not known any more is damage of some kind until then.
 */
export function faultFromSentence(sentence: string): ImageFault {
  if (sentence === 'the image file is missing') return { code: 'missing' };
  const sizes = /the file is (\d+) x (\d+) pixels, the dataset says (\d+) x (\d+)$/
    .exec(sentence)
    ?.slice(1)
    .map(Number);
  if (sizes) return { code: 'size', file: [sizes[0], sizes[1]], stated: [sizes[2], sizes[3]] };
  const plain: readonly ImageFault[] = [
    ...(['missing', 'forbidden', 'folder', 'pipe', 'empty', 'not-an-image', 'unknown-kind'] as const).map((code) => ({
      code,
    })),
    { code: 'cut-off', where: 'end' },
    { code: 'cut-off', where: 'packing' },
    { code: 'too-large', megapixels: 1000 },
  ];
  return plain.find((fault) => sentence.endsWith(` ${describeFault(fault)}`)) ?? { code: 'damaged', detail: '' };
}
