/** Unpacks a zip of a dataset beside itself; no entry leads out of its folder, and none unfolds without end. */
import {
  closeSync,
  createReadStream,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { Unzip, UnzipInflate } from 'fflate';
import { type AbortSignalLike, throwIfCancelled } from '@shared/errors/cancellation';
import { AppError } from '@shared/errors/appError';
import { leadsOut } from '../files/leadsOut';
import { fileError } from '../files/fileErrors';
import { readHead } from '../files/fileKind';
import type { InputFiles } from '../files/inputFiles';
import { sweepOnce, temporaryFolderBeside } from '../files/temporaryName';
import { stampOfFile } from './datasetFolder';

/** More unpacked bytes a packed one than any dataset has. */
const maxRatio = 200;
/** A small archive may unfold this far all the same. */
const freeBytes = 64 << 20;
const maxEntries = 2_000_000;

/** The folder of a zip, unpacked where that has not been done yet, and an input then; anything else as it is. */
export async function unpacked(path: string, signal?: AbortSignalLike, inputs?: InputFiles): Promise<string> {
  const folder = await folderOf(path, signal);
  if (folder === null) return path;
  inputs?.addFolder(folder);
  return inner(folder);
}

async function folderOf(path: string, signal?: AbortSignalLike): Promise<string | null> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile() || !(await isZip(path))) return null;
  const stamp = `${basename(path)} ${found.size} ${found.mtimeMs}`;
  const base = path.replace(/\.zip$/i, '') === path ? `${path}-files` : path.replace(/\.zip$/i, '');
  const before = placeFor(base, stamp);
  if (before.isThere) return before.folder;
  const temporary = temporaryFolderBeside(base);
  try {
    await sweepOnce(dirname(base));
    await unpackInto(path, temporary, found.size, signal);
    writeFileSync(join(temporary, marker), `${stamp}\n${contentsOf(temporary)}\n`);
    return takePlace(temporary, base, stamp);
  } catch (error) {
    throw fileError(error, path);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** A folder that is there may be of another archive, of an older one of this name, or the user's own: it is not taken for this. */
function placeFor(base: string, stamp: string): { readonly folder: string; readonly isThere: boolean } {
  let folder = base;
  for (let n = 2; isTaken(folder); n++) {
    if (isUnchanged(folder, stamp)) return { folder, isThere: true };
    folder = `${base}-${n}`;
  }
  return { folder, isThere: false };
}

/** Others may have unpacked the same meanwhile, and work in it: nothing that is there is replaced. */
function takePlace(temporary: string, base: string, stamp: string): string {
  for (;;) {
    const { folder, isThere } = placeFor(base, stamp);
    if (isThere) return folder;
    try {
      if (existsSync(folder)) rmdirSync(folder);
      renameSync(temporary, folder);
      return folder;
    } catch (error) {
      if (!isTaken(folder)) throw error;
    }
  }
}

/** In an unpacked folder: which archive it is of, and what it held. Hidden, so that no format looks at it. */
const marker = '.maskwright-unpacked';

function isTaken(folder: string): boolean {
  const found = statSync(folder, { throwIfNoEntry: false });
  return found !== undefined && !(found.isDirectory() && readdirSync(folder).length === 0);
}

/** Whether it is of that archive, and everything in it is as it was unpacked. */
function isUnchanged(folder: string, stamp: string): boolean {
  try {
    return readFileSync(join(folder, marker), 'utf8') === `${stamp}\n${contentsOf(folder)}\n`;
  } catch {
    return false;
  }
}

/** Another one where a file came, went or was written; projects that were made there aside. */
function contentsOf(folder: string): string {
  const hash = createHash('sha256');
  const walk = (at: string) => {
    for (const entry of readdirSync(at, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.') || isProject(entry.name)) continue;
      const path = join(at, entry.name);
      if (entry.isDirectory()) walk(path);
      else hash.update(`${relative(folder, path)}\n${stampOfFile(statSync(path))}\n`);
    }
  };
  walk(folder);
  return hash.digest('hex');
}

const isProject = (name: string) => /\.maskwright/.test(name);

async function isZip(path: string): Promise<boolean> {
  const head = await readHead(path);
  return head.length >= 4 && head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5);
}

/** Archives often hold one folder with everything in it. */
function inner(folder: string): string {
  const entries = readdirSync(folder).filter(
    (name) => !name.startsWith('.') && name !== '__MACOSX' && !isProject(name),
  );
  const only = entries.length === 1 ? join(folder, entries[0]) : null;
  return only && statSync(only).isDirectory() ? only : folder;
}

async function unpackInto(path: string, folder: string, packedBytes: number, signal?: AbortSignalLike): Promise<void> {
  mkdirSync(folder, { recursive: true });
  let entries = 0;
  let seen = 0;
  let bytes = 0;
  let fault: unknown = null;
  const open = new Set<number>();
  const unzip = new Unzip((file) => {
    seen++;
    if (fault !== null || file.name.endsWith('/')) return;
    try {
      if (++entries > maxEntries) throw refuse(path, 'has too many files', 'unpack it yourself and open the folder');
      const target = insideOf(path, folder, file.name);
      mkdirSync(dirname(target), { recursive: true });
      const handle = openSync(target, 'wx');
      open.add(handle);
      file.ondata = (error, data, final) => {
        if (error) fault ??= error;
        if (fault === null) {
          bytes += data.length;
          if (bytes > freeBytes + packedBytes * maxRatio) {
            fault = refuse(
              path,
              'unfolds into far more than it holds',
              'unpack it yourself, if you trust it, and open the folder',
            );
          } else writeSync(handle, data);
        }
        if ((final || fault !== null) && open.delete(handle)) closeSync(handle);
      };
      file.start();
    } catch (error) {
      fault ??= error;
    }
  });
  unzip.register(UnzipInflate);
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 16 })) {
      throwIfCancelled(signal);
      unzip.push(chunk as Buffer);
      if (fault !== null) break;
    }
    if (fault === null) unzip.push(new Uint8Array(), true);
  } catch (error) {
    fault ??= error;
  } finally {
    for (const handle of open) closeSync(handle);
  }
  // The entries come before their list: an archive that was cut off between two of them looks whole without it.
  const listed = fault === null ? entriesListed(path, packedBytes) : null;
  if (entries > 0 && listed !== null && seen >= listed) return;
  // The unpacker has codes of its own, which are numbers.
  if (fault instanceof AppError || typeof (fault as NodeJS.ErrnoException | null)?.code === 'string') throw fault;
  throw refuse(path, 'is no ZIP archive that can be unpacked: it is damaged or empty', 'copy or download it again');
}

