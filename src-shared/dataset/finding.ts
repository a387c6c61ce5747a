/** What a scan, an import or a linter has to say about a file or a record. */

/** Kinds of findings: those about a record of a dataset, and those about files. */
export type FindingCode =
  | IssueCode
  | 'folder-missing'
  | 'image-missing'
  | 'image-found-separators'
  | 'image-found-unicode'
  | 'image-pages'
  | 'image-found-url'
  | 'image-found-base-name'
  | 'image-size'
  | 'image-damaged'
  | 'image-unturned'
  | 'linked-folder'
  | 'more';

/** One finding of a scan or an import, about one file or one record. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  /** What kind of fault it is; what programs compare and group by. */
  readonly code?: FindingCode;
  readonly message: string;
  readonly file?: string;
  readonly pointer?: string;
  /** From 1, where the file is a text and the place in it is known. */
  readonly line?: number;
  /** Of a project: whom it is about. */
  readonly imageId?: number;
  readonly annotationId?: number;
  readonly repair?: Repair;
  /** How many that are not listed it stands for; absent: it is one. */
  readonly count?: number;
}

/** What kind of fault a finding is about; what programs compare, group and filter by (sentences are for people). */
export type IssueCode =
  | 'record-type'
  | 'id-type'
  | 'id-text'
  | 'id-missing'
  | 'id-inexact'
  | 'id-not-positive'
  | 'file-name'
  | 'image-side'
  | 'image-too-large'
  | 'category-name-type'
  | 'number-type'
  | 'number-empty'
  | 'iscrowd-value'
  | 'score-type'
  | 'box-type'
  | 'box-negative'
  | 'box-far'
  | 'segmentation-type'
  | 'ring-type'
  | 'ring-flat'
  | 'ring-odd'
  | 'ring-short'
  | 'ring-far'
  | 'rle-size'
  | 'rle-counts'
  | 'rle-bytes-text'
  | 'rle-sum'
  | 'mask-size'
  | 'duplicate-id'
  | 'dangling-image'
  | 'dangling-category'
  | 'category-name'
  | 'outside'
  | 'crowd-polygons'
  | 'stale-area'
  | 'stale-bbox'
  | 'zero-area'
  | 'fragment'
  | 'duplicate'
  | 'same-file'
  | 'shape-skipped'
  | 'file-left-out'
  | 'part-left-out'
  | 'heading-left-out'
  | 'class-unknown'
  | 'line-values'
  | 'coordinates'
  | 'size-unknown'
  | 'map-missing'
  | 'map-resized'
  | 'masks-overlap'
  | 'segment-empty'
  | 'segment-unlisted';

/** A fault in one record. Errors make a file unusable; warnings are reported and the value is kept as it came. */
export interface Issue {
  readonly code: IssueCode;
  readonly severity: 'error' | 'warning';
  /** JSON pointer into the file. */
  readonly pointer: string;
  readonly message: string;
  /** What the user can have done about it. */
  readonly repair?: Repair;
}

/** Faults that can be put right with certainty, once the user says so. */
export type Repair = 'swap-mask-sizes';
