/** A project as the writers of formats see it: read row by row, parsed where a writer asks. */
import { voidKey } from '@shared/dataset/voids';
import type { DatasetView, ViewAnnotation, ViewCategory, ViewImage } from '@shared/dataset/view';
import type { LabelValues } from '@shared/document/labelValues';
import type { Annotation, ReviewStatus } from '@shared/document/types';
import { comparePainters } from '@shared/document/patch';
import { formats } from '@shared/formats/registry';
import type { ErrorPlace } from '@shared/errors/appError';
import type { Sqlite } from '../database/database';
import { getNumber, getText, parseTexts } from '../database/meta';
import {
  annotationColumns,
  annotationFromRow,
  type AnnotationRow,
  baselineOfRow,
  isUntouched,
} from '../records/annotations';
import { listOrder } from '../records/categories';
import { readLabelRules } from '../projects/projectSettings';
import { reorderedSlots } from './exportOrder';
import { renamedCategories } from './renamedCategories';

type Size = readonly [height: number, width: number];

/** The images last asked for by id: annotations of an image come together. */
const keptImages = 2000;

/** `db` should be a connection of its own inside a transaction, so that what is read is one state of the project. */
export class ProjectView implements DatasetView {
  readonly textFormat: string;
  readonly name: string;
  readonly imageCount: number;
  readonly annotationCount: number;
  readonly labelValues: LabelValues;
  readonly #db: Sqlite;
  readonly #images = new Map<number, ViewImage | undefined>();
  readonly #importSource: string | null;
  /** Categories whose name stands in the source texts of their annotations as it was before. */
  readonly #renamed: ReadonlySet<number>;

  constructor(db: Sqlite) {
    this.#db = db;
    this.textFormat = getText(db, 'importFormat') ?? 'coco';
    this.name = getText(db, 'name') ?? '';
    this.imageCount = getNumber(db, 'imageCount');
    this.annotationCount = getNumber(db, 'annotationCount');
    this.labelValues = readLabelRules(db);
    this.#importSource = getText(db, 'importSource');
    this.#renamed = formats.get(this.textFormat)?.numbersCategories
      ? new Set()
      : renamedCategories(db, this.textFormat);
  }

  parts(): readonly (readonly [string, string | null])[] {
    return this.#db.rows<readonly [string, string | null]>('SELECT key, raw FROM parts ORDER BY seq');
  }

  /** Those of a file in its order; the user's own order is that of lists, not of ids in a file. */
  categories(): readonly ViewCategory[] {
    const order = this.textFormat.startsWith('coco') ? 'seq' : listOrder;
    return this.#db
      .rows<readonly [number, string | null, string, string | null, string | null, number | null, string | null]>(
        `SELECT id, source_id, name, supercategory, color, is_thing, source FROM categories ORDER BY ${order}`,
      )
      .map(([id, idText, name, supercategory, color, thing, text]) => ({
        id,
        idText,
        name,
        supercategory,
        color,
        text,
        ...(thing === null ? {} : { isThing: thing === 1 }),
      }));
  }

