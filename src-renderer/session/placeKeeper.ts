/** Remembers in the project which image is open and what of it is in view, a moment after it stopped moving. */
import type { ProjectPlace } from '@shared/project/types';
import type { Engine } from '../api/engine';

/** A hand that zooms changes the view sixty times a second; where it came to rest is what counts. */
const writeDelayMs = 700;

export class PlaceKeeper {
  readonly #client: Engine;
  #waiting: ProjectPlace | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Engine) {
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
