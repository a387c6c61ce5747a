/** The drafts of one image: what its tools were in the middle of, durable after every step and offered when one comes back. */
import type { StoredDraft } from '@shared/project/types';
import { AppError } from '@shared/errors/appError';
import type { Engine } from '../api/engine';

/** A draft that no tool has in hand. */
export interface OfferedDraft extends StoredDraft {
  /** It was put aside since the image was opened: its tool goes on with it without being asked. */
  readonly isParked: boolean;
}

/** A store that dies while it writes is asked again, this often in all. */
const ATTEMPTS = 3;

/**
 * Writes go one after the other, of each draft only the latest: while a line is drawn the store is never more than one step
 * behind, however fast the hand is. Repeating a write changes nothing, so that a lost answer is no harm.
 */
export class ImageDrafts {
  readonly imageId: number;
  readonly #client: Engine;
  readonly #onError: (error: unknown) => void;
  #offered = $state.raw<readonly OfferedDraft[]>([]);
  #failed = $state(false);
  #isWriting = $state(false);
  /** By key what the store has to learn yet; null: that there is no such draft. */
  readonly #wanted = new Map<string, StoredDraft | null>();
  #written: Promise<void> = Promise.resolve();
  /** Keys of what tools have in hand. */
  readonly #inHand = new Set<string>();

  constructor(imageId: number, client: Engine, onError: (error: unknown) => void) {
    this.imageId = imageId;
    this.#client = client;
    this.#onError = onError;
  }

  /** What can be gone on with, latest first. */
  get offered(): readonly OfferedDraft[] {
    return this.#offered;
  }
  get isSaving(): boolean {
    return this.#isWriting;
  }
  /** The last write failed; the next step tries again. */
  get isFailed(): boolean {
    return this.#failed;
  }

  /** Takes over what the store has; what is in hand or waits to be written is newer here. */
  show(stored: readonly StoredDraft[]): void {
    const known = new Map(this.#offered.map((draft) => [draft.key, draft]));
    this.#offered = [
      ...this.#offered.filter(({ key }) => this.#wanted.has(key)),
      ...stored
        .filter(({ key }) => !this.#inHand.has(key) && !this.#wanted.has(key))
        .map((draft) => ({ ...draft, isParked: known.get(draft.key)?.isParked ?? false })),
    ];
  }

  /** A tool has this in hand. */
  put(draft: StoredDraft): void {
    this.#inHand.add(draft.key);
    this.#offered = this.#offered.filter(({ key }) => key !== draft.key);
    this.#write(draft.key, draft);
  }

  /** A tool takes an offered one in hand. */
  take(key: string): void {
    this.#inHand.add(key);
    this.#offered = this.#offered.filter((draft) => draft.key !== key);
  }

  /** What a tool had in hand, and has put here before, is put aside. */
  putAside(draft: StoredDraft): void {
    this.#offer({ ...draft, isParked: true });
  }

  /** One that was dropped comes back, or one whose gesture was lost. */
  bringBack(draft: StoredDraft): void {
    this.#offer({ ...draft, isParked: false });
    this.#write(draft.key, draft);
  }

  drop(key: string): void {
    this.#inHand.delete(key);
    this.#offered = this.#offered.filter((draft) => draft.key !== key);
    this.#write(key, null);
  }

  /** A gesture has finished it, and takes it along in its own transaction: what waits to be written of it is old. */
  finished(key: string): void {
    this.#inHand.delete(key);
    this.#offered = this.#offered.filter((draft) => draft.key !== key);
    this.#wanted.delete(key);
    if (this.#wanted.size === 0) this.#failed = false;
  }

  /** Tries again what could not be written. */
  retry(): void {
    if (!this.#isWriting && this.#wanted.size > 0) this.#start();
  }

  /** Resolves when every write has ended, well or not. */
  async settled(): Promise<void> {
    while (this.#isWriting) await this.#written;
  }

  /** Sends what waits at once: the window is about to close. */
  flush(): void {
    for (const [key, draft] of this.#wanted) this.#send(key, draft).catch(() => undefined);
  }

  #offer(draft: OfferedDraft): void {
    this.#inHand.delete(draft.key);
    this.#offered = [draft, ...this.#offered.filter(({ key }) => key !== draft.key)];
  }

  #write(key: string, draft: StoredDraft | null): void {
    this.#wanted.set(key, draft);
    if (!this.#isWriting) this.#start();
  }

  #start(): void {
    this.#isWriting = true;
    this.#written = this.#writeAll().finally(() => (this.#isWriting = false));
  }

  async #writeAll(): Promise<void> {
    let failures = 0;
    for (let [next] = this.#wanted; next; [next] = this.#wanted) {
      const [key, draft] = next;
      try {
        await this.#send(key, draft);
        failures = 0;
        this.#failed = false;
        if (this.#wanted.get(key) === draft) this.#wanted.delete(key);
      } catch (error) {
        if (error instanceof AppError && error.code === 'crashed' && ++failures < ATTEMPTS) continue;
        this.#failed = true;
        this.#onError(notSaved(error));
        return;
      }
    }
  }

  #send(key: string, draft: StoredDraft | null): Promise<null> {
    return draft
      ? this.#client.call('draft.put', { imageId: this.imageId, draft })
      : this.#client.call('draft.drop', { key });
  }
}

function notSaved(error: unknown): AppError {
  const what = 'The unfinished work was not saved';
  if (!(error instanceof AppError)) return new AppError('internal', `${what}. ${String(error)}`);
  return error.saying({ message: `${what}. ${error.message}` });
}
