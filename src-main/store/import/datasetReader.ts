/** Takes the records of a dataset into the tables of a new project as they come, and settles who means whom at the end. */
import { counted } from '@shared/errors/counted';
import type { Issue } from '@shared/dataset/finding';
import type {
  AnnotationRecord,
  CategoryRecord,
  DatasetSink,
  IdRef,
  ImageRecord,
  SourcePlace,
} from '@shared/dataset/records';
import { maskSizeIssue } from '@shared/dataset/maskSize';
import type { LabelValues } from '@shared/document/labelValues';
import { AppError } from '@shared/errors/appError';
import { BulkInsert } from '../projects/build';
import { writeLabelRules } from '../projects/projectSettings';
import { thingColumn } from '../records/categories';
import type { Sqlite } from '../database/database';
import type { FindingList } from './findings';
import { IdMap } from '@shared/dataset/idMap';
import { maxCountedId } from '@shared/dataset/ids';
import { setNumber, setText } from '../database/meta';

/** An image record, held until its file has been looked for. */
export interface ReadImage extends ImageRecord {
  readonly text: string | null;
  annotations: number;
}

/** Images with the project's ids, in the order of the file. */
export type SettledImage = ReadImage & { readonly newId: number };

export interface ReadingOptions {
  /** The records' texts are COCO, and say what they mean when they are read again. */
  readonly textsSpeak: boolean;
  /** What is wrong with certainty is put right, and records that cannot be read are left out: each is told. */
  readonly repair?: boolean;
}

export class DatasetReader implements DatasetSink {
  readonly #db: Sqlite;
  readonly #file: string;
  readonly #findings: FindingList;
  readonly #annotations: BulkInsert;
  readonly #textsSpeak: boolean;
  readonly #repair: boolean;
  readonly mended?: DatasetSink['mended'];
  readonly #lists = new Set<string>();
  #parts = 0;

  readonly #images: ReadImage[] = [];
  readonly #imageIds = new IdMap(0);
  readonly #categories: (CategoryRecord & { readonly text: string | null })[] = [];
  readonly #categoryIds = new IdMap(-maxCountedId);
  readonly #categoryNames = new Set<string>();

  readonly #annotationIds = new Set<number>();
  #maxAnnotationId = 0;
  #annotationCount = 0;
  /** Places of annotations without an id of their own. */
  readonly #withoutId: number[] = [];
  /** Annotations whose image or category can be told only at the end. */
  readonly #laterImages: (readonly [seq: number, ref: IdRef])[] = [];
  /** Sizes of the masks among them: the masks themselves are not held. */
  readonly #laterMasks: (readonly [seq: number, ref: IdRef, size: readonly [number, number]])[] = [];
  readonly #laterCategories: (readonly [seq: number, ref: IdRef | null])[] = [];
  /** How often a category id is used, and by which annotation first. */
  readonly #categoryUse = new Map<number, { count: number; readonly first: number }>();
  readonly #withoutImage: { count: number; first: SourcePlace } = { count: 0, first: { pointer: '' } };
  readonly #places: PlaceList;

  constructor(db: Sqlite, file: string, findings: FindingList, { textsSpeak, repair = false }: ReadingOptions) {
    this.#db = db;
    this.#file = file;
    this.#findings = findings;
    this.#places = new PlaceList(textsSpeak);
    const columns = ['seq', 'id', 'image_id', 'category_id', 'source', ...(textsSpeak ? [] : ['baseline'])];
    this.#annotations = new BulkInsert(db, 'annotations', columns);
    this.#textsSpeak = textsSpeak;
    this.#repair = repair;
    if (repair) this.mended = (code, message, at) => this.#warn({ code, pointer: at.pointer, message }, at);
  }

  part(key: string, raw: string | null): void {
    if (raw === null) this.#lists.add(key);
    this.#db.run('INSERT INTO parts (seq, key, raw) VALUES (?, ?, ?)', ++this.#parts, key, raw);
  }