/** How many entries the list at the end of the archive has, as far as it says; null: there is no such list. */
function entriesListed(path: string, size: number): number | null {
  // Its last record, 22 bytes long, with a comment of up to 64 KB after it.
  const tail = Buffer.alloc(Math.min(size, 22 + 0xffff));
  const handle = openSync(path, 'r');
  try {
    readSync(handle, tail, 0, tail.length, size - tail.length);
  } finally {
    closeSync(handle);
  }
  const at = tail.lastIndexOf('PK\x05\x06', tail.length - 22, 'latin1');
  if (at < 0) return null;
  const count = tail.readUInt16LE(at + 10);
  // That many do not fit this record and stand in another one.
  return count === 0xffff ? 0 : count;
}

/** Zip files may say anything as a name. */
function insideOf(path: string, folder: string, name: string): string {
  const slashed = name.replace(/\\/g, '/');
  const target = resolve(folder, slashed);
  const way = relative(folder, target);
  const isOut = way === '' || leadsOut(way) || slashed.startsWith('/') || /^[a-zA-Z]:/.test(slashed);
  if (!isOut && !slashed.includes('\0')) return target;
  throw refuse(
    path,
    `holds a file that would be written outside of its folder (${JSON.stringify(name)})`,
    'do not trust this file',
  );
}

function refuse(path: string, fault: string, hint: string): AppError {
  return new AppError('bad-input', `${path} ${fault}`, { place: { file: path }, hint });
}
