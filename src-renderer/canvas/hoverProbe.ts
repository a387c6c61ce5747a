/** Which object is under the pointer: at most one hit test a frame, however many pointer events come. */
import type { ImagePoint } from '@shared/geometry/coords';

export class HoverProbe {
  readonly #find: (point: ImagePoint) => number | null;
  readonly #onChange: (id: number | null) => void;
  #point: ImagePoint | null = null;
  #hovered: number | null = null;
  #frame = 0;

  /** `find`: the id of the topmost object at a point of the image. */
  constructor(find: (point: ImagePoint) => number | null, onChange: (id: number | null) => void) {
    this.#find = find;
    this.#onChange = onChange;
  }

  /** The pointer is there now; null: it has left the canvas. */
  moveTo(point: ImagePoint | null): void {
    this.#point = point;
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      const id = this.#point && this.#find(this.#point);
      if (id === this.#hovered) return;
      this.#hovered = id;
      this.#onChange(id);
    });
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
  }
}
