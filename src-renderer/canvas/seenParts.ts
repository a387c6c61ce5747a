/** What is seen of preview bitmaps, kept while the view moves: painting a large one takes longer than a frame has. */
import { type Box, containsBox } from '@shared/geometry/box';
import type { ViewTransform } from '@shared/geometry/coords';
import { canvasFor, onGrid, paint, type PixelsPart, type PixelsShape } from './pixelsPart';

interface Kept {
  readonly part: PixelsPart;
  readonly revision: number;
  readonly color: string;
}

/** How much more than what is seen is painted, of its sides: the view moves that far before it is painted again. */
const MARGIN = 0.125;

/**
 * A plane (see {@link PixelsShape}) is stretched while the view moves and painted sharp when it rests, one a frame; what a
 * movement brings into sight is painted as it comes.
 */
export class SeenParts {
  readonly #kept = new WeakMap<object, Kept>();
  #view: ViewTransform | null = null;
  #moving = false;
  #painted = false;
  #behind = false;

  /** Before the parts of a frame. */
  begin(view: ViewTransform): void {
    this.#moving = this.#view !== null && !sameView(this.#view, view);
    this.#view = view;
    this.#painted = false;
    this.#behind = false;
  }

  /** True where a part of this frame is not as it should be: another frame is wanted. */
  get isBehind(): boolean {
    return this.#behind;
  }

  /** The part of the shape under `seen` (image space), see pixelsPart; null where they do not meet. */
  part(shape: PixelsShape, color: string, reduction: number, seen: Box): PixelsPart | null {
    const wanted = onGrid(shape.box, reduction, seen);
    if (!wanted) return null;
    const kept = this.#kept.get(shape.bitmap);
    const isCurrent = kept?.revision === shape.revision && kept.color === color;
    if (kept && isCurrent) {
      const isWhole = covers(kept.part, wanted);
      if (isWhole && kept.part.reduction === reduction) return kept.part;
      const canWait = !(shape.data instanceof Uint8Array) && (this.#painted || (this.#moving && isWhole));
      if (canWait) {
        this.#behind = true;
        return kept.part;
      }
    }
    this.#painted = true;
    const around = onGrid(shape.box, reduction, withRoom(seen)) ?? wanted;
    const part = paint(canvasFor(around, reduction, kept?.part.canvas), shape, color, reduction, around);
    this.#kept.set(shape.bitmap, { part, revision: shape.revision, color });
    return part;
  }
}

function withRoom([x, y, width, height]: Box): Box {
  const [roomX, roomY] = [width * MARGIN, height * MARGIN];
  return [x - roomX, y - roomY, width + 2 * roomX, height + 2 * roomY];
}

function covers({ left, top, width, height, reduction }: PixelsPart, wanted: Box): boolean {
  return containsBox([left, top, width * reduction, height * reduction], wanted);
}

function sameView(one: ViewTransform, other: ViewTransform): boolean {
  return one.scale === other.scale && one.offsetX === other.offsetX && one.offsetY === other.offsetY;
}
