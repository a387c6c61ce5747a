/** Small synthetic pictures for the tests of the classical methods. */
import { effectiveParams } from '@shared/methods/validateParams';
import type { MethodName } from '@shared/methods/params';
import type { Box } from '@shared/geometry/box';
import { loadOpenCv } from '../../../src-main/vision/opencv/cv';
import type { RgbaImage } from '../../../src-main/vision/opencv/image';
import { runMethod } from '../../../src-main/vision/methods/methods';
import type { MethodResult } from '../../../src-main/vision/methods/regions';

export type Colour = readonly [number, number, number];

/** A picture whose pixel (x, y) has the colour that `colourAt` gives. */
export function paint(width: number, height: number, colourAt: (x: number, y: number) => Colour): RgbaImage {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p += 4) {
      data.set(colourAt(x, y), p);
      data[p + 3] = 255;
    }
  }
  return { width, height, data };
}

export interface Disc {
  readonly x: number;
  readonly y: number;
  readonly r: number;
}

/** Pixel centres within the radius. */
export function inDisc({ x: cx, y: cy, r }: Disc, x: number, y: number): boolean {
  return (x + 0.5 - cx) ** 2 + (y + 0.5 - cy) ** 2 <= r * r;
}

export function discs(
  width: number,
  height: number,
  list: readonly Disc[],
  options: { readonly on?: Colour; readonly off?: Colour } = {},
): RgbaImage {
  const { on = [200, 190, 180], off = [30, 40, 50] } = options;
  return paint(width, height, (x, y) => (list.some((disc) => inDisc(disc, x, y)) ? on : off));
}

/** A method with some parameters of its own, the rest at their defaults. */
export async function run(
  method: MethodName,
  image: RgbaImage,
  params: Record<string, number | string> = {},
  box?: Box,
): Promise<MethodResult> {
  return runMethod(await loadOpenCv(), method, image, effectiveParams(method, params), box);
}
