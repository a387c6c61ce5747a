/** A dataset that a command writes: its checks, what it says of what it replaces, and what came of it. */
import { resolve } from 'node:path';
import type { AugmentRecipe } from '@shared/dataset/augment/recipe';
import { exportSentences } from '@shared/dataset/lossWords';
import { AppError } from '@shared/errors/appError';
import { counted } from '@shared/errors/counted';
import type { Progress } from '@shared/errors/work';
import type { ExportChanges, ExportReport } from '@shared/project/types';
import { readRecipe } from '../../dataset/readRecipe';
import { writableFormat } from '../../dataset/recognise';
import { checkOutputFile, checkOutputFolder } from '../../files/outputs';
import { openStore } from './engine';
import { withProgress } from './progress';
import { type Session, usageError } from './session';
import { tellChanges } from './tellChanges';
import { imagesOf, selectionOf, tellUngrouped, tellUnknown, type WriteOptions } from './writeOptions';

/** Where to, and as what. */
export interface Target {
  readonly to: string;
  readonly toFormat: string;
}

export type WriteJob = WriteOptions & Target;

/** Of a dry run nothing but what would change. */
export type Written = { readonly changes: ExportChanges | null; readonly report: ExportReport | null };

/** What must be right before anything is read; the recipe of the augmented copies, where there is one. */
export async function checkTarget(
  options: WriteJob,
  command: string,
  session: Session,
): Promise<AugmentRecipe | undefined> {
  const format = writableFormat(options.toFormat);
  if (options.copyImages && options.linkImages)
    throw usageError('--copy-images and --link-images exclude each other', command);
  for (const name of ['group', 'stratify'] as const) {
    if (options[name] && !Array.isArray(options.split))
      throw usageError(`--${name} needs the shares of a split, such as --split 0.8,0.1,0.1`, command);
  }
  if (options.augment !== undefined && !imagesOf(options))
    throw usageError('--augment needs --copy-images or --link-images: the copies stand beside the originals', command);
  const augment = options.augment === undefined ? undefined : await readRecipe(options.augment);
  if (options.augment !== undefined) {
    session.inputs.add(resolve(options.augment));
    await session.inputs.checkOutputs([resolve(options.to)]);
  }
  const force = options.force === true || options.dryRun === true;
  await (format.target === 'file' ? checkOutputFile : checkOutputFolder)(options.to, { force });
  return augment;
}

/** Says what became of it. */
export function tellWritten(options: WriteJob, { changes, report }: Written, session: Session): void {
  if (options.json) {
    session.io.out(`${JSON.stringify({ ...report, ...(changes ? { changes } : {}) })}\n`);
    return;
  }
  if (!report) {
    session.io.out(`${options.to}: nothing was written\n`);
    return;
  }
  for (const sentence of exportSentences(report)) session.warn(sentence);
  const parts = report.parts ? ` as ${report.parts.join(', ')}` : '';
  const isFolder = writableFormat(options.toFormat).target === 'folder';
  const files = isFolder ? ` in ${counted(report.files, 'file')}` : parts;
  session.io.out(
    `${options.to}: ${counted(report.images, 'image')}, ${counted(report.annotations, 'annotation')}${files}\n`,
  );
}

/** A project as a dataset of any format. */
export async function writeProject(
  project: string,
  options: WriteJob,
  augment: AugmentRecipe | undefined,
  session: Session,
): Promise<Written> {
  const store = openStore(session, 'read-only');
  const { project: opened } = await store.call('project.open', { file: resolve(project) }, { signal: session.signal });
  tellUnknown(options, opened.categories, session);
  if (options.group !== undefined) {
    const images = await store.call('image.list', {}, { signal: session.signal });
    tellUngrouped(
      options,
      images.map(({ fileName }) => fileName),
      session,
    );
  }
  const job = {
    path: resolve(options.to),
    format: options.toFormat,
    options: options.option ?? {},
    overwrite: options.force === true || options.dryRun ? 'any' : 'refuse',
    selection: selectionOf(options),
    images: imagesOf(options),
    augment,
  } as const;
  const { signal } = session;
  return compareAndWrite(
    options,
    session,
    (onProgress) =>
      store.call('project.exportChanges', { ...job, isDryRun: options.dryRun === true }, { signal, onProgress }),
    (onProgress) => store.call('project.export', job, { signal, onProgress }),
  );
}

type Work<T> = (onProgress: (progress: Progress) => void) => Promise<T>;

/** What changes is said before anything is written over. */
export async function compareAndWrite(
  { to, compare, dryRun, json }: WriteJob,
  session: Session,
  look: Work<ExportChanges | null>,
  write: Work<ExportReport>,
): Promise<Written> {
  const changes = compare || dryRun ? await withProgress(session, look) : null;
  if (changes?.changes === null && changes.mixes) {
    throw new AppError('bad-input', `${to} holds another dataset (${changes.format}): the two would be mixed`, {
      place: { file: to },
      hint: 'give another folder, or --no-compare to write into this one all the same',
    });
  }
  if (!json) tellChanges(to, changes, session, dryRun);
  return { changes, report: dryRun ? null : await withProgress(session, write) };
}
