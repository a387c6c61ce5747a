/** The borders of the annotations around a place: what a new outline snaps to, and follows. */
import { segmentationToRle } from '@shared/document/segmentation';
import type { Segmentation } from '@shared/document/types';
import { partsBox, ringBox } from '@shared/geometry/polygon';
import type { Box } from '@shared/geometry/box';
import type { ImagePoint } from '@shared/geometry/coords';
import { type NearPlace, nearestOnRing, pathAlongRing, type RingPlace } from '@shared/geometry/ringPath';
import { toBbox, trace } from '@shared/mask';
import type { ToolContext } from './tool';

/** A place on the outline of an annotation. */
export interface BorderPlace extends RingPlace {
  /** Of the annotation. */
  readonly id: number;
  /** Of this object a place stays valid, whatever becomes of the document. */
  readonly segmentation: Segmentation;
  readonly ring: number;
}

export type Way = 'shorter' | 'longer';

interface Border {
  readonly ring: readonly number[];
  readonly box: Box;
}

/** The outline of a mask of more runs takes longer than a frame: it is not snapped to. */
const MOST_RUNS = 20_000;

const borders = new WeakMap<Segmentation, readonly Border[]>();
const boxes = new WeakMap<Segmentation, Box>();

/** The nearest place on a shown annotation's outline, at most `reach` image pixels away; null where there is none. */
export function snapToNeighbour(
  point: ImagePoint,
  { snapshot, hidden }: Pick<ToolContext, 'snapshot' | 'hidden'>,
  reach: number,
): BorderPlace | null {
  let best: (NearPlace & Pick<BorderPlace, 'id' | 'segmentation' | 'ring'>) | null = null;
  for (const { id, segmentation } of snapshot.annotations) {
    // Outlines of masks that are far away are not even made.
    if (!segmentation || hidden.has(id) || !isNear(boxOf(segmentation, snapshot.size), point, reach)) continue;
    bordersOf(segmentation, snapshot.size).forEach(({ ring, box }, index) => {
      if (!isNear(box, point, reach)) return;
      const near = nearestOnRing(ring, point.x, point.y, reach);
      if (near && isBetter(near, best)) best = { ...near, id, segmentation, ring: index };
    });
  }
  return best;
}

function isNear([left, top, width, height]: Box, { x, y }: ImagePoint, reach: number): boolean {
  return x >= left - reach && y >= top - reach && x <= left + width + reach && y <= top + height + reach;
}

/** A vertex before a place on an edge, then the nearer; of two that are one border, the upper annotation's. */
function isBetter(near: NearPlace, best: NearPlace | null): boolean {
  if (!best) return true;
  if ((near.t === 0) !== (best.t === 0)) return near.t === 0;
  return near.distance <= best.distance;
}

/** The vertices between two places of one outline; null where they are none of one, or one and the same. */
export function alongNeighbour(
  from: BorderPlace | null | undefined,
  to: BorderPlace | null | undefined,
  size: readonly [number, number],
  way: Way,
): readonly number[] | null {
  if (!from || !to || from.segmentation !== to.segmentation || from.ring !== to.ring) return null;
  if (from.x === to.x && from.y === to.y) return null;
  return pathAlongRing(bordersOf(from.segmentation, size)[from.ring].ring, from, to, way);
}

/**
 * The place on the same outline as `from` that is where `to` is: neighbours share vertices, and what is followed is the
 * outline that one is on already.
 */
export function onSameBorder(
  from: BorderPlace | null | undefined,
  to: BorderPlace | null,
  size: readonly [number, number],
): BorderPlace | null {
  if (!from || !to || (from.segmentation === to.segmentation && from.ring === to.ring)) return to;
  const near = nearestOnRing(bordersOf(from.segmentation, size)[from.ring].ring, to.x, to.y, 1e-6);
  return near ? { ...near, id: from.id, segmentation: from.segmentation, ring: from.ring } : to;
}

function boxOf(segmentation: Segmentation, size: readonly [number, number]): Box {
  let known = boxes.get(segmentation);
  if (!known) {
    known =
      segmentation.kind === 'polygons' ? partsBox(segmentation.parts) : toBbox(segmentationToRle(segmentation, size));
    boxes.set(segmentation, known);
  }
  return known;
}

function bordersOf(segmentation: Segmentation, size: readonly [number, number]): readonly Border[] {
  let known = borders.get(segmentation);
  if (!known)
    borders.set(segmentation, (known = ringsOf(segmentation, size).map((ring) => ({ ring, box: ringBox(ring) }))));
  return known;
}

function ringsOf(segmentation: Segmentation, size: readonly [number, number]): readonly (readonly number[])[] {
  if (segmentation.kind === 'polygons') return segmentation.parts.flatMap(({ outer, holes }) => [outer, ...holes]);
  const mask = segmentationToRle(segmentation, size);
  if (mask.counts.length > MOST_RUNS) return [];
  return trace(mask).flatMap(({ outer, holes }) => [outer, ...holes]);
}
