/** Copies: duplicate on the same image, paste and propagate onto another one. */
import { createAnnotation } from '@shared/document/segmentation';
import type { Annotation, DocumentSnapshot, Patch } from '@shared/document/types';
import type { Box } from '@shared/geometry/box';
import { addPatch, topZOrder } from './patches';
import { frameOfAll, keepInside, shiftBox, shiftSegmentation } from './transform';

type Size = readonly [height: number, width: number];

export interface Copies {
  /** null: no copy has a pixel in the image. */
  readonly patch: Patch | null;
  /** Ids of the copies. */
  readonly selection: readonly number[];
  /** Originals of which nothing falls into the image. */
  readonly outside: number;
  /** Copies that the border of the image has cut off. */
  readonly cut: number;
}

/**
 * Copies of `sources` (of this image or any other, in any size) moved by whole pixels onto the image of the snapshot, cut off
 * at its border, on top of what is there in the order of the sources' own. Copies are unlocked and keep category,
 * provenance and unknown keys. `ids` needs one id a source.
 * @throws Error where there are fewer.
 */
export function copyPatch(
  snapshot: DocumentSnapshot,
  sources: readonly Annotation[],
  ids: readonly number[],
  [dx, dy]: readonly [number, number] = [0, 0],
): Copies {
  if (ids.length < sources.length) throw new Error(`Got ${ids.length} ids when ${sources.length} were expected`);
  const { size, imageId } = snapshot;
  const added: Annotation[] = [];
  let zOrder = topZOrder(snapshot);
  let cut = 0;
  for (const source of [...sources].sort((a, b) => a.zOrder - b.zOrder)) {
    const segmentation = source.segmentation && shiftSegmentation(source.segmentation, dx, dy, size);
    const bbox = shiftBox(source.bbox, dx, dy, size);
    if (source.segmentation ? !segmentation : !bbox) continue;
    const { categoryId, isCrowd, score, provenance, extra } = source;
    if (reachesOut(source.bbox, [dx, dy], size)) cut++;
    const fields = { id: ids[added.length], imageId, categoryId, segmentation, bbox: bbox ?? undefined };
    added.push(createAnnotation({ ...fields, zOrder: ++zOrder, isCrowd, score, provenance, extra }, size));
  }
  return {
    patch: added.length > 0 ? addPatch(...added) : null,
    selection: added.map(({ id }) => id),
    outside: sources.length - added.length,
    cut,
  };
}

function reachesOut([x, y, width, height]: Box, [dx, dy]: readonly [number, number], [high, wide]: Size): boolean {
  return x + dx < 0 || y + dy < 0 || x + dx + width > wide || y + dy + height > high;
}

/** Copies beside their originals, `offset` whole pixels down and right, or up and left where the border is near. */
export function duplicatePatch(
  snapshot: DocumentSnapshot,
  sources: readonly Annotation[],
  ids: readonly number[],
  offset: number,
): Copies {
  const frame = frameOfAll(sources, snapshot.size);
  if (!frame) return { patch: null, selection: [], outside: 0, cut: 0 };
  const fit = (sign: 1 | -1): [number, number] => keepInside(frame, sign * offset, sign * offset, snapshot.size);
  const after = fit(1);
  const before = fit(-1);
  const pick = (axis: 0 | 1): number => (after[axis] >= -before[axis] ? after[axis] : before[axis]);
  return copyPatch(snapshot, sources, ids, [pick(0), pick(1)]);
}
