/** Which annotations a click or a marquee picks. */
import type { Annotation } from '@shared/document/types';
import type { Box } from '@shared/geometry/box';
import type { ImagePoint } from '@shared/geometry/coords';
import { pointInParts } from '@shared/geometry/hitTest';
import { pixelAt } from '@shared/mask/edit';
import { areaInBox } from '@shared/mask/window';
import { maskOf } from '../patches';
import type { ToolContext } from '../tool';
import { frameOf } from '../transform';

/** True where the point is in the annotation's own shape. */
export function containsPoint(annotation: Annotation, { x, y }: ImagePoint, size: readonly [number, number]): boolean {
  const [left, top, width, height] = frameOf(annotation, size);
  if (x < left || y < top || x >= left + width || y >= top + height) return false;
  const { segmentation } = annotation;
  if (!segmentation) return true;
  if (segmentation.kind === 'polygons') return pointInParts(segmentation.parts, x, y);
  return pixelAt(maskOf(annotation, size), Math.floor(x), Math.floor(y));
}

/** What lies under the point beneath the one selected annotation, and after the lowest the topmost again; null: nothing. */
export function pickBeneath(context: ToolContext, point: ImagePoint): number | null {
  const { snapshot, selection } = context;
  const under = pickable(context)
    .filter((annotation) => containsPoint(annotation, point, snapshot.size))
    .reverse();
  if (under.length === 0) return null;
  const at = selection.size === 1 ? under.findIndex(({ id }) => selection.has(id)) : -1;
  return under[(at + 1) % under.length].id;
}

/** Annotations with at least one pixel in the box (image space), bottom first; boxes without a mask: that overlap it. */
export function pickInBox(context: ToolContext, [x, y, w, h]: Box): number[] {
  const { size } = context.snapshot;
  const left = Math.max(0, Math.floor(x));
  const top = Math.max(0, Math.floor(y));
  const right = Math.min(size[1], Math.ceil(x + w));
  const bottom = Math.min(size[0], Math.ceil(y + h));
  if (right <= left || bottom <= top) return [];
  const inside = (frame: Box): boolean =>
    frame[0] >= left && frame[1] >= top && frame[0] + frame[2] <= right && frame[1] + frame[3] <= bottom;
  const overlaps = (frame: Box): boolean =>
    frame[0] < right && frame[1] < bottom && frame[0] + frame[2] > left && frame[1] + frame[3] > top;
  const region: Box = [left, top, right - left, bottom - top];
  return pickable(context)
    .filter((annotation) => {
      const frame = frameOf(annotation, size);
      if (!overlaps(frame)) return false;
      if (inside(frame) || !annotation.segmentation) return true;
      return areaInBox(maskOf(annotation, size), region) > 0;
    })
    .map(({ id }) => id);
}

function pickable({ snapshot, hidden }: ToolContext): readonly Annotation[] {
  return snapshot.annotations.filter(({ id, locked }) => !locked && !hidden.has(id));
}
