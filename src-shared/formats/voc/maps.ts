/** VOC's palette pictures: one number a pixel, of the n-th object or of a class, and 255 for what belongs to nobody for sure. */
import type { Rle } from '../../mask';
import { encode, MaskError, toCompressed } from '../../mask';
import type { Issue } from '../../dataset/finding';
import { vocRgb } from '../../document/palette';
import type { DatasetSource } from '../format';
import { readMap } from '../png/maskPng';

/** Number of what belongs to nobody for sure: a border, a difficult object. */
export const voidIndex = 255;

export interface VocMaps {
  /** By number of the object, from 1. */
  readonly objects: ReadonlyMap<number, Rle>;
  /** The class that an object has in the picture of classes; absent: there is none, or it says nothing. */
  readonly classOf: ReadonlyMap<number, number>;
  /** What of each picture belongs to nobody, as compressed runs; '' where nothing does. */
  readonly voids: { readonly objects: string; readonly classes: string };
}

interface IndexMap {
  readonly width: number;
  readonly height: number;
  readonly values: Uint32Array;
}

type Size = readonly [height: number, width: number];

/** `objects`, `classes`: names of the files. What cannot be used is told, and null. */
export async function readMaps(
  source: DatasetSource,
  files: { readonly objects: string; readonly classes: string | null },
  size: Size,
  tell: (issue: Issue) => void,
): Promise<VocMaps | null> {
  const objects = await indicesOf(source, files.objects, size, tell);
  if (!objects) return null;
  const classes = files.classes === null ? null : await indicesOf(source, files.classes, size, tell);
  const found = new Map<number, Rle>();
  const classOf = new Map<number, number>();
  for (const value of new Set(objects.values)) {
    if (value === 0 || value === voidIndex) continue;
    found.set(value, maskOf(objects, value));
    const kind = classes && mostFrequent(objects, value, classes);
    if (kind) classOf.set(value, kind);
  }
  return { objects: found, classOf, voids: { objects: voidOf(objects), classes: classes ? voidOf(classes) : '' } };
}

async function indicesOf(
  source: DatasetSource,
  file: string,
  [height, width]: Size,
  tell: (issue: Issue) => void,
): Promise<IndexMap | null> {
  try {
    const map = readMap(await source.bytes(file));
    if (map.width !== width || map.height !== height) {
      throw new MaskError(`it is ${map.width} x ${map.height} pixels, not ${width} x ${height}`);
    }
    return map.isColour ? { width, height, values: numbersOf(map.values) } : map;
  } catch (error) {
    if (!(error instanceof MaskError)) throw error;
    const message = `${file} cannot be used: ${error.message}`;
    tell({ code: 'shape-skipped', severity: 'warning', pointer: file, message });
    return null;
  }
}

/** Pictures in colours instead of numbers, as CVAT and Datumaro write them: VOC's own colours stand for the numbers. */
function numbersOf(colours: Uint32Array): Uint32Array {
  const numbers = new Map<number, number>();
  for (let index = 0; index < 256; index++) {
    const [red, green, blue] = vocRgb(index);
    numbers.set(red | (green << 8) | (blue << 16), index);
  }
  // Its own palette is of other colours: each is told from the others all the same.
  let next = 256;
  return Uint32Array.from(colours, (colour) => {
    let number = numbers.get(colour);
    if (number === undefined) numbers.set(colour, (number = next++));
    return number;
  });
}

const maskOf = ({ values, width, height }: IndexMap, value: number): Rle =>
  encode(
    Uint8Array.from(values, (pixel) => (pixel === value ? 1 : 0)),
    height,
    width,
  );

const voidOf = (map: IndexMap): string => (map.values.includes(voidIndex) ? toCompressed(maskOf(map, voidIndex)) : '');

/** The class of most pixels of an object; 0: none. */
function mostFrequent(objects: IndexMap, value: number, classes: IndexMap): number {
  const counts = new Uint32Array(256);
  for (let at = 0; at < objects.values.length; at++) {
    if (objects.values[at] === value && classes.values[at] < voidIndex) counts[classes.values[at]]++;
  }
  counts[0] = 0;
  const most = Math.max(...counts);
  return most === 0 ? 0 : counts.indexOf(most);
}
