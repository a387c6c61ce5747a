/** Where names of objects stand on the canvas: only where they fit, the topmost first, none over another. Pure. */
import { visibleText } from '@shared/errors/visibleText';
import type { Bounds } from './shape';

/** Everything in view pixels. */
export const NAME_HEIGHT_PX = 16;
/** Around the text, left and right. */
export const NAME_PAD_PX = 5;
/** The strip in the object's colour, at the left. */
export const NAME_STRIP_PX = 3;
/** From the corner of the object. */
const INSET_PX = 3;
/** A name is not drawn across more of an object's height than this. */
const LARGEST_SHARE = 0.6;
/** Longer names are shortened. */
const MOST_CHARACTERS = 28;
/** Occupied places are looked up by cells of this side. */
const CELL_PX = 64;

export interface PlacedName {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
}

const CROWD = 'crowd';

/** What is written at a crowd, with its name where that is wanted. */
export const crowdName = (name: string): string => (name === '' ? CROWD : `${name} · ${CROWD}`);

/** What to write where there is no room for all of it; null: nothing. */
export const shorterName = (text: string): string | null => (text.endsWith(` · ${CROWD}`) ? CROWD : null);

/** The text as it is drawn. */
export function shownName(text: string): string {
  const visible = visibleText(text);
  const characters = [...visible];
  return characters.length <= MOST_CHARACTERS ? visible : `${characters.slice(0, MOST_CHARACTERS - 1).join('')}…`;
}

export class NamePlaces {
  readonly #seen: Bounds;
  readonly #cells = new Map<number, PlacedName[]>();

  /** What is seen of the frame: a name stands where it can be read. */
  constructor(seen: Bounds) {
    this.#seen = seen;
  }

  /**
   * The place of a name at the upper left corner of what is seen of an object; null where it does not fit or another name
   * stands there. `bounds`: of the object, in view pixels; `textWidth` is asked for only where the height suffices.
   */
  place(text: string, [minX, minY, maxX, maxY]: Bounds, textWidth: () => number): PlacedName | null {
    const left = Math.max(minX, this.#seen[0]) + INSET_PX;
    const top = Math.max(minY, this.#seen[1]) + INSET_PX;
    const right = Math.min(maxX, this.#seen[2]) - INSET_PX;
    const bottom = Math.min(maxY, this.#seen[3]) - INSET_PX;
    // Written so that NaN bounds (an empty mask) have no place either; the shortest name is wider than its plate.
    const isHighEnough = (bottom - top + 2 * INSET_PX) * LARGEST_SHARE >= NAME_HEIGHT_PX;
    if (!isHighEnough || !(right - left > NAME_STRIP_PX + 2 * NAME_PAD_PX)) return null;
    const width = Math.ceil(textWidth()) + NAME_STRIP_PX + 2 * NAME_PAD_PX;
    if (right - left < width) return null;
    const placed = { text, left: Math.floor(left), top: Math.floor(top), width };
    return this.#take(placed) ? placed : null;
  }

  #take(name: PlacedName): boolean {
    const cells = this.#cellsOf(name);
    for (const cell of cells) {
      if (this.#cells.get(cell)?.some((other) => overlap(name, other))) return false;
    }
    for (const cell of cells) {
      const names = this.#cells.get(cell);
      if (names) names.push(name);
      else this.#cells.set(cell, [name]);
    }
    return true;
  }

  #cellsOf({ left, top, width }: PlacedName): number[] {
    const columns = Math.ceil(this.#seen[2] / CELL_PX) + 2;
    const cells: number[] = [];
    for (let y = Math.floor(top / CELL_PX); y <= Math.floor((top + NAME_HEIGHT_PX) / CELL_PX); y++) {
      for (let x = Math.floor(left / CELL_PX); x <= Math.floor((left + width) / CELL_PX); x++)
        cells.push(y * columns + x);
    }
    return cells;
  }
}

function overlap(a: PlacedName, b: PlacedName): boolean {
  return (
    a.left < b.left + b.width &&
    b.left < a.left + a.width &&
    a.top < b.top + NAME_HEIGHT_PX &&
    b.top < a.top + NAME_HEIGHT_PX
  );
}
