/** What a project knows of its exports: where they went, how the last one was made, and what each file was when it was written. */
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import type { DatasetFormat } from '@shared/formats/format';
import type { ExportSettings, ProjectSummary } from '@shared/project/types';
import { exportSettingsSchema } from '@shared/project/validate';
import { stampOfFile } from '../../dataset/datasetFolder';
import type { Sqlite } from '../database/database';
import { getJson, getText, getTexts, setText } from '../database/meta';

const stampsSchema = z.record(z.string(), z.string());

/** Targets that are remembered. */
const kept = 20;
/** Files that are remembered, where the last export has not more itself: of that one all are. */
const keptFiles = 1000;

/** Remembers an export. `written`: its files, of a format that is one; a folder has a list of its own. */
export async function noteExport(
  db: Sqlite,
  target: string,
  format: DatasetFormat,
  { options, selection, images, augment }: ExportSettings,
  written: readonly string[],
): Promise<void> {
  const stamps = new Map(writtenStamps(db));
  for (const file of written) {
    const found = await stat(file).catch(() => null);
    stamps.delete(file);
    if (found) stamps.set(file, stampOfFile(found));
  }
  db.transaction(() => {
    setText(db, 'lastExport', target);
    setText(db, 'lastExportFormat', format.id);
    setText(db, 'lastExportSettings', JSON.stringify({ options, selection, images, augment }));
    setText(
      db,
      'exportStamps',
      JSON.stringify(Object.fromEntries([...stamps].slice(-Math.max(keptFiles, written.length)))),
    );
    setText(db, 'exports', JSON.stringify([...new Set([target, ...earlierExports(db)])].slice(0, kept)));
  });
}

export function earlierExports(db: Sqlite): string[] {
  return getTexts(db, 'exports') ?? [];
}

/** By absolute path; empty where no export was made since they are kept. */
export function writtenStamps(db: Sqlite): ReadonlyMap<string, string> {
  return new Map(Object.entries(stampsSchema.catch({}).parse(getJson(db, 'exportStamps'))));
}

export function lastExport(db: Sqlite): Pick<ProjectSummary, 'lastExport' | 'lastExportFormat' | 'lastExportSettings'> {
  const path = getText(db, 'lastExport');
  if (path === null) return { lastExport: null, lastExportFormat: null, lastExportSettings: null };
  const format = getText(db, 'lastExportFormat') ?? 'coco';
  return { lastExport: path, lastExportFormat: format, lastExportSettings: readSettings(db) };
}

/** Of a version that knew other settings they are no longer known. */
const readSettings = (db: Sqlite): ExportSettings | null =>
  exportSettingsSchema.safeParse(getJson(db, 'lastExportSettings')).data ?? null;
