/** Counts what is in a COCO file. */
import type { ParsedAnnotation } from '@shared/coco/parse';
import type { IdRef, Issue } from '@shared/coco/types';
import { type At, type CocoFile, readCocoFile } from './cocoReader';
import { countSizes, type DatasetInfo } from './datasetInfo';
import { lookUp, positionsById } from './recordIds';
import type { Session } from './session';

export async function describeCoco(file: string, session: Session): Promise<DatasetInfo> {
  const coco = await readCocoFile(file, { signal: session.signal, keepErrors: true });
  const perCategory = new Map<IdRef, number>();
  const annotated = new Set<IdRef>();
  for (const { categoryId, imageId } of coco.annotations) {
    if (categoryId !== null) perCategory.set(categoryId, (perCategory.get(categoryId) ?? 0) + 1);
    if (imageId !== null) annotated.add(imageId);
  }
  const { images, annotations } = coco;
  const isResults = coco.kind === 'results';
  return {
    kind: isResults ? 'results' : 'coco',
    file,
    images: isResults ? annotated.size : images.length,
    annotations: annotations.length,
    imagesWithAnnotations: isResults
      ? annotated.size
      : images.filter(({ id }) => id !== null && annotated.has(id)).length,
    categories: coco.categories.map(({ id, name }) => ({ id, name, annotations: lookUp(perCategory, id) ?? 0 })),
    sizes: countSizes(images),
    details: countForms(annotations),
    // Records of a results list have no ids, and nothing in the file to refer to.
    findings: groupIssues(
      isResults
        ? coco.issues.filter(({ pointer }) => !/^\/\d+\/id$/.test(pointer))
        : [...coco.issues, ...findDangling(coco), ...findDuplicates(coco)],
    ),
  };
}

function countForms(annotations: readonly ParsedAnnotation[]): Record<string, number> {
  const forms = { polygons: 0, RLE: 0, 'boxes only': 0, crowds: 0, 'with scores': 0 };
  for (const { segmentation, isCrowd, score } of annotations) {
    if (segmentation === null) forms['boxes only']++;
    else if (Array.isArray(segmentation)) forms.polygons++;
    else forms.RLE++;
    if (isCrowd) forms.crowds++;
    if (score !== null) forms['with scores']++;
  }
  return Object.fromEntries(Object.entries(forms).filter(([, count]) => count > 0));
}

function findDangling({ images, categories, annotations }: CocoFile): Issue[] {
  const imageIds = positionsById(images);
  const categoryIds = positionsById(categories);
  const issues: Issue[] = [];
  const check = (ids: ReadonlyMap<IdRef, number>, ref: IdRef | null, pointer: string, message: string) => {
    if (ref !== null && !ids.has(ref)) issues.push({ severity: 'error', pointer, message });
  };
  for (const { imageId, categoryId, pointer } of annotations) {
    check(imageIds, imageId, `${pointer}/image_id`, `there is no image ${imageId}`);
    check(categoryIds, categoryId, `${pointer}/category_id`, `there is no category ${categoryId}`);
  }
  return issues;
}

function findDuplicates({ images, categories, annotations }: CocoFile): Issue[] {
  const lists: readonly (readonly At<{ readonly id: IdRef | null }>[])[] = [images, categories, annotations];
  return lists.flatMap((records) => {
    const first = positionsById(records);
    return records
      .filter(({ id }, position) => id !== null && first.get(id) !== position)
      .map(({ id, pointer }) => ({
        severity: 'error' as const,
        pointer: `${pointer}/id`,
        message: `id ${id} is taken already`,
      }));
  });
}

/** Findings of the same kind are one line with the place of the first. */
function groupIssues(issues: readonly Issue[]): DatasetInfo['findings'] {
  const groups = new Map<string, { severity: Issue['severity']; message: string; count: number }>();
  for (const { severity, message, pointer } of issues) {
    // Messages that differ only in their numbers, at places that differ only in theirs.
    const kind = `${pointer.replace(/\/\d+/g, '/#')} ${message.replace(/[\d.]+/g, '#')}`;
    const group = groups.get(kind);
    if (group) group.count++;
    else groups.set(kind, { severity, message: `${message} (${pointer})`, count: 1 });
  }
  return [...groups.values()].sort((a, b) => a.severity.localeCompare(b.severity) || b.count - a.count);
}
