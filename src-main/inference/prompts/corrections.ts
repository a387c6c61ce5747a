/**
 * A click that corrects a mask: what the decoder is told besides, and how its answer changes the mask around the click alone. A decoder that
 * is given a mask and one click as good as forgets the mask; see docs/adr/0024 for what was measured.
 */
import {
  components,
  dilate,
  equals,
  erode,
  fillHoles,
  iou,
  merge,
  type Rle,
  subtract,
  toBbox,
  withoutSpecks,
} from '@shared/mask';
import { componentAt, isEmptyMask, pixelAt } from '@shared/mask/edit';
import type { PromptRequest } from '@shared/models/types';
import type { Prompt, PromptFrame } from '../families/family';
import { longerSide } from './finishing';
import { type Region, toCoverage, toPrior } from './promptMask';

/** `isInside`: it adds; else it removes. */
export type Click = PromptRequest['points'][number];

/** Points that stand for the mask, and how far they are from each other and from a click that removes: of the root of its area. */
const MOST_ANCHORS = 3;
const ANCHORS_APART = 0.4;
const CLEAR_OF_CLICK = 0.35;

/**
 * What says "this object, but for the click", in pixels of the embedded part: points deep in the mask, and its box where the click adds
 * inside of it. A click outside of the box says that it is too small, one that removes that it may be.
 */
export function promptFor(base: Rle, clicks: readonly Click[], frame: PromptFrame, region: Region): Prompt {
  const click = clicks[clicks.length - 1];
  const isWithin = click.isInside && isInBox(base, click);
  const most = click.isInside ? 1 : MOST_ANCHORS;
  const [left, top] = region;
  const [x, y, width, height] = toBbox(base);
  return {
    points: [
      ...anchorsOf(base, click, most, frame, region),
      ...clicks.map((one) => ({ ...one, x: one.x - left, y: one.y - top })),
    ],
    prior: toPrior(base, frame, region),
    ...(isWithin ? { box: [x - left, y - top, x + width - left, y + height - top] as const } : {}),
  };
}

/** What the decoder found, as corrections of the mask: the best first, none that changes nothing or that another is, too. */
export function corrected<T extends { readonly mask: Rle }>(
  base: Rle,
  click: Click,
  found: readonly T[],
  frame: PromptFrame,
): (T & { readonly mask: Rle })[] {
  const reach = Math.max(1, Math.round(longerSide(frame) / 2));
  const ranked = click.isInside && !isInBox(base, click) ? byAgreement(base, click, found) : found;
  const made: (T & { readonly mask: Rle })[] = [];
  for (const one of ranked) {
    const mask = changedAt(base, click, one.mask, reach);
    if (!mask || isEmptyMask(mask) || made.some((other) => equals(other.mask, mask))) continue;
    made.push({ ...one, mask });
  }
  return made;
}

/** Those first that do what the click says, and of them those that say most nearly the same as the mask. */
function byAgreement<T extends { readonly mask: Rle }>(base: Rle, click: Click, found: readonly T[]): readonly T[] {
  const scored = found.map((one) => {
    return { one, score: iou([one.mask], [base], [false])[0] + (follows(one.mask, click) ? 1 : 0) };
  });
  return scored.sort((a, b) => b.score - a.score).map(({ one }) => one);
}

/**
 * The mask with the piece of the difference that the click is on: a click that adds takes nothing away, and the other way round.
 * Necks thinner than two times `reach` end the piece, as where two rims differ a little. null: nothing changes there.
 */
function changedAt(base: Rle, click: Click, found: Rle, reach: number): Rle | null {
  const change = click.isInside ? subtract(found, base) : subtract(base, found);
  if (!holds(change, click)) return null;
  const core = pieceAt(erode(change, reach), click);
  const piece = core ? merge([dilate(core, reach + 1), change], { intersect: true }) : pieceAt(change, click);
  if (!piece) return null;
  const changed = click.isInside ? merge([base, piece]) : subtract(base, piece);
  return withoutLeftovers(base, click, changed);
}

/**
 * Where two rims nearly meet, pinholes are left between the mask and what was added, and crumbs of what was removed: they go. Holes
 * and pieces that were drawn stay.
 */
