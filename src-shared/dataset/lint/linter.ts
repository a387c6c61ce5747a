/** Lints a dataset record by record as it is read: what it must know until the end is small, so that a million annotations are no matter. */
import { idText, lookUp } from '../ids';
import type { Issue } from '../finding';
import type { AnnotationContent, AnnotationRecord, CategoryRecord, IdRef, ImageRecord, SourcePlace } from '../records';
import {
  annotationFindings,
  boxToCompare,
  type Compared,
  comparedOf,
  isDuplicate,
  mayBeSame,
  ShapeInImage,
} from './annotationFindings';
import { GrowingFloats, GrowingInts } from './growing';
import { findingKinds } from './kinds';

/** What an annotation was, asked again once all records are there. */
export interface ReadRecords {
  /** Null: it cannot be had any more. */
  contentOf(place: number): AnnotationContent | null;
  placeOf(place: number): SourcePlace;
}

/** Whom a finding is about: numbers of records, from 0. */
export interface About {
  readonly image?: number;
  readonly annotation?: number;
}

export type TellIssue = (issue: Issue, at: SourcePlace, about: About) => void;

const noImage = -1;
const imageUnknown = -2;

/**
 * What the reader of a format tells by itself is not repeated. Annotations whose image comes later are looked at in `finish`.
 * Duplicates cost O(n^2) boxes an image and category.
 */
export class DatasetLinter {
  readonly #tell: TellIssue;
  readonly #records: ReadRecords;
  readonly #images: { readonly record: ImageRecord; readonly at: SourcePlace }[] = [];
  readonly #imageIds = new Map<IdRef, number>();
  readonly #fileNames = new Map<string, string>();
  readonly #categoryIds = new Map<IdRef, number>();
  #categories = 0;
  readonly #categoryNames = new Map<string, string>();
  readonly #annotationIds = new Set<IdRef>();
  /** Categories that annotations name, each once. */
  readonly #categoryRefs = new Map<IdRef | null, number>();
  /** Of each annotation. */
  readonly #imageOf = new GrowingInts();
  readonly #categoryOf = new GrowingInts();
  readonly #boxes = new GrowingFloats();
  readonly #later: (readonly [place: number, ref: IdRef])[] = [];

  constructor(tell: TellIssue, records: ReadRecords) {
    this.#tell = tell;
    this.#records = records;
  }

  get images(): readonly { readonly record: ImageRecord; readonly at: SourcePlace }[] {
    return this.#images;
  }

  get annotationCount(): number {
    return this.#imageOf.length;
  }

