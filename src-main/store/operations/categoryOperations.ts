/** Operations on a category and all its annotations, in any number of images, each with its way back; no bitmap is read. */
import { deepEqual } from '@shared/document/equal';
import type { Category } from '@shared/document/types';
import type { NewCategory } from '@shared/document/types';
import { AppError } from '@shared/errors/appError';
import type { ProjectChange } from '@shared/project/types';
import { goneWithCategory } from '../records/annotations';
import { listOrder, thingColumn, updateCategory } from '../records/categories';
import type { Sqlite } from '../database/database';
import { noteGoneCategory, readGoneCategories } from '../history/goneCategories';
import { getNumber, setNumber, takeIds } from '../database/meta';
import { forgetUnlabelled } from '../records/unlabelled';

/** A category's row, whole, so that one that comes back is the very record that came. */
type CategoryRow = readonly [
  seq: number,
  id: number,
  sourceId: string | null,
  name: string,
  supercategory: string | null,
  color: string | null,
  hotkey: string | null,
  source: string | null,
  // These are absent in the log of older programs.
  place: number | null,
  attributes: string | null,
  isThing: number | null,
];

/** A category is gone: its annotations went to another one, or with it. */
export interface RemovedCategory {
  readonly kind: 'removeCategory';
  readonly category: CategoryRow;
  readonly into: number | null;
  /** Ids of the annotations that went into the other one. */
  readonly annotations: readonly number[];
}

/** What a user can say of a category is another now. */
export interface ChangedCategory {
  readonly kind: 'changeCategory';
  readonly before: CategoryRow;
  readonly after: CategoryRow;
}

/** The list is in another order; ids. */
export interface OrderedCategories {
  readonly kind: 'orderCategories';
  readonly before: readonly number[];
  readonly after: readonly number[];
}

export interface AddedCategories {
  readonly kind: 'addCategories';
  readonly categories: readonly CategoryRow[];
}

/** What an operation touched. */
export interface Touched {
  readonly annotations: number;
  /** Ids. */
  readonly images: readonly number[];
  /** What the change says of others besides. */
  readonly told?: Pick<
    ProjectChange,
    'spared' | 'covered' | 'masked' | 'removed' | 'boxesCovered' | 'boxesSpared' | 'ragged'
  >;
  /** Of those images the ones that have another size now. */
  readonly resized?: readonly number[];
}

const columns = 'seq, id, source_id, name, supercategory, color, hotkey, source, place, attributes, is_thing';

/** Ids of a JSON list, as a table. */
const listed = '(SELECT value FROM json_each(?))';

export function categoryUsage(db: Sqlite, categoryId: number): { annotations: number; images: number } {
  const [annotations, images] = db.row<readonly [number, number]>(
    'SELECT count(*), count(DISTINCT image_id) FROM annotations WHERE category_id = ? AND deleted = 0',
    categoryId,
  )!;
  return { annotations, images };
}

export function categoryName(db: Sqlite, categoryId: number): string {
  return categoryRow(db, categoryId)[3];
}

/** Removes a category; its annotations go `into` another one, or (null) are removed with it. */
export function removeCategory(
  db: Sqlite,
  categoryId: number,
  into: number | null,
): { readonly step: RemovedCategory; readonly touched: Touched } {
  const category = categoryRow(db, categoryId);
  if (into === categoryId) throw new AppError('bad-input', 'A category cannot be merged into itself');
  if (into !== null) categoryRow(db, into);
  const moved =
    into === null
      ? []
      : db.rows<readonly [number]>('SELECT id FROM annotations WHERE category_id = ? AND deleted = 0', categoryId);
  const annotations = moved.map(([id]) => id);
  const touched = into === null ? setGone(db, categoryId, true) : recategorise(db, annotations, categoryId, into);
  db.run('DELETE FROM categories WHERE id = ?', categoryId);
  noteGoneCategory(db, categoryId, into);
  return { step: { kind: 'removeCategory', category, into, annotations }, touched };
}

/**
 * Brings the category back with its annotations. Of those that went into another category, the ones that were given a
 * third one or were deleted since then stay so.
 */
