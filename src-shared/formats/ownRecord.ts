/** A record that is written again in the format it came from: its text with what was changed, and all else as it stands. */
import type { LossReport } from '../dataset/losses';
import type { ViewAnnotation } from '../dataset/view';
import { deepEqual } from '../document/equal';
import { parseJson, replaceMembers } from './json/text';
import { noteLeftBehind } from './outline';
import { asFields } from './values';

export interface OwnChange {
  /** Its outline, mask or box is another one. */
  readonly redrawn: boolean;
  /** What is said of it besides, where it is other than it was; undefined: no more. */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** What became of the record since its text was read; null: it has none to go by. */
export function changeOf({ text, annotation, baseline }: ViewAnnotation): OwnChange | null {
  if (text === null || !baseline) return null;
  const keys = new Set([...Object.keys(baseline.extra), ...Object.keys(annotation.extra)]);
  const other = [...keys].filter((key) => !deepEqual(baseline.extra[key], annotation.extra[key]));
  return {
    redrawn:
      !deepEqual(annotation.segmentation, baseline.segmentation) ||
      (annotation.segmentation === null && !deepEqual(annotation.bbox, baseline.bbox)),
    extra: Object.fromEntries(other.map((key) => [key, annotation.extra[key]])),
  };
}

/** Of a record with a text of its own only what is new can be left behind; of another one everything. */
export function noteLeft(
  { annotation, baseline }: ViewAnnotation,
  change: OwnChange | null,
  losses: LossReport,
  keeps: NonNullable<Parameters<typeof noteLeftBehind>[2]>,
): void {
  if (!change || !baseline) return noteLeftBehind(annotation, losses, keeps);
  const told = {
    ...annotation,
    isCrowd: annotation.isCrowd && !baseline.isCrowd,
    score: annotation.score === baseline.score ? null : annotation.score,
    extra: change.extra,
  };
  noteLeftBehind(told, losses, { ...keeps, id: true });
}

/** A JSON object that says these values: members that say them already keep their spelling; undefined: they go. */
export function withValues(
  text: string,
  values: Readonly<Record<string, unknown>>,
  spell: (value: unknown) => string = JSON.stringify,
): string {
  const said = asFields(parseJson(text, '')) ?? {};
  const changes = Object.entries(values).flatMap(([key, value]): [string, string | null][] => {
    if (value === undefined) return Object.hasOwn(said, key) ? [[key, null]] : [];
    return deepEqual(said[key] ?? null, value) ? [] : [[key, spell(value)]];
  });
  return changes.length === 0 ? text : replaceMembers(text, new Map(changes));
}
