/** Remembers in the project which image is open and what of it is in view, a moment after it stopped moving. */
import type { ProjectPlace, WindowRequests } from '@shared/ipc/contract';
import type { Client } from '@shared/ipc/rpc';

/** A hand that zooms changes the view sixty times a second; where it came to rest is what counts. */
const writeDelayMs = 700;

export class PlaceKeeper {
  readonly #client: Client<WindowRequests>;
  #waiting: ProjectPlace | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client<WindowRequests>) {
    this.#client = client;
  }

  note(place: ProjectPlace): void {
    this.#waiting = place;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), writeDelayMs);
  }

  /** Writes what waits at once: the project or the window is about to close. Never a reason to fail. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    const place = this.#waiting;
    this.#waiting = null;
    if (place) await this.#client.call('project.setPlace', { place }).catch(() => undefined);
  }
}
