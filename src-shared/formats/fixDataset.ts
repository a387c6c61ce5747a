/** A dataset with its safe fixes made: what is wrong with certainty is put right, each change is told, and the rest leaves as it came. */
import { proxyOf } from '../dataset/completeView';
import type { FindingCode, IssueCode } from '../dataset/finding';
import { idText, lookUp, maxCountedId } from '../dataset/ids';
import { fixAnnotation, repeatedAnnotations } from '../dataset/lint/fixAnnotation';
import { findingKinds } from '../dataset/lint/kinds';
import type { IdRef, SourcePlace } from '../dataset/records';
import type { DatasetView, ViewAnnotation, ViewImage } from '../dataset/view';
import type { Annotation } from '../document/types';
import { replaceMembers } from './coco';
import { MemoryDataset } from './memoryDataset';
import { withClasses } from './yolo/dataset';

/** One change. */
export interface Fixed {
  readonly code: FindingCode;
  readonly message: string;
  readonly at: SourcePlace;
}

/** Kinds whose lines a reader left out or named: the image is written anew. */
const rewritten: ReadonlySet<IssueCode> = new Set(['line-values', 'ring-short', 'coordinates', 'class-unknown']);

/** Read into it, then ask for the view. */
export class FixingDataset extends MemoryDataset {
  readonly fixed: Fixed[] = [];
  #yaml: string | null = null;

  constructor(path: string, format: string) {
    super(path, format, { keepErrors: true });
  }

  mended(code: IssueCode, message: string, at: SourcePlace): void {
    this.fixed.push({ code, message, at });
  }

  /** The dataset as it is to be written; `fixed` is complete then. */
  fixedView(name: string): DatasetView {
    for (const { issue, at } of this.issues) this.#tellReader(issue.code, issue.severity, { ...at });
    if (this.format === 'coco') {
      this.#leaveOutStrays();
      this.#addCategories();
      this.#numberAnnotations();
    }
    this.#nameClasses();
    return this.#withShapes(this.view(name));
  }

  /** What the reader did by itself. */
  #tellReader(code: IssueCode, severity: string, at: SourcePlace): void {
    if (this.format !== 'coco' && !rewritten.has(code)) return;
    if (severity === 'error') this.fixed.push({ code, message: 'the record was left out', at });
    else if (this.format !== 'coco') this.fixed.push({ code, message: findingKinds[code].fix ?? 'written anew', at });
  }

  /** Annotations of no image, or of nothing but a ring without area: nobody can use them. */
  #leaveOutStrays(): void {
    const images = new Set<IdRef>();
    for (const { record } of this.images) if (record.id !== null) images.add(record.id);
    const known = new Map([...images].map((id) => [id, true] as const));
    let kept = 0;
    for (const annotation of this.annotations) {
      const { imageId } = annotation.record;
      if (imageId !== null && lookUp(known, imageId)) this.annotations[kept++] = annotation;
      else {
        const code = imageId === null ? 'id-missing' : 'dangling-image';
        this.fixed.push({ code, message: 'the annotation was left out', at: annotation.at });
      }
    }
    this.annotations.length = kept;
  }

  #addCategories(): void {
    const known = new Map<IdRef, true>();
    for (const { record } of this.categories) if (record.id !== null) known.set(record.id, true);
    for (const { record, at } of this.annotations) {
      const id = record.categoryId;
      if (id === null || lookUp(known, id)) continue;
      known.set(id, true);
      const name = `category ${idText(id)}`;
      this.category({ id, name, supercategory: null }, null, at);
      this.fixed.push({ code: 'dangling-category', message: `the category "${name}" was added`, at });
    }
  }

  override part(key: string, raw: string | null): void {
    if (key === 'yaml') this.#yaml = raw;
    else super.part(key, raw);
  }

  /** Of YOLO: every number up to the last one used has a name. */
  #nameClasses(): void {
    const yaml = this.#yaml;
    if (yaml === null) return;
    if (!this.issues.some(({ issue }) => issue.code === 'class-unknown')) return super.part('yaml', yaml);
    const names: string[] = [];
    for (const { record } of this.categories) if (typeof record.id === 'number') names[record.id - 1] = record.name;
    for (let index = 0; index < names.length; index++) {
      if (names[index] !== undefined) continue;
      names[index] = `class ${index}`;
      this.category({ id: index + 1, name: names[index], supercategory: null }, null, { pointer: '' });
    }
    super.part('yaml', withClasses(yaml, names));
  }

  /** New numbers for annotations whose own is none, or taken. */
  #numberAnnotations(): void {
    let next = 1;
    for (const { record } of this.annotations) {
      if (typeof record.id === 'number' && record.id >= next && record.id <= maxCountedId) next = record.id + 1;
    }
    const taken = new Set<IdRef>();
    for (const [place, annotation] of this.annotations.entries()) {
      const { record, at } = annotation;
      const { id } = record;
      const code = faultOfId(id, taken);
      if (code === null) {
        taken.add(id!);
        continue;
      }
      const fresh = next++;
      const text = annotation.text && replaceMembers(annotation.text, new Map([['id', String(fresh)]]));
      this.annotations[place] = { ...annotation, record: { ...record, id: fresh }, text };
      this.fixed.push({ code, message: `id ${id === null ? 'missing' : idText(id)} → ${fresh}`, at });
    }
  }

  #withShapes(view: DatasetView): DatasetView {
    const changes = new Map<number, Annotation | null>();
    const touched = this.#imagesWrittenAnew(view);
    // Lines of YOLO that are no objects would stay with their image.
    const cleared = this.format.startsWith('yolo') ? new Set(touched) : new Set<number>();
    const places = new Map([...view.annotations()].map(({ id }, place) => [id, this.annotations[place].at]));
    for (const image of view.images()) {
      const before = changes.size;
      for (const { id, code, message, to } of fixesOf(image, view.annotationsOf(image.id))) {
        changes.set(id, to);
        this.fixed.push({ code, message, at: places.get(id)! });
      }
      if (changes.size > before) touched.add(image.id);
    }
    return withChanges(view, changes, { touched, cleared });
  }

  #imagesWrittenAnew(view: DatasetView): Set<number> {
    const files = new Set(this.issues.filter(({ issue }) => rewritten.has(issue.code)).map(({ at }) => at.file));
    const images = [...view.images()];
    if (this.format === 'coco') return new Set();
    return new Set(images.flatMap(({ id }, place) => (files.has(this.images[place].at.file) ? [id] : [])));
  }
}

