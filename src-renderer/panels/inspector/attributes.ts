/** Attributes and the note of an annotation: kept under `attributes` and `note` of its record, as CVAT's exports do. */
import type { Annotation, AttributeValue } from '@shared/document/types';

export interface Attribute {
  readonly name: string;
  readonly value: AttributeValue;
}

/** Those that are text, a number or a boolean; other values of the record are left alone and not shown. */
export function attributesOf({ extra }: Annotation): Attribute[] {
  return Object.entries(recordOf(extra)).flatMap(([name, value]) => (isAttributeValue(value) ? [{ name, value }] : []));
}

export function noteOf({ extra }: Annotation): string {
  return typeof extra.note === 'string' ? extra.note : '';
}

/** The annotation with the attribute set, or (undefined) without it; an empty list of attributes is no key at all. */
export function withAttribute(annotation: Annotation, name: string, value: AttributeValue | undefined): Annotation {
  // A record whose `attributes` is something else, a list say, keeps it.
  if (!takesAttributes(annotation)) return annotation;
  const { attributes: _, ...others } = annotation.extra;
  const { [name]: old, ...rest } = recordOf(annotation.extra);
  if (old === value) return annotation;
  const attributes =
    value === undefined
      ? rest
      : old === undefined
        ? { ...rest, [name]: value }
        : { ...recordOf(annotation.extra), [name]: value };
  const extra = Object.keys(attributes).length > 0 ? { ...others, attributes } : others;
  return { ...annotation, extra };
}

export function takesAttributes({ extra }: Annotation): boolean {
  return extra.attributes === undefined || isRecord(extra.attributes);
}

/** An empty note is no key at all. */
export function withNote(annotation: Annotation, note: string): Annotation {
  if (noteOf(annotation) === note) return annotation;
  const { note: _, ...others } = annotation.extra;
  return { ...annotation, extra: note === '' ? others : { ...others, note } };
}

/** What is typed: `true` and `false` are booleans, what reads as a number is one, the rest is text. */
export function parseAttribute(text: string): AttributeValue {
  const trimmed = text.trim();
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true';
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed) : text;
}

/** What several annotations have in common, attribute by attribute. `value` null: they differ or some lack it. */
export function commonAttributes(
  annotations: readonly Annotation[],
): { readonly name: string; readonly value: AttributeValue | null }[] {
  const lists = annotations.map(
    (annotation) => new Map(attributesOf(annotation).map(({ name, value }) => [name, value])),
  );
  const names = new Set(lists.flatMap((list) => [...list.keys()]));
  return [...names].map((name) => {
    const [first, ...others] = lists.map((list) => list.get(name));
    return { name, value: first !== undefined && others.every((value) => value === first) ? first : null };
  });
}

/** What several annotations have under one name. undefined: nothing; null: they differ or some lack it. */
export function attributeIn(annotations: readonly Annotation[], name: string): AttributeValue | null | undefined {
  const values = annotations.map((annotation) => attributesOf(annotation).find((attribute) => attribute.name === name));
  const [first] = values;
  return values.every((other) => other?.value === first?.value) ? first?.value : null;
}

/** The one value that all have, or null. */
export function common<T>(values: readonly T[]): T | null {
  return values.length > 0 && values.every((value) => value === values[0]) ? values[0] : null;
}

function recordOf({ attributes }: Annotation['extra']): Readonly<Record<string, unknown>> {
  return isRecord(attributes) ? attributes : {};
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isAttributeValue = (value: unknown): value is AttributeValue =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
