/** Objects found in a picture: their pixels in a tight rectangle, and the way from there to run-length masks. */
import type { Box } from '@shared/geometry/box';
import { encodeRegion, type Rle } from '@shared/mask';

/** One object in the coordinates of the picture worked on (the scope), as a row-major bitmap of its bounding box. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** width * height bytes, 1 = object. */
  readonly bitmap: Uint8Array;
  /** Pixels set. */
  readonly area: number;
}

/** What a method answers: masks of the whole image's size. */
export interface MethodResult {
  readonly masks: readonly {
    readonly rle: Rle;
    readonly score: number;
    /** Where the method draws an outline: the ring whose inside the mask is. */
    readonly outline?: readonly number[];
  }[];
  /** Automatic choices and oddities, for the user. */
  readonly notes: readonly string[];
}

export interface AreaFilter {
  /** Square pixels. */
  readonly minArea: number;
  /** Square pixels; 0 = any. */
  readonly maxArea: number;
}

export function passesFilter(area: number, { minArea, maxArea }: AreaFilter): boolean {
  return area >= minArea && (maxArea === 0 || area <= maxArea);
}

/** The mask, in an image of `image` size, of a region found inside `scope`. */
export function regionToRle(region: Region, scope: Box, image: { width: number; height: number }): Rle {
  const { x, y, width, height, bitmap } = region;
  return encodeRegion(bitmap, [scope[0] + x, scope[1] + y, width, height], [image.height, image.width]);
}

/** Reading order: by the top row, then by the left column. */
export function inReadingOrder<T extends Region>(regions: T[]): T[] {
  return regions.sort((a, b) => a.y - b.y || a.x - b.x || b.area - a.area);
}

/**
 * The labels `first`..`last` of a label picture as regions, where the filter lets them pass. `labels` is row-major, `width` wide;
 * other values in it are nobody's. O(pixels + sum of bounding boxes).
 */
export function labelledRegions(
  labels: Int32Array,
  width: number,
  first: number,
  last: number,
  filter: AreaFilter,
): (Region & { readonly label: number })[] {
  const count = last - first + 1;
  if (count <= 0) return [];
  const height = labels.length / width;
  const area = new Uint32Array(count);
  const left = new Int32Array(count).fill(width);
  const right = new Int32Array(count).fill(-1);
  const top = new Int32Array(count).fill(-1);
  const bottom = new Int32Array(count);
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      const i = labels[p] - first;
      if (i < 0 || i >= count) continue;
      area[i]++;
      if (x < left[i]) left[i] = x;
      if (x > right[i]) right[i] = x;
      if (top[i] < 0) top[i] = y;
      bottom[i] = y;
    }
  }
  const regions: (Region & { label: number })[] = [];
  for (let i = 0; i < count; i++) {
    if (area[i] === 0 || !passesFilter(area[i], filter)) continue;
    const w = right[i] - left[i] + 1;
    const h = bottom[i] - top[i] + 1;
    const bitmap = new Uint8Array(w * h);
    for (let y = 0; y < h; y++) {
      const line = (top[i] + y) * width + left[i];
      for (let x = 0; x < w; x++) if (labels[line + x] === first + i) bitmap[y * w + x] = 1;
    }
    regions.push({ label: first + i, x: left[i], y: top[i], width: w, height: h, bitmap, area: area[i] });
  }
  return regions;
}
