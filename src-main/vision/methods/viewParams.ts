/** Parameters for a smaller picture: those in pixels shrink with it, and the effort is bounded. */
import type { MethodName, ParamsOf } from '@shared/methods/params';
import { formatStrokes, parseStrokes } from '@shared/methods/strokes';
import type { ViewPicture } from './viewPicture';

/** Effort of a k-means preview. */
const PREVIEW_ATTEMPTS = 3;
const PREVIEW_SAMPLE = 50_000;

/** The parameters of any method for a picture whose pixels are `factor` image pixels wide. */
export function viewParams<P extends ParamsOf<MethodName>>(params: P, view: ViewPicture): P {
  const { factor, box } = view;
  const scaled: Record<string, number | string> = { ...params };
  const has = (name: string): boolean => typeof scaled[name] === 'number';
  const value = (name: string): number => Number(scaled[name]);
  if (has('attempts')) scaled.attempts = Math.min(value('attempts'), PREVIEW_ATTEMPTS);
  if (has('sample')) scaled.sample = Math.min(value('sample'), PREVIEW_SAMPLE);
  if (typeof scaled.markers === 'string') {
    const moved = parseStrokes(scaled.markers).map(({ label, radius, points }) => ({
      label,
      radius: radius / factor,
      points: points.map((p, i) => (p - box[i % 2]) / factor),
    }));
    scaled.markers = formatStrokes(moved);
  }
  if (factor === 1) return scaled as P;
  for (const name of ['minArea', 'maxArea']) if (has(name)) scaled[name] = value(name) / factor ** 2;
  if (has('spatial')) scaled.spatial = value('spatial') * factor;
  if (has('size')) scaled.size = Math.max(2, Math.round(value('size') / factor));
  if (has('blur')) {
    // Odd, and nothing where it would not reach the neighbour.
    const blur = 2 * Math.round((value('blur') / factor - 1) / 2) + 1;
    scaled.blur = blur >= 3 ? blur : 0;
  }
  if (has('kernel')) scaleMorphology(scaled, (value('kernel') - 1) / 2, factor);
  return scaled as P;
}

/** Repetitions of a kernel reach as far as their radii together: with the smallest kernel they are counted anew. */
function scaleMorphology(params: Record<string, number | string>, radius: number, factor: number): void {
  for (const name of ['open', 'close', 'dilate']) {
    if (typeof params[name] === 'number') params[name] = Math.round((params[name] * radius) / factor);
  }
  params.kernel = 3;
}
