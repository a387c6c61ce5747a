/** An RGB picture in memory and the blending of colours into it. */

/** 8-bit RGB, row-major, three bytes a pixel. Drawing changes `data` in place. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export type Rgb = readonly [r: number, g: number, b: number];

/** Mixes `color` into the pixel whose first byte is at index `at`; `alpha` 0..1. */
export function blendPixel(data: Uint8Array, at: number, color: Rgb, alpha: number): void {
  for (let channel = 0; channel < 3; channel++) {
    const under = data[at + channel];
    data[at + channel] = Math.round(under + (color[channel] - under) * alpha);
  }
}

/** Mixes `color` into the part of the rectangle (whole pixels, half-open) that lies in the image. */
export function blendRectangle(
  image: RgbImage,
  [x, y, width, height]: readonly [number, number, number, number],
  color: Rgb,
  alpha: number,
): void {
  const right = Math.min(x + width, image.width);
  const bottom = Math.min(y + height, image.height);
  for (let row = Math.max(0, y); row < bottom; row++) {
    for (let column = Math.max(0, x); column < right; column++) {
      blendPixel(image.data, (row * image.width + column) * 3, color, alpha);
    }
  }
}
