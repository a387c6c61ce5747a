/** Moves and scales annotations: vertices of polygons, pixels of masks. */
import { edited, reshaped, rleToSegmentation, segmentationToRle } from '@shared/document/segmentation';
import type { Annotation, DocumentSnapshot, Patch, Segmentation } from '@shared/document/types';
import type { Box } from '@shared/geometry/box';
import type { PolygonPart } from '@shared/geometry/polygon';
import { toBbox } from '@shared/mask';
import { isEmptyMask, scaleMask, translate } from '@shared/mask/edit';
import { updatePatch } from './patches';
import { clipParts, ringsBox, roundCoordinate } from './rings';

const frames = new WeakMap<Annotation, Box>();

/** Extent of the shape itself, `[x, y, width, height]`: vertices of polygons, pixels of a mask, or the box. */
export function frameOf(annotation: Annotation, size: readonly [number, number]): Box {
  let frame = frames.get(annotation);
  if (!frame) frames.set(annotation, (frame = measure(annotation, size)));
  return frame;
}

function measure({ segmentation, bbox }: Annotation, size: readonly [number, number]): Box {
  if (!segmentation) return bbox;
  if (segmentation.kind === 'rle') return toBbox(segmentationToRle(segmentation, size));
  return ringsBox(segmentation.parts.flatMap(({ outer, holes }) => [outer, ...holes])) ?? bbox;
}

/** The smallest box that holds all frames; null for no annotations. */
export function frameOfAll(annotations: readonly Annotation[], size: readonly [number, number]): Box | null {
  if (annotations.length === 0) return null;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const annotation of annotations) {
    const [x, y, w, h] = frameOf(annotation, size);
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + w);
    bottom = Math.max(bottom, y + h);
  }
  return [left, top, right - left, bottom - top];
}

/** (dx, dy) shortened so that the frame stays in the image; a frame that sticks out may only come back. */
export function keepInside(
  frame: Box,
  dx: number,
  dy: number,
  [height, width]: readonly [number, number],
): [number, number] {
  // Adding 0 turns -0 into 0.
  const clamp = (by: number, start: number, length: number, limit: number): number =>
    Math.max(Math.min(0, Math.ceil(-start)), Math.min(by, Math.max(0, Math.floor(limit - start - length)))) + 0;
  return [clamp(dx, frame[0], frame[2], width), clamp(dy, frame[1], frame[3], height)];
}

/** Where a map of the plane by axis-aligned scaling and shifting takes rings. */
export function mapParts(parts: readonly PolygonPart[], from: Box, to: Box): PolygonPart[] {
  const ring = (points: readonly number[]): number[] =>
    points.map((value, i) => {
      const axis = (i % 2) as 0 | 1;
      const ratio = from[2 + axis] === 0 ? 1 : to[2 + axis] / from[2 + axis];
      return roundCoordinate(to[axis] + (value - from[axis]) * ratio);
    });
  return parts.map(({ outer, holes }) => ({ outer: ring(outer), holes: holes.map(ring) }));
}

/** The parts moved by whole pixels, rounded to millionths: 0.1 moved by 10 and back is 0.1. */
function shiftParts(parts: readonly PolygonPart[], dx: number, dy: number): PolygonPart[] {
  const ring = (points: readonly number[]): number[] =>
    points.map((value, i) => Math.round((value + (i % 2 === 0 ? dx : dy)) * 1e6) / 1e6);
  return parts.map(({ outer, holes }) => ({ outer: ring(outer), holes: holes.map(ring) }));
}

/**
 * The segmentation moved by (dx, dy) whole pixels onto an image of `size` (a mask may come from another size), cut off at
 * its border; null where nothing of it is left.
 */
export function shiftSegmentation(
  segmentation: Segmentation,
  dx: number,
  dy: number,
  size: readonly [number, number],
): Segmentation | null {
  if (segmentation.kind === 'polygons') {
    const parts = clipParts(shiftParts(segmentation.parts, dx, dy), size);
    const moved: Segmentation = { kind: 'polygons', parts };
    return isEmptyMask(segmentationToRle(moved, size)) ? null : moved;
  }
  const mask = translate(segmentationToRle(segmentation, size), dx, dy, size);
  return isEmptyMask(mask) ? null : rleToSegmentation(mask);
}

