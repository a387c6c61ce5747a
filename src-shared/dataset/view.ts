/** A dataset as the writers of formats see it: a project, or what was read from another file. */
import type { Annotation, Category, ReviewStatus } from '../document/types';
import type { LabelValues } from '../document/labelValues';
import type { ErrorPlace } from '../errors/appError';

export interface ViewImage {
  readonly id: number;
  /** JSON text of the id as the source spells it; null: the source was no COCO file, or had no id of its own. */
  readonly idText: string | null;
  readonly fileName: string;
  /** Pixels; 0 where nobody knows. */
  readonly width: number;
  readonly height: number;
  readonly tags: readonly string[];
  readonly status: ReviewStatus;
  /** Source text of the record, in the view's `textFormat`; null: it came from no file of that format. */
  readonly text: string | null;
  /** How many annotations it came with, and none was added, removed, edited or moved since. */
  readonly untouched: boolean;
  /** The part of a split it belongs to; absent: no split was asked for. */
  readonly split?: string;
  /** The part that its dataset has it in; null: in none, absent: that is not said. */
  readonly statedSplit?: string | null;
  /** Of an augmented copy the image that it is of. */
  readonly copyOf?: number;
}

export interface ViewCategory extends Pick<Category, 'id' | 'name' | 'supercategory' | 'color' | 'isThing'> {
  readonly idText: string | null;
  readonly text: string | null;
}

/** The getters parse where that has not been done yet: untouched records of a large COCO file leave without it. */
export interface ViewAnnotation {
  readonly id: number;
  readonly imageId: number | null;
  readonly categoryId: number;
  /** Source text, in the view's `textFormat`. */
  readonly text: string | null;
  /** Whether it says nothing but its text. */
  readonly untouched: boolean;
  readonly annotation: Annotation;
  /** What its text says; null where it has none. */
  readonly baseline: Annotation | null;
  /** Where it stood in its file, for errors. */
  readonly place: ErrorPlace;
}

export interface DatasetView {
  /** The format of the records' texts and parts; null: they have none. */
  readonly textFormat: string | null;
  readonly name: string;
  readonly imageCount: number;
  readonly annotationCount: number;
  /** What label maps call pixels without a class; absent: nobody has said. */
  readonly labelValues?: LabelValues;
  /** Names of images that the dataset has and this part of it has not; absent: it is all of it. */
  readonly leftOut?: ReadonlySet<string>;
  /** Texts of the source that are no record's, in order; null: the list of that name. Empty for other formats' views. */
  parts(): readonly (readonly [key: string, raw: string | null])[];
  categories(): readonly ViewCategory[];
  images(): Iterable<ViewImage>;
  image(id: number): ViewImage | undefined;
  /** In painter's order. */
  annotationsOf(imageId: number): readonly ViewAnnotation[];
  /** All of them, in the order of the file they came from. */
  annotations(): Iterable<ViewAnnotation>;
}
