/** Set operations on authored polygons, each result checked against the same operation on their pixels. */
import { clipPolygons, type ClipOperation, ringsOf } from '../geometry/clip/clip';
import { EdgeIndex } from '../geometry/edgeIndex';
import { area, fromParts, merge, type Rle, subtract, xor } from '../mask';
import { isEmptyMask } from '../mask/edit';
import { foregroundEdges } from '../mask/rle';
import { segmentationToRle } from './segmentation';
import type { PolygonPart, PolygonSegmentation } from './types';

/**
 * The rasteriser rounds vertices to fifths of a pixel and walks edges in such steps, so a pixel may change sides where an edge
 * gets a new end. Only one whose centre lies this near the edge, image pixels.
 */
export const RIM_PX = 0.5;

/**
 * The operation on the polygons from left to right, as a polygon; maybe of no parts, and the first one itself where it is not
 * changed. null where vectors and pixels disagree by
 * more than the rim of {@link RIM_PX}, that is where the outline is beyond the clipping library: pixels are to be taken.
 * `size`: the image's `[height, width]`.
 */
export function combinePolygons(
  operation: ClipOperation,
  polygons: readonly PolygonSegmentation[],
  size: readonly [height: number, width: number],
): PolygonSegmentation | null {
  const wanted = combineMasks(
    operation,
    polygons.map((polygon) => segmentationToRle(polygon, size)),
  );
  const sources = polygons.flatMap(({ parts }) => parts);
  try {
    const [first, ...others] = polygons.map(({ parts }) => parts);
    const parts = others.reduce<readonly PolygonPart[]>((sum, each) => clipPolygons(operation, sum, each), first);
    if (parts.length === first.length && parts.every((part, i) => part === first[i])) return polygons[0];
    return checked(parts, sources, wanted);
  } catch {
    // What the library cannot clip, the pixels can.
    return null;
  }
}

/** The operation on masks, from left to right. */
export function combineMasks(operation: ClipOperation, masks: readonly Rle[]): Rle {
  const [first, ...others] = masks;
  switch (operation) {
    case 'unite':
      return merge([...masks]);
    case 'subtract':
      return others.length > 0 ? subtract(first, merge(others)) : first;
    case 'intersect':
      return merge([...masks], { intersect: true });
    case 'exclude':
      return others.reduce(xor, first);
  }
}

/**
 * The parts as a segmentation, without new parts and holes that cover no pixel; null where its pixels are not those wanted but
 * for the rim of the sources' rings.
 */
export function checked(
  parts: readonly PolygonPart[],
  sources: readonly PolygonPart[],
  wanted: Rle,
): PolygonSegmentation | null {
  const [h, w] = wanted.size;
  const known = new Set<PolygonPart | readonly number[]>([...sources, ...ringsOf(sources)]);
  const coversNothing = (outer: readonly number[]) => isEmptyMask(fromParts([{ outer, holes: [] }], h, w));
  const visible = parts.flatMap((part): PolygonPart[] => {
    if (known.has(part)) return [part];
    const holes = part.holes.filter((hole) => known.has(hole) || !coversNothing(hole));
    const kept = holes.length < part.holes.length ? { ...part, holes } : part;
    return isEmptyMask(fromParts([kept], h, w)) ? [] : [kept];
  });
  const segmentation: PolygonSegmentation = { kind: 'polygons', parts: visible };
  const difference = xor(segmentationToRle(segmentation, wanted.size), wanted);
  return isRim(difference, ringsOf(sources)) ? segmentation : null;
}

/** Whether every pixel of the mask has its centre within {@link RIM_PX} of one of the rings. */
export function isRim(mask: Rle, rings: readonly (readonly number[])[]): boolean {
  if (area(mask) === 0) return true;
  const [height] = mask.size;
  const index = new EdgeIndex(rings);
  const edges = foregroundEdges(mask);
  for (let i = 0; i < edges.length; i += 2) {
    for (let position = edges[i]; position < edges[i + 1]; position++) {
      const x = Math.floor(position / height) + 0.5;
      if (!index.isNear(x, (position % height) + 0.5, RIM_PX)) return false;
    }
  }
  return true;
}
