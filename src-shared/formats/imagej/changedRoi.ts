/** A ROI that came, with another outline or other texts: where it lies in the stack, its stroke, options, group and properties stay. */
import { encodeRoi, putTexts, type RoiShape, type RoiTexts, secondBytes, secondHeaderOf } from './roi';

/** Of the options those that belong to the shape: spline, arrow heads, outline, and fractions of pixels. */
const optionsOfShape = 1 | 2 | 4 | 128;
/** The first version whose properties ImageJ reads. */
const leastVersion = 224;

interface RoiChange extends RoiTexts {
  /** null: as it is. */
  readonly shape: RoiShape | null;
}

/** `source`: a ROI that can be decoded. */
export function changedRoi(source: Uint8Array, { name, properties, shape }: RoiChange): Uint8Array {
  const drawn = shape === null ? source : encodeRoi({ name: '', category: null, shape });
  const second = secondHeaderOf(drawn) ?? drawn.length;
  const result = new Uint8Array(second + secondBytes + 2 * (name.length + properties.length));
  result.set(drawn.subarray(0, second));
  const before = secondHeaderOf(source);
  if (before !== null) result.set(source.subarray(before, Math.min(source.length, before + secondBytes)), second);
  const view = new DataView(result.buffer);
  if (shape !== null) keepHeader(source, view, shape);
  view.setInt16(4, Math.max(view.getInt16(4), properties === '' ? 0 : leastVersion));
  view.setInt32(60, second);
  putTexts(view, second, { name, properties });
  // Counters are those of points, which no area has.
  view.setInt32(second + 48, 0);
  return result;
}

/** What the first header says besides the shape: width and colours of the stroke, options, place in the stack. */
function keepHeader(source: Uint8Array, into: DataView, { kind }: RoiShape): void {
  const from = new DataView(source.buffer, source.byteOffset, source.byteLength);
  into.setInt16(4, Math.max(from.getInt16(4), into.getInt16(4)));
  into.setInt16(34, from.getInt16(34));
  into.setInt32(40, from.getInt32(40));
  into.setInt32(44, from.getInt32(44));
  into.setInt16(50, (from.getInt16(50) & ~optionsOfShape) | into.getInt16(50));
  // Round corners; of an oval there are none.
  if (kind === 'box') into.setInt16(54, from.getInt16(54));
  into.setInt32(56, from.getInt32(56));
}
