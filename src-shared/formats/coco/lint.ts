/** Lints records of a COCO file that are held in memory. */
import type { Issue } from '../../dataset/finding';
import { DatasetLinter } from '../../dataset/lint/linter';
import type { ParsedAnnotation, ParsedCategory, ParsedImage } from './parse';
import { contentFromCoco } from './toDocument';

type Located<T> = T & { readonly pointer: string };

/** Records as `parseImage`, `parseCategory` and `parseAnnotation` give them, with their JSON pointers. */
export interface LintDataset {
  readonly images: readonly Located<ParsedImage>[];
  readonly categories: readonly Located<ParsedCategory>[];
  readonly annotations: readonly Located<ParsedAnnotation>[];
}

/** All findings; see `DatasetLinter`. */
export function lintCoco({ images, categories, annotations }: LintDataset): Issue[] {
  const findings: Issue[] = [];
  const linter = new DatasetLinter((issue) => void findings.push(issue), {
    contentOf: (place) => contentFromCoco(annotations[place]),
    placeOf: (place) => annotations[place],
  });
  for (const image of images) linter.image(image, image);
  for (const category of categories) linter.category(category, category);
  for (const annotation of annotations) {
    const content = contentFromCoco(annotation);
    linter.annotation({ ...annotation, maskSize: null, content }, content, annotation);
  }
  linter.finish();
  return findings;
}
