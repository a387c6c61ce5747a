/** The categories table. */
import type { Category } from '@shared/document/types';
import { AppError } from '@shared/ipc/errors';
import type { Sqlite } from './database';
import { takeIds } from './meta';

type Row = readonly [number, string, string | null, string | null, string | null, number];

/** All categories in the order of the file; new ones last. */
export function listCategories(db: Sqlite): Category[] {
  return db
    .rows<Row>('SELECT id, name, supercategory, color, hotkey, seq - 1 FROM categories ORDER BY seq')
    .map(([id, name, supercategory, color, hotkey, position]) => ({
      id,
      name,
      supercategory,
      color,
      hotkey,
      position,
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

/** Sets name, supercategory, colour and hotkey of an existing category. */
export function updateCategory(db: Sqlite, category: Category): void {
  const old = db.value<string>('SELECT name FROM categories WHERE id = ?', category.id);
  if (old === undefined) throw new AppError('bad-input', `The project has no category with id ${category.id}`);
  // A file may come with two categories of one name; only a new clash is refused.
  if (old !== category.name) checkName(db, category.name, category.id);
  db.run(
    'UPDATE categories SET name = ?, supercategory = ?, color = ?, hotkey = ? WHERE id = ?',
    category.name,
    category.supercategory,
    category.color,
    category.hotkey,
    category.id,
  );
}

/** JSON text of a category's id as its file spells it. */
export function categoryIdText(db: Sqlite, categoryId: number): string {
  return db.value<string>('SELECT source_id FROM categories WHERE id = ?', categoryId) ?? String(categoryId);
}

function checkName(db: Sqlite, name: string, except: number | null): void {
  if (name.trim() === '') throw new AppError('bad-input', 'A category needs a name');
  const taken = db.value<number>('SELECT id FROM categories WHERE name = ? AND id IS NOT ?', name, except);
  if (taken !== undefined) {
    throw new AppError('bad-input', `There is a category "${name}" already`, { hint: 'choose another name' });
  }
}
