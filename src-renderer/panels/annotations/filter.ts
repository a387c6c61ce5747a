/** Finding annotations by text: category name, `#id`, tool, note, or attribute. */
import type { Annotation } from '@shared/document/types';
import { attributesOf, noteOf } from '../inspector/attributes';

/** Every word must be found; `#12` is an id from its beginning. */
export function matchesFilter(annotation: Annotation, categoryName: string, filter: string): boolean {
  const words = filter.trim().toLowerCase().split(/\s+/);
  const attributes = attributesOf(annotation).map(({ name, value }) => `${name}=${value}`);
  const text = [categoryName, annotation.provenance?.tool ?? '', noteOf(annotation), ...attributes]
    .join(' ')
    .toLowerCase();
  return words.every((word) =>
    /^#\d+$/.test(word) ? String(annotation.id).startsWith(word.slice(1)) : text.includes(word),
  );
}
