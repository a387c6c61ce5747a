/** Stopping work that nobody waits for any more. */
import { AppError } from './appError';

/** Throws `cancelled` once the signal is aborted. */
export function throwIfCancelled(signal: AbortSignalLike | undefined): void {
  if (signal?.aborted) throw new AppError('cancelled', 'Cancelled');
}

/** The part of AbortSignal that pure code needs (src-shared has no DOM types). */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A signal that its owner can abort; AbortController exists on every side, but not in src-shared's types. */
export class CancelSource implements AbortSignalLike {
  aborted = false;
  #listeners = new Set<() => void>();

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }
  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }
  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
}