/** The box moved and cut off at the image border; null where nothing is left. */
export function shiftBox(
  [x, y, w, h]: Box,
  dx: number,
  dy: number,
  [height, width]: readonly [number, number],
): Box | null {
  const left = Math.max(0, x + dx);
  const top = Math.max(0, y + dy);
  const right = Math.min(width, x + dx + w);
  const bottom = Math.min(height, y + dy + h);
  return right > left && bottom > top ? [left, top, right - left, bottom - top] : null;
}

/** The annotation moved by whole pixels, counted as one edit; null where it would leave the image. */
function moved(annotation: Annotation, dx: number, dy: number, size: readonly [number, number]): Annotation | null {
  if (!annotation.segmentation) return withBox(annotation, shiftBox(annotation.bbox, dx, dy, size));
  const segmentation = shiftSegmentation(annotation.segmentation, dx, dy, size);
  return segmentation && reshaped(annotation, segmentation, size);
}

/** The annotation under the map that takes the box `from` to `to`, counted as one edit; null where it would vanish. */
function scaled(annotation: Annotation, from: Box, to: Box, size: readonly [number, number]): Annotation | null {
  const { segmentation } = annotation;
  if (!segmentation) {
    const map = (axis: 0 | 1): number =>
      to[axis] + ((annotation.bbox[axis] - from[axis]) * to[2 + axis]) / from[2 + axis];
    const length = (axis: 0 | 1): number => (annotation.bbox[2 + axis] * to[2 + axis]) / from[2 + axis];
    return withBox(annotation, shiftBox([map(0), map(1), length(0), length(1)], 0, 0, size));
  }
  if (segmentation.kind === 'polygons') {
    const next: Segmentation = { kind: 'polygons', parts: clipParts(mapParts(segmentation.parts, from, to), size) };
    return isEmptyMask(segmentationToRle(next, size)) ? null : reshaped(annotation, next, size);
  }
  const mask = scaleMask(segmentationToRle(segmentation, size), from, to);
  return isEmptyMask(mask) ? null : reshaped(annotation, rleToSegmentation(mask), size);
}

function withBox(annotation: Annotation, bbox: Box | null): Annotation | null {
  if (!bbox) return null;
  return { ...annotation, bbox, area: bbox[2] * bbox[3], provenance: edited(annotation.provenance) };
}

/**
 * Moves the annotations together by whole pixels. They stop at the image border, all of them; with `leaveImage` they go on
 * and are cut off, and one that would vanish stops everything. Locked ones stay. null: nothing moves.
 */
export function movePatch(
  snapshot: DocumentSnapshot,
  annotations: readonly Annotation[],
  by: readonly [dx: number, dy: number],
  { leaveImage = false }: { readonly leaveImage?: boolean } = {},
): Patch | null {
  const { size } = snapshot;
  const free = annotations.filter(({ locked }) => !locked);
  const frame = frameOfAll(free, size);
  if (!frame) return null;
  const [dx, dy] = leaveImage ? by : keepInside(frame, by[0], by[1], size);
  return dx === 0 && dy === 0 ? null : changeAll(free, (annotation) => moved(annotation, dx, dy, size));
}

/** Scales the annotations together: what fills `from` will fill `to`. null: nothing changes, or one would vanish. */
export function scalePatch(
  snapshot: DocumentSnapshot,
  annotations: readonly Annotation[],
  from: Box,
  to: Box,
): Patch | null {
  const free = annotations.filter(({ locked }) => !locked);
  if (free.length === 0 || from.every((value, i) => value === to[i])) return null;
  return changeAll(free, (annotation) => scaled(annotation, from, to, snapshot.size));
}

function changeAll(
  annotations: readonly Annotation[],
  change: (annotation: Annotation) => Annotation | null,
): Patch | null {
  const pairs: (readonly [Annotation, Annotation])[] = [];
  for (const from of annotations) {
    const to = change(from);
    if (!to) return null;
    pairs.push([from, to]);
  }
  return updatePatch(pairs);
}
