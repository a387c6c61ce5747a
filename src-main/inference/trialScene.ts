/** A drawn scene for trying a model on where there is no picture: three plain things on a shaded ground. */
import type { RgbImage } from './image/rgbImage';

/** 640 x 480: enough to see that numbers come out. */
export function drawTrialScene(): RgbImage {
  const [width, height] = [640, 480];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) data.set(colourAt(x, y, (x / width + y / height) / 2), at);
  }
  return { width, height, data };
}

/** `shade`: 0 at the top left, 1 at the bottom right. */
function colourAt(x: number, y: number, shade: number): readonly [number, number, number] {
  if (Math.hypot(x - 190, y - 190) < 90) return [221, 51, 51];
  if (x >= 360 && x < 540 && y >= 230 && y < 380) return [51, 136, 204];
  if (Math.hypot((x - 430) / 90, (y - 110) / 50) < 1) return [238, 238, 187];
  return [68 + 119 * shade, 85 + 85 * shade, 102 + 51 * shade];
}
