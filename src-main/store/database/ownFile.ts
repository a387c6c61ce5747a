/** Whether the file at a database's path still is the one that is open: programs delete, replace and restore files under us. */
import type { FileLoss } from '@shared/project/types';
import { renameSync, rmSync, statSync } from 'node:fs';

/** Device and inode, size and time; null where there is no file. */
interface Stamp {
  readonly identity: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/**
 * Compares by stat alone: opening the file a second time and closing it would let go of SQLite's locks on it. Only the one
 * writer changes the file, so any change between two of its transactions is another program's.
 */
export class OwnFile {
  readonly #file: string;
  /** Times of a share are its server's, and come late. */
  readonly #isLocal: boolean;
  #known: Stamp | null;
  #log: string | null = null;
  #isChanged = false;

  /** Call it when the file has just been opened. */
  constructor(file: string, { isLocal }: { readonly isLocal: boolean }) {
    this.#file = file;
    this.#isLocal = isLocal;
    this.#known = stampOf(file);
  }

  /** After a transaction: what the file is now is our own doing. A loss found before stays. */
  note(): void {
    if (this.look()) return;
    const now = stampOf(this.#file);
    if (now?.identity === this.#known?.identity) this.#known = now;
    this.noteLog();
  }

  /** After a transaction that went into the log alone: remembers which log that is. */
  noteLog(): void {
    this.#log ??= stampOf(`${this.#file}-wal`)?.identity ?? null;
  }

  /** Bytes of the log. */
  get logSize(): number {
    return stampOf(`${this.#file}-wal`)?.size ?? 0;
  }

  /** Another file at the path, or none; one that was moved away and back is no loss, one that was changed stays one. */
  look(): FileLoss | null {
    if (this.#isChanged) return 'changed';
    const now = stampOf(this.#file);
    if (!now) return 'deleted';
    return now.identity === this.#known?.identity ? null : 'replaced';
  }

  /** As `look`; between two transactions any other size or time is a loss as well. */
  lookBetween(): FileLoss | null {
    const loss = this.look();
    if (loss) return loss;
    const now = stampOf(this.#file);
    // Programs that put a time back cut it to their own precision.
    const isOther = now?.size !== this.#known?.size || Math.abs(now!.mtimeMs - this.#known!.mtimeMs) > 1;
    this.#isChanged = this.#isLocal && now !== null && isOther;
    return this.#isChanged ? 'changed' : null;
  }

  /** Whether the write-ahead log has gone from beside the file, or is another's. */
  isLogLost(): boolean {
    return this.#log !== null && stampOf(`${this.#file}-wal`)?.identity !== this.#log;
  }

  /** The log has been made again. */
  forgetLog(): void {
    this.#log = null;
  }

  /**
   * Of a lost file: our own write-ahead log must not be played into what lies at the path now. Set aside it is kept; the
   * new name, or null where there is none of ours.
   */
  setLogAside(): string | null {
    const log = `${this.#file}-wal`;
    if (this.#log === null || stampOf(log)?.identity !== this.#log) return null;
    const aside = `${log}-aside`;
    rmSync(aside, { force: true });
    renameSync(log, aside);
    rmSync(`${this.#file}-shm`, { force: true });
    return aside;
  }
}

function stampOf(file: string): Stamp | null {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  if (!found) return null;
  return { identity: `${found.dev}:${found.ino}`, size: Number(found.size), mtimeMs: Number(found.mtimeNs) / 1e6 };
}
