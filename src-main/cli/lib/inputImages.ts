/** The images that a command was given: single files, and folders with everything below them. */
import { stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import type { Finding } from '@shared/dataset/finding';
import { AppError } from '@shared/errors/appError';
import { fileError } from '../../files/fileErrors';
import { listImageFiles, noImages, probeFiles, type ProbedImage } from '../../images';
import type { Session } from './session';

export interface InputFile {
  /** Absolute. */
  readonly path: string;
  /** The dataset's file_name: relative to the given folder, with `/`; the bare name of a single file. */
  readonly fileName: string;
}

export interface InputImages {
  readonly images: readonly ProbedImage[];
  /** One for each file that cannot be used. */
  readonly findings: readonly Finding[];
}

/** Probes them all; throws `bad-input` when a path does not exist, or when no usable image is among them. */
export async function collectImages(paths: readonly string[], session: Session): Promise<InputImages> {
  const { files, findings: unreadable } = await listInputFiles(paths, session);
  const { images, findings: damaged } = await probeFiles(files, { signal: session.signal });
  const findings = [...unreadable, ...damaged];
  if (images.length > 0) return { images, findings };
  const isFile = files.length === 1 && files[0].path === resolve(paths[0]);
  if (files.length === 0 || (paths.length === 1 && !isFile)) throw noImages(paths.join(', '), findings);
  const [first] = findings;
  const message =
    first && files.length === 1 ? first.message : `None of the ${files.length} given files is a usable image`;
  throw new AppError('bad-input', message, { hint: files.length > 1 ? first?.message : undefined });
}

async function listInputFiles(
  paths: readonly string[],
  session: Session,
): Promise<{ readonly files: readonly InputFile[]; readonly findings: readonly Finding[] }> {
  const files = new Map<string, InputFile>();
  const findings: Finding[] = [];
  for (const given of paths) {
    const path = resolve(given);
    if (await isFolder(path, given)) {
      const listed = await listImageFiles(path, session.signal);
      for (const finding of listed.findings) findings.push(finding);
      for (const fileName of listed.fileNames) {
        const file = join(path, fileName);
        if (!files.has(file)) files.set(file, { path: file, fileName });
      }
    } else if (!files.has(path)) {
      files.set(path, { path, fileName: basename(path) });
    }
  }
  return { files: distinctNames([...files.values()]), findings };
}

/** Where two files would share a file_name, all names become relative to the folder that holds everything. */
export function distinctNames(files: readonly InputFile[]): InputFile[] {
  if (new Set(files.map(({ fileName }) => fileName)).size === files.length) return [...files];
  const folder = commonFolder(files.map(({ path }) => path));
  return files.map(({ path }) => ({ path, fileName: relative(folder, path).split(sep).join('/') }));
}

function commonFolder(paths: readonly string[]): string {
  const [first, ...rest] = paths.map((path) => path.split(sep).slice(0, -1));
  let length = first.length;
  for (const parts of rest) {
    let same = 0;
    while (same < length && same < parts.length && parts[same] === first[same]) same++;
    length = same;
  }
  return first.slice(0, length).join(sep) || sep;
}

async function isFolder(path: string, given: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw fileError(error, given);
  }
}
