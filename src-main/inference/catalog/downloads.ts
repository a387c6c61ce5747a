/** Models that can be had: the list that ships, and the user's own; which are installed, and how their files come here. */
import { readFile, rm, rmdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { AppError } from '@shared/errors/appError';
import type { DownloadableModel, ModelWish } from '@shared/models/types';
import { digestOf } from '../../files/digest';
import { downloadFile, type DownloadOptions } from '../../files/download';
import { fileError } from '../../files/fileErrors';
import { makeFolder } from '../../files/makeFolder';
import { bytesSoFar, holdFolder, isHeldByOthers } from '../../files/partFiles';
import { type ModelsFolders, readCatalog } from './catalog';
import { parseWith } from './modelFile';

const digest = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits');
const fileName = z.string().regex(/^[\w.-]+$/, 'must be the name of a file');

const entrySchema = z.looseObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/i, 'must consist of letters, digits, ".", "_" and "-"'),
  name: z.string().min(1),
  purpose: z.string().min(1),
  family: z.string().min(1),
  licence: z.string().min(1),
  /** Where people read about it. */
  page: z.url(),
  categories: z.array(z.string().min(1)).optional(),
  files: z
    .array(
      z.looseObject({
        path: fileName,
        url: z.url(),
        sha256: digest,
        size: z.number().int().positive().optional(),
        /** False: the address was never tried; the digest decides. */
        verified: z.boolean().default(true),
      }),
    )
    .min(1),
});

const listSchema = z.looseObject({
  /** All that may be asked, with the hosts below them. */
  hosts: z.array(z.string().min(1)).min(1),
  models: z.array(entrySchema),
});

export type CatalogEntry = z.infer<typeof entrySchema> & {
  /** What its list allows to be asked. */
  readonly hosts: readonly string[];
};

/** `catalog.json` of each models' folder, those that ship first; a folder without one has none. Throws for a faulty one. */
export async function readDownloads(folders: readonly string[]): Promise<readonly CatalogEntry[]> {
  const entries: CatalogEntry[] = [];
  for (const folder of folders) {
    const file = join(folder, 'catalog.json');
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text === null) continue;
    const { hosts, models } = parseWith(listSchema, parseList(text, file), file);
    for (const model of models) if (!entries.some(({ id }) => id === model.id)) entries.push({ ...model, hosts });
  }
  return entries;
}

function parseList(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('bad-input', `${file} is not valid JSON`, { place: { file }, cause: error });
  }
}

export async function findDownload(folders: readonly string[], id: string): Promise<CatalogEntry> {
  const entries = await readDownloads(folders);
  const found = entries.find((entry) => entry.id === id);
  if (found) return found;
  const known = entries.map((entry) => entry.id).join(', ');
  throw new AppError('bad-input', `The catalogue has no model “${id}”`, { hint: `it has ${known}` });
}

/** What people see of the catalogue. Installed is what has the same digests, whatever it is called. */
export async function listDownloads(folders: readonly string[], own: string): Promise<readonly DownloadableModel[]> {
  const installed = new Map<string, string>();
  for (const { manifest } of (await readCatalog(folders as ModelsFolders)).models) {
    for (const { sha256 } of manifest.files) installed.set(sha256, manifest.id);
  }
  const entries = await readDownloads(folders);
  return Promise.all(
    entries.map(async ({ id, name, purpose, licence, page, files }) => {
      const begun = await Promise.all(files.map(({ path }) => bytesSoFar(join(downloadFolder(own, id), path))));
      const sizes = files.map(({ size }) => size ?? null);
      return {
        id,
        name,
        purpose,
        licence,
        page,
        files: files.map(({ path }) => path),
        bytes: sizes.every((size) => size !== null) ? sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0) : null,
        begunBytes: begun.reduce((sum, bytes) => sum + bytes, 0),
        installedAs: files.every(({ sha256 }) => installed.has(sha256)) ? installed.get(files[0].sha256)! : null,
      };
    }),
  );
}

/** Where an entry's files come together before they become a model. */
const downloadFolder = (own: string, id: string) => join(own, `.download-${id}`);

/**
 * Deletes what a stopped download has left; false, and nothing is deleted, while another process gets it or adds it. `id` must be an
 * entry's: it names a folder.
 */
export async function discardDownload(own: string, id: string): Promise<boolean> {
  const folder = downloadFolder(own, id);
  if (await isHeldByOthers(folder)) return false;
  await rm(folder, { recursive: true, force: true });
  return true;
}

/** For whoever asked for nothing else. */
export const stillFetched = (name: string) =>
  new AppError('bad-input', `“${name}” is being downloaded by another Maskwright: nothing of it was deleted`, {
    hint: 'stop it there, or let it end',
  });

export interface FetchedModel {
  readonly files: readonly string[];
  readonly wish: ModelWish;
}

export type FetchOptions = Omit<DownloadOptions, 'hosts' | 'onProgress'> & {
  /** `file`: which one. */
  readonly onProgress?: (done: number, total: number | null, file: string) => void;
};

/**
 * Fetches what is missing of an entry's files into `own` (each one's digest is right) and hands them to `use`, which makes them a
 * model; then they go. Where that fails they stay for the next try.
 */
export async function fetchModel<T>(
  own: string,
  { id, hosts, files, ...about }: CatalogEntry,
  { onProgress, ...options }: FetchOptions,
  use: (fetched: FetchedModel) => Promise<T>,
): Promise<T> {
  const folder = downloadFolder(own, id);
  await makeFolder(folder);
  const letGo = await holdFolder(folder).catch((error: unknown) => {
    throw fileError(error, folder);
  });
  try {
    const paths: string[] = [];
    for (const { path, url, sha256, size } of files) {
      const to = join(folder, path);
      paths.push(to);
      if ((await stat(to).catch(() => null)) && (await digestOf(to)) === sha256) continue;
      const progress = (done: number, total: number | null) => onProgress?.(done, total, path);
      await downloadFile({ url, to, sha256, size }, { ...options, hosts, onProgress: progress });
    }
    const made = await use({ files: paths, wish: wishOf(about) });
    // Not the folder whole: another process may be fetching there, and needs what is whole as well.
    if (!(await isHeldByOthers(folder))) for (const path of paths) await rm(path, { force: true });
    return made;
  } finally {
    await letGo();
    // Only where nothing is left that is worth going on with.
    await rmdir(folder).catch(() => undefined);
  }
}

/** Files that the user has, as an entry's: in any order and by any name, but with its digests. */
export async function takeFiles(
  { name, files, ...about }: CatalogEntry,
  given: readonly string[],
): Promise<FetchedModel> {
  const byDigest = new Map<string, string>();
  for (const path of given) byDigest.set(await digestOf(path), path);
  const missing = files.filter(({ sha256 }) => !byDigest.has(sha256));
  if (missing.length > 0) {
    const wrong = given.map((path) => basename(path)).join(', ');
    throw new AppError(
      'bad-input',
      `${wrong} cannot be “${name}”: its digest is not that of ${missing.map(({ path }) => path).join(' or ')}`,
      {
        place: { file: given[0] },
        hint: `it needs ${files.map(({ path }) => path).join(' and ')}; any other model is added as one of your own`,
      },
    );
  }
  return { files: files.map(({ sha256 }) => byDigest.get(sha256)!), wish: wishOf({ name, ...about }) };
}

function wishOf({
  name,
  family,
  licence,
  categories,
}: Pick<CatalogEntry, 'name' | 'family' | 'licence' | 'categories'>) {
  return { name, family, licence, ...(categories ? { categories } : {}) };
}
