/** Values of options from their text; commander turns what is thrown here into a usage error. */
import { InvalidArgumentError } from 'commander';

/** A finite number in the closed range. */
export function numberIn(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!(value >= min && value <= max)) {
      const range = max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
      throw new InvalidArgumentError(`Expected a number ${range}.`);
    }
    return value;
  };
}

/** From 0, as far as random numbers take it. */
export function parseSeed(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) {
    throw new InvalidArgumentError('Expected a whole number from 0 to 4294967295.');
  }
  return value;
}

/** `x,y,w,h` in image pixels, width and height above 0. */
export function parseBox(text: string): [number, number, number, number] {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (values.length !== 4 || !values.every(Number.isFinite) || values[2] <= 0 || values[3] <= 0) {
    throw new InvalidArgumentError('Expected x,y,w,h in pixels with w and h above 0, e.g. 40,25,120,90.');
  }
  return values as [number, number, number, number];
}

/** Boxes as `parseBox` reads them, joined by semicolons. */
export function parseBoxes(text: string): [number, number, number, number][] {
  return text.split(';').map(parseBox);
}

/** `x,y,1` on the object and `x,y,0` not on it, image pixels, joined by semicolons. */
export function parseClicks(text: string): { x: number; y: number; isInside: boolean }[] {
  return text.split(';').map((part) => {
    const values = part.split(',').map((value) => (value.trim() === '' ? Number.NaN : Number(value)));
    const [x, y, label] = values;
    if (values.length !== 3 || !values.every(Number.isFinite) || (label !== 0 && label !== 1)) {
      throw new InvalidArgumentError('Expected x,y,1 on the object or x,y,0 beside it, e.g. 120,80,1;160,90,0.');
    }
    return { x, y, isInside: label === 1 };
  });
}

/** Collects repeated `key=value`. */
export function collectParam(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Expected name=value, e.g. ratio=0.4.');
  return { ...before, [text.slice(0, at).trim()]: text.slice(at + 1).trim() };
}

/** Ascending whole numbers from 1, joined by commas; COCO's twelve numbers need three of them. */
export function parseMaxDets(text: string): [number, number, number] {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const ascending = values.every(
    (value, i) => Number.isInteger(value) && value >= 1 && (i === 0 || value > values[i - 1]),
  );
  if (values.length !== 3 || !ascending) {
    throw new InvalidArgumentError('Expected three ascending whole numbers such as 1,10,100.');
  }
  return values as [number, number, number];
}

/** A class number of a label map, or a category id. */
export function parseClass(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Expected a class number such as 255.');
  return value;
}
