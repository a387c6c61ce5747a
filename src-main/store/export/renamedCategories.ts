/** Which categories have another name than the texts of their annotations say. */
import { parseXml, type XmlElement } from '@shared/formats/xml/xml';
import type { Sqlite } from '../database/database';
import { z } from 'zod';
import { getJson } from '../database/meta';

const importedSchema = z.array(z.tuple([z.number(), z.string()]));

/** By their ids. `format`: that of the texts. */
export function renamedCategories(db: Sqlite, format: string): ReadonlySet<number> {
  const names = db.rows<readonly [number, string]>('SELECT id, name FROM categories');
  const imported = importedSchema.safeParse(getJson(db, 'importedCategories')).data;
  if (!imported) return format === 'coco' ? new Set() : byTheirTexts(db, names);
  const before = new Map(imported);
  return new Set(names.flatMap(([id, name]) => ((before.get(id) ?? name) === name ? [] : [id])));
}

/** Projects of before names were kept: one annotation of each category is asked. */
function byTheirTexts(db: Sqlite, names: readonly (readonly [number, string])[]): ReadonlySet<number> {
  const renamed = new Set<number>();
  for (const [id, name] of names) {
    const text = db.value<string>(
      'SELECT source FROM annotations WHERE source IS NOT NULL AND coalesce(source_category_id, category_id) = ? LIMIT 1',
      id,
    );
    // What has no label of its own is called so by the readers.
    if (text !== undefined && name !== 'object' && !wordsOf(text).has(name)) renamed.add(id);
  }
  return renamed;
}

/** Everything that a JSON or XML text says as a text of its own, keys included. */
function wordsOf(text: string): ReadonlySet<string> {
  const words = new Set<string>();
  const takeJson = (value: unknown): void => {
    if (typeof value === 'string' || typeof value === 'number') words.add(String(value));
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        words.add(key);
        takeJson(inner);
      }
    }
  };
  const takeXml = ({ attributes, text: inner, children }: XmlElement): void => {
    for (const value of [...Object.values(attributes), inner]) words.add(value);
    children.forEach(takeXml);
  };
  if (text.trimStart().startsWith('<')) takeXml(parseXml(`<a>${text}</a>`, ''));
  // An annotation of several parts has several objects, with commas between them.
  else takeJson(JSON.parse(`[${text}]`));
  return words;
}
