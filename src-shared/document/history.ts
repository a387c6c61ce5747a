/** The log form of a patch: only what changed, so that a stroke on a large mask costs what the stroke covers. */
import { fromCompressed, toCompressed, xor } from '../mask';
import { deepEqual } from './equal';
import type { Annotation, Patch, RleSegmentation, Segmentation } from './types';

type Field = Exclude<keyof Annotation, 'id' | 'segmentation'>;

/** How a segmentation changed: the pixels that flipped, or both whole forms. */
export type SegmentationDelta =
  | { readonly kind: 'xor'; readonly size: readonly [number, number]; readonly counts: string }
  | { readonly kind: 'whole'; readonly from: Segmentation | null; readonly to: Segmentation | null };

export interface AnnotationDelta {
  readonly id: number;
  /** Changed fields as `[old, new]`. */
  readonly fields: { readonly [K in Field]?: readonly [Annotation[K], Annotation[K]] };
  readonly segmentation?: SegmentationDelta;
}

/** A patch as the log keeps it; JSON-safe. */
export interface LoggedPatch {
  readonly version: 1;
  readonly added: readonly Annotation[];
  readonly updated: readonly AnnotationDelta[];
  readonly removed: readonly Annotation[];
  /** Ids of the proposals that were accepted into annotations that were there already. */
  readonly proposals?: readonly number[];
  /** Its image was new before: it is again once this is taken back. */
  readonly begins?: true;
}

const fieldNames: readonly Field[] = [
  'imageId',
  'categoryId',
  'bbox',
  'area',
  'isCrowd',
  'zOrder',
  'score',
  'provenance',
  'locked',
  'extra',
];

/** The log form of a patch; works for both directions. */
export function encodePatch(patch: Patch): LoggedPatch {
  return {
    version: 1,
    added: patch.added,
    updated: patch.updated.map(([from, to]) => encodeUpdate(from, to)),
    removed: patch.removed,
  };
}

/**
 * The patch that takes a logged step back (`undo`) or makes it again (`redo`), against the annotations as they are now:
 * `find` gives the current annotation of an id. Only the logged fields are set, so that what another step (of the
 * project's own stack) changed meanwhile stays. What no longer fits is left out: an update or removal of an annotation that
 * is gone, an addition of one that is there.
 */
export function decodePatch(
  logged: LoggedPatch,
  find: (id: number) => Annotation | undefined,
  direction: 'undo' | 'redo',
): Patch {
  const undo = direction === 'undo';
  const add = undo ? logged.removed : logged.added;
  const remove = undo ? logged.added : logged.removed;
  const updated: (readonly [Annotation, Annotation])[] = [];
  for (const delta of logged.updated) {
    const current = find(delta.id);
    if (current) updated.push([current, applyDelta(current, delta, undo)]);
  }
  return {
    added: add.filter(({ id }) => !find(id)),
    updated,
    removed: remove.map(({ id }) => find(id)).filter((annotation) => annotation !== undefined),
  };
}

function encodeUpdate(from: Annotation, to: Annotation): AnnotationDelta {
  const fields: Partial<Record<Field, readonly [unknown, unknown]>> = {};
  for (const name of fieldNames) {
    if (!deepEqual(from[name], to[name])) fields[name] = [from[name], to[name]];
  }
  const delta = { id: from.id, fields: fields as AnnotationDelta['fields'] };
  if (deepEqual(from.segmentation, to.segmentation)) return delta;
  return { ...delta, segmentation: encodeSegmentation(from.segmentation, to.segmentation) };
}

/** XOR gives canonical runs; a mask whose runs came in another spelling is kept whole, so that undo restores it exactly. */
function encodeSegmentation(from: Segmentation | null, to: Segmentation | null): SegmentationDelta {
  if (from?.kind === 'rle' && to?.kind === 'rle' && deepEqual(from.size, to.size)) {
    const counts = flip(from, to.counts);
    if (flip(from, counts) === to.counts && flip(to, counts) === from.counts) {
      return { kind: 'xor', size: from.size, counts };
    }
  }
  return { kind: 'whole', from, to };
}

function applyDelta(current: Annotation, delta: AnnotationDelta, undo: boolean): Annotation {
  const next: Record<string, unknown> = { ...current };
  for (const [name, change] of Object.entries(delta.fields)) next[name] = change[undo ? 0 : 1];
  if (delta.segmentation) next.segmentation = applySegmentation(current.segmentation, delta.segmentation, undo);
  return next as unknown as Annotation;
}

function applySegmentation(current: Segmentation | null, delta: SegmentationDelta, undo: boolean): Segmentation | null {
  if (delta.kind === 'whole') return undo ? delta.from : delta.to;
  if (current?.kind !== 'rle' || !deepEqual(current.size, delta.size)) return current;
  return { kind: 'rle', size: delta.size, counts: flip(current, delta.counts) };
}

/** Counts of the mask with the pixels of `counts` flipped. */
function flip(mask: RleSegmentation, counts: string): string {
  return toCompressed(xor(fromCompressed(mask.counts, mask.size), fromCompressed(counts, mask.size)));
}