  image(record: ImageRecord, at: SourcePlace): void {
    const image = this.#images.length;
    this.#images.push({ record, at });
    const { id, fileName } = record;
    if (id !== null && this.#imageIds.has(id)) this.#taken(id, at, { image });
    else if (id !== null) this.#imageIds.set(id, image);
    const key = fileName.normalize('NFC');
    const earlier = this.#fileNames.get(key);
    if (earlier === undefined) this.#fileNames.set(key, fileName);
    else this.#say('same-file', `another image is ${earlier} too`, `${at.pointer}/file_name`, at, { image });
  }

  category({ id, name }: CategoryRecord, at: SourcePlace): void {
    if (id !== null && this.#categoryIds.has(id)) this.#taken(id, at, {});
    else if (id !== null) this.#categoryIds.set(id, this.#categories);
    this.#categories++;
    const key = name.trim().toLowerCase();
    const earlier = this.#categoryNames.get(key);
    if (earlier === undefined) this.#categoryNames.set(key, name);
    else {
      const message = `the name "${name}" is an earlier category's ("${earlier}")`;
      this.#say('category-name', message, `${at.pointer}/name`, at, {});
    }
  }

  /** `content`: what the record says; it is not kept. */
  annotation({ id, imageId, categoryId }: AnnotationRecord, content: AnnotationContent, at: SourcePlace): void {
    const place = this.#imageOf.length;
    if (id !== null && this.#annotationIds.has(id)) this.#taken(id, at, { annotation: place });
    else if (id !== null) this.#annotationIds.add(id);
    let category = this.#categoryRefs.get(categoryId);
    if (category === undefined) this.#categoryRefs.set(categoryId, (category = this.#categoryRefs.size));
    this.#categoryOf.push(category);
    const image = imageId === null ? undefined : this.#imageIds.get(imageId);
    if (image !== undefined) {
      this.#imageOf.push(image);
      this.#look(content, image, place, at);
    } else {
      this.#imageOf.push(imageId === null ? noImage : imageUnknown);
      this.#boxes.push(Number.NaN, 0, 0, 0);
      if (imageId !== null) this.#later.push([place, imageId]);
    }
  }

  /** Call after the whole dataset. */
  finish(): void {
    for (const [place, ref] of this.#later) this.#lookLater(place, ref);
    this.#checkCategories();
    this.#findDuplicates();
  }

  #look(content: AnnotationContent, image: number, place: number, at: SourcePlace): void {
    const { width, height } = this.#images[image].record;
    const shape = width === null || height === null ? null : new ShapeInImage(content.segmentation, [height, width]);
    const box = shape && boxToCompare(content, shape);
    if (box) this.#boxes.set4(place, box[0], box[1], box[2], box[3]);
    else this.#boxes.set4(place, Number.NaN, 0, 0, 0);
    if (!shape) return;
    for (const { code, path, message, repair } of annotationFindings(content, shape)) {
      this.#say(code, message, at.pointer + path, at, { image, annotation: place }, repair);
    }
  }

  #lookLater(place: number, ref: IdRef): void {
    const image = lookUp(this.#imageIds, ref);
    const at = this.#records.placeOf(place);
    if (image === undefined) {
      const message = `there is no image ${idText(ref)}`;
      this.#say('dangling-image', message, `${at.pointer}/image_id`, at, { annotation: place });
      return;
    }
    this.#imageOf.set(place, image);
    const content = this.#records.contentOf(place);
    if (content) this.#look(content, image, place, at);
  }

  #checkCategories(): void {
    const missing = new Map<number, IdRef>();
    for (const [ref, index] of this.#categoryRefs) {
      if (ref !== null && lookUp(this.#categoryIds, ref) === undefined) missing.set(index, ref);
    }
    if (missing.size === 0) return;
    for (let place = 0; place < this.annotationCount; place++) {
      const ref = missing.get(this.#categoryOf.get(place));
      if (ref === undefined) continue;
      const at = this.#records.placeOf(place);
      const image = this.#imageOf.get(place);
      const about = { annotation: place, ...(image >= 0 ? { image } : {}) };
      this.#say('dangling-category', `there is no category ${idText(ref)}`, `${at.pointer}/category_id`, at, about);
    }
  }

  #findDuplicates(): void {
    for (const [image, group] of this.#groups()) {
      const { width, height } = this.#images[image].record;
      const maskOf = this.#masks([height ?? 0, width ?? 0]);
      for (const [nth, later] of group.entries()) {
        const box = this.#boxes.get4(later);
        const earlier = group.slice(0, nth).find((candidate) => {
          if (!mayBeSame(this.#boxes.get4(candidate), box)) return false;
          const [a, b] = [maskOf(candidate), maskOf(later)];
          return a !== null && b !== null && isDuplicate(a, b);
        });
        if (earlier === undefined) continue;
        const at = this.#records.placeOf(later);
        const of = this.#records.placeOf(earlier).pointer;
        const message = `nearly the same mask and category as ${of === '' ? 'an earlier one' : of}`;
        this.#say('duplicate', message, at.pointer, at, { image, annotation: later });
      }
    }
  }

  /** The masks of a group: each is read and drawn once, however many others lie where it does. */
  #masks(size: readonly [height: number, width: number]): (place: number) => Compared | null {
    const masks = new Map<number, Compared | null>();
    return (place) => {
      let mask = masks.get(place);
      if (mask === undefined) {
        const segmentation = this.#records.contentOf(place)?.segmentation;
        masks.set(place, (mask = segmentation ? comparedOf(segmentation, size) : null));
      }
      return mask;
    };
  }

  /** Annotations of one image and category that have a mask; only groups of several. */
  *#groups(): Generator<readonly [image: number, places: readonly number[]]> {
    const groups = new Map<number, number[]>();
    const categories = this.#categoryRefs.size;
    for (let place = 0; place < this.annotationCount; place++) {
      const image = this.#imageOf.get(place);
      if (image < 0 || Number.isNaN(this.#boxes.first(place))) continue;
      const key = image * categories + this.#categoryOf.get(place);
      const group = groups.get(key);
      if (group) group.push(place);
      else groups.set(key, [place]);
    }
    for (const [key, places] of groups) if (places.length > 1) yield [Math.floor(key / categories), places];
  }

  #taken(id: IdRef, at: SourcePlace, about: About): void {
    this.#say('duplicate-id', `id ${idText(id)} is taken already`, `${at.pointer}/id`, at, about);
  }

  #say(
    code: Issue['code'],
    message: string,
    pointer: string,
    at: SourcePlace,
    about: About,
    repair?: Issue['repair'],
  ): void {
    this.#tell({ code, severity: findingKinds[code].severity, pointer, message, repair }, at, about);
  }
}
