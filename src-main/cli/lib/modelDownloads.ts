/** What `maskwright models` does with the catalogue of downloads, and how fast a model is here. */
import { resolve } from 'node:path';
import type { Provider } from '@shared/models/providers';
import { addModel } from '../../inference/addModel';
import {
  type CatalogEntry,
  type FetchedModel,
  fetchModel,
  findDownload,
  listDownloads,
  takeFiles,
  discardDownload,
  stillFetched,
} from '../../inference/catalog/downloads';
import { findModel } from '../../inference/catalog/catalog';
import { modelsFolders, startInference, startInferenceOn } from './engine';
import { startProgress } from './progress';
import { withOptions } from './remedies';
import type { Session } from './session';
import { counted } from '@shared/errors/counted';

export interface DownloadOptions {
  readonly from?: readonly string[];
  readonly force?: boolean;
}

export interface BenchOptions {
  readonly image?: string;
  readonly runs: number;
  readonly provider?: Provider;
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

export async function listCatalogue(json: boolean, session: Session): Promise<void> {
  const [, own] = modelsFolders();
  const list = await listDownloads(modelsFolders(), own);
  if (json) return session.io.out(`${JSON.stringify(list)}\n`);
  const wide = Math.max(...list.map(({ id }) => id.length));
  for (const { id, name, licence, bytes, page, begunBytes, installedAs } of list) {
    const state = installedAs ? `installed as ${installedAs}` : begunBytes > 0 ? `${megabytes(begunBytes)} begun` : '';
    const size = bytes === null ? '' : `, ${megabytes(bytes)}`;
    session.io.out(`${id.padEnd(wide)}  ${name}: ${licence}${size}; ${page}${state ? ` (${state})` : ''}\n`);
  }
}

export async function download(id: string, { from, force }: DownloadOptions, session: Session): Promise<void> {
  const folders = modelsFolders();
  const [, own] = folders;
  const entry = await findDownload(folders, id);
  session.io.err(`${entry.name}: ${entry.licence}, see ${entry.page}\n`);
  const add = ({ files, wish }: FetchedModel) => {
    const client = startInference(session);
    const params = { files, folder: own, wish, trial: null, replaces: force === true };
    const adding = addModel(client, params, { signal: session.signal, end: () => client.kill() });
    return withOptions(adding, { replace: 'replace it with --force' });
  };
  const added = from
    ? await add(
        await takeFiles(
          entry,
          from.map((file) => resolve(file)),
        ),
      )
    : await fetchWithBar(own, entry, session, add);
  if (from) await discardDownload(own, id);
  session.io.out(`${added.id}: ${added.family}, ${counted(added.categories, 'category')}\n`);
  session.io.out(`${added.folder}\n`);
}

/** Deletes what a stopped download has left, and says how much that was; null where there is none. */
export async function forgetDownload(id: string): Promise<string | null> {
  const folders = modelsFolders();
  const entry = (await listDownloads(folders, folders[1])).find((one) => one.id === id);
  if (!entry || entry.begunBytes === 0) return null;
  if (!(await discardDownload(folders[1], id))) throw stillFetched(entry.name);
  return megabytes(entry.begunBytes);
}

async function fetchWithBar<T>(
  own: string,
  entry: CatalogEntry,
  session: Session,
  use: (fetched: FetchedModel) => Promise<T>,
): Promise<T> {
  const bar = startProgress(session, 100, '%');
  const options = {
    signal: session.signal,
    proxyOf: (url: string) => Promise.resolve(proxyFromEnvironment(url)),
    onProgress: (done: number, total: number | null, file: string) => {
      if (total !== null) bar.update(Math.floor((done / total) * 100), file);
    },
  };
  try {
    return await fetchModel(own, entry, options, (fetched) => {
      bar.stop();
      return use(fetched);
    });
  } finally {
    bar.stop();
  }
}

/** As curl and others read it: by the scheme, unless NO_PROXY names the host. */
export function proxyFromEnvironment(url: string): string | null {
  const { protocol, hostname } = new URL(url);
  const env = (name: string) => process.env[name] ?? process.env[name.toUpperCase()] ?? '';
  const spared = env('no_proxy')
    .split(',')
    .map((one) => one.trim().replace(/^\*?\./, ''))
    .filter((one) => one !== '');
  if (spared.some((one) => one === '*' || hostname === one || hostname.endsWith(`.${one}`))) return null;
  const proxy = env(protocol === 'https:' ? 'https_proxy' : 'http_proxy') || env('all_proxy');
  if (proxy === '') return null;
  return /^https?:\/\//.test(proxy) ? proxy : `http://${proxy}`;
}

export async function bench(
  wanted: string,
  { image, runs, provider: given }: BenchOptions,
  session: Session,
): Promise<void> {
  const { folder, manifest } = await findModel(modelsFolders(), wanted);
  const client = await startInferenceOn(session, given);
  const source = image === undefined ? null : ({ path: resolve(image), orientation: 'exif' } as const);
  const { loadMs, runMs, rssBytes, threads, provider } = await client.call(
    'inference.bench',
    { model: folder, trial: source, runs },
    { signal: session.signal },
  );
  const sorted = [...runMs].sort((a, b) => a - b);
  const row = {
    model: manifest.id,
    loadMs: Math.round(loadMs),
    medianMs: Math.round(sorted[Math.floor(sorted.length / 2)]),
    slowestMs: Math.round(sorted[sorted.length - 1]),
    memoryMb: Math.round(rssBytes / 1e6),
    threads,
    provider,
  };
  session.io.out(`${JSON.stringify(row)}\n`);
}
