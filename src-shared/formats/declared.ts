/** The list of categories at the head of a file, compared with what the project says of them. */
import type { ViewCategory } from '../dataset/view';

export interface DeclaredChanges {
  /** What each entry is called now, in the order of the file; null: its category is gone, and nothing else has the name. */
  readonly names: readonly (string | null)[];
  /** Those to write after them. */
  readonly added: readonly ViewCategory[];
  /** New names by old ones: what is no annotation of ours but has the label takes it too. */
  readonly renames: ReadonlyMap<string, string>;
}

interface Uses {
  /** The file has objects of that name as it is: what it never declared stays so. */
  readonly isUsed: (name: string) => boolean;
  /** Something has the name that is no annotation of ours. */
  readonly isOthers: (name: string) => boolean;
}

/**
 * null where the list says all there is to say. The readers number categories from 1 in the order of the list, a name that
 * repeats once.
 */
export function declaredChanges(
  declared: readonly string[],
  categories: readonly ViewCategory[],
  { isUsed, isOthers }: Uses,
): DeclaredChanges | null {
  const ids = new Map<string, number>();
  for (const name of declared) if (!ids.has(name)) ids.set(name, ids.size + 1);
  const byId = new Map(categories.map((category) => [category.id, category]));
  const now = new Set(categories.map(({ name }) => name));
  const names = declared.map(
    (name) => byId.get(ids.get(name)!)?.name ?? (!now.has(name) && isOthers(name) ? name : null),
  );
  const added = categories.filter(({ id, name }) => id > ids.size && (ids.has(name) || !isUsed(name)));
  const renames = new Map(
    declared.flatMap((name, index) => {
      const other = names[index];
      return other === null || other === name ? [] : [[name, other] as const];
    }),
  );
  return added.length === 0 && names.every((name, index) => name === declared[index])
    ? null
    : { names, added, renames };
}
