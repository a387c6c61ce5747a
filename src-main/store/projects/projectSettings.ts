/** Settings that belong to a project, not to a person: the size of a pixel, what proposes, and where one stopped. */
import { splitNames } from '@shared/dataset/selectView';
import { checkLabelValues } from '@shared/document/labelValues';
import { checkScale } from '@shared/measure';
import type { ModelRun } from '@shared/project/modelRun';
import { keptRulesSchema, modelRunSchema, placeSchema } from '@shared/project/validate';
import type { LabelRules, ProjectPlace } from '@shared/project/types';
import type { PixelScale } from '@shared/measure/types';
import type { Sqlite } from '../database/database';
import { getJson, getSetting, setSetting } from '../database/meta';

/** What is kept under the key, as it stands there, other versions' and damaged entries too; none where it is no object. */
function storedObject(db: Sqlite, key: string): Readonly<Record<string, unknown>> {
  const value = getSetting(db, key);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** null: unknown, lengths are in pixels only. */
export function readPixelScale(db: Sqlite): PixelScale | null {
  const { pixelSize, unit } = storedObject(db, 'pixelScale');
  if (typeof pixelSize !== 'number' || typeof unit !== 'string') return null;
  try {
    checkScale({ pixelSize, unit });
  } catch {
    return null;
  }
  return { pixelSize, unit };
}

/** Throws `usage` for a size that is not above 0 and a unit that is none. */
export function writePixelScale(db: Sqlite, scale: PixelScale | null): void {
  if (!scale) return db.run("DELETE FROM settings WHERE key = 'pixelScale'");
  checkScale(scale);
  const { pixelSize, unit } = scale;
  setSetting(db, 'pixelScale', { ...storedObject(db, 'pixelScale'), pixelSize, unit: unit.trim() });
}

/** How the project treats pixels; what a file of another version says beside it is kept. */
export function readLabelRules(db: Sqlite): LabelRules {
  return keptRulesSchema.parse(storedObject(db, 'labelRules'));
}

/** What is not among the changes stays. Throws `usage` for values that no label map can have. */
export function writeLabelRules(db: Sqlite, changes: Partial<LabelRules>): void {
  checkLabelValues({ ...readLabelRules(db), ...changes });
  setSetting(db, 'labelRules', { ...storedObject(db, 'labelRules'), ...changes });
}

/** The model or method that somebody chose for this project, as the window names it; null: none yet. */
export function readMaker(db: Sqlite): string | null {
  const maker = db.value("SELECT value FROM settings WHERE key = 'maker'");
  return typeof maker === 'string' ? maker : null;
}

export function writeMaker(db: Sqlite, maker: string): void {
  db.run("INSERT OR REPLACE INTO settings (key, value) VALUES ('maker', ?)", maker);
}

/** How models run in this project, by their ids. The project may be from anywhere: what nobody can run is as if it were not said. */
export function readModelRuns(db: Sqlite): Readonly<Record<string, ModelRun>> {
  return Object.fromEntries(Object.entries(storedObject(db, 'modelRuns')).filter(isModelRun));
}

const isModelRun = (entry: readonly [string, unknown]): entry is [string, ModelRun] =>
  modelRunSchema.safeParse(entry[1]).success;

export function writeModelRun(db: Sqlite, model: string, run: ModelRun): void {
  setSetting(db, 'modelRuns', { ...storedObject(db, 'modelRuns'), [model]: run });
}

/** Where one stopped; null where that is not known, or the image is not there any more. */
export function readPlace(db: Sqlite): ProjectPlace | null {
  const place = placeSchema.safeParse(getSetting(db, 'place')).data;
  return !place || db.value('SELECT 1 FROM images WHERE id = ?', place.imageId) === undefined ? null : place;
}

export function writePlace(db: Sqlite, place: ProjectPlace): void {
  setSetting(db, 'place', place);
}

/** The parts of a split that the images came in. */
export function readSplits(db: Sqlite): string[] {
  const told = getJson(db, 'splits');
  return Array.isArray(told) ? splitNames.filter((name) => told.includes(name)) : [];
}
