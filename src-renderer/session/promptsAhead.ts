/** Has the image that is likely to be opened next looked at while nobody asks anything: it is ready when it is opened. */
import { CancelSource } from '@shared/errors/cancellation';

/** So long after the last question nobody is about to click. */
const QUIET_MS = 1500;

export class PromptsAhead {
  readonly #next: () => number | null;
  readonly #look: (imageId: number, signal: CancelSource) => Promise<boolean>;
  readonly #among: () => number;
  readonly #done = new Set<string>();
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #looking: CancelSource | null = null;

  /**
   * `next`: the image to look at; null: none now. `look`: whether it could be looked at to the end. `among`: counts up when the same
   * ids mean other images.
   */
  constructor(
    next: () => number | null,
    look: (imageId: number, signal: CancelSource) => Promise<boolean>,
    among: () => number,
  ) {
    this.#next = next;
    this.#look = look;
    this.#among = among;
  }

  /** Somebody asks something: what goes on ends at once, and begins anew when it has been quiet. */
  rest(): void {
    this.#looking?.abort();
    this.#looking = null;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => void this.#begin(), QUIET_MS);
  }

  async #begin(): Promise<void> {
    const imageId = this.#next();
    const key = `${this.#among()} ${imageId}`;
    if (imageId === null || this.#done.has(key)) return;
    const signal = (this.#looking = new CancelSource());
    const isDone = await this.#look(imageId, signal).catch(() => false);
    if (isDone) this.#done.add(key);
    if (this.#looking !== signal) return;
    this.#looking = null;
  }
}
