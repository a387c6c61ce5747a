/** What a dataset says, record by record, whatever format it is written in; readers of formats hand these to a `DatasetSink`. */
import type { LabelValues } from '../document/labelValues';
import type { Segmentation } from '../document/types';
import type { Box } from '../geometry/box';
import type { Issue, IssueCode } from './finding';

/**
 * What a record says in an id field: a safe integer, or the JSON text of anything else (a text id, a number too large to hold
 * exactly), so that records with such ids still find each other and the text can be written back.
 */
export type IdRef = number | string;

export interface ImageRecord {
  readonly id: IdRef | null;
  /** Below the dataset's images folder, with `/`; kept as the file writes it. */
  readonly fileName: string;
  /** Pixels; null where the record does not say. */
  readonly width: number | null;
  readonly height: number | null;
  readonly tags?: readonly string[];
  /** train, val or test, as the dataset has it; null: none of them, absent: it does not say. */
  readonly split?: string | null;
}

export interface CategoryRecord {
  readonly id: IdRef | null;
  readonly name: string;
  readonly supercategory: string | null;
  /** `#rrggbb`; absent: the format has none. */
  readonly color?: string | null;
  /** false: stuff; null or absent: the record does not say. */
  readonly isThing?: boolean | null;
}

/** What an annotation is about, apart from whose it is. */
export interface AnnotationContent {
  /** null: a box without a mask. */
  readonly segmentation: Segmentation | null;
  /** null: the segmentation's. */
  readonly bbox: Box | null;
  readonly area: number | null;
  readonly isCrowd: boolean;
  readonly score: number | null;
  /** Every key that this product does not interpret. */
  readonly extra: Readonly<Record<string, unknown>>;
}

export interface AnnotationRecord {
  readonly id: IdRef | null;
  readonly imageId: IdRef | null;
  readonly categoryId: IdRef | null;
  /** `[height, width]` that a mask in the record says it has; null: no mask, or none that could disagree with the image. */
  readonly maskSize: readonly [number, number] | null;
  /** null: the record's text says it, and is read again when it is needed (COCO: there may be a million). */
  readonly content: AnnotationContent | null;
}

/** Where a record stands; what an error about it names. */
export interface SourcePlace {
  readonly file?: string;
  /** JSON pointer, or another path inside the file. */
  readonly pointer: string;
  readonly line?: number;
  readonly offset?: number;
}

/**
 * Takes a dataset in as it is read. `text` is the record's source text in its own format: an untouched record is written from
 * it when the project leaves in the same format. Records may come in any order; who means whom is settled at the end.
 */
export interface DatasetSink {
  /** Annotations come with their content, also where their text says it. */
  readonly wantsContent?: boolean;
  /** Records come with what is wrong with certainty put right, and each change is told here; absent: as they are. */
  mended?(code: IssueCode, message: string, at: SourcePlace): void;
  /** A text of the file that is no record's (a header, a further key); `null`: the list of that name stood here. */
  part(key: string, raw: string | null): void;
  image(record: ImageRecord, text: string | null, at: SourcePlace): void;
  category(record: CategoryRecord, text: string | null, at: SourcePlace): void;
  annotation(record: AnnotationRecord, text: string | null, at: SourcePlace): void;
  /** What the dataset's label maps call pixels without a class; formats that have none say nothing. */
  labelValues?(values: LabelValues): void;
  /** An issue of severity `error` ends the reading: nothing half-read is of use to anyone. */
  issue(issue: Issue, at: SourcePlace): void;
}
