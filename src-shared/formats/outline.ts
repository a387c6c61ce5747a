/** Annotations as outlines, for formats that know polygons: what is exact, what is joined, what is lost. */
import type { LossReport } from '../dataset/losses';
import { segmentationToRle } from '../document/segmentation';
import type { Annotation } from '../document/types';
import type { Box } from '../geometry/box';
import { partsBox, type PolygonPart } from '../geometry/polygon';
import { area, keyhole, toBbox, trace } from '../mask';
import { pointsOf } from './values';

type Size = readonly [height: number, width: number];

/** The parts of an annotation with their holes: as authored, or the edges of its mask's pixels. null: a box without a mask. */
export function partsOf({ segmentation }: Annotation): readonly PolygonPart[] | null {
  if (!segmentation) return null;
  if (segmentation.kind === 'polygons') return segmentation.parts.filter(({ outer }) => outer.length >= 6);
  return trace(segmentationToRle(segmentation, segmentation.size)).map(({ outer, holes }) => ({
    outer: Array.from(outer),
    holes: holes.map((hole) => Array.from(hole)),
  }));
}

/** What every format but COCO leaves behind of an annotation, counted. */
export function noteLeftBehind(
  { id, imageId, isCrowd, score, extra }: Annotation,
  losses: LossReport,
  keeps: {
    readonly score?: boolean;
    readonly crowd?: boolean;
    readonly extra?: readonly string[];
    readonly id?: boolean;
  } = {},
): void {
  const of = { imageId, annotationId: id };
  if (isCrowd && !keeps.crowd) losses.add('crowd', of);
  if (score !== null && !keeps.score) losses.add('score', of);
  if (!keeps.id) losses.add('id', of);
  const kept = new Set(keeps.extra ?? []);
  if (Object.keys(extra).some((key) => !kept.has(key))) losses.add('attributes', of);
}

export type HoleStyle = 'keyhole' | 'fill';

/** The parts without holes: each hole walked to along a bridge of no width, or filled; either way counted. */
export function withoutHoles(
  annotation: Annotation,
  parts: readonly PolygonPart[],
  [height, width]: Size,
  style: HoleStyle,
  losses: LossReport,
): number[][] {
  const of = { imageId: annotation.imageId, annotationId: annotation.id };
  let told = false;
  const rings = parts.map((part) => {
    if (part.holes.length === 0) return [...part.outer];
    const ring = style === 'keyhole' && height > 0 ? keyhole(part, height, width) : null;
    if (!told) losses.add(ring ? 'holes-keyholed' : 'holes-filled', of);
    told = true;
    return ring ?? [...part.outer];
  });
  return rings;
}

/** The box of what is drawn: of the vertices, or of the mask's pixels; the annotation's own where there is neither. */
export function boxOf(annotation: Annotation): Box {
  const { segmentation, bbox } = annotation;
  if (!segmentation) return bbox;
  if (segmentation.kind === 'polygons') return partsBox(segmentation.parts);
  return toBbox(segmentationToRle(segmentation, segmentation.size));
}

/** Whether anything of it covers a pixel. */
export function isEmpty({ segmentation }: Annotation, size: Size): boolean {
  if (!segmentation) return false;
  if (segmentation.kind === 'polygons') return segmentation.parts.every(({ outer }) => outer.length < 6);
  return area(segmentationToRle(segmentation, size)) === 0;
}

/** Whether all of it lies beyond the image's border, where formats that cut there have nothing left to say. */
export function isBeyond(annotation: Annotation, [height, width]: Size): boolean {
  const [x, y, w, h] = boxOf(annotation);
  return x + w <= 0 || y + h <= 0 || x >= width || y >= height;
}

/** Corners of a box, clockwise from the top left. */
export const ringOfBox = ([x, y, w, h]: Box): number[] => [x, y, x + w, y, x + w, y + h, x, y + h];

/** A ring whose points count from (0, 0), turned round there, clockwise by radians, and moved to a place. */
export function turned(ring: readonly number[], radians: number, [cx, cy]: readonly [x: number, y: number]): number[] {
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  return pointsOf(ring).flatMap(([x, y]) => [cx + x * cos - y * sin, cy + x * sin + y * cos]);
}

/** An ellipse as a ring whose points lie less than a quarter pixel from it. */
export function ringOfEllipse(cx: number, cy: number, rx: number, ry: number, turn = 0): number[] {
  const count = Math.max(
    12,
    Math.min(360, Math.ceil(Math.PI / Math.acos(1 - Math.min(0.25 / Math.max(rx, ry, 0.3), 0.5)))),
  );
  const ring: number[] = [];
  for (let i = 0; i < count; i++) {
    const angle = (2 * Math.PI * i) / count;
    ring.push(rx * Math.cos(angle), ry * Math.sin(angle));
  }
  return turned(ring, turn, [cx, cy]);
}
