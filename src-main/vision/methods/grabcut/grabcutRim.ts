/** GrabCut's last round at full resolution, on the rim alone: tile by tile, with the models learnt on the small picture. */
import type { Box } from '@shared/geometry/box';
import type { OpenCv } from '../../opencv/cv';
import {
  CutGraph,
  CutPicture,
  LIKELY_BACKGROUND,
  LIKELY_OBJECT,
  type Mixtures,
  SURE_BACKGROUND,
  SURE_OBJECT,
} from './grabcutCut';
import { spread } from './grabcutPlan';
import { copyRgb, type RgbaImage } from '../../opencv/image';
import { withMats } from '../../opencv/matScope';

/** Pixels of the small mask on either side of its edge that are decided anew. */
const RIM_SMALL_PX = 2;
/** Side of the square that one cut decides, and the surroundings it sees beside; full-resolution pixels. */
const TILE_PX = 128;
const MARGIN_PX = 16;

/** A mask at working resolution: row-major, 1 = object. */
interface SmallMask {
  readonly object: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Decides the pixels near the edge of `small` again with the colours of the full image. A cut over the whole region would need
 * gigabytes; the rim needs a few tiles. Tiles read the bitmap as it was, so their order does not matter.
 *
 * @param roi the region in image pixels; `bitmap` is its row-major mask (1 = object), `small` the mask it was enlarged from.
 * @param drawn what the user drew on the region: 1 = object, 2 = background, 0 = nothing there.
 * @returns a new bitmap.
 */
export function refineRim(
  cv: OpenCv,
  image: RgbaImage,
  roi: Box,
  bitmap: Uint8Array,
  small: SmallMask,
  mixtures: Mixtures,
  drawn: Uint8Array | null,
): Uint8Array {
  const [, , width, height] = roi;
  const rim = rimOf(cv, small);
  const { width: cols, height: rows } = small;
  const columnOf = Int32Array.from({ length: width }, (_, x) => Math.floor((x * cols) / width));
  const rowOf = Int32Array.from({ length: height }, (_, y) => Math.floor((y * rows) / height));
  const isRim = (x: number, y: number): boolean => rim[rowOf[y] * cols + columnOf[x]] !== 0;
  const refined = bitmap.slice();

  const refineTile = (left: number, top: number, right: number, bottom: number): void => {
    const x0 = Math.max(0, left - MARGIN_PX);
    const y0 = Math.max(0, top - MARGIN_PX);
    const w = Math.min(width, right + MARGIN_PX) - x0;
    const h = Math.min(height, bottom + MARGIN_PX) - y0;
    const mask = new Uint8Array(w * h);
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        const at = (y0 + y) * width + x0 + x;
        const stroke = drawn ? drawn[at] : 0;
        const object = stroke === 0 ? bitmap[at] !== 0 : stroke === 1;
        const open = stroke === 0 && isRim(x0 + x, y0 + y);
        if (open) mask[y * w + x] = object ? LIKELY_OBJECT : LIKELY_BACKGROUND;
        else mask[y * w + x] = object ? SURE_OBJECT : SURE_BACKGROUND;
      }
    }
    const picture = new CutPicture(copyRgb(image, [roi[0] + x0, roi[1] + y0, w, h]), w, h);
    new CutGraph(picture, mask).cut(mask, mixtures, null);
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) refined[y * width + x] = mask[(y - y0) * w + (x - x0)] & 1;
    }
  };

  for (let top = 0; top < height; top += TILE_PX) {
    const bottom = Math.min(height, top + TILE_PX);
    for (let left = 0; left < width; left += TILE_PX) {
      const right = Math.min(width, left + TILE_PX);
      const span = [rowOf[top], rowOf[bottom - 1], columnOf[left], columnOf[right - 1]] as const;
      if (anySet(rim, cols, span)) refineTile(left, top, right, bottom);
    }
  }
  return refined;
}

/** Row-major marks of the small mask's pixels within RIM_SMALL_PX of its edge. */
function rimOf(cv: OpenCv, { object, width, height }: SmallMask): Uint8Array {
  return withMats(cv, (scope) => {
    const mask = scope.own(new cv.Mat(height, width, cv.CV_8UC1));
    mask.data.set(object);
    const grown = spread(scope, mask, RIM_SMALL_PX, 'dilate');
    const inner = spread(scope, mask, RIM_SMALL_PX, 'erode').data;
    return grown.data.map((value, i) => value - inner[i]);
  });
}

function anySet(
  marks: Uint8Array,
  width: number,
  [firstRow, lastRow, firstColumn, lastColumn]: readonly [number, number, number, number],
): boolean {
  for (let y = firstRow; y <= lastRow; y++) {
    for (let x = firstColumn; x <= lastColumn; x++) if (marks[y * width + x] !== 0) return true;
  }
  return false;
}
