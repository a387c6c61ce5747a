/** Finds the images of a folder and probes each; damaged ones are reported and left out. */
import { counted } from '@shared/errors/counted';
import { type Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Finding } from '@shared/dataset/finding';
import type { ImageFault } from '@shared/images/fault';
import { type AbortSignalLike, throwIfCancelled } from '@shared/errors/cancellation';
import { AppError } from '@shared/errors/appError';
import type { Progress } from '@shared/errors/work';
import { leadsOut } from '../files/leadsOut';
import { hasImageExtension, supportedFormats } from './formats';
import { faultOf, toImageError } from './imageErrors';
import { type ProbedImage, probeImage } from './probe';

export interface ScanOptions {
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignalLike;
}

export interface ScanResult {
  /** In natural order of `fileName` (img2 before img10). */
  readonly images: readonly ProbedImage[];
  readonly findings: readonly Finding[];
  /** What is wrong with each file that cannot be used, by its path; among the findings too. */
  readonly faults: ReadonlyMap<string, ImageFault>;
}

interface Unusable {
  readonly finding: Finding;
  readonly fault: ImageFault;
}

/** Files probed at a time: enough to hide the latency of a network share. */
const concurrency = 16;

/**
 * Scans a folder and its subfolders, linked ones too. Hidden files and folders and files without an image
 * extension are passed over silently; a file that has one and cannot be used becomes a finding of severity `error`.
 * Throws `bad-input` when the folder itself cannot be read, `cancelled` on the signal. An empty result is not an error:
 * see `noImages`.
 */
export async function scanFolder(folder: string, options: ScanOptions = {}): Promise<ScanResult> {
  const { fileNames, findings } = await listImageFiles(folder, options.signal);
  const files = fileNames.map((fileName) => ({ path: join(folder, fileName), fileName }));
  const probed = await probeFiles(files, options);
  return { ...probed, findings: [...findings, ...probed.findings] };
}

/** Probes given files in their order; results and findings as `scanFolder`. */
export async function probeFiles(
  files: readonly { readonly path: string; readonly fileName: string }[],
  { onProgress, signal }: ScanOptions = {},
): Promise<ScanResult> {
  const probed = new Array<ProbedImage | Unusable>(files.length);
  let next = 0;
  let done = 0;
  const worker = async () => {
    while (next < files.length) {
      throwIfCancelled(signal);
      const index = next++;
      probed[index] = await probeOrFinding(files[index].path, files[index].fileName);
      done++;
      if (done % 100 === 0 || done === files.length) onProgress?.({ done, total: files.length });
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, files.length) }, worker));
  const isUnusable = (entry: ProbedImage | Unusable): entry is Unusable => 'finding' in entry;
  return {
    images: probed.filter((entry): entry is ProbedImage => !isUnusable(entry)),
    findings: probed.flatMap((entry) => (isUnusable(entry) ? [entry.finding] : aboutPages(entry))),
    faults: new Map(probed.flatMap((entry, at) => (isUnusable(entry) ? [[files[at].path, entry.fault] as const] : []))),
  };
}

/** A finding about a file of which only a part is used. */
export function aboutPages({ path, fileName, pages }: ProbedImage): Finding[] {
  if (pages === 1) return [];
  const message = `${fileName} has ${pages} pages: only the first is used`;
  return [{ severity: 'warning', code: 'image-pages', message, file: path }];
}

/** The error for a folder in which a scan found no usable image. */
export function noImages(folder: string, findings: readonly Finding[] = []): AppError {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const unusable = counted(errors.length, 'file that cannot be read', 'files that cannot be read');
  const fault = errors.length > 0 ? `has no usable image, only ${unusable}` : 'has no images';
  const hint = errors.length > 0 ? errors[0].message : `choose a folder with ${supportedFormats} files`;
  return new AppError('bad-input', `The folder ${folder} ${fault}`, { place: { file: folder }, hint });
}

/**
 * Names with `/`, relative to the folder, in natural order. Links to folders are followed, but each folder is listed once: a
 * link to one that is listed already, as in a loop, becomes a finding, and so does a subfolder that cannot be read.
 */
export async function listImageFiles(
  folder: string,
  signal?: AbortSignalLike,
): Promise<{ fileNames: string[]; findings: Finding[] }> {
  const fileNames: string[] = [];
  const findings: Finding[] = [];
  const root = await realPathOf(folder);
  const listed = new Set<string>([root]);
  const links: string[] = [];
  const list = async (start: string) => {
    const pending = [start];
    for (let relative = pending.pop(); relative !== undefined; relative = pending.pop()) {
      throwIfCancelled(signal);
      const path = relative === '' ? folder : join(folder, relative);
      const entries = await readFolder(path).catch((error: AppError) => {
        if (relative === '') throw error;
        findings.push({ severity: 'error', message: error.message, file: path });
        return [];
      });
      for (const entry of entries) {
        if (entry.name.startsWith('.')) continue;
        const name = relative + entry.name;
        if (entry.isDirectory()) {
          const target = await realPathOf(join(folder, name));
          if (!listed.has(target)) pending.push(`${name}/`);
          listed.add(target);
        } else if (entry.isSymbolicLink() && (await isFolder(join(folder, name)))) links.push(name);
        else if (hasImageExtension(entry.name)) fileNames.push(name);
      }
    }
  };
  await list('');
  // After the folders proper, so that a link to one of them is the one that is left out.
  for (let link = links.shift(); link !== undefined; link = links.shift()) {
    const path = join(folder, link);
    const target = await realPathOf(path);
    const leadsUp = !leadsOut(relative(target, root));
    if (listed.has(target) || leadsUp) {
      const message = `The linked folder ${path} is left out: it leads to ${target}, which is read already`;
      findings.push({ severity: 'warning', code: 'linked-folder', message, file: path });
      continue;
    }
    listed.add(target);
    await list(`${link}/`);
  }
  const { compare } = new Intl.Collator('en', { numeric: true });
  return { fileNames: fileNames.sort(compare), findings };
}

const realPathOf = (path: string) => realpath(path).catch(() => path);

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // A link to nothing.
    return false;
  }
}

async function readFolder(path: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const faults: Record<string, string> = {
      ENOENT: 'does not exist',
      ENOTDIR: 'is a file',
      EACCES: 'cannot be read: permission denied',
    };
    const fault = faults[code ?? ''] ?? `cannot be read (${code})`;
    throw new AppError('bad-input', `The folder ${path} ${fault}`, { place: { file: path }, cause: error });
  }
}

async function probeOrFinding(path: string, fileName: string): Promise<ProbedImage | Unusable> {
  try {
    return await probeImage(path, fileName);
  } catch (error) {
    const found = toImageError(path, error);
    return { finding: { severity: 'error', message: found.message, file: path }, fault: faultOf(found) };
  }
}
