/** The stroke that a careful user would draw next: a short line at the deepest point of the largest error. */
import type { Stroke } from '@shared/methods/strokes';
import type { Box } from '@shared/geometry/box';
import { components, decode, type Rle, subtract } from '@shared/mask';

/** A brush of the default size, image pixels. */
const RADIUS = 10;
/** Longest line, as a part of the box's longer side. */
const LENGTH = 0.25;

/** null where nothing is wrong. The line stays inside the error by its radius. */
export function correctionStroke(found: Rle, truth: Rle, box: Box): Stroke | null {
  const errors = ([1, 0] as const).flatMap((label) => {
    const wrong = label === 1 ? subtract(truth, found) : subtract(found, truth);
    return components(wrong).map((part) => ({ label, ...depthsOf(part) }));
  });
  const largest = errors.sort((a, b) => b.area - a.area)[0];
  if (!largest) return null;
  const { label, depths, width, deepest } = largest;
  const radius = Math.max(0.5, Math.min(RADIUS, depths[deepest] / 2));
  const [cx, cy] = [(deepest % width) + 0.5, Math.floor(deepest / width) + 0.5];
  const half = (LENGTH * Math.max(box[2], box[3])) / 2;
  const reach = (dx: number, dy: number): number => {
    let steps = 0;
    while (steps + 1 <= half && depthAt(largest, cx + dx * (steps + 1), cy + dy * (steps + 1)) >= radius) steps++;
    return steps;
  };
  let line = [cx, cy];
  for (let k = 0, longest = 0; k < 8; k++) {
    const [dx, dy] = [Math.cos((k * Math.PI) / 8), Math.sin((k * Math.PI) / 8)];
    const [ahead, behind] = [reach(dx, dy), reach(-dx, -dy)];
    if (ahead + behind <= longest) continue;
    longest = ahead + behind;
    line = [cx - dx * behind, cy - dy * behind, cx + dx * ahead, cy + dy * ahead];
  }
  return { label, radius, points: line.map((value) => Math.round(value * 10) / 10) };
}

interface Depths {
  readonly area: number;
  readonly width: number;
  readonly depths: Float32Array;
  readonly deepest: number;
}

function depthAt({ depths, width }: Depths, x: number, y: number): number {
  if (x < 0 || y < 0 || x >= width) return 0;
  return depths[Math.floor(y) * width + Math.floor(x)] ?? 0;
}

/** Distance of each pixel to the outside, by two passes of the chamfer 1, root of 2. */
function depthsOf(part: Rle): Depths {
  const [height, width] = part.size;
  const bitmap = decode(part);
  const depths = new Float32Array(width * height);
  let area = 0;
  let deepest = 0;
  const at = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : depths[y * width + x];
  const nearest = (x: number, y: number, s: 1 | -1): number =>
    Math.min(at(x - s, y) + 1, at(x, y - s) + 1, at(x - s, y - s) + Math.SQRT2, at(x + s, y - s) + Math.SQRT2);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (bitmap[y * width + x] === 0) continue;
      depths[y * width + x] = nearest(x, y, 1);
      area++;
    }
  }
  for (let y = height - 1; y >= 0; y--) {
    for (let x = width - 1; x >= 0; x--) {
      const i = y * width + x;
      if (bitmap[i] === 0) continue;
      depths[i] = Math.min(depths[i], nearest(x, y, -1));
      if (depths[i] > depths[deepest]) deepest = i;
    }
  }
  return { area, width, depths, deepest };
}
