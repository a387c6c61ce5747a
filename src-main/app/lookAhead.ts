/**
 * Looks at images that may be opened next in a process of its own, while the one that answers is idle. A look cannot be interrupted
 * from inside, and a click must not wait for it: as soon as anything else is asked the process ends. What it finds is on disk.
 */
import type { AbortSignalLike } from '@shared/errors/cancellation';
import type { ImageSource } from '@shared/images/source';
import type { InferenceRequests } from '@shared/ipc/inference';
import type { EngineProcess } from './engineProcess';

type Process = EngineProcess<InferenceRequests>;

export class LookAhead {
  readonly #process: Process;
  readonly #isIdle: () => boolean;
  /** The look that is under way. */
  #look: object | null = null;

  /** `isIdle`: nobody waits for the process that answers. */
  constructor(process: Process, isIdle: () => boolean) {
    this.#process = process;
    this.#isIdle = isIdle;
  }

  /** Something is asked of the process that answers: the processor is its own from now on. */
  readonly giveWay = (): void => {
    if (!this.#look) return;
    this.#look = null;
    void this.#process.restart();
  };

  /** False where it came to nothing: somebody else was served, or the image cannot be looked at, which is told when it is opened. */
  async look(source: ImageSource, model: string, signal: AbortSignalLike): Promise<boolean> {
    this.giveWay();
    if (signal.aborted || !this.#isIdle()) return false;
    const look = (this.#look = {});
    const end = () => this.#look === look && this.giveWay();
    signal.addEventListener('abort', end);
    try {
      const { client } = this.#process;
      const { session } = await client.call('inference.openPrompts', { source, model });
      // Answered when what was found is on disk.
      if (this.#look === look) await client.call('inference.closePrompts', { session });
      return this.#look === look;
    } catch {
      return false;
    } finally {
      signal.removeEventListener('abort', end);
      // The model and the image are of no use there any more.
      end();
    }
  }
}