function withoutLeftovers(base: Rle, click: Click, changed: Rle): Rle {
  const clean = withoutSpecks(changed, [click]);
  if (clean === changed) return changed;
  if (click.isInside) {
    const drawnHoles = subtract(fillHoles(base), base);
    return merge([changed, subtract(subtract(clean, changed), drawnHoles)]);
  }
  const drawn = components(base, { connectivity: 8 });
  return components(subtract(changed, clean), { connectivity: 8 })
    .filter((crumb) => !drawn.some((piece) => equals(piece, crumb)))
    .reduce(subtract, changed);
}

const pieceAt = (mask: Rle, { x, y }: Click) => componentAt(mask, Math.floor(x), Math.floor(y));

/** Whether the mask is as the click says, where it is. */
export const follows = (mask: Rle, click: Click) => holds(mask, click) === click.isInside;

const holds = (mask: Rle, { x, y }: Click) => pixelAt(mask, Math.floor(x), Math.floor(y));

function isInBox(mask: Rle, click: Click): boolean {
  const [x, y, width, height] = toBbox(mask);
  return click.x > x && click.x < x + width && click.y > y && click.y < y + height;
}

/** Places deep inside the mask, by the grid of the logits; in pixels of the embedded part. */
function anchorsOf(
  base: Rle,
  click: Click,
  most: number,
  frame: PromptFrame,
  region: Region,
): { readonly x: number; readonly y: number; readonly isInside: true }[] {
  const { gridWidth, gridHeight, corners } = frame;
  const cell = [(corners[2] - corners[0]) / gridWidth, (corners[3] - corners[1]) / gridHeight];
  const free = Uint8Array.from(toCoverage(base, frame, region), (share) => (share > 0.5 ? 1 : 0));
  const side = Math.sqrt(free.reduce((sum, bit) => sum + bit, 0));
  const clear = (x: number, y: number, distance: number) => {
    for (let i = 0; i < free.length; i++) {
      if (Math.hypot((i % gridWidth) + 0.5 - x, Math.floor(i / gridWidth) + 0.5 - y) <= distance) free[i] = 0;
    }
  };
  const [left, top] = region;
  if (!click.isInside)
    clear((click.x - left - corners[0]) / cell[0], (click.y - top - corners[1]) / cell[1], CLEAR_OF_CLICK * side);
  const anchors: { x: number; y: number; isInside: true }[] = [];
  while (anchors.length < most) {
    const at = deepest(free, gridWidth, gridHeight);
    if (at < 0) break;
    const [x, y] = [(at % gridWidth) + 0.5, Math.floor(at / gridWidth) + 0.5];
    anchors.push({ x: corners[0] + x * cell[0], y: corners[1] + y * cell[1], isInside: true });
    clear(x, y, ANCHORS_APART * side);
  }
  return anchors;
}

/** The set cell farthest from those that are not, the grid's border included; steps to the side count 3, diagonal ones 4. -1: none is set. */
function deepest(bits: Uint8Array, width: number, height: number): number {
  const far = new Uint16Array((width + 2) * (height + 2));
  const row = width + 2;
  const pass = (from: number, step: number, near: readonly number[]) => {
    for (let n = 0, at = from; n < width * height; n++, at += step) {
      const [x, y] = [at % width, Math.floor(at / width)];
      const i = (y + 1) * row + x + 1;
      if (bits[at] === 0) continue;
      const [a, b, c, d] = near;
      const least = Math.min(far[i + a] + 3, far[i + b] + 4, far[i + c] + 3, far[i + d] + 4);
      far[i] = step > 0 ? least : Math.min(far[i], least);
    }
  };
  pass(0, 1, [-1, -row - 1, -row, -row + 1]);
  pass(width * height - 1, -1, [1, row + 1, row, row - 1]);
  let best = -1;
  let depth = 0;
  for (let at = 0; at < width * height; at++) {
    const own = far[(Math.floor(at / width) + 1) * row + (at % width) + 1];
    if (own > depth) [best, depth] = [at, own];
  }
  return best;
}
