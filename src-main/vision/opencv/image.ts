/** Decoded images in ordinary memory, and how parts of them enter OpenCV's heap. */
import type { Box } from '@shared/geometry/box';
import { AppError } from '@shared/errors/appError';
import { workError } from '@shared/errors/workFault';
import type { Mat } from './cv';
import type { MatScope } from './matScope';

/** 8 bits, row-major, four bytes a pixel; alpha is not looked at. */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/**
 * The whole pixels under a box, clipped to the image: edges move outwards to the pixel grid, so that the object inside
 * stays inside. The whole image where there is no box.
 * @throws AppError `bad-input` where nothing of the box lies in the image.
 */
export function clipToImage(box: Box | undefined, image: { width: number; height: number }): Box {
  const { width, height } = image;
  if (!box) return [0, 0, width, height];
  const [x, y, w, h] = box;
  if (!box.every(Number.isFinite) || !(w > 0 && h > 0)) {
    const expected = 'x,y,width,height with a positive size was expected';
    throw new AppError('bad-input', `The box ${box.join(',')} is empty: ${expected}`);
  }
  const left = Math.max(0, Math.floor(x));
  const top = Math.max(0, Math.floor(y));
  const right = Math.min(width, Math.ceil(x + w));
  const bottom = Math.min(height, Math.ceil(y + h));
  if (right <= left || bottom <= top) {
    throw workError('bad-input', { code: 'box-outside', box, image: [width, height] });
  }
  return [left, top, right - left, bottom - top];
}

/** The pixels of a region (whole pixels inside the image) as a new CV_8UC3 matrix in RGB order, owned by the scope. */
export function cropRgb(scope: MatScope, image: RgbaImage, [x, y, width, height]: Box): Mat {
  const { cv } = scope;
  const rgba = scope.own(new cv.Mat(height, width, cv.CV_8UC4));
  const target = rgba.data;
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * image.width + x) * 4;
    target.set(image.data.subarray(from, from + width * 4), row * width * 4);
  }
  const rgb = scope.mat();
  cv.cvtColor(rgba, rgb, cv.COLOR_RGBA2RGB);
  scope.free(rgba);
  return rgb;
}

/** The pixels of a region (whole pixels inside the image) in ordinary memory, RGB interleaved. */
export function copyRgb(image: RgbaImage, [x, y, width, height]: Box): Uint8Array {
  const rgb = new Uint8Array(width * height * 3);
  for (let row = 0, o = 0; row < height; row++) {
    const from = ((y + row) * image.width + x) * 4;
    for (let i = from, end = from + width * 4; i < end; i += 4, o += 3) {
      rgb[o] = image.data[i];
      rgb[o + 1] = image.data[i + 1];
      rgb[o + 2] = image.data[i + 2];
    }
  }
  return rgb;
}

/** Above this many pixels a region is shrunk outside OpenCV's heap, which ends at 1 GB. */
const MAX_HEAP_PIXELS = 4_000_000;

/** A region at a smaller size as a new CV_8UC3 matrix in RGB order: each pixel is the mean of the pixels it covers. */
export function shrinkRgb(scope: MatScope, image: RgbaImage, region: Box, width: number, height: number): Mat {
  if (region[2] * region[3] > MAX_HEAP_PIXELS) return averageBlocks(scope, image, region, width, height);
  const { cv } = scope;
  const rgb = cropRgb(scope, image, region);
  const small = scope.mat();
  cv.resize(rgb, small, new cv.Size(width, height), 0, 0, cv.INTER_AREA);
  scope.free(rgb);
  return small;
}

/** As `shrinkRgb`, with blocks on whole pixels: exact enough where a block is several pixels wide. */
function averageBlocks(scope: MatScope, image: RgbaImage, region: Box, width: number, height: number): Mat {
  const [left, top, regionWidth, regionHeight] = region;
  const { cv } = scope;
  const small = scope.own(new cv.Mat(height, width, cv.CV_8UC3));
  const target = small.data;
  const { data } = image;
  const columns = Array.from({ length: width + 1 }, (_, i) => left + Math.round((i * regionWidth) / width));
  const sums = new Float64Array(width * 3);
  for (let row = 0; row < height; row++) {
    const from = top + Math.round((row * regionHeight) / height);
    const to = top + Math.round(((row + 1) * regionHeight) / height);
    sums.fill(0);
    for (let y = from; y < to; y++) {
      const line = y * image.width * 4;
      for (let i = 0; i < width; i++) {
        let r = 0;
        let g = 0;
        let b = 0;
        for (let p = line + columns[i] * 4, end = line + columns[i + 1] * 4; p < end; p += 4) {
          r += data[p];
          g += data[p + 1];
          b += data[p + 2];
        }
        sums[i * 3] += r;
        sums[i * 3 + 1] += g;
        sums[i * 3 + 2] += b;
      }
    }
    for (let i = 0; i < width; i++) {
      const count = (to - from) * (columns[i + 1] - columns[i]);
      const out = (row * width + i) * 3;
      for (let c = 0; c < 3; c++) target[out + c] = Math.round(sums[i * 3 + c] / count);
    }
  }
  return small;
}
