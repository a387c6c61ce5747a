/** Where an image's pixels come from, and which values they have. */

/** How to read an image's pixels. */
export interface ImageSource {
  /** Absolute path. */
  readonly path: string;
  /** `exif`: turned upright as the camera says; `stored`: the pixels as they lie in the file. */
  readonly orientation: 'exif' | 'stored';
}

/** The values in an image file: `bits` is 16 for everything deeper than 8. */
export interface PixelRange {
  readonly bits: 8 | 16;
  readonly low: number;
  readonly high: number;
  /** What `low` and `high` are in the file's own units, where those are other ones than 0 to 65535 (signed, floating-point). */
  readonly values?: readonly [low: number, high: number];
}
