/** Set operations on authored polygons, each result checked against the same operation on their pixels. */
import { clipPolygons, type ClipOperation, ringsOf } from '../geometry/clip/clip';
import { cutPart, glueFaces } from '../geometry/clip/cut';
import { EdgeIndex } from '../geometry/edgeIndex';
import { reverseRing } from '../geometry/polygon';
import { area, equals, fromParts, merge, type Rle, subtract, xor } from '../mask';
import { isEmptyMask } from '../mask/edit';
import { foregroundEdges } from '../mask/rle';
import { splitMask } from '../mask/split';
import { rleToSegmentation, segmentationToRle } from './segmentation';
import type { PolygonPart } from '../geometry/polygon';
import type { PolygonSegmentation, Segmentation } from './types';

/**
 * The rasteriser rounds vertices to fifths of a pixel and walks edges in such steps, so a pixel may change sides where an edge
 * gets a new end. Only one whose centre lies this near the edge, image pixels.
 */
const RIM_PX = 0.5;

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

/** Both together: a polygon where they are and its pixels come out exactly, else a mask. */
export function united(one: Segmentation, other: Segmentation, size: readonly [number, number]): Segmentation {
  return unitedAll([one, other], size);
}

/** The same of one or more, in pairs and pairs of these, so that no large polygon takes in many small ones one by one. */
export function unitedAll(segmentations: readonly Segmentation[], size: readonly [number, number]): Segmentation {
  const mask = merge(segmentations.map((each) => segmentationToRle(each, size)));
  let level = segmentations.filter((each) => each.kind === 'polygons');
  let isDrawn = level.length === segmentations.length;
  while (isDrawn && level.length > 1) {
    const next: PolygonSegmentation[] = [];
    for (let i = 0; i < level.length && isDrawn; i += 2) {
      const pair = level.slice(i, i + 2);
      const both = pair.length === 1 ? pair[0] : combinePolygons('unite', pair, size);
      if (both) next.push(both);
      else isDrawn = false;
    }
    level = next;
  }
  return isDrawn && equals(segmentationToRle(level[0], size), mask) ? level[0] : rleToSegmentation(mask);
}

/**
 * The pieces of a polygon after a cut along the polyline (image space, flat, open), the largest first: those of `splitMask`, as
 * polygons that share the vertices of the cut. Their regions do not overlap; a pixel where the cut meets the outline may belong to
 * two pieces or to none, see {@link RIM_PX}. One piece, the polygon itself, where the line divides nothing; null where vectors
 * and pixels disagree.
 */
export function splitPolygon(
  polygon: PolygonSegmentation,
  line: readonly number[],
  size: readonly [height: number, width: number],
): PolygonSegmentation[] | null {
  const masks = splitMask(segmentationToRle(polygon, size), line);
  if (masks.length < 2) return [polygon];
  try {
    return piecesOf(polygon, line, masks);
  } catch {
    return null;
  }
}

/** A face of one of the parts, and the piece that it belongs to. */
interface Face {
  readonly part: PolygonPart;
  readonly face: PolygonPart;
  readonly piece: number;
}

function piecesOf(
  polygon: PolygonSegmentation,
  line: readonly number[],
  masks: readonly Rle[],
): PolygonSegmentation[] | null {
  const { size } = masks[0];
  // There and back: a line that is not closed.
  const cut: PolygonPart = { outer: [...line, ...reverseRing(line)], holes: [] };
  const sources = [...polygon.parts, cut];
  const rings = ringsOf(sources);
  const groups = masks.map((_, i) => i);
  const faces = polygon.parts.flatMap((part) =>
    cutPart(part, line).flatMap((face): Face[] => {
      const pixels = fromParts([face], ...size);
      const common = masks.map((mask) => merge([mask, pixels], { intersect: true }));
      const most = Math.max(...common.map(area));
      if (most === 0) return [];
      const piece = common.findIndex((each) => area(each) === most);
      // Pixels may hang apart where the outline has a neck thinner than a pixel: what the outline joins stays together.
      common.forEach((each, other) => {
        if (other !== piece && !isRim(each, rings)) joinGroups(groups, piece, other);
      });
      return [{ part, face, piece }];
    }),
  );
  const pieces = [...new Set(groups)].flatMap((group) => {
    const own = faces.filter(({ piece }) => groups[piece] === group);
    const wanted = merge(masks.filter((_, i) => groups[i] === group));
    // A few pixels of the rim by themselves, on no face.
    if (own.length === 0 && isRim(wanted, rings)) return [];
    const parts = polygon.parts.flatMap((part) => {
      const mine = own.filter((each) => each.part === part);
      // All of a part in one piece: the cut ends within it, or runs where it divides nothing.
      const isWhole = mine.length > 0 && faces.every((each) => each.part !== part || groups[each.piece] === group);
      return isWhole
        ? [part]
        : glueFaces(
            part,
            mine.map(({ face }) => face),
          );
    });
    return [checked(parts, sources, wanted)];
  });
  if (pieces.length === 1) return [polygon];
  // Parts that cover no pixel have no face and belong to no piece: they stay with the first.
  const unseen = polygon.parts.filter((part) => area(fromParts([part], ...size)) === 0);
  if (unseen.length > 0 && pieces[0]) pieces[0] = { ...pieces[0], parts: [...pieces[0].parts, ...unseen] };
  if (pieces.some((piece) => piece === null || area(segmentationToRle(piece, size)) === 0)) return null;
  return pieces.flatMap((piece) => piece ?? []);
}

function joinGroups(groups: number[], a: number, b: number): void {
  const [kept, gone] = [Math.min(groups[a], groups[b]), Math.max(groups[a], groups[b])];
  groups.forEach((group, i) => {
    if (group === gone) groups[i] = kept;
  });
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
function checked(
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