  image(record: ImageRecord, text: string | null, at: SourcePlace): void {
    if (!this.#imageIds.add(record.id)) this.#noteTaken(at, 'image', record.id);
    this.#images.push({ ...record, text, annotations: 0 });
  }

  category(record: CategoryRecord, text: string | null, at: SourcePlace): void {
    if (!this.#categoryIds.add(record.id)) this.#noteTaken(at, 'category', record.id);
    if (this.#categoryNames.has(record.name)) {
      const message = `there are two categories named "${record.name}"`;
      this.#warn({ code: 'category-name', pointer: `${at.pointer}/name`, message }, at);
    }
    this.#categoryNames.add(record.name);
    this.#categories.push({ ...record, text });
  }

  labelValues(values: LabelValues): void {
    writeLabelRules(this.#db, values);
  }

  /** Call after the whole file. Returns the images, which are not written yet. */
  finish(): SettledImage[] {
    this.#annotations.flush();
    const imageIds = this.#imageIds.settle();
    this.#settleImages(imageIds);
    this.#settleCategories();
    let nextId = this.#maxAnnotationId;
    for (const seq of this.#withoutId) this.#db.run('UPDATE annotations SET id = ? WHERE seq = ?', ++nextId, seq);
    setNumber(this.#db, 'nextAnnotationId', nextId + 1);
    setNumber(this.#db, 'annotationCount', this.#annotationCount);
    setNumber(this.#db, 'imageCount', this.#images.length);
    setNumber(this.#db, 'nextImageId', this.#imageIds.takeFresh());
    setNumber(this.#db, 'nextCategoryId', this.#categoryIds.takeFresh());
    return this.#images.map((image, place) => ({ ...image, newId: imageIds[place] }));
  }

  annotation(record: AnnotationRecord, text: string | null, at: SourcePlace): void {
    const seq = ++this.#annotationCount;
    this.#places.add(at);
    const { imageId, categoryId } = record;
    const id = this.#takeAnnotationId(record.id, at);
    if (id === null) this.#withoutId.push(seq);

    let image: number | null = null;
    const place = imageId === null ? undefined : this.#imageIds.find(imageId);
    if (imageId !== null && place !== undefined && this.#imageIds.has(imageId) && this.#imageIds.isOwn(imageId)) {
      image = imageId;
      this.#images[place].annotations++;
      if (record.maskSize) this.#checkMaskSize(record.maskSize, this.#images[place], seq);
    } else if (imageId === null || (place === undefined && this.#lists.has('images'))) this.#noteWithoutImage(at);
    else {
      this.#laterImages.push([seq, imageId]);
      if (record.maskSize) this.#laterMasks.push([seq, imageId, record.maskSize]);
    }

    if (typeof categoryId !== 'number') this.#laterCategories.push([seq, categoryId]);
    else {
      const use = this.#categoryUse.get(categoryId);
      if (use) use.count++;
      else this.#categoryUse.set(categoryId, { count: 1, first: seq });
    }
    const row = [seq, id, image, typeof categoryId === 'number' ? categoryId : 0, text];
    if (this.#textsSpeak) this.#annotations.add(...row);
    else this.#annotations.add(...row, JSON.stringify(record.content));
  }

  #takeAnnotationId(ref: IdRef | null, at: SourcePlace): number | null {
    if (typeof ref !== 'number' || ref <= 0) return null;
    if (this.#annotationIds.has(ref)) {
      this.#noteTaken(at, 'annotation', ref);
      return null;
    }
    this.#annotationIds.add(ref);
    if (ref > this.#maxAnnotationId && ref <= maxCountedId) this.#maxAnnotationId = ref;
    return ref;
  }

  /** A mask that is not of its image's size is kept as it came, and told: what draws or measures it would go wrong. */
  #checkMaskSize(size: readonly [number, number], { width, height }: ImageRecord, seq: number): void {
    if (width === null || height === null) return;
    const at = this.#places.get(seq);
    const issue = maskSizeIssue(size, [height, width], at.pointer);
    if (issue) this.#warn(issue, at);
  }

  #settleImages(ids: readonly number[]): void {
    for (const [seq, ref, size] of this.#laterMasks) {
      const place = this.#imageIds.find(ref);
      if (place !== undefined) this.#checkMaskSize(size, this.#images[place], seq);
    }
    for (const [seq, ref] of this.#laterImages) {
      const place = this.#imageIds.find(ref);
      if (place === undefined) {
        this.#noteWithoutImage(this.#places.get(seq));
        continue;
      }
      this.#images[place].annotations++;
      this.#db.run('UPDATE annotations SET image_id = ? WHERE seq = ?', ids[place], seq);
    }
    const { count, first } = this.#withoutImage;
    if (count === 0) return;
    const who = counted(count, 'annotation refers', 'annotations refer');
    const pointer = `${first.pointer}/image_id`;
    this.#warn({ code: 'dangling-image', pointer, message: `${who} to no image of the file` }, first);
  }

  #settleCategories(): void {
    for (const id of this.#categoryUse.keys()) this.#categoryIds.count(id);
    const ids = this.#categoryIds.settle();
    const rows = new BulkInsert(this.#db, 'categories', [
      'id',
      'source_id',
      'name',
      'supercategory',
      'color',
      'is_thing',
      'source',
    ]);
    this.#categories.forEach(({ id, name, supercategory, color = null, isThing, text }, place) => {
      const newId = ids[place];
      const sourceId = id === newId || id === null ? null : String(id);
      rows.add(newId, sourceId, name, supercategory, color, thingColumn(isThing), text);
    });
    rows.flush();
    if (!this.#textsSpeak) {
      const names = this.#categories.map(({ name }, place) => [ids[place], name]);
      setText(this.#db, 'importedCategories', JSON.stringify(names));
    }

    /** Ids without a category stay apart from each other and from every real one. */
    const unknown = new Map<IdRef | null, number>();
    for (const [seq, ref] of this.#laterCategories) {
      const place = ref === null ? undefined : this.#categoryIds.find(ref);
      let id = place === undefined ? unknown.get(ref) : ids[place];
      if (id === undefined) {
        unknown.set(ref, (id = this.#categoryIds.takeFresh()));
        const message =
          ref === null ? 'the annotation has no category' : `the category ${ref} is not one of the file's`;
        const at = this.#places.get(seq);
        this.#warn({ code: 'dangling-category', pointer: `${at.pointer}/category_id`, message }, at);
      }
      this.#db.run('UPDATE annotations SET category_id = ? WHERE seq = ?', id, seq);
    }
    for (const [id, { count, first }] of this.#categoryUse) {
      if (this.#categoryIds.has(id)) continue;
      const place = this.#categoryIds.find(id);
      if (place !== undefined) {
        this.#db.run('UPDATE annotations SET category_id = ? WHERE category_id = ?', ids[place], id);
        continue;
      }
      const who = counted(count, 'annotation refers', 'annotations refer');
      const at = this.#places.get(first);
      const message = `${who} to category ${id}, which the file does not have`;
      this.#warn({ code: 'dangling-category', pointer: `${at.pointer}/category_id`, message }, at);
    }
  }

  #noteTaken(at: SourcePlace, what: string, ref: IdRef | null): void {
    const message = `id ${ref} is used by an earlier ${what}`;
    this.#warn({ code: 'duplicate-id', pointer: `${at.pointer}/id`, message }, at);
  }

  #noteWithoutImage(at: SourcePlace): void {
    if (this.#withoutImage.count++ === 0) this.#withoutImage.first = at;
  }

  #warn({ code, pointer, message, repair }: Omit<Issue, 'severity'>, { file = this.#file }: SourcePlace): void {
    this.#findings.add({ severity: 'warning', code, message, file, pointer, repair });
  }

  issue({ severity, code, pointer, message, repair }: Issue, at: SourcePlace): void {
    if (severity === 'error' && this.#repair) {
      this.#warn({ code, pointer, message: `${message}: the record was left out` }, at);
    } else if (severity === 'error') {
      const file = at.file ?? this.#file;
      throw new AppError('bad-input', `${file} cannot be used: ${message}`, {
        place: { file, pointer, line: at.line, offset: at.offset },
        remedy: 'repair',
      });
    } else this.#warn({ code, pointer, message, repair }, at);
  }
}

/** Where each annotation stood; of a COCO file, which may have a million, it follows from its number. */
class PlaceList {
  readonly #kept: SourcePlace[] | null;

  constructor(counted: boolean) {
    this.#kept = counted ? null : [];
  }

  add(at: SourcePlace): void {
    this.#kept?.push(at);
  }

  /** `seq`: from 1. */
  get(seq: number): SourcePlace {
    return this.#kept ? this.#kept[seq - 1] : { pointer: `/annotations/${seq - 1}` };
  }
}
