/** One image opened in an engine process for many questions: opened with the first, and again after the process was restarted. */
import { AppError } from '@shared/errors/appError';

interface Opened {
  readonly imageId: number;
  /** See the constructor. */
  readonly among: number;
  readonly session: Promise<number>;
}

export class ImageSession {
  readonly #begin: (imageId: number) => Promise<number>;
  readonly #end: (session: number) => Promise<unknown>;
  readonly #among: () => number;
  #opened: Opened | null = null;
  #opening = $state(0);

  /** `among`: counts up when the same ids mean other images: another project. */
  constructor(
    begin: (imageId: number) => Promise<number>,
    end: (session: number) => Promise<unknown>,
    among: () => number,
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
  warm(imageId: number): void {
    this.#open(imageId).catch(() => undefined);
  }

  /** Asks about an image. What the process held went with it where it crashed: the new one opens it once for all that wait. */
  async use<T>(imageId: number, ask: (session: number) => Promise<T>): Promise<T> {
    let used: Opened | null = null;
    const run = async () => {
      const session = this.#open(imageId);
      used = this.#opened;
      return ask(await session);
    };
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'crashed') throw error;
      if (this.#opened === used) this.#opened = null;
      return run();
    }
  }

  #open(imageId: number): Promise<number> {
    const among = this.#among();
    if (this.#opened?.imageId === imageId && this.#opened.among === among) return this.#opened.session;
    this.#close();
    this.#opening++;
    const session = this.#begin(imageId).finally(() => this.#opening--);
    const opened = (this.#opened = { imageId, among, session });
    session.catch(() => {
      if (this.#opened === opened) this.#opened = null;
    });
    return session;
  }

  #close(): void {
    const closing = this.#opened;
    this.#opened = null;
    closing?.session
      .then((session) => this.#end(session))
      // A process that is gone has closed it already.
      .catch(() => undefined);
  }
}
