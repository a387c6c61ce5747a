/** Takes a dataset's records as they are read and has each linted: what the reader tells and what the linter finds go the same way. */
import type { Issue } from '../dataset/finding';
import { type About, DatasetLinter, type TellIssue } from '../dataset/lint/linter';
import type {
  AnnotationContent,
  AnnotationRecord,
  CategoryRecord,
  DatasetSink,
  ImageRecord,
  SourcePlace,
} from '../dataset/records';

/** Where annotations are had from again: in memory, or in the file they came from. */
export interface RecordStore {
  add(content: AnnotationContent, text: string | null, at: SourcePlace): void;
  contentOf(place: number): AnnotationContent | null;
  placeOf(place: number): SourcePlace;
}

export class LintSink implements DatasetSink {
  readonly wantsContent = true;
  readonly #tell: TellIssue;
  readonly #store: RecordStore;
  readonly #linter: DatasetLinter;

  constructor(tell: TellIssue, store: RecordStore = new MemoryStore()) {
    this.#tell = tell;
    this.#store = store;
    this.#linter = new DatasetLinter(tell, store);
  }

  get images() {
    return this.#linter.images;
  }

  get annotationCount(): number {
    return this.#linter.annotationCount;
  }

  part(): void {}

  image(record: ImageRecord, _text: string | null, at: SourcePlace): void {
    this.#linter.image(record, at);
  }

  category(record: CategoryRecord, _text: string | null, at: SourcePlace): void {
    this.#linter.category(record, at);
  }

  annotation(record: AnnotationRecord, text: string | null, at: SourcePlace): void {
    const { content } = record;
    if (!content) throw new Error('A reader gave an annotation without its content, which was asked for');
    this.#store.add(content, text, at);
    this.#linter.annotation(record, content, at);
  }

  issue(issue: Issue, at: SourcePlace, about: About = {}): void {
    this.#tell(issue, at, about);
  }

  finish(): void {
    this.#linter.finish();
  }
}

class MemoryStore implements RecordStore {
  readonly #kept: { readonly content: AnnotationContent; readonly at: SourcePlace }[] = [];

  add(content: AnnotationContent, _text: string | null, at: SourcePlace): void {
    this.#kept.push({ content, at });
  }

  contentOf(place: number): AnnotationContent {
    return this.#kept[place].content;
  }

  placeOf(place: number): SourcePlace {
    return this.#kept[place].at;
  }
}
