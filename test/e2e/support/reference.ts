/** Masks counted pixel by pixel from a rule: what the tools' results are compared with. */
import { segmentationToRle } from '@shared/document/segmentation';
import type { Annotation, Segmentation } from '@shared/document/types';

/** Of the images that most of these tests draw on. */
export const WIDTH = 64;
export const HEIGHT = 48;

export type Size = readonly [height: number, width: number];
const SMALL: Size = [HEIGHT, WIDTH];

export type Point = readonly [x: number, y: number];
/** Whether pixel (x, y) is in the mask. */
export type Rule = (x: number, y: number) => boolean;

/** A mask as rows of `#` and `.`: a difference reads as a picture. */
export function drawn(rule: Rule, [height, width] = SMALL): string[] {
  return Array.from({ length: height }, (_row, y) =>
    Array.from({ length: width }, (_column, x) => (rule(x, y) ? '#' : '.')).join(''),
  );
}

/** The annotation's pixels in the same form. */
export function drawnMask({ segmentation }: Pick<Annotation, 'segmentation'>, size = SMALL): string[] {
  return segmentation ? drawn(ruleOf(segmentation, size), size) : [];
}

/** The pixels of a segmentation, counted run by run. */
export function ruleOf(segmentation: Segmentation, size: Size): Rule {
  const [height, width] = size;
  const set = new Uint8Array(width * height);
  let at = 0;
  segmentationToRle(segmentation, size).counts.forEach((run, i) => {
    set.fill(i % 2, at, at + run);
    at += run;
  });
  return (x, y) => set[x * height + y] === 1;
}

export function rect(left: number, top: number, width: number, height: number): Rule {
  return (x, y) => x >= left && x < left + width && y >= top && y < top + height;
}

/** Pixels whose centre is at most half the diameter away from the line through the points. */
export function stroke(diameter: number, ...points: readonly Point[]): Rule {
  return (x, y) => points.some((from, i) => distance([x + 0.5, y + 0.5], from, points[i + 1] ?? from) <= diameter / 2);
}

/** Pixels whose centre lies to the left of the way from a to b (image coordinates: y goes down). */
export function leftOf([ax, ay]: Point, [bx, by]: Point): Rule {
  return (x, y) => (bx - ax) * (y + 0.5 - ay) - (by - ay) * (x + 0.5 - ax) < 0;
}

/** The pixels moved by whole pixels. */
export function moved(rule: Rule, dx: number, dy: number, [height, width] = SMALL): Rule {
  const inside = rect(0, 0, width, height);
  return (x, y) => inside(x - dx, y - dy) && rule(x - dx, y - dy);
}

export const or =
  (...rules: readonly Rule[]): Rule =>
  (x, y) =>
    rules.some((rule) => rule(x, y));
export const and =
  (...rules: readonly Rule[]): Rule =>
  (x, y) =>
    rules.every((rule) => rule(x, y));
export const not =
  (rule: Rule): Rule =>
  (x, y) =>
    !rule(x, y);

function distance([px, py]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = dx === 0 && dy === 0 ? 0 : ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(px - ax - t * dx, py - ay - t * dy);
}
