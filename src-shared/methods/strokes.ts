/** Strokes, points and clicks that the user makes for a classical method, and their text form in its parameters. */
import { AppError } from '../errors/appError';

/** A line drawn with a round brush. */
export interface Stroke {
  /** 0 = background; grabcut: 1 = the object; watershed: 1, 2, ... = an object each. */
  readonly label: number;
  /** Of the brush, image pixels. */
  readonly radius: number;
  /** Flat `x0,y0,x1,y1,...` in image space; one point is a dot. */
  readonly points: readonly number[];
}

/** Largest label a stroke may have. */
export const MAX_STROKE_LABEL = 65_000;

/** e.g. `1:8 10,20 30.5,40; 0:8 5,5`: label, radius, points; numbers are rounded to hundredths, and so is what a method uses. */
export function formatStrokes(strokes: readonly Stroke[]): string {
  return strokes.map(({ label, radius, points }) => `${label}:${round(radius)} ${pairs(points).join(' ')}`).join('; ');
}

/** @throws AppError `usage` for text that `formatStrokes` does not write. The empty text is no stroke. */
export function parseStrokes(text: string): Stroke[] {
  if (text.trim() === '') return [];
  return text.split(';').map((part, index) => {
    const match = /^\s*(\d+):(\d+(?:\.\d+)?)((?:\s+\S+)+)\s*$/.exec(part);
    const points = match ? parsePairs(match[3]) : null;
    if (!match || !points || Number(match[1]) > MAX_STROKE_LABEL) {
      throw new AppError('usage', `Stroke ${index + 1} is '${part.trim()}' when label:radius x,y x,y was expected`);
    }
    return { label: Number(match[1]), radius: Number(match[2]), points };
  });
}

/** e.g. `10,20 30.5,40`, rounded to hundredths. */
export function formatPoints(points: readonly number[]): string {
  return pairs(points).join(' ');
}

/** Flat coordinates. @throws AppError `usage` for anything but `x,y x,y ...`. */
export function parsePoints(text: string): number[] {
  const points = parsePairs(text);
  if (!points) throw new AppError('usage', `The points are '${text}' when x,y x,y was expected`);
  return points;
}

/** A click of the wand. */
export interface Pick {
  /** `new` begins anew, `add` and `cut` change what the clicks before it picked. */
  readonly mode: 'new' | 'add' | 'cut';
  readonly tolerance: number;
  readonly seed: readonly [x: number, y: number];
}

const SIGNS = { new: '', add: '+', cut: '-' } as const;

/** e.g. `12 10,20; +9 30.5,40`: sign, tolerance, place. */
export function formatPicks(picks: readonly Pick[]): string {
  return picks.map(({ mode, tolerance, seed }) => `${SIGNS[mode]}${tolerance} ${formatPoints(seed)}`).join('; ');
}

/** @throws AppError `usage` for text that `formatPicks` does not write. The empty text is no click. */
export function parsePicks(text: string): Pick[] {
  if (text.trim() === '') return [];
  return text.split(';').map((part, index) => {
    const match = /^\s*([+-]?)(\d+(?:\.\d+)?)\s+(\S+)\s*$/.exec(part);
    const seed = match ? parsePairs(match[3]) : null;
    if (!match || seed?.length !== 2) {
      throw new AppError('usage', `Click ${index + 1} is '${part.trim()}' when tolerance x,y was expected`);
    }
    const mode = match[1] === '+' ? 'add' : match[1] === '-' ? 'cut' : 'new';
    return { mode, tolerance: Number(match[2]), seed: [seed[0], seed[1]] };
  });
}

/** Can `text` be the value of a parameter of clicks? */
export function isPicks(text: string): boolean {
  return succeeds(() => parsePicks(text));
}

/** Can `text` be the value of a parameter of strokes? */
export function isStrokes(text: string): boolean {
  return succeeds(() => parseStrokes(text));
}

/** Can `text` be the value of a parameter of points? */
export function isPoints(text: string): boolean {
  return parsePairs(text) !== null;
}

function succeeds(body: () => unknown): boolean {
  try {
    body();
    return true;
  } catch {
    return false;
  }
}

function pairs(points: readonly number[]): string[] {
  return Array.from({ length: points.length >> 1 }, (_, i) => `${round(points[2 * i])},${round(points[2 * i + 1])}`);
}

/** Spaces or semicolons part the points; null where something else stands. */
function parsePairs(text: string): number[] | null {
  const points: number[] = [];
  for (const pair of text.trim().split(/[\s;]+/)) {
    const match = /^(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)$/.exec(pair);
    if (!match) return null;
    points.push(Number(match[1]), Number(match[2]));
  }
  return points;
}

const round = (value: number): number => Math.round(value * 100) / 100;
