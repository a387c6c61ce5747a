/** What of the image list is shown, as a pure function of its rows. */
import type { ReviewStatus } from '@shared/document/types';
import type { ImageRow } from '@shared/project/types';
import { compares, type FilterWord, parseFilter } from './filterWords';

/** `not-done`: new or in progress. */
export type StatusFilter = 'any' | 'not-done' | ReviewStatus;

export interface ImageFilter {
  /** What is typed: parts of the name or of a tag, `tag:night`, review states, `no annotations`, `annotations>5`; all must fit. */
  readonly search: string;
  readonly status: StatusFilter;
  readonly categoryId: number | null;
  readonly withProposals: boolean;
  readonly withProblem: boolean;
  /** Only these images: what something else has found, e.g. a check. */
  readonly places: FoundPlaces | null;
}

/** Annotations, by image, with what they have in common. */
export interface FoundPlaces {
  readonly label: string;
  readonly annotations: ReadonlyMap<number, readonly number[]>;
}

/** What is found without an annotation is about the image itself. */
export function byImage(
  places: readonly { readonly imageId?: number | null; readonly annotationId?: number }[],
): ReadonlyMap<number, readonly number[]> {
  const annotations = new Map<number, number[]>();
  for (const { imageId, annotationId } of places) {
    if (imageId === undefined || imageId === null) continue;
    const ids = annotations.get(imageId) ?? [];
    if (annotationId !== undefined) ids.push(annotationId);
    annotations.set(imageId, ids);
  }
  return annotations;
}

export const noFilter: ImageFilter = {
  search: '',
  status: 'any',
  categoryId: null,
  withProposals: false,
  withProblem: false,
  places: null,
};

/** More than what is typed decides which images are shown. */
export function isNarrowed({ status, categoryId, withProposals, withProblem, places }: ImageFilter): boolean {
  return status !== 'any' || categoryId !== null || withProposals || withProblem || places !== null;
}

export function isUnfinished({ status }: Pick<ImageRow, 'status'>): boolean {
  return status === 'new' || status === 'in-progress';
}

/** For the field's tooltip and where nothing fits. */
export const imageFilterHelp =
  'part of a name or tag · tag:night, no tags · new, in progress, done, rejected, not done · no annotations, annotations>5 · unlabelled>1 (% of its pixels) · proposals, problem · -word leaves out';

const language = { phrases: ['no annotations', 'no annotation', 'no tags', 'in progress', 'not done'], keys: ['tag'] };

const states: Readonly<Record<string, (row: ImageRow) => boolean>> = {
  'no annotations': ({ annotationCount }) => annotationCount === 0,
  'no annotation': ({ annotationCount }) => annotationCount === 0,
  'no tags': ({ tags }) => tags === undefined,
  'not done': isUnfinished,
  new: ({ status }) => status === 'new',
  'in progress': ({ status }) => status === 'in-progress',
  done: ({ status }) => status === 'done',
  rejected: ({ status }) => status === 'rejected',
  proposals: ({ proposalCount }) => proposalCount > 0,
  problem: ({ problem }) => problem !== null,
};

const numbers: Readonly<Record<string, (row: ImageRow) => number>> = {
  annotations: ({ annotationCount }) => annotationCount,
  proposals: ({ proposalCount }) => proposalCount,
  width: ({ width }) => width,
  height: ({ height }) => height,
  // In percent; what is not counted yet fits nothing.
  unlabelled: ({ unlabelled, width, height }) =>
    unlabelled === undefined ? NaN : (100 * unlabelled) / (width * height),
};

/** The search is about how much of each image is unlabelled, which has to be counted first. */
export function asksUnlabelled({ search }: ImageFilter): boolean {
  return parseFilter(search, language).some((word) => word.kind === 'compare' && word.field === 'unlabelled');
}

function fits(row: ImageRow, word: FilterWord): boolean {
  const name = row.fileName.toLowerCase();
  if (word.kind === 'compare') {
    const actual = numbers[word.field]?.(row);
    return actual === undefined ? name.includes(word.text) : compares(actual, word.operator, word.value);
  }
  const hasTag = (text: string) => row.tags?.some((tag) => tag.toLowerCase().includes(text)) ?? false;
  if (word.kind === 'key') return hasTag(word.value);
  // A file may be called so.
  return (!word.quoted && states[word.text]?.(row)) || name.includes(word.text) || hasTag(word.text);
}

/** `inCategory`: ids of the images with the category of the filter, when it has one. */
export function filterRows(
  rows: readonly ImageRow[],
  filter: ImageFilter,
  inCategory: ReadonlySet<number> | null,
): readonly ImageRow[] {
  const words = parseFilter(filter.search, language);
  const { status, withProposals, withProblem, places } = filter;
  if (words.length === 0 && !isNarrowed(filter) && !inCategory) return rows;
  return rows.filter(
    (row) =>
      (status === 'any' || (status === 'not-done' ? isUnfinished(row) : row.status === status)) &&
      (!withProposals || row.proposalCount > 0) &&
      (!withProblem || row.problem !== null) &&
      (!inCategory || inCategory.has(row.id)) &&
      (!places || places.annotations.has(row.id)) &&
      words.every((word) => fits(row, word) !== word.negated),
  );
}
