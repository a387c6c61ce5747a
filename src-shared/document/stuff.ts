/** Stuff: an image has one annotation of it, which every gesture extends; it lies below things. */
import { countLabels, equals, merge, paintLabels, subtract } from '../mask';
import { isEmptyMask } from '../mask/edit';
import { comparePainters } from './patch';
import { unitedAll } from './polygonOperations';
import { fittingMask, reshaped, rleToSegmentation, segmentationToRle } from './segmentation';
import type { Annotation, DocumentSnapshot, Patch, Segmentation } from './types';

export interface StuffRules {
  readonly stuff: ReadonlySet<number>;
  /** An annotation that must stay as it is: locked, or hidden. */
  readonly isSpared: (annotation: Annotation) => boolean;
}

export interface Extended {
  readonly patch: Patch;
  /** Of each annotation that went into another one: the id of that one. */
  readonly into: ReadonlyMap<number, number>;
  /** Those of them that brought no new pixel. */
  readonly already: ReadonlySet<number>;
  /** Polygons that became masks. */
  readonly masked: number;
}

/**
 * The patch with what becomes stuff (new annotations, and those given a category of stuff) put into the image's annotation of
 * that category, where there is one that is not spared; of several new ones the topmost takes in the others. Apart stay
 * crowds, boxes without a mask, and all of a category of which the patch changes an annotation that is there: it divides it
 * or replaces it.
 */
export function extendStuff(snapshot: DocumentSnapshot, patch: Patch, { stuff, isSpared }: StuffRules): Extended {
  const isStuff = ({ categoryId, segmentation, isCrowd }: Annotation) =>
    stuff.has(categoryId) && segmentation !== null && !isCrowd;
  const isMoved = ([from, to]: readonly [Annotation, Annotation]) => from.categoryId !== to.categoryId && isStuff(to);
  const moved = new Map(patch.updated.filter(isMoved).map(([from, to]) => [to, from]));
  const newcomers = [...patch.added.filter(isStuff), ...moved.keys()].sort((a, b) => comparePainters(b, a));
  const into = new Map<number, number>();
  const already = new Set<number>();
  if (newcomers.length === 0) return { patch, into, already, masked: 0 };
  const changed = [...patch.removed, ...patch.updated.flatMap((pair) => (isMoved(pair) ? [] : [pair[0]]))];
  const apart = new Set(changed.map(({ categoryId }) => categoryId));
  const homes = new Map<number, Annotation>();
  const isFree = (annotation: Annotation) => isStuff(annotation) && !isSpared(annotation);
  for (const annotation of snapshot.annotations) {
    if (isFree(annotation) && !homes.has(annotation.categoryId)) homes.set(annotation.categoryId, annotation);
  }
  /** What goes into each home, topmost first. */
  const joining = new Map<Annotation, Annotation[]>();
  const gone = new Set<Annotation>();
  for (const annotation of newcomers) {
    const { id, categoryId } = annotation;
    const home = homes.get(categoryId);
    if (apart.has(categoryId) || home === annotation) continue;
    if (!home) {
      homes.set(categoryId, annotation);
      continue;
    }
    const list = joining.get(home);
    if (list) list.push(annotation);
    else joining.set(home, [annotation]);
    into.set(id, home.id);
    gone.add(annotation);
  }
  /** What each home has become. */
  const grown = new Map<Annotation, Annotation>();
  for (const [home, list] of joining) {
    const { segmentation, known } = uniteAll(home, list, snapshot.size);
    for (const { id } of known) already.add(id);
    if (segmentation) grown.set(home, reshaped(home, segmentation, snapshot.size));
  }
  const isNew = new Set(newcomers);
  const now = (annotation: Annotation) => grown.get(annotation) ?? annotation;
  const isMasked = ([from, to]: readonly [Annotation, Annotation]) =>
    from.segmentation?.kind === 'polygons' && to.segmentation?.kind === 'rle';
  return {
    patch: {
      added: patch.added.flatMap((annotation) => (gone.has(annotation) ? [] : [asDrawn(annotation, now(annotation))])),
      updated: [
        ...patch.updated.flatMap(([from, to]) => (gone.has(to) ? [] : [[from, now(to)] as const])),
        ...[...grown].filter(([home]) => !isNew.has(home)),
      ],
      removed: [...patch.removed, ...[...gone].flatMap((annotation) => moved.get(annotation) ?? [])],
    },
    into,
    already,
    masked: [...grown].filter(isMasked).length,
  };
}

/** What is new has not been edited, whatever it took in at once. */
const asDrawn = ({ provenance }: Annotation, grown: Annotation): Annotation => ({ ...grown, provenance });

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
  const isThing = ({ categoryId }: Annotation) => !stuff.has(categoryId);
  const masks = [...annotations, ...added].filter(isThing).flatMap((annotation) => fittingMask(annotation, size) ?? []);
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

/**
 * The home with all of them, of which each brings what those before it have not; `known` bring nothing. The segmentation is null
 * where all are. O(runs * log n), polygons in pairs.
 */
function uniteAll(
  home: Annotation,
  list: readonly Annotation[],
  size: readonly [number, number],
): { readonly segmentation: Segmentation | null; readonly known: readonly Annotation[] } {
  const masks = [home, ...list].map(({ segmentation }) => segmentationToRle(segmentation!, size));
  // The first one lies on top: a label is what brought the pixel.
  const brought = countLabels(paintLabels([...masks].reverse(), masks[0].size));
  const isNews = (place: number) => (brought.get(masks.length - 1 - place) ?? 0) > 0;
  const news = list.filter((_, at) => isNews(at + 1));
  const known = list.filter((_, at) => !isNews(at + 1));
  const segmentation =
    news.length === 0
      ? null
      : unitedAll(
          [home, ...news].map((one) => one.segmentation!),
          size,
        );
  return { segmentation, known };
}
