/** The orientation tag of EXIF and what its eight values mean: the one reading that window, engine and sizes follow. */
import type { Sharp } from 'sharp';

export type ExifOrientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** Orientations 5 to 8 exchange width and height. */
export const swapsSides = (orientation: ExifOrientation): boolean => orientation >= 5;

/** Bytes of a value of each whole-number type of TIFF: BYTE, SHORT, LONG, SBYTE, SSHORT, SLONG. */
const valueBytes: Readonly<Record<number, 1 | 2 | 4>> = { 1: 1, 3: 2, 4: 4, 6: 1, 8: 2, 9: 4 };

export interface StoredOrientation {
  readonly orientation: ExifOrientation;
  /** In the type the standard asks for: readers that know no other one (browsers) see it too. */
  readonly isStandard: boolean;
}

const upright: StoredOrientation = { orientation: 1, isStandard: true };

/**
 * The orientation in an EXIF block (a TIFF header and its first directory, with or without `Exif\0\0` before it), in
 * whatever type of whole number it is stored; 1 where absent or unreadable. Source: Exif 2.3, 4.6.4 A; TIFF 6.0, section 2.
 */
export function readExifOrientation(block: Uint8Array): StoredOrientation {
  const prefixed = String.fromCharCode(...block.subarray(0, 6)) === 'Exif\0\0';
  const tiff = prefixed ? block.subarray(6) : block;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (tiff.length < 8) return upright;
  const little = view.getUint16(0) === 0x4949;
  if (!little && view.getUint16(0) !== 0x4d4d) return upright;
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return upright;
  const count = view.getUint16(directory, little);
  for (let entry = directory + 2, i = 0; i < count && entry + 12 <= tiff.length; i++, entry += 12) {
    if (view.getUint16(entry, little) !== 0x0112) continue;
    const type = view.getUint16(entry + 2, little);
    return { orientation: asOrientation(readValue(view, entry + 8, type, little)), isStandard: type === 3 };
  }
  return upright;
}

/** A number that is one of the eight, else 1. */
export function asOrientation(value: number | undefined): ExifOrientation {
  return value !== undefined && value >= 1 && value <= 8 ? (value as ExifOrientation) : 1;
}

function readValue(view: DataView, at: number, type: number, little: boolean): number {
  switch (valueBytes[type]) {
    case 1:
      return view.getUint8(at);
    case 2:
      return view.getUint16(at, little);
    case 4:
      return view.getUint32(at, little);
    default:
      return 1;
  }
}

/** What turns the stored pixels upright: mirrored left to right first, then turned clockwise. */
const turns: Readonly<Record<ExifOrientation, readonly [mirrored: boolean, degrees: 0 | 90 | 180 | 270]>> = {
  1: [false, 0],
  2: [true, 0],
  3: [false, 180],
  4: [true, 180],
  5: [true, 270],
  6: [false, 90],
  7: [true, 90],
  8: [false, 270],
};

/** The pipeline with the stored pixels turned upright. */
export function turnPipeline(image: Sharp, orientation: ExifOrientation): Sharp {
  const [mirrored, degrees] = turns[orientation];
  // sharp mirrors before it turns, in whatever order it is asked.
  if (mirrored) image.flop();
  return degrees === 0 ? image : image.rotate(degrees);
}

/** Row-major, interleaved pixels turned upright: the same array where nothing is to be done. */
export function turnPixels<T extends { readonly length: number; slice(): T; [index: number]: number }>(
  pixels: { readonly width: number; readonly height: number; readonly data: T },
  orientation: ExifOrientation,
): { readonly width: number; readonly height: number; readonly data: T } {
  if (orientation === 1) return pixels;
  const { width, height, data } = pixels;
  const channels = data.length / (width * height);
  const swapped = swapsSides(orientation);
  const [mirrored, degrees] = turns[orientation];
  const out = data.slice();
  const outWidth = swapped ? height : width;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * channels;
      const mx = mirrored ? width - 1 - x : x;
      const [tx, ty] =
        degrees === 0
          ? [mx, y]
          : degrees === 90
            ? [height - 1 - y, mx]
            : degrees === 180
              ? [width - 1 - mx, height - 1 - y]
              : [y, width - 1 - mx];
      const to = (ty * outWidth + tx) * channels;
      for (let c = 0; c < channels; c++) out[to + c] = data[from + c];
    }
  }
  return { width: outWidth, height: swapped ? width : height, data: out };
}
