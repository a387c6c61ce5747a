/** Lints what a path of the command line is: a project by the store, a dataset by its format. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DatasetFormat } from '@shared/formats/format';
import type { LintReport } from '@shared/project/types';
import { DatasetFolder } from '../../dataset/datasetFolder';
import { lintDataset } from '../../dataset/lintDataset';
import { recogniseDataset } from '../../dataset/recognise';
import { unpacked } from '../../dataset/unpack';
import { openStore } from './engine';
import { isProjectFile } from './projectFile';
import { withProgress } from './progress';
import type { Session } from './session';

export interface Linted extends LintReport {
  readonly path: string;
  /** Null: a project. */
  readonly format: DatasetFormat | null;
}

/**
 * `images`: looks into the image files there too; a project, and a dataset that is a folder, know their own. `pictures`: what
 * the dataset calls those that lie there and not in it.
 */
export async function lintPath(
  path: string,
  {
    format: said,
    images,
    pictures,
  }: { readonly format?: string; readonly images?: string; readonly pictures?: readonly string[] },
  session: Session,
): Promise<Linted> {
  if (await isProjectFile(path)) return lintProject(path, session);
  const from = await unpacked(path, session.signal);
  const source = new DatasetFolder(from, { signal: session.signal, imagesFolder: images, pictures });
  const { format } = await recogniseDataset(source, said);
  const folder = images ?? (statSync(from).isDirectory() ? source.root : null);
  const tally = await lintDataset(source, format, folder);
  return { path, format, kinds: tally.kinds(), findings: tally.kept() };
}

async function lintProject(path: string, session: Session): Promise<Linted> {
  const store = openStore(session, 'read-only');
  await store.call('project.open', { file: resolve(path) }, { signal: session.signal });
  const report = await withProgress(session, (onProgress) =>
    store.call('project.lint', {}, { signal: session.signal, onProgress }),
  );
  return { path, format: null, ...report };
}
