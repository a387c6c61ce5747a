/** Where a card lies over the canvas: where it was put, or in the corner where it hides least of the object. */
import type { Box } from '@shared/geometry/box';
import { boxArea, intersectBoxes } from '@shared/geometry/box';

/** From the edges of the canvas. */
export const CARD_MARGIN_PX = 12;

/** Of the free room on each axis: 0 left or top, 1 right or bottom. */
export interface CardPlace {
  readonly x: number;
  readonly y: number;
}

export interface Spot {
  readonly left: number;
  readonly top: number;
}

export interface Room {
  /** View pixels of the canvas. */
  readonly width: number;
  readonly height: number;
}

const corners: readonly CardPlace[] = [
  { x: 1, y: 0 },
  { x: 0, y: 0 },
  { x: 1, y: 1 },
  { x: 0, y: 1 },
];

export function spotOf({ x, y }: CardPlace, area: Room, card: Room): Spot {
  return {
    left: Math.round(CARD_MARGIN_PX + x * free(area.width, card.width)),
    top: Math.round(CARD_MARGIN_PX + y * free(area.height, card.height)),
  };
}

export function placeOf({ left, top }: Spot, area: Room, card: Room): CardPlace {
  const part = (px: number, room: number) => (room === 0 ? 0 : Math.min(1, Math.max(0, (px - CARD_MARGIN_PX) / room)));
  return { x: part(left, free(area.width, card.width)), y: part(top, free(area.height, card.height)) };
}

/** The place after this one, going round the corners. */
export function nextCorner(place: CardPlace): CardPlace {
  const round = [corners[1], corners[0], corners[2], corners[3]];
  const at = round.findIndex(({ x, y }) => x === Math.round(place.x) && y === Math.round(place.y));
  return round[(at + 1) % round.length];
}

/**
 * The place of a card that keeps clear of boxes (view pixels): where it is (`now`), if that is good; else `wanted`; else the
 * corner that hides least. It does not move for a small gain.
 */
export function placeCard(
  area: Room,
  card: Room,
  keepClear: readonly Box[],
  wanted: CardPlace,
  now: CardPlace | null,
): CardPlace {
  const hidden = (place: CardPlace) => {
    const { left, top } = spotOf(place, area, card);
    return keepClear.reduce((sum, box) => sum + boxArea(intersectBoxes([left, top, card.width, card.height], box)), 0);
  };
  const candidates = [...(now ? [now] : []), wanted, ...corners];
  const best = candidates.reduce((least, place) => (hidden(place) < hidden(least) ? place : least));
  const current = now ?? wanted;
  return hidden(best) < hidden(current) / 2 ? best : current;
}

function free(room: number, size: number): number {
  return Math.max(0, room - size - 2 * CARD_MARGIN_PX);
}
