/**
 * An opened image with its outlines as one block of numbers: between processes a hundred thousand small arrays take a
 * hundred times as long as one large one, and the thread that receives them can do nothing else meanwhile.
 */
import type { Annotation, PolygonSegmentation } from '../document/types';
import type { PolygonPart } from '../geometry/polygon';
import type { OpenedImage } from '../project/types';

/** The polygons in `opened` have no parts; they are here, in the order of the annotations. */
export interface PackedImage {
  readonly opened: OpenedImage;
  /** For each polygon segmentation its number of parts; for each part its number of rings, then the length of each ring. */
  readonly lengths: Uint32Array;
  /** The rings of all parts, outer rings before their holes. */
  readonly coordinates: Float64Array;
}

/** O(coordinates); `opened` is not changed. */
export function packImage(opened: OpenedImage): PackedImage {
  const lengths: number[] = [];
  const rings: (readonly number[])[] = [];
  const annotations = opened.snapshot.annotations.map((annotation) => {
    const { segmentation } = annotation;
    if (segmentation?.kind !== 'polygons') return annotation;
    lengths.push(segmentation.parts.length);
    for (const { outer, holes } of segmentation.parts) {
      lengths.push(1 + holes.length);
      for (const ring of [outer, ...holes]) {
        lengths.push(ring.length);
        rings.push(ring);
      }
    }
    return { ...annotation, segmentation: WITHOUT_PARTS };
  });
  const coordinates = new Float64Array(rings.reduce((sum, ring) => sum + ring.length, 0));
  let at = 0;
  for (const ring of rings) {
    coordinates.set(ring, at);
    at += ring.length;
  }
  return { opened: withAnnotations(opened, annotations), lengths: Uint32Array.from(lengths), coordinates };
}

/** What was packed, equal in every number. The outlines are put into `packed.opened` itself, which is given up by the caller. */
export function unpackImage({ opened, lengths, coordinates }: PackedImage): OpenedImage {
  let atLength = 0;
  let at = 0;
  const ring = (): number[] => {
    // Of its final length from the start: growing half a million numbers takes ten times as long.
    const out = new Array<number>(lengths[atLength++]);
    for (let i = 0; i < out.length; i++) out[i] = coordinates[at++];
    return out;
  };
  const part = (): PolygonPart => {
    const holeCount = lengths[atLength++] - 1;
    const outer = ring();
    return { outer, holes: Array.from({ length: holeCount }, ring) };
  };
  for (const annotation of opened.snapshot.annotations as Mutable<Annotation>[]) {
    if (annotation.segmentation?.kind !== 'polygons') continue;
    const parts = new Array<PolygonPart>(lengths[atLength++]);
    for (let i = 0; i < parts.length; i++) parts[i] = part();
    annotation.segmentation = { kind: 'polygons', parts };
  }
  return opened;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const WITHOUT_PARTS: PolygonSegmentation = { kind: 'polygons', parts: [] };

function withAnnotations(opened: OpenedImage, annotations: readonly Annotation[]): OpenedImage {
  return { ...opened, snapshot: { ...opened.snapshot, annotations } };
}