function faultOfId(id: IdRef | null, taken: ReadonlySet<IdRef>): IssueCode | null {
  if (id === null) return 'id-missing';
  if (typeof id !== 'number') return id.startsWith('"') ? 'id-text' : 'id-inexact';
  if (id <= 0) return 'id-not-positive';
  return taken.has(id) ? 'duplicate-id' : null;
}

function* fixesOf({ width, height }: ViewImage, records: readonly ViewAnnotation[]) {
  if (width === 0 || height === 0) return;
  const size = [height, width] as const;
  const left: Annotation[] = [];
  for (const { id, annotation } of records) {
    const fix = fixAnnotation(annotation, size);
    for (const { code, message } of fix?.findings ?? []) {
      yield { id, code, message: `${message}: ${findingKinds[code].fix}`, to: fix!.to };
    }
    if (!fix) left.push(annotation);
    else if (fix.to) left.push(fix.to);
  }
  for (const { id } of repeatedAnnotations(left, size)) {
    yield {
      id,
      code: 'duplicate' as const,
      message: 'the same mask, category and values as an earlier one: left out',
      to: null,
    };
  }
}

function withChanges(
  view: DatasetView,
  changes: ReadonlyMap<number, Annotation | null>,
  { touched, cleared }: { readonly touched: ReadonlySet<number>; readonly cleared: ReadonlySet<number> },
): DatasetView {
  if (changes.size === 0 && touched.size === 0) return view;
  const changed = (one: ViewAnnotation): readonly ViewAnnotation[] => {
    const to = changes.get(one.id);
    return to === undefined ? [one] : to === null ? [] : [new ChangedAnnotation(one, to)];
  };
  const gone = [...changes.values()].filter((to) => to === null).length;
  return {
    ...proxyOf(view),
    annotationCount: view.annotationCount - gone,
    *images() {
      for (const image of view.images()) {
        const text = cleared.has(image.id) ? '' : image.text;
        yield touched.has(image.id) ? { ...image, text, untouched: false } : image;
      }
    },
    annotationsOf: (imageId) => view.annotationsOf(imageId).flatMap(changed),
    *annotations() {
      for (const one of view.annotations()) yield* changed(one);
    },
  };
}

class ChangedAnnotation implements ViewAnnotation {
  readonly untouched = false;
  readonly #of: ViewAnnotation;

  constructor(
    of: ViewAnnotation,
    readonly annotation: Annotation,
  ) {
    this.#of = of;
  }

  get id() {
    return this.#of.id;
  }

  get imageId() {
    return this.#of.imageId;
  }

  get categoryId() {
    return this.#of.categoryId;
  }

  get text() {
    return this.#of.text;
  }

  get baseline() {
    return this.#of.baseline;
  }

  get place() {
    return this.#of.place;
  }
}
