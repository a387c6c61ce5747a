/** Draws a shape's rings on a 2D context: path with vertices thinned to what the screen shows, colours and widths of outlines. */
import type { Shape } from './shape';

/** What takes a path. */
export type PathSink = Pick<CanvasPath, 'moveTo' | 'lineTo' | 'closePath'> & { beginPath(): void };

/** target = image * scale + offset, in the context's own units. */
export interface Placement {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** Vertices nearer than this to the one looked at before add nothing that can be seen; target units. */
const THIN_PX = 0.7;
/** Rings of more coordinates are worth a closer look at which vertices are needed; of 5,000 short ones it would cost frames. */
const LONG_RING = 400;
/** How far from the line drawn a vertex of such a ring may lie that is left out; target units. */
const TOLERANCE_PX = 0.3;

/** Mitred: outlines along pixel edges have square corners. Sharper corners than 60 degrees are cut off. */
export const MITER_LIMIT = 2;
export const HALO_COLOR = 'rgba(0, 0, 0, 0.5)';
export const OUTLINE_PX = 1.5;
/** The halo shows 1 px on each side of the outline. */
export const HALO_PX = OUTLINE_PX + 2;

/** Makes the shape the context's current path. O(vertices), no allocation. */
export function tracePath(context: PathSink, shape: Shape, place: Placement): void {
  const { coords, ringEnds } = shape;
  context.beginPath();
  let from = 0;
  for (let r = 0; r < ringEnds.length; r++) {
    const to = ringEnds[r];
    if (to - from >= 4) traceRing(context, coords, from, to, place);
    from = to;
  }
}

/**
 * The outline of a mask has thousands of corners at pixel edges; reduced to the screen, a line of some dozens looks the same
 * and is stroked ten times faster. Of a long ring those vertices are kept at which a cone from the one kept before, of the
 * directions that pass near enough to all since, comes to its end (Sklansky and Gonzalez, 1980).
 */
function traceRing(
  context: PathSink,
  coords: Float32Array,
  from: number,
  to: number,
  { scale, x, y }: Placement,
): void {
  const isLong = to - from > LONG_RING;
  let anchorX = coords[from] * scale + x;
  let anchorY = coords[from + 1] * scale + y;
  let lastX = anchorX;
  let lastY = anchorY;
  // How far the vertices since the anchor have gone, and the cone's borders, unit vectors; no cone where that is 0.
  let far = 0;
  let leftX = 0;
  let leftY = 0;
  let rightX = 0;
  let rightY = 0;
  context.moveTo(anchorX, anchorY);
  for (let at = from + 2; at < to; at += 2) {
    const px = coords[at] * scale + x;
    const py = coords[at + 1] * scale + y;
    const stepX = px - lastX;
    const stepY = py - lastY;
    if (stepX < THIN_PX && stepX > -THIN_PX && stepY < THIN_PX && stepY > -THIN_PX) continue;
    if (!isLong) {
      context.lineTo(px, py);
      lastX = px;
      lastY = py;
      continue;
    }
    let dx = px - anchorX;
    let dy = py - anchorY;
    let distance = Math.sqrt(dx * dx + dy * dy);
    const isInCone = rightX * dy >= rightY * dx && dx * leftY >= dy * leftX;
    if (far > 0 && (!isInCone || distance < far - TOLERANCE_PX)) {
      context.lineTo(lastX, lastY);
      anchorX = lastX;
      anchorY = lastY;
      dx = stepX;
      dy = stepY;
      distance = Math.sqrt(dx * dx + dy * dy);
      far = 0;
    }
    const sin = TOLERANCE_PX / distance;
    const cos = Math.sqrt(1 - sin * sin);
    dx /= distance;
    dy /= distance;
    const toLeftX = dx * cos - dy * sin;
    const toLeftY = dy * cos + dx * sin;
    const toRightX = dx * cos + dy * sin;
    const toRightY = dy * cos - dx * sin;
    if (far === 0 || toLeftX * leftY > toLeftY * leftX) {
      leftX = toLeftX;
      leftY = toLeftY;
    }
    if (far === 0 || rightX * toRightY > rightY * toRightX) {
      rightX = toRightX;
      rightY = toRightY;
    }
    far = Math.max(far, distance);
    lastX = px;
    lastY = py;
  }
  if (far > 0) context.lineTo(lastX, lastY);
  context.closePath();
}

/** `0xRRGGBB` as a CSS colour, remembered: a document has few colours and many objects. */
export function cssColor(rgb: number): string {
  let text = colors.get(rgb);
  if (!text) colors.set(rgb, (text = `#${rgb.toString(16).padStart(6, '0')}`));
  return text;
}

const colors = new Map<number, string>();
