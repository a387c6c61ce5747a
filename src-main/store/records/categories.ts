/** The categories table. */
import { defaultExtra, templatesFault } from '@shared/document/attributes';
import type { Annotation, AttributeTemplate, Category } from '@shared/document/types';
import { AppError } from '@shared/errors/appError';
import type { Sqlite } from '../database/database';
import { parseKept, takeIds } from '../database/meta';

type Row = readonly [
  id: number,
  name: string,
  supercategory: string | null,
  color: string | null,
  hotkey: string | null,
  position: number,
  attributes: string | null,
  isThing: number | null,
];

/** The order in which the window lists them. */
export const listOrder = 'place IS NULL, place, seq';

/** All categories in the order the user gave them, else that of the file; new ones last. */
export function listCategories(db: Sqlite): Category[] {
  return db
    .rows<Row>(
      `SELECT id, name, supercategory, color, hotkey, seq - 1, attributes, is_thing FROM categories ORDER BY ${listOrder}`,
    )
    .map(([id, name, supercategory, color, hotkey, position, attributes, isThing]) => ({
      id,
      name,
      supercategory,
      color,
      hotkey,
      position,
      ...(isThing === null ? {} : { isThing: isThing === 1 }),
      ...readTemplates(attributes),
    }));
}

/** Adds a category and returns its id. The name must be free. */
export function createCategory(db: Sqlite, name: string, supercategory: string | null = null): number {
  checkName(db, name, null);
  const id = takeIds(db, 'nextCategoryId', 1);
  db.run('INSERT INTO categories (id, name, supercategory) VALUES (?, ?, ?)', id, name, supercategory);
  return id;
}

/** The id of the category of that name, made where it is missing. */
export function ensureCategory(db: Sqlite, name: string): number {
  return db.value<number>('SELECT id FROM categories WHERE name = ? ORDER BY seq', name) ?? createCategory(db, name);
}

/** Sets name, supercategory, colour, hotkey, attribute templates, and thing or stuff of an existing category. */
export function updateCategory(db: Sqlite, category: Category): void {
  const old = db.value<string>('SELECT name FROM categories WHERE id = ?', category.id);
  if (old === undefined) throw new AppError('bad-input', `The project has no category with id ${category.id}`);
  // A file may come with two categories of one name; only a new clash is refused.
  if (old !== category.name) checkName(db, category.name, category.id);
  const { attributes = [] } = category;
  const fault = templatesFault(attributes);
  if (fault) throw new AppError('bad-input', fault);
  db.run(
    'UPDATE categories SET name = ?, supercategory = ?, color = ?, hotkey = ?, attributes = ?, is_thing = ? WHERE id = ?',
    category.name,
    category.supercategory,
    category.color,
    category.hotkey,
    attributes.length > 0 ? JSON.stringify(attributes) : null,
    thingColumn(category.isThing),
    category.id,
  );
}

/** As the table keeps it. */
export const thingColumn = (isThing: boolean | null | undefined): number | null =>
  isThing === null || isThing === undefined ? null : Number(isThing);

/** How many annotations each category has in the whole project. */
export function countByCategory(db: Sqlite): (readonly [categoryId: number, annotations: number])[] {
  return db.rows<readonly [number, number]>(
    'SELECT category_id, count(*) FROM annotations WHERE deleted = 0 GROUP BY category_id',
  );
}

/** The keys that a new annotation of the category starts with. */
export function extraOfNew(db: Sqlite, categoryId: number): Annotation['extra'] {
  const text = db.value<string | null>('SELECT attributes FROM categories WHERE id = ?', categoryId) ?? null;
  const kept = readTemplates(text);
  return kept.attributes ? defaultExtra(kept) : {};
}

const isTemplate = (value: unknown): value is AttributeTemplate =>
  typeof (value as Partial<AttributeTemplate> | null)?.name === 'string';

/** None where nothing is kept, or nothing that can be read. */
function readTemplates(text: string | null): { readonly attributes?: readonly AttributeTemplate[] } {
  const list = parseKept(text);
  return Array.isArray(list) ? { attributes: list.filter(isTemplate) } : {};
}

function checkName(db: Sqlite, name: string, except: number | null): void {
  if (name.trim() === '') throw new AppError('bad-input', 'A category needs a name');
  const taken = db.value<number>('SELECT id FROM categories WHERE name = ? AND id IS NOT ?', name, except);
  if (taken !== undefined) {
    throw new AppError('bad-input', `There is a category "${name}" already`, { hint: 'choose another name' });
  }
}