export function restoreCategory(db: Sqlite, { category, into, annotations }: RemovedCategory): Touched {
  checkNameFree(db, category[3], category[1]);
  insertCategory(db, category);
  noteGoneCategory(db, category[1], undefined);
  return into === null ? setGone(db, category[1], false) : recategorise(db, annotations, into, category[1]);
}

/** Adds those whose name is free; an id that is wanted and free is given. */
export function addCategories(db: Sqlite, wanted: readonly NewCategory[]): AddedCategories {
  const gone = readGoneCategories(db);
  const categories: CategoryRow[] = [];
  for (const { id: wantedId, name, supercategory, color, isThing } of wanted) {
    if (name.trim() === '') throw new AppError('bad-input', 'A category needs a name');
    if (db.value('SELECT 1 FROM categories WHERE name = ?', name) !== undefined) continue;
    const free =
      wantedId !== undefined &&
      !gone.has(wantedId) &&
      db.value('SELECT 1 FROM categories WHERE id = ?', wantedId) === undefined;
    const id = free ? wantedId : takeIds(db, 'nextCategoryId', 1);
    if (id >= getNumber(db, 'nextCategoryId')) setNumber(db, 'nextCategoryId', id + 1);
    db.run(
      'INSERT INTO categories (id, name, supercategory, color, is_thing) VALUES (?, ?, ?, ?, ?)',
      id,
      name,
      supercategory ?? null,
      color ?? null,
      thingColumn(isThing),
    );
    categories.push(categoryRow(db, id));
  }
  return { kind: 'addCategories', categories };
}

/** Takes back added categories; those that are in use by now stay. */
export function takeBackCategories(db: Sqlite, { categories }: AddedCategories): void {
  for (const [, id] of categories) {
    if (db.value('SELECT 1 FROM categories WHERE id = ?', id) === undefined) continue;
    if (categoryUsage(db, id).annotations === 0) removeCategory(db, id, null);
  }
}

/** Adds again what was taken back, where nothing has taken the name since. */
export function addCategoriesAgain(db: Sqlite, { categories }: AddedCategories): void {
  for (const row of categories) {
    const [, id, , name] = row;
    if (db.value('SELECT 1 FROM categories WHERE id = ? OR name = ?', id, name) !== undefined) continue;
    insertCategory(db, row);
    noteGoneCategory(db, id, undefined);
  }
}

/** Sets what a user can say of a category; null where it says so already. */
export function changeCategory(db: Sqlite, category: Category): ChangedCategory | null {
  const before = categoryRow(db, category.id);
  updateCategory(db, category);
  const after = categoryRow(db, category.id);
  return deepEqual(before, after) ? null : { kind: 'changeCategory', before, after };
}

/** Makes a category what it was, or what it became, in all that `changeCategory` changes. */
export function changeCategoryTo(db: Sqlite, row: CategoryRow): void {
  const [, id, , name, supercategory, color, hotkey, , , attributes = null, isThing = null] = row;
  if (db.value('SELECT 1 FROM categories WHERE id = ?', id) === undefined) return;
  checkNameFree(db, name, id);
  const isTaken =
    hotkey !== null && db.value('SELECT 1 FROM categories WHERE hotkey = ? AND id <> ?', hotkey, id) !== undefined;
  db.run(
    'UPDATE categories SET name = ?, supercategory = ?, color = ?, hotkey = ?, attributes = ?, is_thing = ? WHERE id = ?',
    name,
    supercategory,
    color,
    isTaken ? null : hotkey,
    attributes,
    isThing,
    id,
  );
}

/** Lists the categories in the order of these ids, the others after them; null where that is their order. */
export function orderCategories(db: Sqlite, ids: readonly number[]): OrderedCategories | null {
  const before = orderOf(db);
  orderCategoriesAs(db, ids);
  const after = orderOf(db);
  return deepEqual(before, after) ? null : { kind: 'orderCategories', before, after };
}

export function orderCategoriesAs(db: Sqlite, ids: readonly number[]): void {
  db.run('UPDATE categories SET place = NULL');
  ids.forEach((id, place) => db.run('UPDATE categories SET place = ? WHERE id = ?', place, id));
}

