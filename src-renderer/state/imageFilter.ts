/** What of the image list is shown, as a pure function of its rows. */
import type { ReviewStatus } from '@shared/document/types';
import type { ImageRow } from '@shared/ipc/contract';

/** `not-done`: new or in progress. */
export type StatusFilter = 'any' | 'not-done' | ReviewStatus;

export interface ImageFilter {
  /** Part of the name, whatever its case. */
  readonly search: string;
  readonly status: StatusFilter;
  readonly categoryId: number | null;
  readonly withProposals: boolean;
  readonly withProblem: boolean;
}

export const noFilter: ImageFilter = {
  search: '',
  status: 'any',
  categoryId: null,
  withProposals: false,
  withProblem: false,
};

export function isUnfinished({ status }: Pick<ImageRow, 'status'>): boolean {
  return status === 'new' || status === 'in-progress';
}

/** `inCategory`: ids of the images with the category of the filter, when it has one. */
export function filterRows(
  rows: readonly ImageRow[],
  filter: ImageFilter,
  inCategory: ReadonlySet<number> | null,
): readonly ImageRow[] {
  const words = filter.search.trim().toLowerCase();
  const { status, withProposals, withProblem } = filter;
  if (!words && status === 'any' && !inCategory && !withProposals && !withProblem) return rows;
  return rows.filter(
    (row) =>
      (status === 'any' || (status === 'not-done' ? isUnfinished(row) : row.status === status)) &&
      (!withProposals || row.proposalCount > 0) &&
      (!withProblem || row.problem !== null) &&
      (!inCategory || inCategory.has(row.id)) &&
      (!words || row.fileName.toLowerCase().includes(words)),
  );
}
