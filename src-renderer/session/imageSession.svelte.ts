/** One image, or a part of it, opened in an engine process for many questions: with the first, and again after the process was restarted. */
import { AppError } from '@shared/errors/appError';
import { type AbortSignalLike, CancelSource } from '@shared/errors/cancellation';
import type { Box } from '@shared/geometry/box';

interface Opened {
  readonly imageId: number;
  /** null: the whole image. */
  readonly part: Box | null;
  /** See the constructor. */
  readonly among: number | string;
  readonly session: Promise<number>;
  readonly cancel: CancelSource;
}

export class ImageSession {
  readonly #begin: (imageId: number, part: Box | null, signal: AbortSignalLike) => Promise<number>;
  readonly #end: (session: number) => Promise<unknown>;
  readonly #among: () => number | string;
  #opened: Opened | null = null;
  #opening = $state(0);

  /** `among`: another value when the same ids mean other images (another project), or another model looks at them. */
  constructor(
    begin: (imageId: number, part: Box | null, signal: AbortSignalLike) => Promise<number>,
    end: (session: number) => Promise<unknown>,
    among: () => number | string,
  ) {
    this.#begin = begin;
    this.#end = end;
    this.#among = among;
  }

  /** True until the image is open. */
  get opening(): boolean {
    return this.#opening > 0;
  }

  /** Opens the image ahead of the first question. What goes wrong shows when something is asked. */
  warm(imageId: number, part: Box | null = null): void {
    this.#open(imageId, part).session.catch(() => undefined);
  }

  /**
   * Asks about an image; `opening` is another object each time it was opened. What the process held went with it where it
   * crashed: the new one opens it once for all that wait.
   */
  async use<T>(
    imageId: number,
    ask: (session: number, opening: object) => Promise<T>,
    part: Box | null = null,
  ): Promise<T> {
    let used: Opened | null = null;
    const run = async () => {
      used = this.#open(imageId, part);
      return ask(await used.session, used);
    };
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'crashed') throw error;
      if (this.#opened === used) this.#opened = null;
      return run();
    }
  }

  #open(imageId: number, part: Box | null): Opened {
    const among = this.#among();
    const at = this.#opened;
    if (at?.imageId === imageId && at.among === among && String(at.part) === String(part)) return at;
    this.#close();
    this.#opening++;
    const cancel = new CancelSource();
    const session = this.#begin(imageId, part, cancel).finally(() => this.#opening--);
    const opened = (this.#opened = { imageId, part, among, session, cancel });
    session.catch(() => {
      if (this.#opened === opened) this.#opened = null;
    });
    return opened;
  }

  #close(): void {
    const closing = this.#opened;
    this.#opened = null;
    // Nobody waits for what is not there yet.
    closing?.cancel.abort();
    closing?.session
      .then((session) => this.#end(session))
      // A process that is gone has closed it already.
      .catch(() => undefined);
  }
}
