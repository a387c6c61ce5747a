/** Which sample values of an image count as black and as white, for models that stretch each image by itself. */
import type { RgbImage } from './rgbImage';

/** ITU-R 601, as Pillow and OpenCV turn colours to grey. */
export const GREY_WEIGHTS = [0.299, 0.587, 0.114] as const;

/**
 * For each channel (of a grey input: for the one) the samples at the two percentiles, linear between neighbours as
 * `numpy.percentile`. O(image).
 */
export function percentileLevels(
  { data, width, height }: RgbImage,
  [low, high]: readonly [number, number],
  isGrey: boolean,
): { readonly black: number; readonly white: number }[] {
  const channels = isGrey ? 1 : 3;
  const counts = Array.from({ length: channels }, () => new Uint32Array(256));
  const pixels = width * height;
  const [first, second, third] = counts;
  const [red, green, blue] = GREY_WEIGHTS;
  const end = 3 * pixels;
  for (let i = 0; i < end; i += 3) {
    if (isGrey) {
      // Cutting off is rounding here, as no grey is below 0.
      first[(red * data[i] + green * data[i + 1] + blue * data[i + 2] + 0.5) | 0]++;
    } else {
      first[data[i]]++;
      second[data[i + 1]]++;
      third[data[i + 2]]++;
    }
  }
  return counts.map((histogram) => {
    const black = percentile(histogram, pixels, low);
    // A flat channel stays dark instead of becoming infinite.
    return { black, white: Math.max(percentile(histogram, pixels, high), black + 1) };
  });
}

function percentile(histogram: Uint32Array, pixels: number, percent: number): number {
  const position = (percent / 100) * (pixels - 1);
  const below = valueAt(histogram, Math.floor(position));
  const above = valueAt(histogram, Math.ceil(position));
  return below + (above - below) * (position - Math.floor(position));
}

/** The value at a place (from 0) among all samples in ascending order. */
function valueAt(histogram: Uint32Array, place: number): number {
  let seen = 0;
  for (let value = 0; value < 256; value++) {
    seen += histogram[value];
    if (seen > place) return value;
  }
  return 255;
}
