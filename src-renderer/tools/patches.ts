/** Patches that tools and commands are made of: add, change, remove; area and bbox always follow from the new mask. */
import { emptyPatch } from '@shared/document/patch';
import {
  createAnnotation,
  edited,
  reshaped,
  rleToSegmentation,
  segmentationToRle,
} from '@shared/document/segmentation';
import type { Annotation, DocumentSnapshot, Patch, PolygonSegmentation, Segmentation } from '@shared/document/types';
import type { Box } from '@shared/geometry/box';
import { emptyMask, equals, type Rle } from '@shared/mask';
import { isEmptyMask } from '@shared/mask/edit';

/** What a drawn annotation is made of; the rest follows. */
export interface Drawn {
  readonly id: number;
  readonly categoryId: number;
  /** null: a box without a mask, with `bbox`. */
  readonly segmentation: Segmentation | null;
  readonly bbox?: Box;
  /** Id of the tool that drew it. */
  readonly tool: string;
}

/** A new annotation on top of all others. */
export function newAnnotation(snapshot: DocumentSnapshot, drawn: Drawn): Annotation {
  const { id, categoryId, segmentation, bbox, tool } = drawn;
  const fields = { id, imageId: snapshot.imageId, categoryId, segmentation, bbox, zOrder: topZOrder(snapshot) + 1 };
  return createAnnotation({ ...fields, provenance: { tool, edits: 0 } }, snapshot.size);
}

/** Highest zOrder of the image; 0 without annotations. */
export function topZOrder(snapshot: DocumentSnapshot): number {
  return snapshot.annotations.reduce((top, { zOrder }) => Math.max(top, zOrder), 0);
}

export function addPatch(...added: readonly Annotation[]): Patch {
  return { ...emptyPatch, added };
}

export function removePatch(removed: readonly Annotation[]): Patch {
  return { ...emptyPatch, removed };
}

export function updatePatch(updated: readonly (readonly [from: Annotation, to: Annotation])[]): Patch {
  return { ...emptyPatch, updated: updated.filter(([from, to]) => from !== to) };
}

/** Pixels of the annotation; none for a box without a mask. Shared: not to be changed. */
export function maskOf({ segmentation }: Annotation, size: readonly [height: number, width: number]): Rle {
  return segmentation ? segmentationToRle(segmentation, size) : emptyMask(size[0], size[1]);
}

/** The polygon of one outer ring. */
export function polygonOf(outer: readonly number[]): PolygonSegmentation {
  return { kind: 'polygons', parts: [{ outer, holes: [] }] };
}

/**
 * The patch that gives the annotation these pixels: none where it has them already (its polygons stay polygons), removal
 * where none are left, otherwise a mask segmentation. `null`: nothing to do.
 */
export function replaceMask(annotation: Annotation, mask: Rle): Patch | null {
  if (annotation.segmentation && equals(maskOf(annotation, mask.size), mask)) return null;
  if (isEmptyMask(mask)) return annotation.segmentation ? removePatch([annotation]) : null;
  return updatePatch([[annotation, reshaped(annotation, rleToSegmentation(mask), mask.size)]]);
}

/** Several patches on different annotations as one. */
export function joinPatches(patches: readonly Patch[]): Patch {
  return {
    added: patches.flatMap(({ added }) => added),
    updated: patches.flatMap(({ updated }) => updated),
    removed: patches.flatMap(({ removed }) => removed),
  };
}

/** Gives the annotations another category; those that have it are left alone. */
export function recategorizePatch(annotations: readonly Annotation[], categoryId: number): Patch {
  return updatePatch(
    annotations
      .filter((annotation) => annotation.categoryId !== categoryId)
      .map((from) => [from, { ...from, categoryId, provenance: edited(from.provenance) }] as const),
  );
}

export function crowdPatch(annotations: readonly Annotation[], isCrowd: boolean): Patch {
  return updatePatch(
    annotations.filter((from) => from.isCrowd !== isCrowd).map((from) => [from, { ...from, isCrowd }]),
  );
}

export function lockPatch(annotations: readonly Annotation[], locked: boolean): Patch {
  return updatePatch(annotations.filter((from) => from.locked !== locked).map((from) => [from, { ...from, locked }]));
}
