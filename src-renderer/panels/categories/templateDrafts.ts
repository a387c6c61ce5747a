/** Attribute templates while they are typed in the category's dialog: everything is text until it is saved. */
import { fitsTemplate, templatesFault } from '@shared/document/attributes';
import type { AttributeTemplate, AttributeValue } from '@shared/document/types';

export interface TemplateDraft {
  /** For the list of rows; not kept. */
  readonly key: number;
  readonly name: string;
  readonly kind: AttributeTemplate['kind'];
  /** Separated by commas. */
  readonly choices: string;
  /** Empty: none; of a yes-no attribute `yes` or `no`. */
  readonly default: string;
}

export const templateKinds: readonly { readonly value: AttributeTemplate['kind']; readonly label: string }[] = [
  { value: 'text', label: 'Text' },
  { value: 'number', label: 'Number' },
  { value: 'choice', label: 'Choice' },
  { value: 'yes-no', label: 'Yes or no' },
];

let keys = 0;

export function emptyDraft(): TemplateDraft {
  return { key: ++keys, name: '', kind: 'text', choices: '', default: '' };
}

export function toDraft(template: AttributeTemplate): TemplateDraft {
  const { name, kind, choices = [] } = template;
  return { ...emptyDraft(), name, kind, choices: choices.join(', '), default: valueText(template.default) };
}

const valueText = (value: AttributeValue | undefined): string =>
  value === undefined ? '' : typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);

/** The choices as typed, each once. */
export function choicesOf(text: string): readonly string[] {
  return [...new Set(text.split(',').map((choice) => choice.trim()))].filter((choice) => choice !== '');
}

/** The templates, or the sentence that says what is wrong with the first one that cannot be kept. */
export function fromDrafts(
  drafts: readonly TemplateDraft[],
): { readonly templates: readonly AttributeTemplate[] } | { readonly fault: string } {
  const templates: AttributeTemplate[] = [];
  for (const draft of drafts) {
    const { kind } = draft;
    const name = draft.name.trim();
    const choices = kind === 'choice' ? { choices: choicesOf(draft.choices) } : {};
    const template: AttributeTemplate = { name, kind, ...choices };
    const value = defaultOf(draft);
    if (value !== undefined && name !== '' && !fitsTemplate(template, value) && (choices.choices?.length ?? 1) > 0) {
      return { fault: defaultFault(name, kind) };
    }
    templates.push(value === undefined ? template : { ...template, default: value });
  }
  const fault = templatesFault(templates);
  return fault ? { fault } : { templates };
}

function defaultFault(name: string, kind: AttributeTemplate['kind']): string {
  return kind === 'number'
    ? `The default of “${name}” is not a number`
    : `The default of “${name}” is not one of its choices`;
}

function defaultOf({ kind, default: text }: TemplateDraft): AttributeValue | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (kind === 'number') return Number(trimmed);
  return kind === 'yes-no' ? trimmed === 'yes' : trimmed;
}
