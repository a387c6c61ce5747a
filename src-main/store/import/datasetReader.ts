/** Takes the records of a COCO file into the tables of a new project as they come, and settles who means whom at the end. */
import type { Issue } from '@shared/dataset/finding';
import {
  type IdRef,
  maskSizeIssue,
  parseAnnotation,
  type ParsedAnnotation,
  type ParsedCategory,
  type ParsedImage,
  parseCategory,
  parseImage,
  parseScanned,
  type RecordKind,
  type ScanHandler,
  type ScannedText,
} from '@shared/formats/coco';
import { AppError } from '@shared/errors/appError';
import { BulkInsert } from '../projects/build';
import type { Sqlite } from '../database/database';
import type { FindingList } from './findings';
import { IdMap } from './idMap';
import { maxCountedId, setNumber } from '../database/meta';

/** An image record, held until its file has been looked for. */
export interface ReadImage extends ParsedImage {
  readonly text: string;
  annotations: number;
}

/** Images with the project's ids, in the order of the file. */
export type SettledImage = ReadImage & { readonly newId: number };

export class DatasetReader implements ScanHandler {
  readonly #db: Sqlite;
  readonly #file: string;
  readonly #findings: FindingList;
  readonly #annotations: BulkInsert;
  readonly #lists = new Set<RecordKind>();
  readonly #issues: Issue[] = [];
  #parts = 0;

  readonly #images: ReadImage[] = [];
  readonly #imageIds = new IdMap(0);
  readonly #categories: (ParsedCategory & { readonly text: string })[] = [];
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
  readonly #withoutImage = { count: 0, first: 0 };

  constructor(db: Sqlite, file: string, findings: FindingList) {
    this.#db = db;
    this.#file = file;
    this.#findings = findings;
    this.#annotations = new BulkInsert(db, 'annotations', ['seq', 'id', 'image_id', 'category_id', 'source']);
  }

  part(key: string, value: ScannedText): void {
    this.#addPart(key, value.text);
  }

  list(kind: RecordKind | null): void {
    // The scan has refused a list of results.
    if (kind === null) return;
    this.#lists.add(kind);
    this.#addPart(kind, null);
  }

  record(kind: RecordKind | null, index: number, value: ScannedText): void {
    const pointer = `/${kind}/${index}`;
    const source = { json: parseScanned(value, this.#file, pointer), text: value.text, pointer };
    this.#issues.length = 0;
    if (kind === 'annotations') this.#addAnnotation(parseAnnotation(source, this.#issues), index, value.text);
    else if (kind === 'images') this.#addImage(parseImage(source, this.#issues), pointer, value.text);
    else this.#addCategory(parseCategory(source, this.#issues), pointer, value.text);
    if (this.#issues.length > 0) this.#report(value);
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

  #addPart(key: string, raw: string | null): void {
    this.#db.run('INSERT INTO parts (seq, key, raw) VALUES (?, ?, ?)', ++this.#parts, key, raw);
  }

  #addImage(record: ParsedImage | null, pointer: string, text: string): void {
    if (!record) return;
    if (!this.#imageIds.add(record.id)) this.#noteTaken(pointer, 'image', record.id);
    this.#images.push({ ...record, text, annotations: 0 });
  }

  #addCategory(record: ParsedCategory | null, pointer: string, text: string): void {
    if (!record) return;
    if (!this.#categoryIds.add(record.id)) this.#noteTaken(pointer, 'category', record.id);
    if (this.#categoryNames.has(record.name)) {
      const message = `there are two categories named "${record.name}"`;
      this.#issues.push({ severity: 'warning', code: 'category-name', pointer: `${pointer}/name`, message });
    }
    this.#categoryNames.add(record.name);
    this.#categories.push({ ...record, text });
  }

  #addAnnotation(record: ParsedAnnotation | null, index: number, text: string): void {
    if (!record) return;
    const seq = index + 1;
    const { imageId, categoryId } = record;
    this.#annotationCount++;
    const id = this.#takeAnnotationId(record.id, index);
    if (id === null) this.#withoutId.push(seq);

    let image: number | null = null;
    const place = imageId === null ? undefined : this.#imageIds.find(imageId);
    if (imageId !== null && place !== undefined && this.#imageIds.has(imageId) && this.#imageIds.isOwn(imageId)) {
      image = imageId;
      this.#images[place].annotations++;
      const size = maskSizeOf(record);
      if (size) this.#checkMaskSize(size, this.#images[place], seq);
    } else if (imageId === null || (place === undefined && this.#lists.has('images'))) this.#noteWithoutImage(index);
    else {
      this.#laterImages.push([seq, imageId]);
      const size = maskSizeOf(record);
      if (size) this.#laterMasks.push([seq, imageId, size]);
    }

    if (typeof categoryId !== 'number') this.#laterCategories.push([seq, categoryId]);
    else {
      const use = this.#categoryUse.get(categoryId);
      if (use) use.count++;
      else this.#categoryUse.set(categoryId, { count: 1, first: index });
    }
    this.#annotations.add(seq, id, image, typeof categoryId === 'number' ? categoryId : 0, text);
  }

  #takeAnnotationId(ref: IdRef | null, index: number): number | null {
    if (typeof ref !== 'number' || ref <= 0) return null;
    if (this.#annotationIds.has(ref)) {
      this.#noteTaken(`/annotations/${index}`, 'annotation', ref);
      return null;
    }
    this.#annotationIds.add(ref);
    if (ref > this.#maxAnnotationId && ref <= maxCountedId) this.#maxAnnotationId = ref;
    return ref;
  }

  /** A mask that is not of its image's size is kept as it came, and told: what draws or measures it would go wrong. */
  #checkMaskSize(size: readonly [number, number], { width, height }: ParsedImage, seq: number): void {
    if (width === null || height === null) return;
    const issue = maskSizeIssue(size, [height, width], `/annotations/${seq - 1}`);
    if (issue) this.#warn(issue);
  }

  #settleImages(ids: readonly number[]): void {
    for (const [seq, ref, size] of this.#laterMasks) {
      const place = this.#imageIds.find(ref);
      if (place !== undefined) this.#checkMaskSize(size, this.#images[place], seq);
    }
    for (const [seq, ref] of this.#laterImages) {
      const place = this.#imageIds.find(ref);
      if (place === undefined) {
        this.#noteWithoutImage(seq - 1);
        continue;
      }
      this.#images[place].annotations++;
      this.#db.run('UPDATE annotations SET image_id = ? WHERE seq = ?', ids[place], seq);
    }
    const { count, first } = this.#withoutImage;
    if (count === 0) return;
    const who = count === 1 ? '1 annotation refers' : `${count} annotations refer`;
    this.#warn({
      code: 'dangling-image',
      pointer: `/annotations/${first}/image_id`,
      message: `${who} to no image of the file`,
    });
  }

