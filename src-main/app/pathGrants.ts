/** Which paths the window may name: those the user did, in a dialog, by a drop, on the command line, or earlier. Anything else is refused. */
import type { RecentProject } from '@shared/settings';
import { AppError } from '@shared/errors/appError';
import { resolve } from 'node:path';

/** What earlier runs know. */
export interface KnownPaths {
  readonly recent: readonly Pick<RecentProject, 'file' | 'imagesFolder' | 'ofFolder'>[];
  /** What datasets were written to, chosen by the user then. */
  readonly exportTargets: readonly string[];
}

export class PathGrants {
  readonly #known: () => KnownPaths;
  readonly #read = new Set<string>();
  /** Each for one write. */
  readonly #write = new Set<string>();
  readonly #written = new Set<string>();

  constructor(known: () => KnownPaths) {
    this.#known = known;
  }

  /** The user named it, to be opened or looked in. */
  mayRead(path: string): void {
    this.#read.add(resolve(path));
  }

  /** The user named it in a dialog for saving: one write may go there. */
  mayWrite(path: string): void {
    this.#write.add(resolve(path));
  }

  /** It was written on the user's wish: it may be shown where it lies. */
  wrote(path: string): void {
    this.#written.add(resolve(path));
  }

  /** Throws `usage` for what this run has not written. */
  requireWritten(path: string): void {
    const wanted = resolve(path);
    if (!this.#written.has(wanted)) throw notNamed('show', wanted);
  }

  /** Throws `usage` for a path that nobody but the page has named. */
  requireRead(path: string): void {
    const wanted = resolve(path);
    const isRecent = this.#known().recent.some(
      ({ file, imagesFolder, ofFolder }) => file === wanted || (ofFolder && imagesFolder === wanted),
    );
    if (!isRecent && !this.#read.has(wanted)) throw notNamed('open', wanted);
  }

  /** Whether `takeWrite` would allow it. */
  mayBeWritten(path: string): boolean {
    const wanted = resolve(path);
    return this.#write.has(wanted) || this.#known().exportTargets.includes(wanted);
  }

  /** Throws `usage` where `takeWrite` would, and uses nothing up. */
  requireWrite(path: string): void {
    if (!this.mayBeWritten(path)) throw notNamed('write', resolve(path));
  }

  /** Uses up what a dialog allowed; where the path was an export's before, it may be written again. Throws `usage` otherwise. */
  takeWrite(path: string): void {
    this.requireWrite(path);
    this.#write.delete(resolve(path));
  }
}

function notNamed(what: 'open' | 'write' | 'show', path: string): AppError {
  return new AppError('usage', `The window may not ${what} ${path}`, { hint: 'choose it in the dialog' });
}
