/** One record's JSON value -> typed record: what is interpreted, what is kept as `extra`, and what is wrong with it. */
import { maxMaskPixels } from '../../document/limits';
import { rawMember } from '../json/jsonText';
import type { Issue } from '../../dataset/finding';
import {
  beyond,
  describe,
  describeNumber,
  type Fields,
  isFar,
  isFiniteNumber,
  issue,
  type RecordSource,
} from './fields';
import { readSegmentation } from './segmentation';
import type { CocoSegmentation, IdRef } from './types';

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
  /** What `isthing` says; null: nothing, or nothing that can be read. */
  readonly isThing: boolean | null;
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

/** Parses an image record; null when an issue of severity `error` makes it unusable. Issues are appended. */
export function parseImage(source: RecordSource, issues: Issue[]): ParsedImage | null {
  const fields = asObject(source, issues);
  if (!fields) return null;
  const before = countErrors(issues);
  const id = readId(fields, 'id', source, issues);
  const fileName = fields.file_name;
  if (typeof fileName !== 'string' || fileName === '') {
    issues.push(
      issue('error', 'file-name', source, ['file_name'], `file_name is ${describe(fileName)}, expected a file's name`),
    );
  }
  const width = readSide(fields, 'width', source, issues);
  const height = readSide(fields, 'height', source, issues);
  if (countErrors(issues) > before) return null;
  if (width !== null && height !== null && width * height > maxMaskPixels) {
    const message = `the image is said to be ${width} x ${height} pixels: no mask can be that large`;
    issues.push(issue('warning', 'image-too-large', source, ['width'], message));
  }
  return { id, fileName: fileName as string, width, height };
}

/** Parses a category record; null when it is unusable. Issues are appended. */
export function parseCategory(source: RecordSource, issues: Issue[]): ParsedCategory | null {
  const fields = asObject(source, issues);
  if (!fields) return null;
  const id = readId(fields, 'id', source, issues);
  const { name, supercategory, isthing } = fields;
  if (typeof name !== 'string') {
    issues.push(issue('error', 'category-name-type', source, ['name'], `name is ${describe(name)}, expected text`));
    return null;
  }
  const usable = typeof supercategory === 'string' && supercategory !== '';
  const isSaid = isthing === 0 || isthing === 1 || typeof isthing === 'boolean';
  return { id, name, supercategory: usable ? supercategory : null, isThing: isSaid ? Boolean(isthing) : null };
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
    issues.push(
      issue('warning', 'iscrowd-value', source, ['iscrowd'], `iscrowd is ${describe(iscrowd)}, expected 0 or 1`),
    );
  }
  if (countErrors(issues) > before) return null;
  const score = readScore(fields.score, source, issues);
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
  issues.push(issue('error', 'record-type', source, [], `the record is ${describe(json)}, expected an object`));
  return null;
}

function readId(fields: Fields, key: string, source: RecordSource, issues: Issue[]): IdRef | null {
  const value = fields[key];
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) {
      if (value <= 0 && key === 'id' && source.pointer.startsWith('/annotations')) {
        const why = value === 0 ? 'evaluators treat an annotation with id 0 as unmatched' : 'ids start at 1';
        issues.push(issue('warning', 'id-not-positive', source, [key], `id is ${value}: ${why}`));
      }
      return value;
    }
    issues.push(
      issue('warning', 'id-inexact', source, [key], `${key} is not a whole number that programs can hold exactly`),
    );
    return rawMember(source.text, key);
  }
  if (typeof value === 'string') {
    issues.push(issue('warning', 'id-text', source, [key], `${key} is text, evaluators expect a number`));
    return JSON.stringify(value);
  }
  if (value === undefined || value === null) {
    issues.push(issue('warning', 'id-missing', source, [key], `${key} is missing`));
    return null;
  }
  issues.push(issue('error', 'id-type', source, [key], `${key} is ${describe(value)}, expected a number`));
  return null;
}

function readSide(fields: Fields, key: string, source: RecordSource, issues: Issue[]): number | null {
  const value = fields[key];
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  issues.push(
    issue(
      'error',
      'image-side',
      source,
      [key],
      `${key} is ${describe(value)}, expected a positive whole number of pixels`,
    ),
  );
  return null;
}

function readNumber(fields: Fields, key: string, source: RecordSource, issues: Issue[]): number | null {
  const value = fields[key];
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value) && value.length === 0) {
    // What VIA writes for a point.
    issues.push(issue('warning', 'number-empty', source, [key], `${key} is an empty list: taken as missing`));
    return null;
  }
  issues.push(issue('error', 'number-type', source, [key], `${key} is ${describeNumber(value)}, expected a number`));
  return null;
}

/** A score is ours to read only where it is a number: what evaluators would sort by must not be guessed. */
function readScore(value: unknown, source: RecordSource, issues: Issue[]): number | null {
  if (value === undefined || value === null) return null;
  if (isFiniteNumber(value)) return value;
  const kind = typeof value === 'string' ? ' (text)' : '';
  issues.push(
    issue('warning', 'score-type', source, ['score'], `score is ${describeNumber(value)}${kind}, expected a number`),
  );
  return null;
}

function readBox(value: unknown, source: RecordSource, issues: Issue[]): ParsedAnnotation['bbox'] {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return null;
  if (!Array.isArray(value) || value.length !== 4) {
    const got = Array.isArray(value) ? `has ${value.length} values` : `is ${describe(value)}`;
    issues.push(issue('error', 'box-type', source, ['bbox'], `bbox ${got}, expected [x, y, width, height]`));
    return null;
  }
  const bad = value.findIndex((entry) => !isFiniteNumber(entry));
  if (bad < 0) {
    const box = value as [number, number, number, number];
    if (box[2] < 0 || box[3] < 0) {
      const message = `bbox is [${box.join(', ')}]: width and height cannot be negative (is it [x1, y1, x2, y2]?)`;
      issues.push(issue('warning', 'box-negative', source, ['bbox'], message));
    }
    const far = box.findIndex(isFar);
    if (far >= 0) issues.push(issue('warning', 'box-far', source, ['bbox', far], `bbox has ${box[far]}${beyond}`));
    return box;
  }
  issues.push(
    issue('error', 'box-type', source, ['bbox', bad], `bbox has ${describeNumber(value[bad])}, expected a number`),
  );
  return null;
}

function countErrors(issues: readonly Issue[]): number {
  let count = 0;
  for (const { severity } of issues) if (severity === 'error') count++;
  return count;
}
