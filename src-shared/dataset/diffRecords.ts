/** What is different between two images, two categories, and what stands beside the lists: all that is no mask. */
import { deepEqual } from '../document/equal';
import { pairUp } from './diffPairs';
import type { DatasetView, ViewCategory, ViewImage } from './view';

export type ImageFacet = 'size' | 'tags' | 'split' | 'id' | 'fields';
export type CategoryFacet = 'supercategory' | 'kind' | 'number' | 'order' | 'fields';

export interface ChangedRecord<T extends string> {
  readonly name: string;
  readonly what: readonly T[];
}

export interface Differences<Lone, Changed> {
  /** Only in the second dataset. */
  readonly added: readonly Lone[];
  /** Only in the first one. */
  readonly removed: readonly Lone[];
  readonly changed: readonly Changed[];
  readonly same: number;
}

/** What both sides state, as they are of one format that does. */
export interface Stated {
  /** Both are of one format. */
  readonly sameFormat: boolean;
  /** The numbers of categories. */
  readonly numbers: boolean;
  /** Fields that nobody here interprets. */
  readonly records: boolean;
}

/** `ids`: whether other ids are told; where images came or went they are no more than what follows. */
export function imageChanges(
  a: ViewImage,
  b: ViewImage,
  { sameFormat, records, ids }: Stated & { readonly ids: boolean },
): ImageFacet[] {
  const what: ImageFacet[] = [];
  // Where one of them does not know the size, there is no difference to tell.
  const isKnown = a.width > 0 && b.width > 0;
  if (isKnown && (a.width !== b.width || a.height !== b.height)) what.push('size');
  if (!deepEqual([...a.tags].sort(), [...b.tags].sort())) what.push('tags');
  if (isMoved(a.statedSplit, b.statedSplit, sameFormat)) what.push('split');
  if (ids && idOf(a) !== idOf(b)) what.push('id');
  if (records && haveOtherFields(a.text, b.text, knownOfImages)) what.push('fields');
  return what;
}

/** Formats without splits say nothing; one that has them may have an image in none. */
function isMoved(a: string | null | undefined, b: string | null | undefined, sameFormat: boolean): boolean {
  if (a === undefined || b === undefined) return false;
  return a !== b && (sameFormat || (a !== null && b !== null));
}

export function diffCategories(
  before: readonly ViewCategory[],
  after: readonly ViewCategory[],
  stated: Stated & {
    /** Numbers of the categories of each side, by their ids, where the ids are none. */
    readonly given?: readonly [ReadonlyMap<number, number>, ReadonlyMap<number, number>];
  },
): Differences<string, ChangedRecord<CategoryFacet>> {
  const { pairs, added } = pairUp(before, after, ({ name }) => name);
  const moved = stated.records ? movedOnes(pairs, after) : new Set<ViewCategory>();
  const removed: string[] = [];
  const changed: ChangedRecord<CategoryFacet>[] = [];
  let same = 0;
  for (const [a, b] of pairs) {
    if (!b) removed.push(a.name);
    else {
      const what: CategoryFacet[] = [];
      if ((a.supercategory ?? '') !== (b.supercategory ?? '')) what.push('supercategory');
      if ((a.isThing ?? true) !== (b.isThing ?? true)) what.push('kind');
      const [old, now] = [stated.given?.[0].get(a.id), stated.given?.[1].get(b.id)];
      const isOther = old !== undefined && now !== undefined && old !== now;
      if (isOther || (stated.numbers && numberOf(a) !== numberOf(b))) what.push('number');
      if (moved.has(a)) what.push('order');
      if (stated.records && haveOtherFields(a.text, b.text, knownOfCategories)) what.push('fields');
      if (what.length > 0) changed.push({ name: a.name, what });
      else same++;
    }
  }
  return { added: added.map(({ name }) => name), removed, changed, same };
}

/** Those of the first list that stand elsewhere among the common ones of the second. */
function movedOnes(
  pairs: readonly (readonly [ViewCategory, ViewCategory | null])[],
  after: readonly ViewCategory[],
): ReadonlySet<ViewCategory> {
  const common = pairs.filter((pair): pair is readonly [ViewCategory, ViewCategory] => pair[1] !== null);
  const others = new Set(common.map(([, b]) => b));
  const places = new Map(after.filter((one) => others.has(one)).map((one, place) => [one, place]));
  return new Set(common.flatMap(([a, b], place) => (places.get(b) === place ? [] : [a])));
}

/** Names of what stands beside the lists, such as `info`, and says something else. */
export function changedParts(before: DatasetView, after: DatasetView): string[] {
  const [a, b] = [before, after].map(
    (view) => new Map(view.parts().flatMap(([key, raw]) => (raw === null ? [] : [[key, raw] as const]))),
  );
  return [...new Set([...a.keys(), ...b.keys()])].filter((key) => {
    const [old, now] = [a.get(key), b.get(key)];
    return old !== now && !deepEqual(parsed(old), parsed(now));
  });
}

const idOf = ({ id, idText }: ViewImage | ViewCategory) => idText ?? String(id);

/** As its own record says it; a reader may have ids of its own. */
function numberOf(category: ViewCategory): string {
  const said = fieldsOf(category.text)?.id;
  return said === undefined ? idOf(category) : JSON.stringify(said);
}

const knownOfImages = new Set(['id', 'file_name', 'width', 'height', 'tags']);
const knownOfCategories = new Set(['id', 'name', 'supercategory', 'isthing']);

function haveOtherFields(a: string | null, b: string | null, known: ReadonlySet<string>): boolean {
  if (a === b) return false;
  const [old, now] = [a, b].map((text) =>
    Object.entries(fieldsOf(text) ?? {})
      .filter(([key]) => !known.has(key))
      .sort(([x], [y]) => (x < y ? -1 : 1)),
  );
  return !deepEqual(old, now);
}

function fieldsOf(text: string | null): Readonly<Record<string, unknown>> | null {
  const value = parsed(text ?? undefined);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Of a format that is no JSON.
    return text;
  }
}