  #settleCategories(): void {
    for (const id of this.#categoryUse.keys()) this.#categoryIds.count(id);
    const ids = this.#categoryIds.settle();
    const rows = new BulkInsert(this.#db, 'categories', ['id', 'source_id', 'name', 'supercategory', 'source']);
    this.#categories.forEach(({ id, name, supercategory, text }, place) => {
      const newId = ids[place];
      rows.add(newId, id === newId || id === null ? null : String(id), name, supercategory, text);
    });
    rows.flush();

    /** Ids without a category stay apart from each other and from every real one. */
    const unknown = new Map<IdRef | null, number>();
    for (const [seq, ref] of this.#laterCategories) {
      const place = ref === null ? undefined : this.#categoryIds.find(ref);
      let id = place === undefined ? unknown.get(ref) : ids[place];
      if (id === undefined) {
        unknown.set(ref, (id = this.#categoryIds.takeFresh()));
        const message =
          ref === null ? 'the annotation has no category' : `the category ${ref} is not one of the file's`;
        this.#warn({ code: 'dangling-category', pointer: `/annotations/${seq - 1}/category_id`, message });
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
      const who = count === 1 ? '1 annotation refers' : `${count} annotations refer`;
      this.#warn({
        code: 'dangling-category',
        pointer: `/annotations/${first}/category_id`,
        message: `${who} to category ${id}, which the file does not have`,
      });
    }
  }

  #noteTaken(pointer: string, what: string, ref: IdRef | null): void {
    const message = `id ${ref} is used by an earlier ${what}`;
    this.#issues.push({ severity: 'warning', code: 'duplicate-id', pointer: `${pointer}/id`, message });
  }

  #noteWithoutImage(index: number): void {
    if (this.#withoutImage.count++ === 0) this.#withoutImage.first = index;
  }

  #warn({ code, pointer, message, repair }: Omit<Issue, 'severity'>): void {
    this.#findings.add({ severity: 'warning', code, message, file: this.#file, pointer, repair });
  }

  /** An error ends the import: nothing half-read is of use to anyone. */
  #report(value: ScannedText): void {
    for (const { severity, code, pointer, message } of this.#issues) {
      if (severity === 'error') {
        throw new AppError('bad-input', `${this.#file} cannot be used: ${message}`, {
          place: { file: this.#file, pointer, line: value.line, offset: value.offset },
        });
      }
      this.#warn({ code, pointer, message });
    }
  }
}

/** [height, width] in numbers of its own, so that nothing of the record is kept alive; null where it has no mask. */
function maskSizeOf({ segmentation }: ParsedAnnotation): readonly [number, number] | null {
  return segmentation && !Array.isArray(segmentation) ? [segmentation.size[0], segmentation.size[1]] : null;
}
