/** The one error that crosses processes: a sentence for the user, a place, and what to do. */

/**
 * - `usage`: the call itself is wrong (CLI exit 2)
 * - `bad-input`: a file, a value or a path cannot be used (CLI exit 3)
 * - `bad-model`: a model that is not there, incomplete or damaged: no image can be had from it (CLI exit 3)
 * - `read-only`: the project is open elsewhere, or its folder cannot be written (CLI exit 3)
 * - `cancelled`: the caller's own cancellation
 * - `crashed`: the process that did the work is gone; it has been restarted
 * - `internal`: a defect of ours (CLI exit 4)
 */
export type AppErrorCode = 'usage' | 'bad-input' | 'bad-model' | 'read-only' | 'cancelled' | 'crashed' | 'internal';

/** Whether the next image would meet it too: a run over many ends with it, where one image's own fault is noted and passed over. */
export function meetsEveryImage(code: AppErrorCode): boolean {
  return code === 'cancelled' || code === 'usage' || code === 'bad-model';
}

/** Where in the input the fault lies. */
export interface ErrorPlace {
  readonly file?: string;
  /** JSON pointer, e.g. `/annotations/12/segmentation/counts`. */
  readonly pointer?: string;
  readonly line?: number;
  /** Byte offset in the file. */
  readonly offset?: number;
}

/**
 * What a program can offer to do about it, by a button or an option of its own: `repair`, to read the dataset without the records that
 * cannot be read; `mend`, to have a copy written that is without them; `copy`, to open the newest copy; `replace`, to put it in the place
 * of what is there; `rename`, to call it otherwise; `resize`, to fit it to its image; `choose-format`, to say which of several formats it
 * is in; `choose-file`, to say which of several it is; `choose-split`, the same, or to read those that are parts of one split together.
 */
export type Remedy =
  'repair' | 'mend' | 'copy' | 'replace' | 'rename' | 'resize' | 'choose-format' | 'choose-file' | 'choose-split';

/** What exactly is wrong, by its code and facts of its own, for whoever keeps it or says it in other words than `message`. */
export interface ErrorFault {
  readonly code: string;
}

/** What of an AppError travels between processes. */
export interface AppErrorData {
  readonly code: AppErrorCode;
  readonly message: string;
  readonly place?: ErrorPlace;
  /** What the user can do about it, one sentence. */
  readonly hint?: string;
  readonly remedy?: Remedy;
  readonly fault?: ErrorFault;
  /** For the log only. */
  readonly stack?: string;
}

export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: AppErrorCode;
  readonly place?: ErrorPlace;
  readonly hint?: string;
  readonly remedy?: Remedy;
  readonly fault?: ErrorFault;

  constructor(
    code: AppErrorCode,
    message: string,
    details: { place?: ErrorPlace; hint?: string; remedy?: Remedy; fault?: ErrorFault; cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.place = details.place;
    this.hint = details.hint;
    this.remedy = details.remedy;
    this.fault = details.fault;
  }

  /** The same error in other words: all that is not given stays, what a program can offer included. */
  saying(words: { message?: string; place?: ErrorPlace; hint?: string; cause?: unknown }): AppError {
    const { code, message, place, hint, remedy, fault } = this;
    const { message: said = message, ...details } = words;
    return new AppError(code, said, { place, hint, remedy, fault, cause: this, ...details });
  }
}

/** One sentence: message, place, hint. The place is left out where the message already names the file. */
export function describeError(error: AppErrorData | AppError): string {
  const { place } = error;
  const where: string[] = [];
  if (place?.file && !error.message.includes(place.file)) where.push(place.file);
  if (place?.pointer) where.push(place.pointer);
  if (place?.line !== undefined) where.push(`line ${place.line}`);
  if (place?.offset !== undefined) where.push(`byte ${place.offset}`);
  const at = where.length > 0 ? ` (${where.join(', ')})` : '';
  return `${error.message}${at}${error.hint ? `: ${error.hint}` : ''}`;
}

/** Any thrown value as data; what is not an AppError is a defect (`internal`). */
export function toErrorData(error: unknown): AppErrorData {
  if (error instanceof AppError) {
    const { code, message, place, hint, remedy, fault, stack } = error;
    return { code, message, place, hint, ...(remedy && { remedy }), ...(fault && { fault }), stack };
  }
  if (error instanceof Error && error.name === 'AbortError') return { code: 'cancelled', message: 'Cancelled' };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message, stack: error instanceof Error ? error.stack : undefined };
}

export function fromErrorData(data: AppErrorData): AppError {
  const { place, hint, remedy, fault } = data;
  const error = new AppError(data.code, data.message, { place, hint, remedy, fault });
  if (data.stack) error.stack = data.stack;
  return error;
}