  *images(): Generator<ViewImage> {
    const edited = new Set(
      this.#db
        .rows<readonly [number | null]>(
          `SELECT DISTINCT image_id FROM annotations
           WHERE data IS NOT NULL OR deleted <> 0 OR source IS NULL
           OR (source_category_id IS NOT NULL AND source_category_id <> category_id)
           OR category_id IN (SELECT value FROM json_each(?))`,
          JSON.stringify([...this.#renamed]),
        )
        .map(([id]) => id),
    );
    for (const row of this.#db.iterate<ImageRow>(`SELECT ${imageColumns} FROM images ORDER BY seq`)) {
      yield viewImage(row, !edited.has(row[0]));
    }
  }

  image(id: number): ViewImage | undefined {
    if (this.#images.has(id)) return this.#images.get(id);
    const row = this.#db.row<ImageRow>(`SELECT ${imageColumns} FROM images WHERE id = ?`, id);
    const image = row && viewImage(row, false);
    if (this.#images.size >= keptImages) this.#images.clear();
    this.#images.set(id, image);
    return image;
  }

  annotationsOf(imageId: number): readonly ViewAnnotation[] {
    return this.#db
      .rows<AnnotationRow>(`SELECT ${annotationColumns} FROM annotations WHERE image_id = ? AND deleted = 0`, imageId)
      .map((row) => this.#viewOf(row))
      .sort((a, b) => comparePainters(a.annotation, b.annotation));
  }

  *annotations(): Generator<ViewAnnotation> {
    const slots = reorderedSlots(this.#db);
    const rows = this.#db.iterate<AnnotationRow>(
      `SELECT ${annotationColumns} FROM annotations WHERE deleted = 0 ORDER BY seq`,
    );
    for (const row of rows) {
      const other = slots.get(row[0]);
      yield this.#viewOf(other === undefined ? row : this.#rowAt(other));
    }
  }

  #rowAt(seq: number): AnnotationRow {
    return this.#db.row<AnnotationRow>(`SELECT ${annotationColumns} FROM annotations WHERE seq = ?`, seq)!;
  }

  #viewOf(row: AnnotationRow): ViewAnnotation {
    // Only what came from a file has a place in it.
    const imported = row[4] === null ? null : this.#importSource;
    const pointer =
      imported === null || this.textFormat !== 'coco' ? undefined : `/annotations/${row[0] - 1}/segmentation`;
    return new RowAnnotation(row, (id) => this.#sizeOf(id), {
      place: { file: imported ?? this.#db.file, pointer },
      isRenamed: this.#renamed.has(row[3]),
    });
  }

  #sizeOf(imageId: number | null): Size {
    const image = imageId === null ? undefined : this.image(imageId);
    return image ? [image.height, image.width] : [0, 0];
  }
}

class RowAnnotation implements ViewAnnotation {
  readonly place: ErrorPlace;
  readonly #row: AnnotationRow;
  readonly #isRenamed: boolean;
  readonly #sizeOf: (imageId: number | null) => Size;
  #annotation: Annotation | null = null;

  constructor(
    row: AnnotationRow,
    sizeOf: (imageId: number | null) => Size,
    { place, isRenamed }: { readonly place: ErrorPlace; readonly isRenamed: boolean },
  ) {
    this.#row = row;
    this.#isRenamed = isRenamed;
    this.#sizeOf = sizeOf;
    this.place = place;
  }

  get id(): number {
    return this.#row[1];
  }

  get imageId(): number | null {
    return this.#row[2];
  }

  get categoryId(): number {
    return this.#row[3];
  }

  get text(): string | null {
    return this.#row[4];
  }

  get untouched(): boolean {
    return !this.#isRenamed && isUntouched(this.#row);
  }

  get annotation(): Annotation {
    return (this.#annotation ??= annotationFromRow(this.#row, this.#sizeOf(this.imageId)));
  }

  get baseline(): Annotation | null {
    return this.text === null ? null : baselineOfRow(this.#row, this.#sizeOf(this.imageId));
  }
}

/** The part that says which pixels of the image belong to nobody for sure, see voids.ts; null: there are none. */
export function imageVoids(db: Sqlite, imageId: number): string | null {
  if (getText(db, 'importFormat') !== 'voc') return null;
  const [row] = db.rows<readonly [string | null]>('SELECT raw FROM parts WHERE key = ?', voidKey(imageId));
  return row?.[0] ?? null;
}

type ImageRow = readonly [
  id: number,
  sourceId: string | null,
  fileName: string,
  width: number,
  height: number,
  tags: string | null,
  status: ReviewStatus,
  source: string | null,
  split: string | null,
];

const imageColumns = 'id, source_id, file_name, width, height, tags, status, source, split';

function viewImage(row: ImageRow, untouched: boolean): ViewImage {
  const [id, idText, fileName, width, height, tags, status, text, split] = row;
  // One side alone says nothing.
  const sides = width > 0 && height > 0 ? { width, height } : { width: 0, height: 0 };
  const image = {
    id,
    idText,
    fileName,
    ...sides,
    tags: parseTexts(tags) ?? [],
    status,
    text,
    untouched: untouched && text !== null,
  };
  return split === null ? image : { ...image, statedSplit: split };
}
