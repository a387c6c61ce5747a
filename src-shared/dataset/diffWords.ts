/** What is different between two datasets, for people: counts of each kind, with the first ones by name. */
import { counted } from '../errors/counted';
import type { ChangedAnnotation, DatasetDiff, DiffAnnotation } from './diff';
import type { CategoryFacet, ChangedRecord, Differences, ImageFacet } from './diffRecords';

/** Of one kind, how many there are, and the first of them. */
export interface Some<T> {
  readonly count: number;
  readonly first: readonly T[];
}

export interface SomeChanged<T> extends Some<T> {
  /** What of them is another one, and of how many. */
  readonly facets: readonly (readonly [facet: string, count: number])[];
}

/** Nothing that is known, more than is compared, damaged, another format that is not replaced, or nothing that is. */
type WhyNotCompared = 'no-dataset' | 'too-large' | 'unreadable' | 'other-format' | 'nothing-there';

interface KindOverview<Lone, Changed> {
  readonly added: Some<Lone>;
  readonly removed: Some<Lone>;
  readonly changed: SomeChanged<Changed>;
}

/** A difference that is small enough to be sent and shown, however large the datasets are. */
export interface DiffOverview {
  readonly images: KindOverview<string, ChangedRecord<ImageFacet>>;
  readonly categories: KindOverview<string, ChangedRecord<CategoryFacet>>;
  readonly annotations: KindOverview<DiffAnnotation, ChangedAnnotation>;
  /** Names of what stands beside the lists. */
  readonly parts: Some<string>;
}

/** What an export would change in what lies at its target, or why that is not known. */
export type Compared =
  | {
      /** Title of the format of what is there. */
      readonly format: string;
      readonly changes: DiffOverview;
      readonly why: null;
    }
  | NotCompared;

/** Names of files that are there besides; absent: there are none. */
export interface Beside {
  /** Of an earlier export, and removed: they are no longer part of it. */
  readonly goes?: readonly string[];
  /** Of an earlier export, not written this time, and left as they are. */
  readonly stays?: readonly string[];
  /** Written over, and not what the last export left there. */
  readonly changedSince?: readonly string[];
}

export type ExportChanges = Compared & Beside;

/** What is there cannot be compared; `message` says what is wrong with it. */
export interface NotCompared {
  readonly format: string | null;
  readonly changes: null;
  readonly why: WhyNotCompared;
  readonly message?: string;
  /** Two datasets would lie in one folder. */
  readonly mixes?: boolean;
}

/** `most`: how many of a kind are kept by name. */
export function overviewOf({ images, categories, annotations, parts }: DatasetDiff, most: number): DiffOverview {
  const some = <T>(list: readonly T[]): Some<T> => ({ count: list.length, first: list.slice(0, most) });
  const kind = <Lone, Changed extends { readonly what: readonly string[] }>({
    added,
    removed,
    changed,
  }: Differences<Lone, Changed>): KindOverview<Lone, Changed> => {
    const counts = new Map<string, number>();
    for (const { what } of changed) for (const facet of what) counts.set(facet, (counts.get(facet) ?? 0) + 1);
    return { added: some(added), removed: some(removed), changed: { ...some(changed), facets: [...counts] } };
  };
  return { images: kind(images), categories: kind(categories), annotations: kind(annotations), parts: some(parts) };
}

const kinds = [
  ['images', 'image'],
  ['categories', 'category'],
  ['annotations', 'annotation'],
] as const;

/** A sentence a kind: `2 images added`, `3 annotations changed (2 masks, 1 category)`. */
export function diffSentences(diff: DiffOverview): string[] {
  const facets = (list: SomeChanged<unknown>['facets']) =>
    list.map(([facet, count]) => `${facet} ${count.toLocaleString('en')}`).join(', ');
  const sentences: string[] = [];
  for (const [list, one] of kinds) {
    const { added, removed, changed } = diff[list];
    if (added.count > 0) sentences.push(`${counted(added.count, one)} added`);
    if (removed.count > 0) sentences.push(`${counted(removed.count, one)} removed`);
    if (changed.count > 0) sentences.push(`${counted(changed.count, one)} changed (${facets(changed.facets)})`);
  }
  if (diff.parts.count > 0) sentences.push(`${counted(diff.parts.count, 'other field')} changed`);
  return sentences;
}

