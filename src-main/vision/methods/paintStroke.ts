/** Draws a stroke's round brush into a picture of a region, at the picture's own resolution. */
import type { Stroke } from '@shared/methods/strokes';
import type { Box } from '@shared/geometry/box';

/** A row-major picture of `width` x `height` values that shows the region `box` of the image. */
export interface Frame {
  readonly box: Box;
  readonly width: number;
  readonly height: number;
}

/**
 * Sets every pixel of the frame whose centre lies within the stroke's radius of its line, and at the least each pixel
 * that the line crosses. What lies outside the frame is left out. O(painted rectangle of each segment).
 */
export function paintStroke(values: Uint8Array | Int32Array, frame: Frame, stroke: Stroke, value: number): void {
  const { box, width, height } = frame;
  const fx = width / box[2];
  const fy = height / box[3];
  const radius = (stroke.radius * (fx + fy)) / 2;
  const { points } = stroke;
  for (let i = 0; i + 1 < points.length; i += 2) {
    const next = Math.min(i + 2, points.length - 2);
    const x0 = (points[i] - box[0]) * fx;
    const y0 = (points[i + 1] - box[1]) * fy;
    const x1 = (points[next] - box[0]) * fx;
    const y1 = (points[next + 1] - box[1]) * fy;
    paintCapsule(values, width, height, [x0, y0, x1, y1], radius, value);
    paintLine(values, width, height, [x0, y0, x1, y1], value);
  }
}

type Segment = readonly [x0: number, y0: number, x1: number, y1: number];

function paintCapsule(
  values: Uint8Array | Int32Array,
  width: number,
  height: number,
  [x0, y0, x1, y1]: Segment,
  radius: number,
  value: number,
): void {
  const left = Math.max(0, Math.floor(Math.min(x0, x1) - radius));
  const right = Math.min(width - 1, Math.ceil(Math.max(x0, x1) + radius));
  const top = Math.max(0, Math.floor(Math.min(y0, y1) - radius));
  const bottom = Math.min(height - 1, Math.ceil(Math.max(y0, y1) + radius));
  const dx = x1 - x0;
  const dy = y1 - y0;
  const length2 = dx * dx + dy * dy;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const px = x + 0.5 - x0;
      const py = y + 0.5 - y0;
      const t = length2 === 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / length2));
      const ex = px - t * dx;
      const ey = py - t * dy;
      if (ex * ex + ey * ey <= radius * radius) values[y * width + x] = value;
    }
  }
}

/** A brush thinner than a pixel of the frame would fall between the pixel centres. */
function paintLine(
  values: Uint8Array | Int32Array,
  width: number,
  height: number,
  [x0, y0, x1, y1]: Segment,
  value: number,
): void {
  const steps = Math.max(1, Math.ceil(2 * Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0))));
  // A stroke that leaves the frame by far need not be followed pixel by pixel.
  if (steps > 4 * (width + height) && !touches(width, height, [x0, y0, x1, y1])) return;
  for (let i = 0; i <= steps; i++) {
    const x = Math.floor(x0 + ((x1 - x0) * i) / steps);
    const y = Math.floor(y0 + ((y1 - y0) * i) / steps);
    if (x >= 0 && y >= 0 && x < width && y < height) values[y * width + x] = value;
  }
}

function touches(width: number, height: number, [x0, y0, x1, y1]: Segment): boolean {
  return Math.max(x0, x1) >= 0 && Math.min(x0, x1) < width && Math.max(y0, y1) >= 0 && Math.min(y0, y1) < height;
}
