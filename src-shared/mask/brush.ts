/**
 * Brush strokes as pixels. A stroke is a chain of capsules: a pixel is painted when its centre is at most diameter / 2 away
 * from the centre line, the border included. The centre line runs between brush centres, which sit on a pixel centre
 * where the diameter is odd and on a pixel corner where it is even: one click gives the same disc wherever it lands, a
 * brush of 1 paints exactly one pixel, and since neighbouring capsules share their ends no stroke has gaps.
 */
import { encodeRegion } from './bitmap';
import { emptyMask, type Box, type Rle } from './rle';

/** Where the brush of `diameter` (whole pixels) sits for image point (x, y). */
export function brushCentre(x: number, y: number, diameter: number): readonly [x: number, y: number] {
  return diameter % 2 === 1 ? [Math.floor(x) + 0.5, Math.floor(y) + 0.5] : [Math.round(x), Math.round(y)];
}

/** The grid that region borders lie on, so that a growing stroke reallocates rarely. */
const BLOCK = 64;
const MIN_GROWTH = 256;

/**
 * A bitmap that grows with what is painted on it: its cost follows the stroke, not the image. Owned and written in place
 * by one stroke.
 */
export class Painting {
  readonly size: readonly [height: number, width: number];
  #box: Box = [0, 0, 0, 0];
  #data = new Uint8Array(0);
  #unseen: Box | null = null;
  /** Holds everything that is painted; the region has room around it. */
  #painted: Box | null = null;

  constructor(size: readonly [height: number, width: number]) {
    this.size = size;
  }

  /** Image region of {@link data}, whole pixels. */
  get box(): Box {
    return this.#box;
  }

  /** Row-major over {@link box}, 1 = painted. Another array after the region grew. */
  get data(): Uint8Array {
    return this.#data;
  }

  /** The region changed since this was last asked; null where nothing was. */
  takeChanged(): Box | null {
    const changed = this.#unseen;
    this.#unseen = null;
    return changed;
  }

  /**
   * Paints the capsule from brush centre (ax, ay) to (bx, by). O(its bounding rows + pixels); growing copies the region,
   * at least half as large again each time.
   */
  paint(ax: number, ay: number, bx: number, by: number, diameter: number): void {
    const [h, w] = this.size;
    const radius = diameter / 2;
    const left = Math.max(0, Math.floor(Math.min(ax, bx) - radius));
    const top = Math.max(0, Math.floor(Math.min(ay, by) - radius));
    const right = Math.min(w, Math.ceil(Math.max(ax, bx) + radius));
    const bottom = Math.min(h, Math.ceil(Math.max(ay, by) + radius));
    if (left >= right || top >= bottom) return;
    this.#cover(left, top, right, bottom);
    const capsule = new Capsule(ax, ay, bx, by, radius);
    const [x0, y0, width] = this.#box;
    for (let y = top; y < bottom; y++) {
      if (!capsule.row(y)) continue;
      const from = Math.max(capsule.from, left);
      const to = Math.min(capsule.to, right);
      if (from < to) this.#data.fill(1, (y - y0) * width + from - x0, (y - y0) * width + to - x0);
    }
    const changed: Box = [left, top, right - left, bottom - top];
    this.#unseen = united(this.#unseen, changed);
    this.#painted = united(this.#painted, changed);
  }

  /** The painted pixels as a mask of the image. O(rows that are painted * width of the region / 4 + runs). */
  toRle(): Rle {
    if (!this.#painted) return emptyMask(this.size[0], this.size[1]);
    const [, y, , height] = this.#painted;
    const [x0, y0, width] = this.#box;
    // Whole rows: to look at the empty ends costs less than a copy without them.
    const rows = this.#data.subarray((y - y0) * width, (y - y0 + height) * width);
    return encodeRegion(rows, [x0, y, width, height], this.size);
  }

  /** Makes the region hold the pixels left..right, top..bottom, with room to spare on the sides where it grows. */
  #cover(left: number, top: number, right: number, bottom: number): void {
    const [x, y, width, height] = this.#box;
    const isNew = this.#data.length === 0;
    if (!isNew && left >= x && top >= y && right <= x + width && bottom <= y + height) return;
    const [h, w] = this.size;
    const roomX = Math.max(MIN_GROWTH, width >> 1);
    const roomY = Math.max(MIN_GROWTH, height >> 1);
    const x0 = isNew || left < x ? growDown(left - roomX) : x;
    const y0 = isNew || top < y ? growDown(top - roomY) : y;
    const x1 = isNew || right > x + width ? growUp(right + roomX, w) : x + width;
    const y1 = isNew || bottom > y + height ? growUp(bottom + roomY, h) : y + height;
    const grown = new Uint8Array((x1 - x0) * (y1 - y0));
    for (let row = 0; row < height; row++) {
      grown.set(this.#data.subarray(row * width, (row + 1) * width), (y - y0 + row) * (x1 - x0) + x - x0);
    }
    this.#box = [x0, y0, x1 - x0, y1 - y0];
    this.#data = grown;
  }
}

function growDown(position: number): number {
  return Math.max(0, Math.floor(position / BLOCK) * BLOCK);
}

function growUp(position: number, limit: number): number {
  return Math.min(limit, Math.ceil(position / BLOCK) * BLOCK);
}

function united(a: Box | null, b: Box): Box {
  if (!a) return b;
  const x = Math.min(a[0], b[0]);
  const y = Math.min(a[1], b[1]);
  return [x, y, Math.max(a[0] + a[2], b[0] + b[2]) - x, Math.max(a[1] + a[3], b[1] + b[3]) - y];
}

/** All points at most `radius` from a line segment: convex, so each pixel row of it is one interval. */
class Capsule {
  readonly #ax: number;
  readonly #ay: number;
  readonly #bx: number;
  readonly #by: number;
  readonly #radius: number;
  readonly #squaredLength: number;
  /** First column of the row last asked for, and the column after its last. */
  from = 0;
  to = 0;

