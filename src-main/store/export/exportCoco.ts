/** Writes a project as a COCO file: streamed from one snapshot of the database, whole or not at all. */
import { SerializeNotes, serializeAnnotation, serializeCategory, serializeNewImage } from '@shared/formats/coco';
import { withImageTags } from '@shared/formats/coco/imageTags';
import { parseCategory } from '@shared/formats/coco/parse';
import type { ExportReport } from '@shared/project/types';
import type { SegmentationStyle } from '@shared/document/types';
import { AppError } from '@shared/errors/appError';
import { throwIfCancelled } from '@shared/errors/cancellation';
import type { CallContext } from '@shared/errors/work';
import { MaskError } from '@shared/mask';
import { writeFileAtomic } from '../../files/atomicWrite';
import {
  annotationColumns,
  annotationFromRow,
  type AnnotationRow,
  baselineOfRow,
  isUntouched,
} from '../records/annotations';
import { categoryIdText } from '../records/categories';
import type { Sqlite } from '../database/database';
import { reorderedSlots } from './exportOrder';
import { getNumber, getText } from '../database/meta';

/** Characters handed to the file at a time. */
const pieceLength = 1 << 20;

/**
 * Writes the file by way of a temporary one; on any error, cancellation included, nothing is left behind. `db` should be a
 * connection of its own inside a transaction, so that the file is one state of the project. Permission to replace the
 * target is the caller's to check.
 */
export async function exportCoco(
  db: Sqlite,
  file: string,
  style: SegmentationStyle,
  context: CallContext,
): Promise<ExportReport> {
  const writer = new DatasetWriter(db, style, context);
  await writeFileAtomic(file, inPieces(writer.texts()));
  const { images, annotations, notes } = writer;
  return { file, images, annotations, notes: notes.sentences() };
}

/** What records of one image share. */
interface ImageFacts {
  readonly size: readonly [number, number] | null;
  readonly idText: string;
}

class DatasetWriter {
  images = 0;
  annotations = 0;
  readonly notes = new SerializeNotes();
  readonly #db: Sqlite;
  readonly #style: SegmentationStyle;
  readonly #context: CallContext;
  readonly #imageFacts = new Map<number | null, ImageFacts>();

  constructor(db: Sqlite, style: SegmentationStyle, context: CallContext) {
    this.#db = db;
    this.#style = style;
    this.#context = context;
  }

  *texts(): Generator<string> {
    const parts = this.#db.rows<readonly [string, string | null]>('SELECT key, raw FROM parts ORDER BY seq');
    // A list that the file did not have is written once there is something in it.
    const lists = ['annotations', 'categories'].filter(
      (kind) => !parts.some(([key]) => key === kind) && this.#db.value(`SELECT 1 FROM ${kind} LIMIT 1`) !== undefined,
    );
    yield '{';
    let first = true;
    for (const [key, raw] of [...parts, ...lists.map((kind) => [kind, null] as const)]) {
      throwIfCancelled(this.#context.signal);
      yield `${first ? '' : ','}\n${JSON.stringify(key)}: `;
      first = false;
      if (raw !== null) yield raw;
      else yield* this.#list(this.#records(key));
    }
    yield '\n}\n';
  }

  *#list(records: Iterable<string>): Generator<string> {
    let separator = '[\n';
    for (const record of records) {
      yield separator;
      yield record;
      separator = ',\n';
    }
    yield separator === '[\n' ? '[]' : '\n]';
  }

