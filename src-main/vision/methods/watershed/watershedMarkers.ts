/** Where the objects' cores are: from the distance to the background, or from peaks of smoothed brightness. */
import type { Mat } from '../../opencv/cv';
import type { MatScope } from '../../opencv/matScope';

/** Distance and its maximum, the image's or each blob's. */
export interface DistanceField {
  /** CV_32FC1, pixels (OpenCV's 5x5 approximation). */
  readonly distance: Mat;
  /** The maximum that counts at a pixel index: of the whole field, or of the blob that the pixel belongs to. */
  readonly maximumAt: (index: number) => number;
  /** The maximum of the whole field. */
  readonly maximum: number;
}

/**
 * Distances that differ in the last float bits between builds of OpenCV must not decide a tie: a core pixel exceeds its
 * limit by more than this many pixels. Distances are sums of 1, 1.4 and 2.1969.
 */
const TIE_PX = 1e-4;

/** The distance of each foreground pixel to the background; `local`: maxima are kept apart by 8-connected blob. */
export function distanceField(scope: MatScope, clean: Mat, local: boolean): DistanceField {
  const { cv } = scope;
  const distance = scope.mat();
  cv.distanceTransform(clean, distance, cv.DIST_L2, cv.DIST_MASK_5);
  let maximum = 0;
  const values = distance.data32F;
  for (let i = 0; i < values.length; i++) if (values[i] > maximum) maximum = values[i];
  if (!local) return { distance, maximum, maximumAt: () => maximum };

  const blobs = scope.mat();
  const count = cv.connectedComponents(clean, blobs, 8, cv.CV_32S);
  const maxima = new Float32Array(count);
  const blobOf = blobs.data32S.slice();
  scope.free(blobs);
  const distances = distance.data32F;
  for (let i = 0; i < blobOf.length; i++) {
    if (distances[i] > maxima[blobOf[i]]) maxima[blobOf[i]] = distances[i];
  }
  return { distance, maximum, maximumAt: (index) => maxima[blobOf[index]] };
}

/** CV_8UC1, 255 where the distance exceeds `ratio` of the maximum. */
export function coresByDistance(scope: MatScope, field: DistanceField, ratio: number): Mat {
  const { rows, cols } = field.distance;
  const cores = scope.zeros(rows, cols, scope.cv.CV_8UC1);
  const distances = field.distance.data32F;
  const out = cores.data;
  for (let i = 0; i < out.length; i++) {
    if (distances[i] > 0 && distances[i] > ratio * field.maximumAt(i) + TIE_PX) out[i] = 255;
  }
  return cores;
}

/**
 * CV_8UC1, 255 on the peaks of the smoothed channel inside `clean`: a peak is the highest pixel within `ratio` of the
 * maximal distance (the radius of the thickest object), and the smoothing takes half of that.
 */
export function coresByBrightness(
  scope: MatScope,
  field: DistanceField,
  clean: Mat,
  channel: Mat,
  options: { readonly ratio: number; readonly darkObjects: boolean },
): Mat {
  const { cv } = scope;
  const { rows, cols } = channel;
  const radius = Math.max(1, Math.round(options.ratio * field.maximum));
  // Floats: rounded to 8 bits, a gentle peak would be several plateaus.
  const smooth = scope.mat();
  channel.convertTo(smooth, cv.CV_32F);
  const size = 2 * radius + 1;
  cv.GaussianBlur(smooth, smooth, new cv.Size(size, size), radius / 2);
  const heights = smooth.data32F.slice();
  scope.free(smooth);
  if (options.darkObjects) for (let i = 0; i < heights.length; i++) heights[i] = -heights[i];
  const highest = slidingMaximum(heights, cols, rows, radius);
  const cores = scope.zeros(rows, cols, cv.CV_8UC1);
  const out = cores.data;
  const foreground = clean.data;
  for (let i = 0; i < out.length; i++) if (foreground[i] !== 0 && heights[i] === highest[i]) out[i] = 255;
  return cores;
}

/**
 * The maximum within a square of side 2 * radius + 1 around each pixel, in time that does not depend on the radius.
 * Source: van Herk (1992), "A fast algorithm for local minimum and maximum filters on rectangular and octagonal kernels".
 */
export function slidingMaximum(values: Float32Array, width: number, height: number, radius: number): Float32Array {
  const out = values.slice();
  const longest = Math.max(width, height);
  const forward = new Float32Array(longest);
  const backward = new Float32Array(longest);
  const line = (start: number, step: number, length: number): void => {
    const block = 2 * radius + 1;
    for (let i = 0; i < length; i++) {
      const value = out[start + i * step];
      forward[i] = i % block === 0 ? value : Math.max(forward[i - 1], value);
    }
    for (let i = length - 1; i >= 0; i--) {
      const value = out[start + i * step];
      backward[i] = i === length - 1 || i % block === block - 1 ? value : Math.max(backward[i + 1], value);
    }
    // A window spans at most two blocks: the end of one (backward) and the start of the next (forward). Within a single
    // block it begins where the block begins or ends where the block ends.
    for (let i = 0; i < length; i++) {
      const first = Math.max(0, i - radius);
      const last = Math.min(length - 1, i + radius);
      const oneBlock = Math.floor(first / block) === Math.floor(last / block);
      const one = first === 0 ? forward[last] : backward[first];
      out[start + i * step] = oneBlock ? one : Math.max(backward[first], forward[last]);
    }
  };
  for (let y = 0; y < height; y++) line(y * width, 1, width);
  for (let x = 0; x < width; x++) line(x, width, height);
  return out;
}
