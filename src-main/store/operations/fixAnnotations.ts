/** Puts right what is wrong with annotations without changing a pixel; see docs/lint.md for which faults those are. */
import type { FindingCode } from '@shared/dataset/finding';
import { fixAnnotation, repeatedAnnotations, shapeFixes } from '@shared/dataset/lint/fixAnnotation';
import type { Annotation, Patch } from '@shared/document/types';
import type { Sqlite } from '../database/database';
import { readAnnotations } from '../records/annotations';
import type { ImagePatches } from '../history/projectLog';

/** A patch for each image that has something to fix; `codes`: of these kinds only. Locked annotations stay. */
export function fixedAnnotations(db: Sqlite, codes: ReadonlySet<FindingCode> = shapeFixes): ImagePatches {
  const patches = new Map<number, Patch>();
  const images = db.rows<readonly [number, number, number]>(
    'SELECT id, height, width FROM images WHERE annotation_count > 0 AND width > 0 AND height > 0 ORDER BY seq',
  );
  for (const [imageId, height, width] of images) {
    const patch = fixesOf(readAnnotations(db, imageId, [height, width]), [height, width], codes);
    if (patch.updated.length + patch.removed.length > 0) patches.set(imageId, patch);
  }
  return patches;
}

function fixesOf(
  annotations: readonly Annotation[],
  size: readonly [number, number],
  codes: ReadonlySet<FindingCode>,
): Patch {
  const updated: (readonly [Annotation, Annotation])[] = [];
  const removed: Annotation[] = [];
  const left: Annotation[] = [];
  for (const from of annotations) {
    const fix = from.locked ? null : fixAnnotation(from, size, codes);
    if (!fix) left.push(from);
    else if (fix.to === null) removed.push(from);
    else {
      updated.push([from, fix.to]);
      left.push(fix.to);
    }
  }
  const before = new Map(annotations.map((annotation) => [annotation.id, annotation]));
  for (const { id, locked } of codes.has('duplicate') ? repeatedAnnotations(left, size) : []) {
    if (!locked) removed.push(before.get(id)!);
  }
  const gone = new Set(removed);
  return { added: [], updated: updated.filter(([from]) => !gone.has(from)), removed };
}
