/** ImageJ's .roi files: bytes <-> an outline, as ij.io.RoiDecoder and RoiEncoder have them (big-endian, "Iout"). */
import { asLine, fromLine } from '../names';
import type { Box } from '../../geometry/box';
import type { PolygonPart } from '../../geometry/polygon';
import { MaskError } from '../../mask';
import { ringOfEllipse } from '../outline';
import { nested, type Work } from './nested';

export interface Roi {
  readonly name: string;
  /** `category` of its properties; null: it has none. */
  readonly category: string | null;
  readonly shape: RoiShape;
}

export type RoiShape =
  | { readonly kind: 'box'; readonly box: Box }
  | { readonly kind: 'parts'; readonly parts: readonly PolygonPart[] }
  /** Lines, points, angles, texts: why it is no area. */
  | { readonly kind: 'none'; readonly what: string };

const types = [
  'polygon',
  'rect',
  'oval',
  'line',
  'freeline',
  'polyline',
  'none',
  'freehand',
  'traced',
  'angle',
  'point',
];
const [polygon, rect, oval, freehand, traced] = [0, 1, 2, 7, 8];
const headBytes = 64;
/** Of the second header. */
export const secondBytes = 64;
const subPixel = 128;
/** Of what is written: properties came with 224, sides of more than 16 bits with none. */
const version = 228;

/** Throws MaskError for what is no ROI, or is cut off. `work`: what may be spent on it. */
export function decodeRoi(bytes: Uint8Array, work?: Work): Roi {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < headBytes || String.fromCharCode(...bytes.subarray(0, 4)) !== 'Iout')
    throw new MaskError('it is no ROI of ImageJ');
  try {
    const { name, properties } = textsIn(bytes);
    const category = categoryLine.exec(properties)?.[2] ?? null;
    return { name, category: category === null ? null : fromLine(category), shape: shapeOf(view, work) };
  } catch (error) {
    if (error instanceof RangeError) throw new MaskError('the ROI is cut off');
    throw error;
  }
}

function shapeOf(view: DataView, work?: Work): RoiShape {
  const type = view.getUint8(6);
  const [top, left, bottom, right] = [8, 10, 12, 14].map((at) => view.getInt16(at));
  const isSubPixel = (view.getInt16(50) & subPixel) !== 0 && view.getInt16(4) >= 222;
  const pathLength = view.getInt32(36);
  if (pathLength > 0) {
    const parts = nested(pathOf(view, pathLength), work);
    if (!parts) throw new MaskError('its outlines are too many, or lie in one another too often, to be told apart');
    return { kind: 'parts', parts };
  }
  const subtype = view.getInt16(48);
  if (subtype === 1 || subtype === 4) return { kind: 'none', what: subtype === 1 ? 'a text' : 'an image' };
  const box: Box =
    isSubPixel && (type === rect || type === oval)
      ? [view.getFloat32(18), view.getFloat32(22), view.getFloat32(26), view.getFloat32(30)]
      : [left, top, right - left, bottom - top];
  if (!box.every(Number.isFinite)) return { kind: 'none', what: 'a box without numbers' };
  if (type === rect) return { kind: 'box', box };
  if (type === oval) {
    const [x, y, w, h] = box;
    if (w <= 0 || h <= 0) return { kind: 'none', what: 'an oval without sides' };
    return { kind: 'parts', parts: [{ outer: ringOfEllipse(x + w / 2, y + h / 2, w / 2, h / 2), holes: [] }] };
  }
  if (type !== polygon && type !== freehand && type !== traced)
    return { kind: 'none', what: types[type] ? `a ${types[type]}` : `of the unknown type ${type}` };
  // Counts of more than 16 bits stand elsewhere.
  const count = view.getUint16(16) || view.getInt32(18);
  const outer: number[] = [];
  for (let i = 0; i < count; i++) {
    if (isSubPixel) {
      outer.push(view.getFloat32(headBytes + 4 * (count + i)), view.getFloat32(headBytes + 4 * (2 * count + i)));
    } else outer.push(left + view.getInt16(headBytes + 2 * i), top + view.getInt16(headBytes + 2 * (count + i)));
  }
  if (outer.length < 6 || !outer.every(Number.isFinite))
    return { kind: 'none', what: 'an outline of fewer than 3 points' };
  return { kind: 'parts', parts: [{ outer, holes: [] }] };
}

/** Rings of a composite: move, line, curves by their ends, close. */
function pathOf(view: DataView, length: number): number[][] {
  // Room for a number that is none of the file's is not even made.
  if (headBytes + 4 * length > view.byteLength) throw new MaskError('the ROI is cut off');
  const values = Array.from({ length }, (_, i) => view.getFloat32(headBytes + 4 * i));
  const rings: number[][] = [];
  let ring: number[] = [];
  const close = () => {
    const last = ring.length - 2;
    if (last >= 2 && ring[0] === ring[last] && ring[1] === ring[last + 1]) ring.length = last;
    if (ring.length >= 6 && ring.every(Number.isFinite)) rings.push(ring);
    ring = [];
  };
  for (let at = 0; at < length;) {
    const kind = values[at];
    const sizes = [3, 3, 5, 7, 1][kind];
    if (sizes === undefined) throw new MaskError('the path of the ROI has a step of no known kind');
    if (kind === 0 || kind === 4) close();
    if (kind !== 4) ring.push(values[at + sizes - 2], values[at + sizes - 1]);
    at += sizes;
  }
  close();
  return rings;
}

