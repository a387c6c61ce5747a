/** The list of categories at the head of a file, compared with what the project says of them. */
import type { ViewCategory } from '../dataset/view';

export interface DeclaredChanges {
  /** What each entry is called now, in the order of the file; null: its category is gone. */
  readonly names: readonly (string | null)[];
  /** Those to write after them. */
  readonly added: readonly ViewCategory[];
}

/**
 * null where the list says all there is to say. The readers number categories from 1 in the order of the list, a name that
 * repeats once. `isUsedUndeclared`: the file has objects of that name as it is; what it never declared stays so.
 */
export function declaredChanges(
  declared: readonly string[],
  categories: readonly ViewCategory[],
  isUsedUndeclared: (name: string) => boolean,
): DeclaredChanges | null {
  const ids = new Map<string, number>();
  for (const name of declared) if (!ids.has(name)) ids.set(name, ids.size + 1);
  const byId = new Map(categories.map((category) => [category.id, category]));
  const names = declared.map((name) => byId.get(ids.get(name)!)?.name ?? null);
  const added = categories.filter(({ id, name }) => id > ids.size && !isUsedUndeclared(name));
  return added.length === 0 && names.every((name, index) => name === declared[index]) ? null : { names, added };
}
