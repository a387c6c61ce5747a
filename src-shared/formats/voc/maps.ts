/** VOC's palette pictures: one number a pixel, of the n-th object or of a class, and 255 for what belongs to nobody for sure. */
import {
  eachLabelPair,
  type LabelRuns,
  labelsFromRaster,
  masksByLabel,
  MaskError,
  type Rle,
  toCompressed,
} from '../../mask';
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
  // All objects in one walk through the picture: it may hold hundreds.
  const found = masksByLabel(objects);
  const voids = { objects: voidOf(found), classes: classes ? voidOf(masksByLabel(classes)) : '' };
  for (const nobody of [0, voidIndex]) found.delete(nobody);
  return { objects: found, classOf: classes ? mostFrequent(objects, classes, found) : new Map(), voids };
}

async function indicesOf(
  source: DatasetSource,
  file: string,
  [height, width]: Size,
  tell: (issue: Issue) => void,
): Promise<LabelRuns | null> {
  try {
    const map = readMap(await source.bytes(file));
    if (map.width !== width || map.height !== height) {
      throw new MaskError(`it is ${map.width} x ${map.height} pixels, not ${width} x ${height}`);
    }
    return labelsFromRaster(map.isColour ? numbersOf(map.values) : map.values, height, width);
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

const voidOf = (masks: ReadonlyMap<number, Rle>): string => {
  const mask = masks.get(voidIndex);
  return mask ? toCompressed(mask) : '';
};

/** The class of most pixels of each object; an object without one is not there. Of several the lowest. */
function mostFrequent(
  objects: LabelRuns,
  classes: LabelRuns,
  found: ReadonlyMap<number, Rle>,
): ReadonlyMap<number, number> {
  const counts = new Map([...found.keys()].map((value) => [value, new Uint32Array(voidIndex)]));
  eachLabelPair(objects, classes, (value, kind, pixels) => {
    if (kind > 0 && kind < voidIndex && counts.has(value)) counts.get(value)![kind] += pixels;
  });
  const kinds = new Map<number, number>();
  for (const [value, own] of counts) {
    const most = Math.max(...own);
    if (most > 0) kinds.set(value, own.indexOf(most));
  }
  return kinds;
}