  #records(kind: string): Iterable<string> {
    if (kind === 'images') return this.#imageRecords();
    return kind === 'annotations' ? this.#annotationRecords() : this.#categoryRecords();
  }

  *#imageRecords(): Generator<string> {
    const rows = this.#db.iterate<readonly [number, string, number, number, string | null, string | null]>(
      'SELECT id, file_name, width, height, source, tags FROM images ORDER BY seq',
    );
    for (const [id, fileName, width, height, source, tags] of rows) {
      this.images++;
      const text = source ?? serializeNewImage({ id, fileName, width, height });
      yield withImageTags(text, tags === null ? [] : (JSON.parse(tags) as string[]));
    }
  }

  *#categoryRecords(): Generator<string> {
    const rows = this.#db.iterate<readonly [number, string | null, string, string | null, string | null]>(
      'SELECT id, source_id, name, supercategory, source FROM categories ORDER BY seq',
    );
    for (const [id, sourceId, name, supercategory, text] of rows) {
      const baseline = text && parseCategory({ json: JSON.parse(text), text, pointer: '' }, []);
      const source = text && baseline ? { text, baseline } : null;
      yield serializeCategory({ name, supercategory }, sourceId ?? String(id), source);
    }
  }

  *#annotationRecords(): Generator<string> {
    const total = getNumber(this.#db, 'annotationCount');
    const slots = reorderedSlots(this.#db);
    const rows = this.#db.iterate<AnnotationRow>(
      `SELECT ${annotationColumns} FROM annotations WHERE deleted = 0 ORDER BY seq`,
    );
    for (const row of rows) {
      const other = slots.get(row[0]);
      yield this.#annotationText(other === undefined ? row : this.#rowAt(other));
      if (++this.annotations % 1000 === 0) {
        throwIfCancelled(this.#context.signal);
        this.#context.progress({ done: this.annotations, total, text: 'Writing annotations' });
      }
    }
  }

  #rowAt(seq: number): AnnotationRow {
    return this.#db.row<AnnotationRow>(`SELECT ${annotationColumns} FROM annotations WHERE seq = ?`, seq)!;
  }

  #annotationText(row: AnnotationRow): string {
    const [, , imageId, categoryId, source] = row;
    if (source !== null && isUntouched(row) && !this.#mustRewrite(source, imageId)) return source;
    const { size, idText } = this.#factsOf(imageId);
    const known = size ?? [0, 0];
    try {
      return serializeAnnotation(annotationFromRow(row, known), {
        size,
        style: this.#style,
        source: source === null ? null : { text: source, baseline: baselineOfRow(row, known) },
        imageId: idText,
        categoryId: categoryIdText(this.#db, categoryId),
        notes: this.notes,
      });
    } catch (error) {
      throw error instanceof MaskError ? this.#cannotDraw(row, error) : error;
    }
  }

  /** A polygon far outside every image, or an image too large: imported as it came, and no mask can be made of it. */
  #cannotDraw([seq, id, , , source]: AnnotationRow, error: MaskError): AppError {
    // Only what came from a file has a place in it.
    const imported = source === null ? null : getText(this.#db, 'importSource');
    const file = imported ?? this.#db.file;
    return new AppError('bad-input', `${file}: annotation ${id} has no mask: ${error.message}`, {
      place: { file, pointer: imported === null ? undefined : `/annotations/${seq - 1}/segmentation` },
      hint: 'correct it, or export masks as they were drawn',
      cause: error,
    });
  }

  /** Cheap test before a record is parsed: only masks change in style `polygons`, and all but masks in style `rle`. */
  #mustRewrite(source: string, imageId: number | null): boolean {
    if (this.#style === 'as-authored') return false;
    if (imageId === null) {
      this.notes.noImage++;
      return false;
    }
    return this.#style === 'rle' || source.includes('"counts"');
  }

  #factsOf(imageId: number | null): ImageFacts {
    let facts = this.#imageFacts.get(imageId);
    if (!facts) {
      const row =
        imageId === null
          ? undefined
          : this.#db.row<readonly [number, number, string | null]>(
              'SELECT height, width, source_id FROM images WHERE id = ?',
              imageId,
            );
      facts = row
        ? { size: row[0] > 0 ? [row[0], row[1]] : null, idText: row[2] ?? String(imageId) }
        : { size: null, idText: 'null' };
      this.#imageFacts.set(imageId, facts);
    }
    return facts;
  }
}

/** Few large writes instead of many small ones. */
function* inPieces(texts: Iterable<string>): Generator<string> {
  let pending: string[] = [];
  let length = 0;
  for (const text of texts) {
    pending.push(text);
    length += text.length;
    if (length < pieceLength) continue;
    yield pending.join('');
    pending = [];
    length = 0;
  }
  yield pending.join('');
}
