/** Finding annotations by what is typed: category, `#id`, attribute or note, `crowd`, `locked`, `hidden`, `area>1000`. */
import type { Annotation } from '@shared/document/types';
import { compares, type FilterWord, parseFilter } from '../../session/filterWords';
import { attributesOf, noteOf } from '../inspector/attributes';

/** For the field's tooltip and where nothing matches. */
export const filterHelp =
  'crowd, locked, hidden · area>1000, area<50, score<0.5 · a category, #id or attribute=value · -word leaves out';

/** What the filter looks at besides the annotation. */
export interface FilterContext {
  nameOf(categoryId: number): string;
  readonly hidden: ReadonlySet<number>;
}

/** Every word must fit; null: nothing was asked. */
export function annotationFilter(typed: string, context: FilterContext): ((annotation: Annotation) => boolean) | null {
  const words = parseFilter(typed);
  if (words.length === 0) return null;
  return (annotation) => words.every((word) => fits(annotation, word, context) !== word.negated);
}

const states: Readonly<Record<string, (annotation: Annotation, context: FilterContext) => boolean>> = {
  crowd: ({ isCrowd }) => isCrowd,
  locked: ({ locked }) => locked,
  hidden: ({ id }, { hidden }) => hidden.has(id),
};

function fits(annotation: Annotation, word: FilterWord, context: FilterContext): boolean {
  if (word.kind === 'compare') {
    const actual = numberOf(annotation, word.field);
    if (actual !== null) return compares(actual, word.operator, word.value);
    return word.operator === '=' && otherText(annotation).includes(word.text);
  }
  if (word.kind === 'key') return false;
  const { text, quoted } = word;
  if (/^#\d+$/.test(text)) return String(annotation.id).startsWith(text.slice(1));
  const name = context.nameOf(annotation.categoryId).toLowerCase();
  const state = quoted ? undefined : states[text];
  // A category may be called so.
  if (state) return state(annotation, context) || name.includes(text);
  return name.includes(text) || otherText(annotation).includes(text);
}

/** Of the annotation itself, or an attribute of that name; null where it has none. */
function numberOf(annotation: Annotation, field: string): number | null {
  switch (field) {
    case 'area':
      return annotation.area;
    case 'score':
      return annotation.score;
    case 'width':
      return annotation.bbox[2];
    case 'height':
      return annotation.bbox[3];
    case 'id':
      return annotation.id;
  }
  const found = attributesOf(annotation).find(({ name }) => name.toLowerCase() === field);
  return typeof found?.value === 'number' ? found.value : null;
}

function otherText(annotation: Annotation): string {
  const attributes = attributesOf(annotation).map(({ name, value }) => `${name}=${value}`);
  return [annotation.provenance?.tool ?? '', noteOf(annotation), ...attributes].join(' ').toLowerCase();
}
