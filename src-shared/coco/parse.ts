/** One record's JSON value -> typed record: what is interpreted, what is kept as `extra`, and what is wrong with it. */
import { fromCompressed, fromUncompressed, MaskError } from '../mask';
import { rawMember } from './jsonText';
import { jsonPointer } from './scan';
import type { CocoSegmentation, IdRef, Issue } from './types';

export interface ParsedImage {
  readonly id: IdRef | null;
  readonly fileName: string;
  /** Pixels; null where the record does not say. */
  readonly width: number | null;
  readonly height: number | null;
}

export interface ParsedCategory {
  readonly id: IdRef | null;
  readonly name: string;
  readonly supercategory: string | null;
}

export interface ParsedAnnotation {
  readonly id: IdRef | null;
  readonly imageId: IdRef | null;
  readonly categoryId: IdRef | null;
  /** null: none, or an empty one. */
  readonly segmentation: CocoSegmentation | null;
  readonly bbox: readonly [number, number, number, number] | null;
  readonly area: number | null;
  readonly isCrowd: boolean;
  readonly score: number | null;
  /** Every key not interpreted above, in order. */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** Keys of an annotation record that this product interprets. */
export const annotationKeys: ReadonlySet<string> = new Set([
  'id',
  'image_id',
  'category_id',
  'segmentation',
  'area',
  'bbox',
  'iscrowd',
  'score',
]);

/** A record's JSON value with what is needed to report and to read it exactly. */
export interface RecordSource {
  readonly json: unknown;
  /** Source text of the record. */
  readonly text: string;
  /** JSON pointer of the record. */
  readonly pointer: string;
}

type Fields = Record<string, unknown>;

/** Completes "the value is ...". */
function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : JSON.stringify(value).slice(0, 40);
}

/** Parses an image record; null when an issue of severity `error` makes it unusable. Issues are appended. */
export function parseImage(source: RecordSource, issues: Issue[]): ParsedImage | null {
  const fields = asObject(source, issues);
  if (!fields) return null;
  const before = countErrors(issues);
  const id = readId(fields, 'id', source, issues);
  const fileName = fields.file_name;
  if (typeof fileName !== 'string' || fileName === '') {
    issues.push(issue('error', source, ['file_name'], `file_name is ${describe(fileName)}, expected a file's name`));
  }
  const width = readSide(fields, 'width', source, issues);
  const height = readSide(fields, 'height', source, issues);
  if (countErrors(issues) > before) return null;
  return { id, fileName: fileName as string, width, height };
}

/** Parses a category record; null when it is unusable. Issues are appended. */
export function parseCategory(source: RecordSource, issues: Issue[]): ParsedCategory | null {
  const fields = asObject(source, issues);
  if (!fields) return null;
  const id = readId(fields, 'id', source, issues);
  const { name, supercategory } = fields;
  if (typeof name !== 'string') {
    issues.push(issue('error', source, ['name'], `name is ${describe(name)}, expected text`));
    return null;
  }
  const usable = typeof supercategory === 'string' && supercategory !== '';
  return { id, name, supercategory: usable ? supercategory : null };
}

/** Parses an annotation record; null when it is unusable. Issues are appended. Masks are checked, polygons not rasterised. */
export function parseAnnotation(source: RecordSource, issues: Issue[]): ParsedAnnotation | null {
  const fields = asObject(source, issues);
  if (!fields) return null;
  const before = countErrors(issues);
  const id = readId(fields, 'id', source, issues);
  const imageId = readId(fields, 'image_id', source, issues);
  const categoryId = readId(fields, 'category_id', source, issues);
  const segmentation = readSegmentation(fields.segmentation, source, issues);
  const bbox = readBox(fields.bbox, source, issues);
  const area = readNumber(fields, 'area', source, issues);
  const { iscrowd } = fields;
  if (iscrowd !== undefined && iscrowd !== 0 && iscrowd !== 1 && typeof iscrowd !== 'boolean') {
    issues.push(issue('warning', source, ['iscrowd'], `iscrowd is ${describe(iscrowd)}, expected 0 or 1`));
  }
  if (countErrors(issues) > before) return null;
  const score = typeof fields.score === 'number' && Number.isFinite(fields.score) ? fields.score : null;
  return {
    id,
    imageId,
    categoryId,
    segmentation,
    bbox,
    area,
    isCrowd: Boolean(iscrowd),
    score,
    extra: extraOf(fields),
  };
}

/** Object.entries and fromEntries, unlike assignment, keep a key named `__proto__` an ordinary key. */
function extraOf(fields: Fields): Record<string, unknown> {
  for (const key in fields) {
    if (!annotationKeys.has(key)) {
      return Object.fromEntries(Object.entries(fields).filter(([candidate]) => !annotationKeys.has(candidate)));
    }
  }
  return {};
}

function asObject(source: RecordSource, issues: Issue[]): Fields | null {
  const { json } = source;
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Fields;
  issues.push(issue('error', source, [], `the record is ${describe(json)}, expected an object`));
  return null;
}

