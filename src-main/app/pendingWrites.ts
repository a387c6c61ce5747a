/** What the window has asked to be kept and has no answer to yet: the program does not end before it is on disk. */
import type { Dispatch } from '@shared/ipc/rpc';

/** A store that hangs does not keep the program from ending for longer. */
const patienceMs = 3000;

/** Short writes; what takes long (an export, a batch) is given up with the window, as its own cancel does. */
const keeps = /^(document\.|draft\.|category\.|proposals\.|image\.set|project\.(set|undo$|redo$|swap))/;

export class PendingWrites {
  readonly #running = new Set<Promise<unknown>>();

  /** Answers as `dispatch` does. */
  watch(dispatch: Dispatch): Dispatch {
    return (method, params, context) => {
      const answer = dispatch(method, params, context);
      if (!keeps.test(method)) return answer;
      const ended = answer.catch(() => undefined).finally(() => this.#running.delete(ended));
      this.#running.add(ended);
      return answer;
    };
  }

  /** Resolves when all of them have ended, or have had their time; null where there are none. */
  busy(): Promise<void> | null {
    if (this.#running.size === 0) return null;
    const late = new Promise<void>((done) => setTimeout(done, patienceMs));
    return Promise.race([late, Promise.all(this.#running).then(() => undefined)]).then(() => this.#running.clear());
  }
}