/** The line of the properties that names the category. */
const categoryLine = /(^|\n)category: ?([^\n]*)/;

/** Where the second header begins; null: there is none. */
export function secondHeaderOf(bytes: Uint8Array): number | null {
  const second = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(60);
  return second < headBytes || second + 52 > bytes.length ? null : second;
}

/** The name and the properties, which the second header has. */
export interface RoiTexts {
  readonly name: string;
  readonly properties: string;
}

export function textsIn(bytes: Uint8Array): RoiTexts {
  const second = secondHeaderOf(bytes);
  if (second === null) return { name: '', properties: '' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const name = utf16(view, view.getInt32(second + 16), view.getInt32(second + 20));
  return { name, properties: utf16(view, view.getInt32(second + 40), view.getInt32(second + 44)) };
}

/** Behind the second header, where there must be room for them. */
export function putTexts(view: DataView, second: number, { name, properties }: RoiTexts): void {
  const texts = second + secondBytes;
  view.setInt32(second + 16, texts);
  view.setInt32(second + 20, name.length);
  view.setInt32(second + 40, properties === '' ? 0 : texts + 2 * name.length);
  view.setInt32(second + 44, properties.length);
  for (let i = 0; i < name.length + properties.length; i++)
    view.setUint16(texts + 2 * i, (name + properties).charCodeAt(i));
}

function utf16(view: DataView, at: number, length: number): string {
  if (at <= 0 || length <= 0 || at + 2 * length > view.byteLength) return '';
  let text = '';
  for (let i = 0; i < length; i++) text += String.fromCharCode(view.getUint16(at + 2 * i));
  return text;
}

/** Properties, one a line, with that category. */
export function withCategory(properties: string, category: string): string {
  const line = `category: ${asLine(category)}`;
  if (categoryLine.test(properties)) return properties.replace(categoryLine, (_, before: string) => before + line);
  return `${properties === '' || properties.endsWith('\n') ? properties : `${properties}\n`}${line}\n`;
}

/** The shape must be an area. Values are kept to 32-bit floats. */
export function encodeRoi({ name, category, shape }: Roi): Uint8Array {
  const isBox = shape.kind === 'box';
  const parts = shape.kind === 'parts' ? shape.parts : [];
  const isComposite = parts.length > 1 || parts.some(({ holes }) => holes.length > 0);
  const path = isComposite ? parts.flatMap(({ outer, holes }) => [outer, ...holes].flatMap(stepsOf)) : [];
  const ring = isBox || isComposite ? [] : parts[0].outer;
  const box = shape.kind === 'box' ? shape.box : boundsOf(parts);
  const values = isBox ? box : ring;
  const isSubPixel = !isComposite && values.some((value) => !Number.isInteger(value) || Math.abs(value) > 32_000);
  const count = ring.length / 2;
  const body = isComposite ? 4 * path.length : count * (isSubPixel ? 12 : 4);
  const properties = category === null ? '' : withCategory('', category);
  const second = headBytes + body;
  const view = new DataView(new ArrayBuffer(second + secondBytes + 2 * (name.length + properties.length)));
  [...'Iout'].forEach((letter, at) => view.setUint8(at, letter.charCodeAt(0)));
  view.setInt16(4, version);
  view.setUint8(6, isBox || isComposite ? rect : polygon);
  const [x, y, w, h] = box;
  const [left, top] = [Math.floor(x), Math.floor(y)];
  [top, left, Math.ceil(y + h), Math.ceil(x + w)].forEach((side, at) => view.setInt16(8 + 2 * at, side));
  if (count <= 0xffff) view.setUint16(16, count);
  else view.setInt32(18, count);
  if (isBox && isSubPixel) box.forEach((value, at) => view.setFloat32(18 + 4 * at, value));
  view.setInt32(36, path.length);
  if (isSubPixel) view.setInt16(50, subPixel);
  view.setInt32(60, second);
  path.forEach((value, at) => view.setFloat32(headBytes + 4 * at, value));
  for (let i = 0; i < count; i++) {
    const [px, py] = [ring[2 * i], ring[2 * i + 1]];
    view.setInt16(headBytes + 2 * i, Math.round(px - left));
    view.setInt16(headBytes + 2 * (count + i), Math.round(py - top));
    if (!isSubPixel) continue;
    view.setFloat32(headBytes + 4 * (count + i), px);
    view.setFloat32(headBytes + 4 * (2 * count + i), py);
  }
  putTexts(view, second, { name, properties });
  return new Uint8Array(view.buffer);
}

function stepsOf(ring: readonly number[]): number[] {
  const steps: number[] = [];
  for (let i = 0; i < ring.length; i += 2) steps.push(i === 0 ? 0 : 1, ring[i], ring[i + 1]);
  steps.push(4);
  return steps;
}

function boundsOf(parts: readonly PolygonPart[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { outer } of parts) {
    for (let i = 0; i < outer.length; i += 2) {
      [left, right] = [Math.min(left, outer[i]), Math.max(right, outer[i])];
      [top, bottom] = [Math.min(top, outer[i + 1]), Math.max(bottom, outer[i + 1])];
    }
  }
  return [left, top, right - left, bottom - top];
}