function readId(fields: Fields, key: string, source: RecordSource, issues: Issue[]): IdRef | null {
  const value = fields[key];
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) {
      if (value <= 0 && key === 'id' && source.pointer.startsWith('/annotations')) {
        const why = value === 0 ? 'evaluators treat an annotation with id 0 as unmatched' : 'ids start at 1';
        issues.push(issue('warning', source, [key], `id is ${value}: ${why}`));
      }
      return value;
    }
    issues.push(issue('warning', source, [key], `${key} is not a whole number that programs can hold exactly`));
    return rawMember(source.text, key);
  }
  if (typeof value === 'string') {
    issues.push(issue('warning', source, [key], `${key} is text, evaluators expect a number`));
    return JSON.stringify(value);
  }
  if (value === undefined || value === null) {
    issues.push(issue('warning', source, [key], `${key} is missing`));
    return null;
  }
  issues.push(issue('error', source, [key], `${key} is ${describe(value)}, expected a number`));
  return null;
}

function readSide(fields: Fields, key: string, source: RecordSource, issues: Issue[]): number | null {
  const value = fields[key];
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  issues.push(
    issue('error', source, [key], `${key} is ${describe(value)}, expected a positive whole number of pixels`),
  );
  return null;
}

function readNumber(fields: Fields, key: string, source: RecordSource, issues: Issue[]): number | null {
  const value = fields[key];
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  issues.push(issue('error', source, [key], `${key} is ${describeNumber(value)}, expected a number`));
  return null;
}

function readBox(value: unknown, source: RecordSource, issues: Issue[]): ParsedAnnotation['bbox'] {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return null;
  if (!Array.isArray(value) || value.length !== 4) {
    const got = Array.isArray(value) ? `has ${value.length} values` : `is ${describe(value)}`;
    issues.push(issue('error', source, ['bbox'], `bbox ${got}, expected [x, y, width, height]`));
    return null;
  }
  const bad = value.findIndex((entry) => !isFiniteNumber(entry));
  if (bad < 0) return value as [number, number, number, number];
  issues.push(issue('error', source, ['bbox', bad], `bbox has ${describeNumber(value[bad])}, expected a number`));
  return null;
}

function readSegmentation(value: unknown, source: RecordSource, issues: Issue[]): CocoSegmentation | null {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.length > 0 && checkRings(value, source, issues) ? value : null;
  if (typeof value !== 'object') {
    issues.push(
      issue('error', source, ['segmentation'], `segmentation is ${describe(value)}, expected rings or a mask`),
    );
    return null;
  }
  const { size, counts } = value as Fields;
  const [height, width] = Array.isArray(size) ? (size as unknown[]) : [];
  const isSide = (side: unknown) => typeof side === 'number' && Number.isSafeInteger(side) && side >= 0;
  if (!Array.isArray(size) || size.length !== 2 || !isSide(height) || !isSide(width)) {
    issues.push(
      issue('error', source, ['segmentation', 'size'], `size is ${describe(size)}, expected [height, width]`),
    );
    return null;
  }
  if (typeof counts !== 'string' && !Array.isArray(counts)) {
    issues.push(
      issue('error', source, ['segmentation', 'counts'], `counts is ${describe(counts)}, expected a string or a list`),
    );
    return null;
  }
  try {
    if (typeof counts === 'string') fromCompressed(counts, size as [number, number]);
    else {
      const bad = counts.findIndex((run) => !isFiniteNumber(run));
      if (bad >= 0) throw new MaskError(`Run ${bad} is ${describeNumber(counts[bad])} when a number was expected`);
      fromUncompressed(counts as number[], size as [number, number]);
    }
  } catch (error) {
    if (!(error instanceof MaskError)) throw error;
    issues.push(issue('error', source, ['segmentation', 'counts'], error.message));
    return null;
  }
  return value as CocoSegmentation;
}

function checkRings(rings: unknown[], source: RecordSource, issues: Issue[]): rings is number[][] {
  for (let r = 0; r < rings.length; r++) {
    const ring = rings[r];
    const path = ['segmentation', r] as const;
    if (!Array.isArray(ring)) {
      issues.push(issue('error', source, path, `a ring is ${describe(ring)}, expected a list of coordinates`));
      return false;
    }
    for (let i = 0; i < ring.length; i++) {
      if (isFiniteNumber(ring[i])) continue;
      issues.push(
        issue('error', source, [...path, i], `a coordinate is ${describeNumber(ring[i])}, expected a number`),
      );
      return false;
    }
    if (ring.length % 2 === 1) {
      issues.push(issue('error', source, path, `a ring has ${ring.length} numbers, expected pairs of x and y`));
      return false;
    }
    if (ring.length < 6) {
      issues.push(issue('warning', source, path, `a ring has ${ring.length / 2} points, expected at least 3`));
    }
  }
  return true;
}

const isFiniteNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** JSON has no Infinity, but 1e999 reads as one. */
const describeNumber = (value: unknown) => (typeof value === 'number' ? String(value) : describe(value));

function issue(
  severity: Issue['severity'],
  source: RecordSource,
  path: readonly (string | number)[],
  message: string,
): Issue {
  return { severity, pointer: source.pointer + jsonPointer(...path), message };
}

function countErrors(issues: readonly Issue[]): number {
  let count = 0;
  for (const { severity } of issues) if (severity === 'error') count++;
  return count;
}