const orderOf = (db: Sqlite): number[] =>
  db.rows<readonly [number]>(`SELECT id FROM categories ORDER BY ${listOrder}`).map(([id]) => id);

function categoryRow(db: Sqlite, categoryId: number): CategoryRow {
  const row = db.row<CategoryRow>(`SELECT ${columns} FROM categories WHERE id = ?`, categoryId);
  if (!row) throw new AppError('bad-input', `The project has no category with id ${categoryId}`);
  return row;
}

/** `except`: the category that has it, or is to have it again. */
function checkNameFree(db: Sqlite, name: string, except: number): void {
  const taken = db.value('SELECT 1 FROM categories WHERE name = ? AND id <> ?', name, except);
  // A file may have come with two of one name.
  const isOwn = db.value('SELECT 1 FROM categories WHERE name = ? AND id = ?', name, except) !== undefined;
  if (taken === undefined || isOwn) return;
  throw new AppError('bad-input', `There is a category "${name}" again`, { hint: 'rename that one, then undo' });
}

/** At its old place; a hotkey that another category has by now is not given back. */
function insertCategory(db: Sqlite, row: CategoryRow): void {
  const [
    seq,
    id,
    sourceId,
    name,
    supercategory,
    color,
    hotkey,
    source,
    listPlace = null,
    attributes = null,
    isThing = null,
  ] = row;
  const isTaken = hotkey !== null && db.value('SELECT 1 FROM categories WHERE hotkey = ?', hotkey) !== undefined;
  const place = db.value('SELECT 1 FROM categories WHERE seq = ?', seq) === undefined ? seq : null;
  db.run(
    `INSERT INTO categories (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    place,
    id,
    sourceId,
    name,
    supercategory,
    color,
    isTaken ? null : hotkey,
    source,
    listPlace,
    attributes,
    isThing,
  );
}

/** Gives those of the annotations that have category `from` the category `to`. A record that came keeps its text. */
function recategorise(db: Sqlite, ids: readonly number[], from: number, to: number): Touched {
  const list = JSON.stringify(ids);
  const images = imagesOf(db, `id IN ${listed} AND deleted = 0 AND category_id = ?`, list, from);
  db.run(
    `UPDATE annotations SET
       source_category_id = CASE WHEN source IS NULL THEN NULL ELSE coalesce(source_category_id, category_id) END,
       category_id = ?,
       data = CASE WHEN data IS NULL THEN NULL ELSE json_set(data, '$.categoryId', ?) END
     WHERE id IN ${listed} AND deleted = 0 AND category_id = ?`,
    to,
    to,
    list,
    from,
  );
  return { annotations: changes(db), images };
}

/** Puts the annotations of a category away, or brings those back that were put away with it. */
function setGone(db: Sqlite, categoryId: number, isGone: boolean): Touched {
  const before = isGone ? 0 : goneWithCategory;
  const after = isGone ? goneWithCategory : 0;
  const images = imagesOf(db, 'deleted = ? AND category_id = ?', before, categoryId);
  db.run('UPDATE annotations SET deleted = ? WHERE deleted = ? AND category_id = ?', after, before, categoryId);
  const annotations = changes(db);
  db.run(
    `UPDATE images SET annotation_count =
       (SELECT count(*) FROM annotations WHERE image_id = images.id AND deleted = 0)
     WHERE id IN ${listed}`,
    JSON.stringify(images),
  );
  forgetUnlabelled(db, images);
  setNumber(db, 'annotationCount', getNumber(db, 'annotationCount') + (isGone ? -annotations : annotations));
  return { annotations, images };
}

function imagesOf(db: Sqlite, where: string, ...values: readonly (string | number)[]): number[] {
  return db
    .rows<readonly [number]>(
      `SELECT DISTINCT image_id FROM annotations WHERE ${where} AND image_id IS NOT NULL`,
      ...values,
    )
    .map(([id]) => id);
}

const changes = (db: Sqlite): number => db.value<number>('SELECT changes()') ?? 0;
