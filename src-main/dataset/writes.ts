/** Files on their way to the disk: each waits for it, and together they wait once. */
import { syncFolder } from '../files/atomicWrite';

export class Writes {
  static readonly #atOnce = 16;
  /** Folders of the files: a sync of one is for all that lie in it. */
  readonly folders = new Set<string>();
  readonly #pending = new Set<Promise<void>>();
  #fault: { readonly error: unknown } | null = null;

  /** Resolves when there is room for the next one; throws the first fault. */
  async add(write: Promise<void>): Promise<void> {
    const tracked = write
      .catch((error: unknown) => void (this.#fault ??= { error }))
      .finally(() => this.#pending.delete(tracked));
    this.#pending.add(tracked);
    if (this.#pending.size >= Writes.#atOnce) await Promise.race(this.#pending);
    if (this.#fault) throw this.#fault.error;
  }

  /** Resolves when all are there, for good; throws the first fault. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
    for (const folder of this.folders) await syncFolder(folder);
    if (this.#fault) throw this.#fault.error;
  }
}
