/** Settings that belong to a project, not to a person: the size of a pixel, what proposes, and where one stopped. */
import { splitNames } from '@shared/dataset/selectView';
import { checkLabelValues, defaultLabelValues } from '@shared/document/labelValues';
import { checkScale } from '@shared/measure';
import type { ModelRun } from '@shared/project/modelRun';
import { modelRunSchema } from '@shared/project/validate';
import type { LabelRules, ProjectPlace } from '@shared/project/types';
import type { PixelScale } from '@shared/measure/types';
import type { Sqlite } from '../database/database';
import { getJson } from '../database/meta';

/** null: unknown, lengths are in pixels only. */
export function readPixelScale(db: Sqlite): PixelScale | null {
  const text = db.value<string>("SELECT value FROM settings WHERE key = 'pixelScale'");
  return text === undefined ? null : (JSON.parse(text) as PixelScale);
}

/** Throws `usage` for a size that is not above 0 and a unit that is none. */
export function writePixelScale(db: Sqlite, scale: PixelScale | null): void {
  if (!scale) return db.run("DELETE FROM settings WHERE key = 'pixelScale'");
  checkScale(scale);
  const { pixelSize, unit } = scale;
  db.run(
    "INSERT OR REPLACE INTO settings (key, value) VALUES ('pixelScale', ?)",
    JSON.stringify({ pixelSize, unit: unit.trim() }),
  );
}

/** How the project treats pixels; what a file of another version says beside it is kept. */
export function readLabelRules(db: Sqlite): LabelRules {
  const text = db.value<string>("SELECT value FROM settings WHERE key = 'labelRules'");
  return {
    oneOwner: false,
    ...defaultLabelValues,
    ...(text === undefined ? {} : (JSON.parse(text) as Partial<LabelRules>)),
  };
}

/** What is not among the changes stays. Throws `usage` for values that no label map can have. */
export function writeLabelRules(db: Sqlite, changes: Partial<LabelRules>): void {
  const rules = { ...readLabelRules(db), ...changes };
  checkLabelValues(rules);
  const value = JSON.stringify(rules);
  db.run("INSERT OR REPLACE INTO settings (key, value) VALUES ('labelRules', ?)", value);
}

/** The model or method that somebody chose for this project, as the window names it; null: none yet. */
export function readMaker(db: Sqlite): string | null {
  return db.value<string>("SELECT value FROM settings WHERE key = 'maker'") ?? null;
}

export function writeMaker(db: Sqlite, maker: string): void {
  db.run("INSERT OR REPLACE INTO settings (key, value) VALUES ('maker', ?)", maker);
}

/** How models run in this project, by their ids. The project may be from anywhere: what nobody can run is as if it were not said. */
export function readModelRuns(db: Sqlite): Readonly<Record<string, ModelRun>> {
  return Object.fromEntries(Object.entries(storedRuns(db)).filter(isModelRun));
}

const isModelRun = (entry: readonly [string, unknown]): entry is [string, ModelRun] =>
  modelRunSchema.safeParse(entry[1]).success;

function storedRuns(db: Sqlite): Readonly<Record<string, unknown>> {
  const text = db.value<string>("SELECT value FROM settings WHERE key = 'modelRuns'");
  return text === undefined ? {} : (Object(JSON.parse(text)) as Record<string, unknown>);
}

export function writeModelRun(db: Sqlite, model: string, run: ModelRun): void {
  const value = JSON.stringify({ ...storedRuns(db), [model]: run });
  db.run("INSERT OR REPLACE INTO settings (key, value) VALUES ('modelRuns', ?)", value);
}

/** Where one stopped; null where that is not known, or the image is not there any more. */
export function readPlace(db: Sqlite): ProjectPlace | null {
  const text = db.value<string>("SELECT value FROM settings WHERE key = 'place'");
  if (text === undefined) return null;
  const place = JSON.parse(text) as ProjectPlace;
  return db.value('SELECT 1 FROM images WHERE id = ?', place.imageId) === undefined ? null : place;
}

export function writePlace(db: Sqlite, place: ProjectPlace): void {
  db.run("INSERT OR REPLACE INTO settings (key, value) VALUES ('place', ?)", JSON.stringify(place));
}

/** The parts of a split that the images came in. */
export function readSplits(db: Sqlite): string[] {
  const told = getJson(db, 'splits');
  return Array.isArray(told) ? splitNames.filter((name) => told.includes(name)) : [];
}
