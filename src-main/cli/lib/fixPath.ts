/** Writes the mended copy of what a path of the command line is; the original is never touched. */
import { basename, resolve } from 'node:path';
import type { Finding } from '@shared/dataset/finding';
import { AppError } from '@shared/errors/appError';
import type { ExportReport } from '@shared/project/types';
import { FixingDataset, type Fixed } from '@shared/formats/fixDataset';
import { DatasetFolder } from '../../dataset/datasetFolder';
import { recogniseDataset } from '../../dataset/recognise';
import { unpacked } from '../../dataset/unpack';
import { writeDataset } from '../../dataset/writeDataset';
import { checkApart, checkOutputFile, checkOutputFolder } from '../../files/outputs';
import { openStore } from './engine';
import { isProjectFile } from './projectFile';
import { imagesJob } from './imagesJob';
import { withProgress } from './progress';
import type { Session } from './session';
import { counted } from '@shared/errors/counted';

export interface FixOptions {
  readonly format?: string;
  readonly images?: string;
  readonly copyImages?: boolean;
}

export interface FixedCopy {
  /** What was changed, in the form of findings: `message` says what became of it. */
  readonly fixes: readonly Finding[];
  /** Where the images of the copy are; absent: nobody has said, or the copy knows. */
  readonly images?: string;
  /** What a folder calls the pictures that were not copied into it. */
  readonly pictures?: readonly string[];
  /** What the format could not hold, and what became of the files. */
  readonly report?: ExportReport;
}

export async function fixPath(path: string, out: string, options: FixOptions, session: Session): Promise<FixedCopy> {
  return (await isProjectFile(path)) ? fixProject(path, out, session) : fixDataset(path, out, options, session);
}

async function fixDataset(
  path: string,
  out: string,
  { format: said, images, copyImages }: FixOptions,
  session: Session,
): Promise<FixedCopy> {
  const from = await unpacked(path, session.signal, session.inputs);
  const source = new DatasetFolder(from, { signal: session.signal, imagesFolder: images });
  const { format } = await recogniseDataset(source, said);
  if (!format.write) {
    throw new AppError('bad-input', `${format.title} can only be read: the mended dataset could not be written`, {
      hint: 'convert it to another format, and fix that',
    });
  }
  await (format.target === 'file' ? checkOutputFile : checkOutputFolder)(out, { force: false });
  if (format.target === 'folder') await checkApart(source.root, out, 'give a folder beside it');
  session.inputs.addAll([path, source.path]);
  await session.inputs.checkOutputs([resolve(out)]);
  const dataset = new FixingDataset(path, format.id);
  await format.read!(source, dataset);
  const view = dataset.fixedView(basename(resolve(path)));
  const records = dataset.images.map(({ record }) => record);
  const pictures = copyImages ? await imagesJob(records, images ?? source.root, 'copy', session) : undefined;
  const job = { format, options: {}, path: resolve(out), images: pictures, inputs: session.inputs };
  const report = await withProgress(session, (progress) =>
    writeDataset(view, job, { signal: session.signal, progress }),
  );
  const isFolder = source.entry === null || format.target === 'folder';
  const isApart = format.target === 'folder' && !copyImages;
  return {
    fixes: dataset.fixed.map((fixed) => toFinding(fixed, path)),
    report: { ...report, losses: report.losses.filter(({ code }) => code !== 'id' || hasIds(dataset)) },
    pictures: isApart ? format.placeImages?.(view).map(({ picture }) => picture) : undefined,
    images: copyImages ? undefined : (images ?? (isFolder ? source.root : undefined)),
  };
}

/** Of a format without them, an annotation that is written anew has none to lose. */
const hasIds = ({ annotations }: FixingDataset) => annotations.some(({ record }) => record.id !== null);

function toFinding({ code, message, at }: Fixed, dataset: string): Finding {
  return { severity: 'warning', code, message, file: at.file ?? dataset, pointer: at.pointer, line: at.line };
}

/** A copy of the project, in which the fixes are one step that can be undone. */
async function fixProject(path: string, out: string, session: Session): Promise<FixedCopy> {
  await checkOutputFile(out, { force: false });
  const store = openStore(session, 'read-only');
  const { signal } = session;
  await store.call('project.open', { file: resolve(path) }, { signal });
  await store.call('project.saveElsewhere', { file: resolve(out) }, { signal });
  const { annotations, images } = await store.call('project.fix', { openImageId: null }, { signal });
  await store.call('project.close', {});
  if (annotations === 0) return { fixes: [] };
  const message = `${counted(annotations, 'annotation')} on ${counted(images, 'image')} mended; Undo in the window takes it back`;
  return { fixes: [{ severity: 'warning', message, file: out }] };
}
