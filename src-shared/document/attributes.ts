/** Attributes that a category's annotations are asked for: what fits a template, and what new annotations start with. */
import type { Annotation, AttributeTemplate, AttributeValue, Category, Patch } from './types';

/** Whether the value is one of the template's kind. */
export function fitsTemplate({ kind, choices }: AttributeTemplate, value: AttributeValue): boolean {
  switch (kind) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'choice':
      return typeof value === 'string' && (choices ?? []).includes(value);
    case 'yes-no':
      return typeof value === 'boolean';
  }
}

/** What is wrong with a category's templates, as a sentence; null: nothing. */
export function templatesFault(templates: readonly AttributeTemplate[]): string | null {
  const names = new Set<string>();
  for (const template of templates) {
    const { name, kind, choices = [] } = template;
    if (name.trim() === '') return 'An attribute needs a name';
    if (names.has(name)) return `There are two attributes “${name}”`;
    names.add(name);
    if (kind === 'choice' && choices.length === 0) return `“${name}” needs choices, separated by commas`;
    if (template.default !== undefined && !fitsTemplate(template, template.default)) {
      return `The default of “${name}” is not one of its values`;
    }
  }
  return null;
}

/** The unknown keys that a new annotation of the category starts with. */
export function defaultExtra({ attributes = [] }: Pick<Category, 'attributes'>): Annotation['extra'] {
  const given = attributes.flatMap((template) =>
    template.default === undefined ? [] : [[template.name, template.default] as const],
  );
  return given.length > 0 ? { attributes: Object.fromEntries(given) } : {};
}

/** The patch whose new annotations start with the attributes that their category asks for. */
export function withDefaultAttributes(patch: Patch, categories: readonly Category[]): Patch {
  const asking = new Map(categories.filter(({ attributes }) => attributes).map((category) => [category.id, category]));
  if (asking.size === 0) return patch;
  const added = patch.added.map((annotation) => {
    const category = asking.get(annotation.categoryId);
    const isBare = Object.keys(annotation.extra).length === 0;
    return category && isBare ? { ...annotation, extra: defaultExtra(category) } : annotation;
  });
  return { ...patch, added };
}
