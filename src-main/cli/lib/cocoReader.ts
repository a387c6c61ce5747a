/** Reads a whole COCO file into typed records for commands that only look at it; a faulty record ends the run with its place. */
import { type ParsedAnnotation, parseAnnotation, type ParsedCategory, parseCategory } from '@shared/formats/coco/parse';
import type { RecordSource } from '@shared/formats/coco/fields';
import { type ParsedImage, parseImage } from '@shared/formats/coco/parse';
import { jsonPointer, parseScanned } from '@shared/formats/coco/scan';
import type { Issue } from '@shared/dataset/finding';
import type { AbortSignalLike } from '@shared/errors/cancellation';
import { AppError } from '@shared/errors/appError';
import { type CocoKind, scanCocoFile, type ScanCocoOptions } from '../../dataset/scanCoco';

/** A record with its JSON pointer, and its source text where that was asked for. */
export type At<T> = T & { readonly pointer: string; readonly text?: string };

export interface CocoFile {
  readonly file: string;
  readonly kind: CocoKind;
  /** Title of the format it was read from, where that is another one. */
  readonly format?: string;
  readonly images: readonly At<ParsedImage>[];
  readonly categories: readonly At<ParsedCategory>[];
  readonly annotations: readonly At<ParsedAnnotation>[];
  /** In file order; `warning`s only, unless errors were asked to be kept. */
  readonly issues: readonly Issue[];
}

export interface ReadCocoOptions {
  readonly signal?: AbortSignalLike;
  readonly accept?: ScanCocoOptions['accept'];
  /** Keep each record's source text. */
  readonly keepTexts?: boolean;
  /** Top-level keys in order, with the text of their values; null for a list of records. */
  readonly onPart?: (key: string, text: string | null) => void;
  /** Keep going over faulty records and list them among the issues. */
  readonly keepErrors?: boolean;
}

/** Throws `bad-input` with file, pointer or offset at the first fault. */
export async function readCocoFile(file: string, options: ReadCocoOptions = {}): Promise<CocoFile> {
  const images: At<ParsedImage>[] = [];
  const categories: At<ParsedCategory>[] = [];
  const annotations: At<ParsedAnnotation>[] = [];
  const issues: Issue[] = [];

  const keep = <T>(list: At<T>[], parse: (source: RecordSource, issues: Issue[]) => T | null, source: RecordSource) => {
    const before = issues.length;
    const record = parse(source, issues);
    if (record) list.push({ ...record, pointer: source.pointer, ...(options.keepTexts ? { text: source.text } : {}) });
    const error = issues.slice(before).find(({ severity }) => severity === 'error');
    if (error && !options.keepErrors) throw issueError(file, error);
  };
  const kind = await scanCocoFile(
    file,
    {
      part: (key, { text }) => options.onPart?.(key, text),
      list: (list) => list !== null && options.onPart?.(list, null),
      record(list, index, value) {
        const pointer = list === null ? jsonPointer(index) : jsonPointer(list, index);
        const source = { json: parseScanned(value, file, pointer), text: value.text, pointer };
        if (list === 'images') keep(images, parseImage, source);
        else if (list === 'categories') keep(categories, parseCategory, source);
        else keep(annotations, parseAnnotation, source);
      },
    },
    { signal: options.signal, accept: options.accept ?? 'dataset' },
  );
  return { file, kind, images, categories, annotations, issues };
}

function issueError(file: string, { message, pointer }: Issue): AppError {
  return new AppError('bad-input', `${file}: ${message}`, { place: { file, pointer }, remedy: 'mend' });
}
