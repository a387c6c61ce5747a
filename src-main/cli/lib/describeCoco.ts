/** Counts what is in a dataset. */
import { lookUp } from '@shared/dataset/ids';
import { lintCoco } from '@shared/formats/coco/lint';
import type { ParsedAnnotation } from '@shared/formats/coco/parse';
import type { IdRef } from '@shared/formats/coco/types';
import type { Issue } from '@shared/dataset/finding';
import { readDataset } from './datasetReader';
import { countSizes, type DatasetInfo } from './datasetInfo';
import { positionsById } from './recordIds';
import type { Session } from './session';

export async function describeCoco(file: string, format: string | undefined, session: Session): Promise<DatasetInfo> {
  const coco = await readDataset(file, { format, signal: session.signal, keepErrors: true, accept: 'any' });
  const categoryOf = positionsById(coco.categories);
  const imageOf = positionsById(coco.images);
  const perCategory = coco.categories.map(() => 0);
  const annotated = new Set<IdRef>();
  for (const { categoryId, imageId } of coco.annotations) {
    const category = lookUp(categoryOf, categoryId);
    if (category !== undefined) perCategory[category]++;
    const image = coco.kind === 'results' ? imageId : lookUp(imageOf, imageId);
    if (image !== null && image !== undefined) annotated.add(image);
  }
  const { images, annotations } = coco;
  const isResults = coco.kind === 'results';
  return {
    kind: isResults ? 'results' : coco.format === undefined ? 'coco' : 'dataset',
    ...(coco.format === undefined ? {} : { format: coco.format }),
    file,
    images: isResults ? annotated.size : images.length,
    annotations: annotations.length,
    imagesWithAnnotations: annotated.size,
    categories: coco.categories.map(({ id, name }, position) => ({ id, name, annotations: perCategory[position] })),
    sizes: countSizes(images),
    details: countForms(annotations),
    // Records of a results list have no ids, and nothing in the file to refer to.
    findings: groupIssues(
      isResults
        ? coco.issues.filter(({ pointer }) => !/^\/\d+\/id$/.test(pointer))
        : [...coco.issues, ...lintCoco(coco)],
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

/** Findings of the same kind are one line with the place of the first. */
function groupIssues(issues: readonly Issue[]): DatasetInfo['findings'] {
  const groups = new Map<string, { severity: Issue['severity']; message: string; count: number }>();
  for (const { severity, code, message, pointer } of issues) {
    const kind = `${code} ${pointer.replace(/\/\d+/g, '/#')}`;
    const group = groups.get(kind);
    if (group) group.count++;
    else groups.set(kind, { severity, message: `${message} (${pointer})`, count: 1 });
  }
  return [...groups.values()].sort((a, b) => a.severity.localeCompare(b.severity) || b.count - a.count);
}
