/** Dragging rows of a list to another place: which row was taken, and between which two they would land. */

/** A press that moves less than this is a click. Pixels. */
const clickPx = 4;

export interface RowDragOptions {
  /** The line nearest to a height on the screen: 0 above the first row. Scrolls the list where that is at its edge. */
  readonly gapAt: (clientY: number) => number;
  /** A drag begins with this row. */
  readonly onstart: (id: number) => void;
  readonly ondrop: (gap: number) => void;
}

export class RowDrag {
  readonly #options: RowDragOptions;
  #pressed: { readonly id: number; readonly y: number } | null = null;
  #y = 0;
  #gap = $state<number | null>(null);

  constructor(options: RowDragOptions) {
    this.#options = options;
  }

  /** Where they would land now; null while nothing is dragged. */
  get gap(): number | null {
    return this.#gap;
  }

  press({ button, clientY }: PointerEvent, id: number): void {
    if (button === 0) this.#pressed = { id, y: clientY };
  }

  move({ clientY }: PointerEvent): void {
    this.#y = clientY;
    const pressed = this.#pressed;
    if (!pressed || this.#gap !== null || Math.abs(clientY - pressed.y) < clickPx) return;
    this.#options.onstart(pressed.id);
    this.#follow();
  }

  release(): void {
    // Where the pointer is now: the last frame may have been before its last move.
    const gap = this.#gap === null ? null : this.#options.gapAt(this.#y);
    this.cancel();
    if (gap !== null) this.#options.ondrop(gap);
  }

  cancel(): void {
    this.#pressed = null;
    this.#gap = null;
  }

  /** Each frame: a pointer that rests at the edge of the list goes on scrolling it. */
  #follow(): void {
    if (!this.#pressed) return;
    this.#gap = this.#options.gapAt(this.#y);
    requestAnimationFrame(() => this.#follow());
  }
}
