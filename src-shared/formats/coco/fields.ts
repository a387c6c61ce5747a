/** What the readers of a record's fields share: its source, how a wrong value is described, the issue it makes. */
import { maxCoordinate } from '../../document/limits';
import type { Issue, IssueCode } from '../../dataset/finding';
import { jsonPointer } from './scan';

/** A record's JSON value with what is needed to report and to read it exactly. */
export interface RecordSource {
  readonly json: unknown;
  /** Source text of the record. */
  readonly text: string;
  /** JSON pointer of the record. */
  readonly pointer: string;
}

export type Fields = Record<string, unknown>;

/** Completes "the value is ...". */
export function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : JSON.stringify(value).slice(0, 40);
}

/** Ends the sentence about a coordinate that is far out. */
export const beyond = `: no image reaches beyond ${maxCoordinate}`;
export const isFar = (value: number) => value > maxCoordinate || value < -maxCoordinate;

export const isFiniteNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** JSON has no Infinity, but 1e999 reads as one. */
export const describeNumber = (value: unknown) => (typeof value === 'number' ? String(value) : describe(value));

export function issue(
  severity: Issue['severity'],
  code: IssueCode,
  source: RecordSource,
  path: readonly (string | number)[],
  message: string,
): Issue {
  return { severity, code, pointer: source.pointer + jsonPointer(...path), message };
}
