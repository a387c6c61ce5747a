/** Which of an image's pre-scaled copies to draw at a zoom, and how large the largest may be. */

/** Pixels of the largest bitmap kept of an image (256 MB as RGBA); larger images are shown reduced. */
export const MAX_BITMAP_PIXELS = 64_000_000;
/** Longest side of a bitmap that every canvas backend draws. */
export const MAX_BITMAP_SIDE = 16_384;
/** Halving stops at this size. */
const SMALLEST_SIDE = 256;

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** The size, same aspect, at which an image is kept: its own unless that is too large. */
export function boundedSize({ width, height }: ImageSize): ImageSize {
  const factor = Math.min(
    1,
    Math.sqrt(MAX_BITMAP_PIXELS / (width * height)),
    MAX_BITMAP_SIDE / Math.max(width, height),
  );
  if (factor === 1) return { width, height };
  return { width: Math.max(1, Math.floor(width * factor)), height: Math.max(1, Math.floor(height * factor)) };
}

/** Sizes of the copies below the full one, each half of the one before. */
export function mipSizes({ width, height }: ImageSize): ImageSize[] {
  const sizes: ImageSize[] = [];
  while (Math.max(width, height) > SMALLEST_SIDE) {
    width = Math.max(1, Math.ceil(width / 2));
    height = Math.max(1, Math.ceil(height / 2));
    sizes.push({ width, height });
  }
  return sizes;
}

/**
 * Where among the levels (widths descend) a copy of exactly `width` pixels goes, and its size; null where there is one, or
 * where it would be larger than the image.
 */
export function exactCopy(levels: readonly ImageSize[], width: number): (ImageSize & { readonly at: number }) | null {
  const at = levels.findIndex((level) => level.width <= width);
  if (width < 1 || at === 0 || levels[at]?.width === width) return null;
  const [full] = levels;
  const height = Math.max(1, Math.round((full.height * width) / full.width));
  return { width, height, at: at < 0 ? levels.length : at };
}

/**
 * Index of the level to draw `needed` device pixels wide: the one with a pixel for each, else the smallest that has a pixel for
 * every device pixel (the first when none has). Level widths descend.
 */
export function chooseLevel(levels: readonly { readonly width: number }[], needed: number): number {
  const exact = levels.findIndex(({ width }) => isExact(width, needed));
  if (exact >= 0) return exact;
  let level = 0;
  while (level + 1 < levels.length && !isTooSmall(levels[level + 1].width, needed)) level++;
  return level;
}

/** A level a little too small is still sharper than one shrunk almost twice by bilinear sampling. */
export function isTooSmall(width: number, needed: number): boolean {
  return width < 0.9 * needed;
}

/** Whether a level of this width, drawn `needed` device pixels wide, has a pixel for each of them. */
export function isExact(width: number, needed: number): boolean {
  return Math.abs(width - needed) < 1;
}
