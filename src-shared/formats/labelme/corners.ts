/** Shapes of four corners that are more than a polygon: boxes that were turned, and quadrilaterals, of newer versions and of X-AnyLabeling. */
import { asNumber, asRing, asText, type Fields } from '../values';

type Points = readonly (readonly number[])[];

const turnedTypes = new Set(['oriented_rectangle', 'rotation']);

export const isCornered = ({ shape_type }: Fields): boolean =>
  shape_type === 'quadrilateral' || turnedTypes.has(asText(shape_type) ?? '');

/** What a redrawn shape still says of itself: its type, and for a turned box how far. null: it is a polygon now, or was one. */
export function ownCorners(before: Fields, points: Points): Fields | null {
  if (!isCornered(before) || points.length !== 4) return null;
  const { shape_type } = before;
  if (shape_type === 'quadrilateral') return { shape_type };
  if (!isRectangle(points)) return null;
  const [old, direction] = [asRing(before.points), asNumber(before.direction)];
  if (direction === null || !old || old.length < 4) return { shape_type };
  const turn = angleOf(points[0], points[1]) - angleOf(old.slice(0, 2), old.slice(2, 4));
  // Nothing is said anew of a box that was only moved.
  return Math.abs(turn) < 1e-9 ? { shape_type } : { shape_type, direction: inCircle(direction + turn) };
}

const angleOf = ([ax, ay]: readonly number[], [bx, by]: readonly number[]) => Math.atan2(by - ay, bx - ax);

const inCircle = (angle: number) => ((angle % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI);

/** To a hundredth of a pixel: corners are written with few digits. */
function isRectangle([a, b, c, d]: Points): boolean {
  const side = [b[0] - a[0], b[1] - a[1]];
  const other = [d[0] - a[0], d[1] - a[1]];
  const [width, height] = [Math.hypot(...side), Math.hypot(...other)];
  const isClosed = Math.hypot(b[0] + d[0] - a[0] - c[0], b[1] + d[1] - a[1] - c[1]) < 0.01;
  // How far the far end of a side is off the right angle.
  const skew = Math.abs(side[0] * other[0] + side[1] * other[1]) / Math.max(width, height, 1e-9);
  return width > 0 && height > 0 && isClosed && skew < 0.01;
}
