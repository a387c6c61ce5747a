import { describe, expect, it } from 'vitest';
import {
  asksUnlabelled,
  byImage,
  filterRows,
  isNarrowed,
  noFilter,
  type ImageFilter,
} from '../../../../src-renderer/session/imageFilter';
import type { ImageRow } from '@shared/project/types';
import { imageRow } from './imageRow';

const row = (id: number, more: Partial<ImageRow> = {}) => imageRow(id, { fileName: `Image-${id}.PNG`, ...more });

const rows = [
  row(1, { status: 'done' }),
  row(2, { proposalCount: 3, tags: ['Heavy rain'] }),
  row(3, { status: 'in-progress', problem: { code: 'empty' }, annotationCount: 2 }),
  row(4, { status: 'rejected', proposalCount: 1, tags: ['Night', 'city'] }),
];
const found = (filter: Partial<ImageFilter>, inCategory: ReadonlySet<number> | null = null) =>
  filterRows(rows, { ...noFilter, ...filter }, inCategory).map(({ id }) => id);

describe('the filter of the image list', () => {
  it('is the list itself when nothing is asked', () => {
    expect(filterRows(rows, { ...noFilter, search: '  ' }, null)).toBe(rows);
  });

  it('asks for name, status, proposals, problems and category, all at once', () => {
    expect(found({ search: 'image-2' })).toEqual([2]);
    expect(found({ status: 'not-done' })).toEqual([2, 3]);
    expect(found({ status: 'rejected' })).toEqual([4]);
    expect(found({ withProposals: true })).toEqual([2, 4]);
    expect(found({ withProblem: true })).toEqual([3]);
    expect(found({ categoryId: 1 }, new Set([1, 4]))).toEqual([1, 4]);
    expect(found({ withProposals: true, search: '.png' }, new Set([1, 4]))).toEqual([4]);
  });

  it('is narrowed by everything but what is typed', () => {
    const narrowed = (filter: Partial<ImageFilter>) => isNarrowed({ ...noFilter, ...filter });
    expect([{}, { search: 'done' }].map(narrowed)).toEqual([false, false]);
    const places = { label: 'Stale', annotations: new Map() };
    const each = [
      { status: 'done' },
      { categoryId: 1 },
      { withProposals: true },
      { withProblem: true },
      { places },
    ] as const;
    expect(each.map(narrowed)).toEqual(each.map(() => true));
  });

  it('shows only the images that something has found, with the rest of the filter', () => {
    const places = { label: 'Stale', annotations: byImage([{ imageId: 3, annotationId: 7 }, { imageId: 4 }, {}]) };
    expect(places.annotations).toEqual(new Map([[3, [7]], [4, []]])); // prettier-ignore
    expect(found({ places })).toEqual([3, 4]);
    expect(found({ places, withProposals: true })).toEqual([4]);
  });

  it.each<[string, readonly number[]]>([
    ['no annotations', [1, 2, 4]],
    ['annotations>1', [3]],
    ['done', [1]],
    ['in progress', [3]],
    ['not done', [2, 3]],
    ['rejected proposals', [4]],
    ['-done  no annotation', [2, 4]],
    ['new', [2]],
    ['problem', [3]],
    ['"new"', []],
    ['image 3', [3]],
    ['annotations>', [1, 2, 3, 4]],
    ['"image-3" new', []],
    ['tag:night', [4]],
    ['tag:"heavy rain"', [2]],
    ['tag:', [1, 2, 3, 4]],
    ['-tag:rain', [1, 3, 4]],
    ['no tags', [1, 3]],
    ['Rain', [2]],
  ])('understands %s', (search, ids) => expect(found({ search })).toEqual(ids));

  it('finds what is part of a name, even where it is a word with a meaning', () => {
    const named = [row(1, { fileName: 'new york.jpg', status: 'done' }), row(2, { fileName: 'b.jpg' })];
    const ids = (search: string) => filterRows(named, { ...noFilter, search }, null).map(({ id }) => id);
    expect(ids('new')).toEqual([1, 2]);
    expect(ids('"new y"')).toEqual([1]);
    expect(ids('a=1')).toEqual([]);
  });

  it('compares how much is unlabelled in percent, of what is counted', () => {
    const sized = { width: 20, height: 10 };
    const list = [
      row(1, { ...sized, unlabelled: 0 }),
      row(2, { ...sized, unlabelled: 2 }),
      row(3, { ...sized, unlabelled: 3 }),
      row(4, sized),
      row(5, { width: 0, height: 0 }),
    ];
    const ids = (search: string) => filterRows(list, { ...noFilter, search }, null).map(({ id }) => id);
    expect(ids('unlabelled>1')).toEqual([3]);
    expect(ids('unlabelled>=1')).toEqual([2, 3]);
    expect(ids('unlabelled=0')).toEqual([1]);
    expect(
      ['unlabelled>1', 'night unlabelled=0', 'unlabelled', 'annotations>1'].map((search) =>
        asksUnlabelled({ ...noFilter, search }),
      ),
    ).toEqual([true, true, false, false]);
  });
});
