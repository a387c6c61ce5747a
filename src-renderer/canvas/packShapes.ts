/** Segmentations to one transferable block and back: 5,000 polygons cross to the worker in a few milliseconds. */
import type { Annotation } from '@shared/document/types';
import { PACKED_BOX, PACKED_NONZERO, type PackedShapes } from './rasterProtocol';
import { boundsOf, boxToShape, partsToShape, type Shape } from './shape';

/** What the raster needs of an annotation or a proposal. */
export type ShapeSource = Pick<Annotation, 'id' | 'segmentation' | 'bbox'>;

/** Copies; masks stay in their compressed form and are traced by the worker. */
export function packShapes(items: readonly ShapeSource[]): PackedShapes {
  const shapes = items.map(({ segmentation, bbox }): Shape | null => {
    if (!segmentation) return boxToShape(bbox);
    return segmentation.kind === 'polygons' ? partsToShape(segmentation.parts) : null;
  });
  const count = items.length;
  const ringCounts = Uint32Array.from(shapes, (shape) => shape?.ringEnds.length ?? 0);
  const ringLengths = new Uint32Array(ringCounts.reduce((sum, rings) => sum + rings, 0));
  const coords = new Float32Array(shapes.reduce((sum, shape) => sum + (shape?.coords.length ?? 0), 0));
  const flags = new Uint8Array(count);
  const masks: PackedShapes['masks'][number][] = [];
  let ring = 0;
  let at = 0;
  for (let i = 0; i < count; i++) {
    const { segmentation } = items[i];
    if (segmentation?.kind === 'rle') masks.push({ item: i, size: segmentation.size, counts: segmentation.counts });
    const shape = shapes[i];
    if (!shape) continue;
    flags[i] = (shape.rule === 'nonzero' ? PACKED_NONZERO : 0) | (segmentation ? 0 : PACKED_BOX);
    coords.set(shape.coords, at);
    at += shape.coords.length;
    for (let r = 0; r < shape.ringEnds.length; r++) {
      ringLengths[ring++] = shape.ringEnds[r] - (r === 0 ? 0 : shape.ringEnds[r - 1]);
    }
  }
  return { ids: Float64Array.from(items, ({ id }) => id), ringCounts, ringLengths, coords, flags, masks };
}

/** The buffers of a block, for a transfer list. */
export function packedBuffers(packed: PackedShapes): Transferable[] {
  return [packed.ids, packed.ringCounts, packed.ringLengths, packed.coords, packed.flags].map(({ buffer }) => buffer);
}

/** The rings of item `index` as views into the block; ring and coordinate positions are kept by the caller's walk. */
export function unpackShapes(packed: PackedShapes, visit: (index: number, shape: Shape | null) => void): void {
  let ring = 0;
  let at = 0;
  for (let i = 0; i < packed.ids.length; i++) {
    const rings = packed.ringCounts[i];
    if (rings === 0) {
      visit(i, null);
      continue;
    }
    const ringEnds = new Uint32Array(rings);
    let length = 0;
    for (let r = 0; r < rings; r++) ringEnds[r] = length += packed.ringLengths[ring++];
    const coords = packed.coords.subarray(at, at + length);
    at += length;
    const rule = packed.flags[i] & PACKED_NONZERO ? 'nonzero' : 'evenodd';
    visit(i, { coords, ringEnds, rule, bounds: boundsOf(coords) });
  }
}
