/** Tells once when an image's picture and masks are both on screen. */
export class FirstPaint {
  readonly #onPainted: () => void;
  #done = { picture: false, masks: false, told: false };

  constructor(onPainted: () => void) {
    this.#onPainted = onPainted;
  }

  /** Another image is opened. */
  begin(): void {
    this.#done = { picture: false, masks: false, told: false };
  }

  mark(what: 'picture' | 'masks'): void {
    const done = this.#done;
    done[what] = true;
    if (!done.picture || !done.masks || done.told) return;
    done.told = true;
    // Konva draws in the next animation frame; after the one that follows the pixels are out.
    requestAnimationFrame(() => requestAnimationFrame(() => this.#onPainted()));
  }
}
