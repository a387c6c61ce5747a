/** What several tiles saw of the same objects becomes one object each, and nothing is counted twice. */
import type { Box } from '@shared/geometry/box';
import { boxContainsPoint, boxesIntersect, containsBox, intersectBoxes, isEmptyBox } from '@shared/geometry/box';
import { area, fromBox, merge, type Rle, toBbox } from '@shared/mask';
import { coreOf, type Tile } from './layout';

/** An object as one tile saw it; the mask is of the whole image's size. */
export interface TileMask {
  readonly tile: Box;
  readonly mask: Rle;
  readonly score: number;
  readonly categoryName: string | null;
}

/** Two masks mean one object where they agree this well on what both tiles saw. */
const sameIou = 0.5;
/** A piece cut by its tile's border goes where another object has this share of it. */
const coveredShare = 0.6;
/** Of what all tiles make of an object, what one that is not cut must have to speak for it alone: less is a part of it. */
const wholeShare = 0.8;

interface Piece extends TileMask {
  readonly box: Box;
  /** It reaches the border of its tile where the image goes on. */
  readonly isCut: boolean;
}

/**
 * The objects of all tiles by descending score. Masks of neighbouring tiles that agree in what the tiles share (IoU there at least
 * one half, same category) become one with the best score: the mask of a tile that saw all of it, else all of them united; pieces cut
 * at a tile's border that lie in another object of any tile go. With `tiles`, all of them, the one whose middle is nearest decides: what it saw whole and did not find goes, so that an image
 * in tiles has no more chances of a false alarm than as one. O(objects * neighbours).
 */
export function joinAtSeams(found: readonly TileMask[], tiles: readonly Tile[] = []): TileMask[] {
  const [height, width] = found[0]?.mask.size ?? [0, 0];
  const pieces = found
    .filter(({ mask }) => area(mask) > 0)
    .map((one): Piece => {
      const box = toBbox(one.mask);
      return { ...one, box, isCut: isCut(box, one.tile, width, height) };
    })
    .sort((a, b) => b.score - a.score);
  const groups = groupPieces(pieces);
  const cores = tiles.map((tile) => ({ tile, core: coreOf(tile, tiles) }));
  const nearestTo = ([x, y, w, h]: Box) => cores.find(({ core }) => boxContainsPoint(core, x + w / 2, y + h / 2));
  const isConfirmed = (group: readonly Piece[], box: Box): boolean => {
    const nearest = nearestTo(box);
    if (!nearest || group.some(({ tile }) => tile === nearest.tile)) return true;
    return !containsBox(nearest.tile, box) || isCut(box, nearest.tile, width, height);
  };
  const joined = groups.flatMap((group): Piece[] => {
    const united = merge(group.map((one) => one.mask));
    const box = toBbox(united);
    if (!isConfirmed(group, box)) return [];
    // A union is larger than what any tile saw: where one saw all of the object its mask is taken, of the nearest tile if it did.
    const whole = group.filter((one) => !one.isCut && area(one.mask) >= wholeShare * area(united));
    const mask = (whole.find(({ tile }) => tile === nearestTo(box)?.tile) ?? whole[0])?.mask ?? united;
    // The best one speaks for the object; whole pieces are no rest of another.
    return [{ ...group[0], mask, box: toBbox(mask), isCut: group.every((one) => one.isCut) }];
  });
  return joined.filter((one, i) => !(one.isCut && joined.some((other, j) => j !== i && covers(other, one, j < i))));
}

function groupPieces(pieces: readonly Piece[]): Piece[][] {
  const parent = pieces.map((_, i) => i);
  const root = (i: number): number => (parent[i] === i ? i : (parent[i] = root(parent[i])));
  for (let i = 0; i < pieces.length; i++) {
    for (let j = i + 1; j < pieces.length; j++) {
      if (root(i) !== root(j) && isSame(pieces[i], pieces[j]))
        parent[Math.max(root(i), root(j))] = Math.min(root(i), root(j));
    }
  }
  const groups = new Map<number, Piece[]>();
  for (const [i, piece] of pieces.entries()) {
    const group = groups.get(root(i));
    if (group) group.push(piece);
    else groups.set(root(i), [piece]);
  }
  return [...groups.values()];
}

function isSame(a: Piece, b: Piece): boolean {
  if (a.tile === b.tile || a.categoryName !== b.categoryName || !boxesIntersect(a.box, b.box)) return false;
  const shared = intersectBoxes(a.tile, b.tile);
  if (isEmptyBox(shared)) return false;
  const window = fromBox(shared, ...a.mask.size);
  const [inA, inB] = [a, b].map(({ mask }) => merge([mask, window], { intersect: true }));
  const both = area(merge([inA, inB], { intersect: true }));
  return both > 0 && both / (area(inA) + area(inB) - both) >= sameIou;
}

/** Whether the rest lies in the other; of two pieces that lie in each other the better one stays. */
function covers(other: Piece, rest: Piece, isBetter: boolean): boolean {
  if (!boxesIntersect(other.box, rest.box) || (other.isCut && !isBetter)) return false;
  return area(merge([other.mask, rest.mask], { intersect: true })) >= coveredShare * area(rest.mask);
}

function isCut([x, y, w, h]: Box, [tx, ty, tw, th]: Box, width: number, height: number): boolean {
  // Networks rarely reach the last pixel.
  const near = 2;
  const left = tx > 0 && x <= tx + near;
  const top = ty > 0 && y <= ty + near;
  const right = tx + tw < width && x + w >= tx + tw - near;
  return left || top || right || (ty + th < height && y + h >= ty + th - near);
}
