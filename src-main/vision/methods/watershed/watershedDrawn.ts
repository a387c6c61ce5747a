/** Markers that the user drew, as a marker picture for the watershed. */
import type { Stroke } from '@shared/methods/strokes';
import type { Mat } from '../../opencv/cv';
import type { MatScope } from '../../opencv/matScope';
import { paintStroke } from '../paintStroke';
import type { WorkScope } from '../workScope';

/**
 * CV_32SC1: 1 = background (drawn with label 0, and all outside a mask), 2.. = the objects in the order of their labels, 0 =
 * to be decided. `count`: objects with a pixel in the region.
 */
export function drawMarkers(
  scope: MatScope,
  strokes: readonly Stroke[],
  { bounds, inside }: WorkScope,
): { markers: Mat; count: number; hasBackground: boolean } {
  const [, , width, height] = bounds;
  const drawn = new Int32Array(width * height);
  const frame = { box: bounds, width, height };
  for (const stroke of strokes) paintStroke(drawn, frame, stroke, stroke.label + 1);
  if (inside) for (let i = 0; i < drawn.length; i++) if (inside[i] === 0) drawn[i] = 1;

  const present = new Set<number>();
  for (let i = 0; i < drawn.length; i++) if (drawn[i] > 1) present.add(drawn[i]);
  const numbers = new Map([...present].sort((a, b) => a - b).map((label, index) => [label, index + 2]));
  let hasBackground = false;
  const markers = scope.own(new scope.cv.Mat(height, width, scope.cv.CV_32SC1));
  const out = markers.data32S;
  for (let i = 0; i < out.length; i++) {
    if (drawn[i] === 1) hasBackground = true;
    out[i] = drawn[i] > 1 ? (numbers.get(drawn[i]) as number) : drawn[i];
  }
  return { markers, count: present.size, hasBackground };
}
