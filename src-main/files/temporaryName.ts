/** Names for files and folders that are not finished yet, which tell who writes them; what somebody has left of them goes. */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { readdir, rm, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { isRunning } from './isRunning';

/**
 * A hidden name beside `path`, some 40 bytes long whatever the name there is: a file system that has room for a name of 255 bytes
 * has none for the same with something behind it. Random, because two machines may write into one shared folder.
 */
export function temporaryBeside(path: string): string {
  return temporaryIn(dirname(path));
}

/** The same in another folder. */
export function temporaryIn(folder: string): string {
  const name = `.maskwright-${randomBytes(6).toString('hex')}-${process.pid}-${hereMark()}.tmp`;
  return join(folder, name);
}

/** The same for a folder that fills up before it takes its place. */
export const temporaryFolderBeside = (path: string): string => temporaryBeside(path) + folderEnd;

const folderEnd = '.d';

/** Where numbers of processes mean what they mean here: another machine, or a container, counts its own. */
let here: string | null = null;
function hereMark(): string {
  if (here !== null) return here;
  // Linux alone has them. Machines that share a folder may share a name, and the first space of numbers is called alike on all.
  const space = ifThere(() => readlinkSync('/proc/self/ns/pid'));
  const machine = ifThere(() => readFileSync('/etc/machine-id', 'utf8'));
  return (here = createHash('sha256').update(`${hostname()} ${space} ${machine}`).digest('hex').slice(0, 8));
}

function ifThere(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

/** With what SQLite keeps beside a file. Versions before named no process. */
const temporary = /^\.maskwright-[0-9a-f]{12}(?:-(\d+)-([0-9a-f]{8}))?\.tmp(\.d|-wal|-shm|-journal)?$/;
const dayMs = 24 * 60 * 60 * 1000;

/**
 * Removes what a power cut, or the end of a program, has left in a folder: what a process of this machine wrote that runs no more.
 * Of others it is not known: what somebody may still be writing is younger than a day.
 */
export async function removeLeftTemporaries(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const match = temporary.exec(name);
    if (!match || Number(match[1]) === process.pid) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    const isDead = match[2] === hereMark() && !isRunning(Number(match[1]));
    if (match[3] === folderEnd) {
      // Its age tells nothing: the time of a folder is not that of what is being written deep inside of it.
      if (found?.isDirectory() && isDead) await rm(path, { recursive: true, force: true }).catch(() => undefined);
    } else if (found?.isFile() && (isDead || Date.now() - found.mtimeMs > dayMs))
      await unlink(path).catch(() => undefined);
  }
}

const swept = new Set<string>();

/** The same before this process writes into the folder for the first time: what lies there may fill the disk. */
export async function sweepOnce(folder: string): Promise<void> {
  if (swept.has(folder)) return;
  swept.add(folder);
  await removeLeftTemporaries(folder);
}
