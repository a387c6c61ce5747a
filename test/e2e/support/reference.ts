/** Masks counted pixel by pixel from a rule: what the tools' results are compared with. */
import { segmentationToRle } from '@shared/document/segmentation';
import type { Annotation } from '@shared/document/types';

/** Of every image that these tests draw on. */
export const WIDTH = 64;
export const HEIGHT = 48;

export type Point = readonly [x: number, y: number];
/** Whether pixel (x, y) is in the mask. */
export type Rule = (x: number, y: number) => boolean;

/** A mask as rows of `#` and `.`: a difference reads as a picture. */
export function drawn(rule: Rule): string[] {
  return Array.from({ length: HEIGHT }, (_row, y) =>
    Array.from({ length: WIDTH }, (_column, x) => (rule(x, y) ? '#' : '.')).join(''),
  );
}

/** The annotation's pixels in the same form, run by run. */
export function drawnMask({ segmentation }: Pick<Annotation, 'segmentation'>): string[] {
  if (!segmentation) return [];
  const { counts } = segmentationToRle(segmentation, [HEIGHT, WIDTH]);
  const set = new Uint8Array(WIDTH * HEIGHT);
  let at = 0;
  counts.forEach((run, i) => {
    set.fill(i % 2, at, at + run);
    at += run;
  });
  return drawn((x, y) => set[x * HEIGHT + y] === 1);
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
