/** Tells those who wait when the file of an open project is no longer at its path, or is there again. */
import { AppError } from '@shared/errors/appError';
import type { AbortSignalLike } from '@shared/errors/cancellation';
import type { FileLoss } from '@shared/project/types';

/** How often the file is looked at while nothing is done; before each answer it is looked at anyway. */
const everyMs = 1000;

interface Waiting {
  /** What the one who waits knows of. */
  readonly known: FileLoss | null;
  readonly tell: (loss: FileLoss | null) => void;
  readonly end: () => void;
}

export class FileWatch {
  readonly #look: () => FileLoss | null;
  readonly #waiting = new Set<Waiting>();
  #lastOursMs = Date.now();
  #timer: NodeJS.Timeout | null = null;

  constructor(look: () => FileLoss | null) {
    this.#look = look;
  }

  /** When the file was last seen to be there, and the one that is open. */
  get lastOursMs(): number {
    return this.#lastOursMs;
  }

  /** Resolves once it is otherwise with the file than `known`; rejects with `cancelled` when the project is closed before. */
  wait(known: FileLoss | null, signal: AbortSignalLike): Promise<FileLoss | null> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(waiting);
        signal.removeEventListener('abort', waiting.end);
        if (this.#waiting.size === 0) this.#rest();
      };
      const waiting: Waiting = {
        known,
        tell: (loss) => (leave(), resolve(loss)),
        end: () => (leave(), reject(new AppError('cancelled', 'The project was closed'))),
      };
      this.#waiting.add(waiting);
      signal.addEventListener('abort', waiting.end);
      if (signal.aborted) return waiting.end();
      this.#timer ??= setInterval(() => this.check(), everyMs);
      this.#timer.unref();
      this.check();
    });
  }

  /** Looks now, and tells those who wait. */
  check(): FileLoss | null {
    const loss = this.#look();
    if (!loss) this.#lastOursMs = Date.now();
    for (const { known, tell } of [...this.#waiting]) if (loss !== known) tell(loss);
    return loss;
  }

  /** The project is closed. */
  end(): void {
    for (const { end } of [...this.#waiting]) end();
  }

  #rest(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }
}
