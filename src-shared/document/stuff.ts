/** Stuff: an image has one annotation of it, which every gesture extends; it lies below things. */
import { equals, merge, type Rle, subtract } from '../mask';
import { isEmptyMask } from '../mask/edit';
import { combinePolygons } from './polygonOperations';
import { reshaped, rleToSegmentation, segmentationToRle } from './segmentation';
import type { Annotation, DocumentSnapshot, Patch, Segmentation } from './types';

export interface StuffRules {
  readonly stuff: ReadonlySet<number>;
  /** An annotation that must stay as it is: locked, or hidden. */
  readonly isSpared: (annotation: Annotation) => boolean;
}

export interface Extended {
  readonly patch: Patch;
  /** Of each annotation that the patch was to add and that went into another one: the id of that one. */
  readonly into: ReadonlyMap<number, number>;
  /** Polygons that became masks. */
  readonly masked: number;
}

/**
 * The patch with its new annotations of stuff put into the image's annotation of the same category, where there is one that
 * is not spared and that the patch does not touch itself (it divides or replaces it). Crowds and boxes without a mask stay
 * apart.
 */
export function extendStuff(snapshot: DocumentSnapshot, patch: Patch, { stuff, isSpared }: StuffRules): Extended {
  const isStuff = ({ categoryId, segmentation, isCrowd }: Annotation) =>
    stuff.has(categoryId) && segmentation !== null && !isCrowd;
  if (!patch.added.some(isStuff)) return { patch, into: new Map(), masked: 0 };
  const touched = new Set([...patch.removed, ...patch.updated.map(([from]) => from)].map(({ id }) => id));
  const homes = new Map<number, Annotation>();
  for (const annotation of snapshot.annotations) {
    const { id, categoryId } = annotation;
    if (isStuff(annotation) && !touched.has(id) && !isSpared(annotation) && !homes.has(categoryId)) {
      homes.set(categoryId, annotation);
    }
  }
  const into = new Map<number, number>();
  const added: Annotation[] = [];
  const grown = new Map<Annotation, Annotation>();
  for (const annotation of patch.added) {
    const home = isStuff(annotation) ? homes.get(annotation.categoryId) : undefined;
    if (!home) {
      added.push(annotation);
      continue;
    }
    const before = grown.get(home) ?? home;
    const segmentation = unite(before.segmentation!, annotation.segmentation!, snapshot.size);
    if (segmentation)
      grown.set(home, reshaped({ ...before, provenance: home.provenance }, segmentation, snapshot.size));
    into.set(annotation.id, home.id);
  }
  const masked = [...grown].filter(
    ([from, to]) => from.segmentation?.kind === 'polygons' && to.segmentation?.kind === 'rle',
  ).length;
  return { patch: { ...patch, added, updated: [...patch.updated, ...grown] }, into, masked };
}

/**
 * New annotations, those of stuff without the pixels that things have: annotations of the image and new ones alike. Stuff of
 * which nothing is left goes.
 */
export function belowThings(
  { annotations, size }: DocumentSnapshot,
  added: readonly Annotation[],
  stuff: ReadonlySet<number>,
): Annotation[] {
  if (!added.some(({ categoryId }) => stuff.has(categoryId))) return [...added];
  const masks = [...annotations, ...added].flatMap(({ categoryId, segmentation }): Rle[] => {
    if (stuff.has(categoryId) || !segmentation) return [];
    const mask = segmentationToRle(segmentation, size);
    return mask.size[0] === size[0] && mask.size[1] === size[1] ? [mask] : [];
  });
  if (masks.length === 0) return [...added];
  const things = merge(masks);
  return added.flatMap((annotation) => {
    if (!stuff.has(annotation.categoryId) || !annotation.segmentation) return [annotation];
    const mask = segmentationToRle(annotation.segmentation, size);
    const left = subtract(mask, things);
    if (equals(left, mask)) return [annotation];
    return isEmptyMask(left) ? [] : [reshaped(annotation, rleToSegmentation(left), size)];
  });
}

/** Polygons stay polygons where their pixels come out exactly; null: nothing is new. */
function unite(home: Segmentation, more: Segmentation, size: readonly [number, number]): Segmentation | null {
  const before = segmentationToRle(home, size);
  const mask = merge([before, segmentationToRle(more, size)]);
  if (equals(before, mask)) return null;
  const isDrawn = home.kind === 'polygons' && more.kind === 'polygons';
  const polygons = isDrawn ? combinePolygons('unite', [home, more], size) : null;
  return polygons && equals(segmentationToRle(polygons, size), mask) ? polygons : rleToSegmentation(mask);
}
