/** Remembers in the project which image is open and what of it is in view, and brings that back when it is opened again. */
import type { ProjectPlace } from '@shared/project/types';
import type { Engine } from '../api/engine';

/** A hand that zooms changes the view sixty times a second; where it came to rest is what counts. */
const writeDelayMs = 700;

export class PlaceKeeper {
  readonly #client: Engine;
  #waiting: ProjectPlace | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #toRestore: ProjectPlace | null = null;

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

  /** A project was opened where one had stopped before; null: it begins anew. */
  restore(place: ProjectPlace | null): void {
    this.#toRestore = place;
  }

  /** What of an image was in view when one stopped; once, for the image that the project opens with. */
  takeView(imageId: number): ProjectPlace['view'] {
    const place = this.#toRestore;
    this.#toRestore = null;
    return place?.imageId === imageId ? place.view : null;
  }
}
