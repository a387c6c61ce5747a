/** The differences of the parts of a split, as those of one dataset. */
import type { DatasetDiff } from './diff';
import type { Differences } from './diffRecords';

/** One after the other. */
export function joinDiffs(diffs: readonly DatasetDiff[]): DatasetDiff {
  type Kind = keyof DatasetDiff;
  const all = <K extends Kind>(kind: K) => diffs.map((diff) => diff[kind]);
  const sum = (list: readonly Differences<unknown, unknown>[]) => list.reduce((total, { same }) => total + same, 0);
  const [images, categories, annotations] = [all('images'), all('categories'), all('annotations')];
  const names = (list: readonly string[]) => [...new Set(list)];
  // What came or went in one part may renumber another.
  const told = <T extends { readonly what: readonly string[] }>(list: readonly Differences<unknown, T>[]) => {
    const isOther = list.some(({ added, removed }) => added.length + removed.length > 0);
    return list.flatMap(({ changed }) => changed).filter(({ what }) => !isOther || what.some((one) => one !== 'id'));
  };
  return {
    images: {
      added: images.flatMap(({ added }) => added),
      removed: images.flatMap(({ removed }) => removed),
      changed: told(images),
      same: sum(images),
    },
    categories: {
      added: names(categories.flatMap(({ added }) => added)),
      removed: names(categories.flatMap(({ removed }) => removed)),
      changed: [...new Map(categories.flatMap(({ changed }) => changed.map((one) => [one.name, one]))).values()],
      same: sum(categories),
    },
    annotations: {
      added: annotations.flatMap(({ added }) => added),
      removed: annotations.flatMap(({ removed }) => removed),
      changed: told(annotations),
      same: sum(annotations),
    },
    parts: names(all('parts').flat()),
  };
}