/** A heading, and a line for each that is kept by name. */
export interface DiffSection {
  readonly title: string;
  readonly count: number;
  readonly lines: readonly string[];
}

/** Those of which there are any. */
export function diffSections(diff: DiffOverview): DiffSection[] {
  const section = <T>(title: string, { count, first }: Some<T>, lineOf: (one: T) => string): DiffSection[] =>
    count === 0 ? [] : [{ title, count, lines: first.map(lineOf) }];
  const itself = (name: string) => name;
  const record = ({ name, what }: ChangedRecord<string>) => `${name}: ${what.join(', ')}`;
  const { images, categories, annotations, parts } = diff;
  return [
    ...section('images added', images.added, itself),
    ...section('images removed', images.removed, itself),
    ...section('images changed', images.changed, record),
    ...section('categories added', categories.added, itself),
    ...section('categories removed', categories.removed, itself),
    ...section('categories changed', categories.changed, record),
    ...section('annotations added', annotations.added, lineOf),
    ...section('annotations removed', annotations.removed, lineOf),
    ...section('annotations changed', annotations.changed, changeOf),
    ...section('other fields changed', parts, itself),
  ];
}

/** The sections as lines of text, what is not named counted. */
export const diffLines = (diff: DiffOverview): string[] =>
  diffSections(diff).flatMap(({ title, count, lines }) => {
    const more = count > lines.length ? [`  and ${(count - lines.length).toLocaleString('en')} more`] : [];
    return [`${title} (${count})`, ...lines.map((line) => `  ${line}`), ...more];
  });

const lineOf = ({ image, category, ids: [a, b] }: DiffAnnotation) => `${image}, annotation ${a ?? b}: ${category}`;

function changeOf(change: ChangedAnnotation): string {
  const { image, category, ids, what, iou, oldCategory } = change;
  const facets = what.map((facet) => {
    if (facet === 'mask' && iou !== undefined) return `mask (IoU ${iou.toFixed(4)})`;
    return facet === 'category' ? `category ${oldCategory} → ${category}` : facet;
  });
  const who = ids[0] === ids[1] ? `annotation ${ids[0]}` : `annotation ${ids[0]} → ${ids[1]}`;
  return `${image}, ${who}: ${facets.join(', ')}`;
}

/** A sentence on what was not compared. */
export function whyNotCompared({ format, why, message }: NotCompared): string {
  if (why === 'other-format') return `It holds a dataset (${format}) that stays beside what is written.`;
  if (why === 'no-dataset') return 'It is no dataset that can be compared.';
  if (why === 'too-large') return 'It is too large to be compared.';
  if (why === 'nothing-there') return 'Nothing is written over.';
  return `It cannot be compared: ${message ?? 'it is damaged'}.`;
}

/** What becomes of files beside those that are compared, a sentence each. */
export function besideSentences({ goes = [], stays = [], changedSince = [] }: Beside): string[] {
  const sentences: string[] = [];
  if (changedSince.length > 0) {
    const was = changedSince.length === 1 ? 'was' : 'were';
    sentences.push(
      `${namesOf(changedSince)} ${was} last written by another program: what this export does not say is lost`,
    );
  }
  if (stays.length > 0) {
    const [stay, it] = stays.length === 1 ? ['stays as it is', 'it'] : ['stay as they are', 'them'];
    const both = `tools that read ${it} too may see images twice`;
    sentences.push(`${namesOf(stays)} ${stay}: this export does not write ${it}, and ${both}`);
  }
  if (goes.length > 0) {
    sentences.push(
      `${namesOf(goes)} of the earlier export ${goes.length === 1 ? 'is' : 'are'} removed: no longer part of it`,
    );
  }
  return sentences;
}

const namesOf = (names: readonly string[]): string =>
  names.length > 3
    ? `${names.slice(0, 3).join(', ')} and ${(names.length - 3).toLocaleString('en')} more`
    : names.join(', ');
