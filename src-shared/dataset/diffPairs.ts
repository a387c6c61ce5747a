/** Which image or category of one dataset is which of another: by name, and where a name is used twice, one by one. */
import type { ViewImage } from './view';

/** Same name, else the same file name where only one image on each side has it: formats put images into folders of their own. */
export function pairImages(
  before: readonly ViewImage[],
  after: readonly ViewImage[],
): (readonly [ViewImage | null, ViewImage | null])[] {
  const key = (name: string) => name.normalize('NFC').replace(/\\/g, '/');
  const base = (name: string) => key(name).slice(key(name).lastIndexOf('/') + 1);
  const { pairs, added: left } = pairUp(before, after, ({ fileName }) => key(fileName));
  const paired = pairs.map(([a, b]): [ViewImage, ViewImage | null] => [a, b]);
  const byBase = groupBy(left, ({ fileName }) => base(fileName));
  const alone = groupBy(
    paired.filter(([, b]) => !b),
    ([a]) => base(a.fileName),
  );
  const taken = new Set<ViewImage>();
  for (const [name, lone] of alone) {
    const candidates = byBase.get(name) ?? [];
    if (lone.length !== 1 || candidates.length !== 1) continue;
    lone[0][1] = candidates[0];
    taken.add(candidates[0]);
  }
  const added = left.filter((image) => !taken.has(image)).map((b) => [null, b] as const);
  return [...paired, ...added];
}

/** Those of one key: of several, first those of one number, then the others in their order. */
export function pairUp<T extends { readonly id: number }>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (one: T) => string,
): { readonly pairs: readonly (readonly [T, T | null])[]; readonly added: readonly T[] } {
  const groups = new Map([...groupBy(after, keyOf)].map(([key, list]) => [key, new Map(list.map((b) => [b.id, b]))]));
  const partners = new Map<T, T>();
  const take = (a: T, b: T | undefined) => {
    if (!b) return;
    partners.set(a, b);
    groups.get(keyOf(a))!.delete(b.id);
  };
  for (const a of before) take(a, groups.get(keyOf(a))?.get(a.id));
  for (const a of before) if (!partners.has(a)) take(a, groups.get(keyOf(a))?.values().next().value as T | undefined);
  const taken = new Set(partners.values());
  return { pairs: before.map((a) => [a, partners.get(a) ?? null]), added: after.filter((b) => !taken.has(b)) };
}

function groupBy<T>(list: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return groups;
}