  constructor(ax: number, ay: number, bx: number, by: number, radius: number) {
    this.#ax = ax;
    this.#ay = ay;
    this.#bx = bx;
    this.#by = by;
    this.#radius = radius;
    this.#squaredLength = (bx - ax) ** 2 + (by - ay) ** 2;
  }

  /** Finds the columns of row y whose centres are inside; false where there are none. */
  row(y: number): boolean {
    const cy = y + 0.5;
    const middle = this.#estimate(cy);
    if (middle === null) return false;
    // The estimate is off by rounding only; the exact test decides where the interval starts and ends.
    let from = Math.ceil(middle[0] - 0.5);
    let to = Math.floor(middle[1] - 0.5) + 1;
    while (from < to && !this.#contains(from + 0.5, cy)) from++;
    while (to > from && !this.#contains(to - 0.5, cy)) to--;
    while (this.#contains(from - 0.5, cy)) {
      from--;
      to = Math.max(to, from + 1);
    }
    while (this.#contains(to + 0.5, cy)) to++;
    this.from = from;
    this.to = to;
    return from < to;
  }

  /** In coordinates that are multiples of a half every term is exact, up to segments of some 10,000 pixels. */
  #contains(x: number, y: number): boolean {
    const dx = this.#bx - this.#ax;
    const dy = this.#by - this.#ay;
    const px = x - this.#ax;
    const py = y - this.#ay;
    const squaredRadius = this.#radius * this.#radius;
    const along = px * dx + py * dy;
    if (along <= 0) return px * px + py * py <= squaredRadius;
    if (along >= this.#squaredLength) return (x - this.#bx) ** 2 + (y - this.#by) ** 2 <= squaredRadius;
    const across = px * dy - py * dx;
    return across * across <= squaredRadius * this.#squaredLength;
  }

  /** Interval of x inside the capsule on the line y = cy, to floating-point accuracy: both discs and the band between. */
  #estimate(cy: number): readonly [number, number] | null {
    const r = this.#radius;
    let low = Infinity;
    let high = -Infinity;
    const include = (x: number): void => {
      low = Math.min(low, x);
      high = Math.max(high, x);
    };
    const disc = (x: number, y: number): void => {
      const rest = r * r - (cy - y) ** 2;
      if (rest < 0) return;
      const reach = Math.sqrt(rest);
      include(x - reach);
      include(x + reach);
    };
    disc(this.#ax, this.#ay);
    disc(this.#bx, this.#by);
    if (this.#squaredLength > 0) {
      const length = Math.sqrt(this.#squaredLength);
      const nx = (-(this.#by - this.#ay) / length) * r;
      const ny = ((this.#bx - this.#ax) / length) * r;
      this.#crossing(this.#ax + nx, this.#ay + ny, this.#bx + nx, this.#by + ny, cy, include);
      this.#crossing(this.#ax - nx, this.#ay - ny, this.#bx - nx, this.#by - ny, cy, include);
    }
    return low <= high ? [low, high] : null;
  }

  /** Where the side (x0, y0)-(x1, y1) of the band meets y = cy. */
  #crossing(x0: number, y0: number, x1: number, y1: number, cy: number, include: (x: number) => void): void {
    if (Math.max(y0, y1) < cy || Math.min(y0, y1) > cy) return;
    if (y0 === y1) {
      include(x0);
      include(x1);
      return;
    }
    include(x0 + ((x1 - x0) * (cy - y0)) / (y1 - y0));
  }
}
