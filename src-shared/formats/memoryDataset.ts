/** A dataset held in memory: takes the records of a reader, and shows them to a writer. For what never becomes a project. */
import { IdMap } from '../dataset/idMap';
import { maxCountedId } from '../dataset/ids';
import type { Issue } from '../dataset/finding';
import type { AnnotationRecord, CategoryRecord, DatasetSink, ImageRecord, SourcePlace } from '../dataset/records';
import type { DatasetView, ViewAnnotation, ViewCategory, ViewImage } from '../dataset/view';
import type { LabelValues } from '../document/labelValues';
import type { Annotation } from '../document/types';
import { AppError, type ErrorPlace } from '../errors/appError';
import { annotationFromCoco, annotationFromContent, parseAnnotation } from './coco';

interface Kept<T> {
  readonly record: T;
  readonly text: string | null;
  readonly at: SourcePlace;
}

export class MemoryDataset implements DatasetSink {
  readonly path: string;
  readonly format: string;
  readonly images: Kept<ImageRecord>[] = [];
  readonly categories: Kept<CategoryRecord>[] = [];
  readonly annotations: Kept<AnnotationRecord>[] = [];
  readonly issues: { readonly issue: Issue; readonly at: SourcePlace }[] = [];
  readonly #parts: (readonly [string, string | null])[] = [];
  readonly #keepErrors: boolean;
  #labelValues: LabelValues | undefined;

  /** `path` is what errors name; `keepErrors`: faulty records are listed among the issues and left out. */
  constructor(path: string, format: string, { keepErrors = false } = {}) {
    this.path = path;
    this.format = format;
    this.#keepErrors = keepErrors;
  }

  part(key: string, raw: string | null): void {
    this.#parts.push([key, raw]);
  }

  image(record: ImageRecord, text: string | null, at: SourcePlace): void {
    this.images.push({ record, text, at });
  }

  category(record: CategoryRecord, text: string | null, at: SourcePlace): void {
    this.categories.push({ record, text, at });
  }

  annotation(record: AnnotationRecord, text: string | null, at: SourcePlace): void {
    this.annotations.push({ record, text, at });
  }

  labelValues(values: LabelValues): void {
    this.#labelValues = values;
  }

  issue(issue: Issue, at: SourcePlace): void {
    if (issue.severity === 'error' && !this.#keepErrors) {
      const file = at.file ?? this.path;
      throw new AppError('bad-input', `${file} cannot be used: ${issue.message}`, {
        place: { file, pointer: issue.pointer, line: at.line, offset: at.offset },
        remedy: 'mend',
      });
    }
    this.issues.push({ issue, at });
  }

  /** What was taken in, with ids that are whole numbers and unique; who refers to nobody is of no image, or of category 0. */
  view(name: string): DatasetView {
    const imageIds = idsOf(this.images, 0);
    const categoryIds = idsOf(this.categories, -maxCountedId);
    const annotationIds = idsOf(this.annotations, 1);
    const texts = new Map(this.images.map(({ record }, place) => [imageIds.ids[place], record]));
    const views = new Map<number, ViewAnnotation[]>();
    const all = this.annotations.map((kept, place): ViewAnnotation => {
      const { imageId, categoryId } = kept.record;
      const image = imageId === null ? undefined : imageIds.map.find(imageId);
      const category = categoryId === null ? undefined : categoryIds.map.find(categoryId);
      const view = new KeptAnnotation(
        kept,
        annotationIds.ids[place],
        image === undefined ? null : imageIds.ids[image],
        category === undefined ? 0 : categoryIds.ids[category],
        place,
        (id) => {
          const record = texts.get(id);
          const { width, height } = record ? sidesOf(record) : noSides;
          return [height, width];
        },
      );
      if (view.imageId !== null) {
        const list = views.get(view.imageId);
        if (list) list.push(view);
        else views.set(view.imageId, [view]);
      }
      return view;
    });
    const images = this.images.map(({ record, text }, place): ViewImage => ({
      id: imageIds.ids[place],
      idText: spelled(record.id, imageIds.ids[place]),
      fileName: record.fileName,
      ...sidesOf(record),
      tags: record.tags ?? [],
      status: 'new',
      ...(record.split === undefined ? {} : { statedSplit: record.split }),
      text,
      untouched: text !== null,
    }));
    const byId = new Map(images.map((image) => [image.id, image]));
    const categories = this.categories.map(({ record, text }, place): ViewCategory => ({
      id: categoryIds.ids[place],
      idText: spelled(record.id, categoryIds.ids[place]),
      name: record.name,
      supercategory: record.supercategory,
      color: record.color ?? null,
      ...(typeof record.isThing === 'boolean' ? { isThing: record.isThing } : {}),
      text,
    }));
    return {
      textFormat: this.format,
      name,
      imageCount: images.length,
      annotationCount: all.length,
      labelValues: this.#labelValues,
      parts: () => this.#parts,
      categories: () => categories,
      images: () => images,
      image: (id) => byId.get(id),
      annotationsOf: (imageId) => views.get(imageId) ?? [],
      annotations: () => all,
    };
  }
}

const noSides = { width: 0, height: 0 };

/** One side alone says nothing. */
function sidesOf({ width, height }: ImageRecord): { readonly width: number; readonly height: number } {
  return width === null || height === null ? noSides : { width, height };
}

function idsOf(list: readonly Kept<{ readonly id: ImageRecord['id'] }>[], lowest: number) {
  const map = new IdMap(lowest);
  for (const { record } of list) map.add(record.id);
  return { map, ids: map.settle() };
}

const spelled = (id: ImageRecord['id'], own: number) => (id === null || id === own ? null : String(id));

class KeptAnnotation implements ViewAnnotation {
  readonly untouched: boolean;
  readonly #kept: Kept<AnnotationRecord>;
  readonly #place: number;
  readonly #sizeOf: (imageId: number) => readonly [number, number];
  #annotation: Annotation | null = null;

  constructor(
    kept: Kept<AnnotationRecord>,
    readonly id: number,
    readonly imageId: number | null,
    readonly categoryId: number,
    place: number,
    sizeOf: (imageId: number) => readonly [number, number],
  ) {
    this.#kept = kept;
    this.#place = place;
    this.#sizeOf = sizeOf;
    this.untouched = kept.text !== null;
  }

  get text(): string | null {
    return this.#kept.text;
  }

  get place(): ErrorPlace {
    const { file, pointer } = this.#kept.at;
    return { file, pointer };
  }

  get annotation(): Annotation {
    return (this.#annotation ??= this.#read());
  }

  get baseline(): Annotation | null {
    return this.text === null ? null : this.annotation;
  }

  #read(): Annotation {
    const { id, imageId, categoryId } = this;
    const identity = { id, imageId: imageId ?? 0, categoryId, zOrder: this.#place + 1 };
    const size = imageId === null ? ([0, 0] as const) : this.#sizeOf(imageId);
    const { content } = this.#kept.record;
    if (content) return annotationFromContent(content, identity, size);
    const text = this.#kept.text!;
    const parsed = parseAnnotation({ json: JSON.parse(text), text, pointer: this.#kept.at.pointer }, []);
    if (!parsed) throw new Error(`Annotation ${id} was taken in though it cannot be read`);
    return annotationFromCoco(parsed, identity, size);
  }
}
