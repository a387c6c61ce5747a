/** Fill, outline and dark halo of one mask, blended into an RGB picture with soft edges. */
import { decodeRegion, type Rle, toBbox } from '@shared/mask';
import { blendPixel, type Rgb, type RgbImage } from './canvas';

export interface MaskStyle {
  readonly color: Rgb;
  /** 0..1 */
  readonly fillAlpha: number;
  /** Width of the outline, centred on the pixel edges of the mask. */
  readonly outlinePx: number;
  /** Width of the dark line on each side of the outline. */
  readonly haloPx: number;
}

const black: Rgb = [0, 0, 0];
const haloAlpha = 0.5;
/** Steps of the distance buffer per pixel; its largest value means "far". */
const stepsPerPixel = 16;
const far = 255;

/**
 * Draws masks onto one image. It owns a distance buffer of the image's size, made once: each mask writes its distance to
 * the nearest mask edge there (only near its outline), and clears it while blending. O(box of the mask) per mask.
 */
export class MaskPainter {
  readonly #image: RgbImage;
  readonly #distance: Uint8Array;
  #stamps: { readonly key: number; readonly vertical: Stamp; readonly horizontal: Stamp } | null = null;

  constructor(image: RgbImage) {
    this.#image = image;
    this.#distance = new Uint8Array(image.width * image.height).fill(far);
  }

  /** The mask must have the image's size. */
  paint(mask: Rle, style: MaskStyle): void {
    const { width, height } = this.#image;
    const [x, y, w, h] = toBbox(mask);
    if (w === 0 || h === 0) return;
    const reach = style.outlinePx / 2 + style.haloPx;
    // One more pixel on each side than the mask: there every edge of it is between two pixels of the region.
    const inside = decodeRegion(mask, [x - 1, y - 1, w + 2, h + 2]);
    this.#stampEdges(inside, x - 1, y - 1, w + 2, h + 2, reach);

    const margin = Math.ceil(reach) + 1;
    const right = Math.min(x + w + margin, width);
    const bottom = Math.min(y + h + margin, height);
    for (let row = Math.max(0, y - margin); row < bottom; row++) {
      const inRows = row >= y && row < y + h;
      for (let column = Math.max(0, x - margin); column < right; column++) {
        const filled =
          inRows && column >= x && column < x + w && inside[(row - y + 1) * (w + 2) + column - x + 1] === 1;
        this.#blend(row * width + column, filled, style);
      }
    }
  }

  #blend(pixel: number, filled: boolean, style: MaskStyle): void {
    const { data } = this.#image;
    if (filled) blendPixel(data, pixel * 3, style.color, style.fillAlpha);
    const steps = this.#distance[pixel];
    if (steps === far) return;
    this.#distance[pixel] = far;
    const distance = steps / stepsPerPixel;
    const line = coverage(distance, style.outlinePx / 2);
    const halo = coverage(distance, style.outlinePx / 2 + style.haloPx) - line;
    if (halo > 0) blendPixel(data, pixel * 3, black, halo * haloAlpha);
    if (line > 0) blendPixel(data, pixel * 3, style.color, line);
  }

  /** Marks the surroundings of every unit edge between a foreground and a background pixel of the region. */
  #stampEdges(inside: Uint8Array, left: number, top: number, w: number, h: number, reach: number): void {
    const { vertical, horizontal } = this.#stampsFor(reach);
    for (let row = 0; row < h - 1; row++) {
      for (let column = 0; column < w - 1; column++) {
        const at = row * w + column;
        if (inside[at] !== inside[at + 1]) this.#stamp(vertical, left + column + 1, top + row);
        if (inside[at] !== inside[at + w]) this.#stamp(horizontal, left + column, top + row + 1);
      }
    }
  }

  #stamp(stamp: Stamp, x: number, y: number): void {
    const { width, height } = this.#image;
    for (let i = 0; i < stamp.steps.length; i++) {
      const column = x + stamp.dx[i];
      const row = y + stamp.dy[i];
      if (column < 0 || row < 0 || column >= width || row >= height) continue;
      const at = row * width + column;
      if (stamp.steps[i] < this.#distance[at]) this.#distance[at] = stamp.steps[i];
    }
  }

  #stampsFor(reach: number) {
    if (this.#stamps?.key !== reach) {
      this.#stamps = { key: reach, vertical: edgeStamp(reach, 'vertical'), horizontal: edgeStamp(reach, 'horizontal') };
    }
    return this.#stamps;
  }
}

/** The share of a pixel that a line of this half width covers when its middle passes at `distance` from the centre. */
function coverage(distance: number, halfWidth: number): number {
  return Math.min(1, Math.max(0, halfWidth + 0.5 - distance));
}

/** Pixels near a unit edge as offsets from the pixel right of (or below) it, with their centre's distance to the edge. */
interface Stamp {
  readonly dx: Int8Array;
  readonly dy: Int8Array;
  readonly steps: Uint8Array;
}

function edgeStamp(reach: number, direction: 'vertical' | 'horizontal'): Stamp {
  const radius = Math.ceil(reach + 0.5);
  const found: [number, number, number][] = [];
  for (let across = -radius; across < radius; across++) {
    for (let along = -radius; along <= radius; along++) {
      const distance = Math.hypot(across + 0.5, Math.max(0, Math.abs(along) - 0.5));
      const steps = Math.round(distance * stepsPerPixel);
      if (distance >= reach + 0.5 || steps >= far) continue;
      found.push(direction === 'vertical' ? [across, along, steps] : [along, across, steps]);
    }
  }
  return {
    dx: Int8Array.from(found, ([dx]) => dx),
    dy: Int8Array.from(found, ([, dy]) => dy),
    steps: Uint8Array.from(found, ([, , steps]) => steps),
  };
}
