/**
 * Remembers in the project which image is open, what of it is in view and the category that is drawn next, and brings that
 * back when it is opened again.
 */
import type { ProjectPlace } from '@shared/project/types';
import type { Engine } from '../api/engine';

/** A hand that zooms changes the view sixty times a second; where it came to rest is what counts. */
const writeDelayMs = 700;

export class PlaceKeeper {
  readonly #client: Engine;
  /** Where one is, as far as it is known. */
  #now: Partial<ProjectPlace> = {};
  #isWaiting = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #toRestore: ProjectPlace | null = null;

  constructor(client: Engine) {
    this.#client = client;
  }

  note(change: Partial<ProjectPlace>): void {
    this.#now = { ...this.#now, ...change };
    this.#isWaiting = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), writeDelayMs);
  }

  /** Writes what waits at once: the project or the window is about to close. Never a reason to fail. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    const { imageId, view = null } = this.#now;
    if (imageId === undefined) return;
    const place: ProjectPlace = { ...this.#now, imageId, view };
    await this.#client.call('project.setPlace', { place }).catch(() => undefined);
  }

  /** A project was opened where one had stopped before, or at another image; null: it begins anew. */
  restore(place: ProjectPlace | null, imageId: number | null): void {
    // What waited was about the project before.
    clearTimeout(this.#timer);
    this.#isWaiting = false;
    this.#now = place ?? {};
    this.#toRestore = imageId === null ? place : null;
  }

  /** What of an image was in view when one stopped; once, for the image that the project opens with. */
  takeView(imageId: number): ProjectPlace['view'] {
    const place = this.#toRestore;
    this.#toRestore = null;
    return place?.imageId === imageId ? place.view : null;
  }
}
