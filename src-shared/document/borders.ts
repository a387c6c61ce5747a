/** Borders that neighbours share: slivers between them are closed, and regions grow until they meet. Nobody loses a pixel. */
import { expandBox, intersectBoxes, type Box } from '../geometry/box';
import { area, components, dilate, erode, maskOfLabels, NOBODY, type Rle, subtract, toBbox } from '../mask';
import { isEmptyMask, translate } from '../mask/edit';
import {
  BLOCKED,
  floodLabels,
  FREE,
  growLabels,
  labelRegion,
  type LabelRegion,
  paintMap,
  paintMask,
  steepness,
} from '../mask/grow';
import { flatView, type FlatView, type Size } from './labelMap';
import { emptyPatch } from './patch';
import { united } from './polygonOperations';
import { reshaped, rleToPolygons } from './segmentation';
import type { Annotation, DocumentSnapshot, Patch } from './types';

export interface BorderRules {
  readonly stuff: ReadonlySet<number>;
  /** Those that may get pixels; the others only stand in the way. */
  readonly mayGrow: (annotation: Annotation) => boolean;
}

export interface Grown {
  /** Updates alone. */
  readonly patch: Patch;
  /** Pixels that were nobody's and have an owner now. */
  readonly pixels: number;
}

/** A larger part of an image than this is not worked on at once: it takes eight bytes a pixel. */
const MOST_PIXELS = 64_000_000;

/** The part of the image is too large, see {@link MOST_PIXELS}. */
export type TooLarge = 'too-large';

/**
 * Closes the gaps of at most `widthPx` pixels (even) between annotations: what is nobody's and so narrow, and touches two of
 * them, goes to the nearest one that may grow.
 */
export function fillGaps(snapshot: DocumentSnapshot, widthPx: number, rules: BorderRules): Grown | TooLarge {
  const { size } = snapshot;
  const view = flatView(snapshot.annotations, rules.stuff, size);
  const slivers = narrow(
    maskOfLabels(view.map, (label) => label !== NOBODY),
    Math.ceil(widthPx / 2),
  );
  const growing = view.owners.map(rules.mayGrow);
  return grow(view, size, expandInside(toBbox(slivers), 1, size), Infinity, (region) => {
    paintMap(region, view.map, (label) => (label === NOBODY ? BLOCKED : label));
    const gaps = betweenTwo(components(slivers), region);
    paintMap(region, view.map, (label) => (label !== NOBODY && growing[label] ? label : BLOCKED));
    for (const gap of gaps) paintMask(region, gap, FREE);
  });
}

/**
 * Lets those that may grow take what is nobody's, up to `distancePx` pixels from where they are; where two of them meet is
 * their border. With `picture` (its lightness, 0 to 255, row-major, all of the image) they meet at edges that it shows, else
 * half way.
 */
export function expandToBorders(
  snapshot: DocumentSnapshot,
  distancePx: number,
  rules: BorderRules,
  picture: Uint8Array | null = null,
): Grown | TooLarge {
  const { size } = snapshot;
  const view = flatView(snapshot.annotations, rules.stuff, size);
  const growing = view.owners.map(rules.mayGrow);
  const own = maskOfLabels(view.map, (label) => label !== NOBODY && growing[label]);
  if (isEmptyMask(own)) return { patch: emptyPatch, pixels: 0 };
  const box = expandInside(toBbox(own), distancePx, size);
  const paint = (region: LabelRegion) =>
    paintMap(region, view.map, (label) => (label === NOBODY ? FREE : growing[label] ? label : BLOCKED));
  return grow(view, size, box, distancePx, paint, picture);
}

function grow(
  view: FlatView,
  size: Size,
  box: Box,
  steps: number,
  paint: (region: LabelRegion) => void,
  picture: Uint8Array | null = null,
): Grown | TooLarge {
  if (box[2] * box[3] > MOST_PIXELS) return 'too-large';
  if (box[2] * box[3] === 0) return { patch: emptyPatch, pixels: 0 };
  const region = labelRegion(box, BLOCKED);
  paint(region);
  const gained = picture
    ? floodLabels(region, steepness(picture, size, box), steps, size)
    : growLabels(region, steps, size);
  const updated = [...gained].map(([owner, mask]) => {
    const from = view.owners[owner];
    return [from, reshaped(from, united(from.segmentation!, rleToPolygons(mask), size), size)] as const;
  });
  const pixels = [...gained.values()].reduce((sum, mask) => sum + area(mask), 0);
  return { patch: { ...emptyPatch, updated }, pixels };
}

/** What closing the mask by a square of `half` pixels around each pixel adds; the edge of the image is no neighbour. */
function narrow(taken: Rle, half: number): Rle {
  const [h, w] = taken.size;
  const wider = translate(taken, half, half, [h + 2 * half, w + 2 * half]);
  return subtract(translate(erode(dilate(wider, half), half), -half, -half, [h, w]), taken);
}

/** Those of the gaps that lie beside two labels of the region at least. O(pixels of the region). */
function betweenTwo(gaps: readonly Rle[], { box, values }: LabelRegion): Rle[] {
  const places = labelRegion(box, BLOCKED);
  gaps.forEach((gap, place) => paintMask(places, gap, place));
  const [, , , height] = box;
  const seen = new Int32Array(gaps.length).fill(NOBODY);
  const isBetween = new Uint8Array(gaps.length);
  for (let at = 0; at < values.length; at++) {
    const place = places.values[at];
    if (place < 0 || isBetween[place]) continue;
    const y = at % height;
    // Gaps keep one pixel away from the edge of the region, or lie at that of the image.
    for (const dy of [-1, 0, 1]) {
      if (y + dy < 0 || y + dy >= height) continue;
      for (const to of [at + dy - height, at + dy, at + dy + height]) {
        if (to < 0 || to >= values.length) continue;
        const label = values[to];
        if (label < 0) continue;
        if (seen[place] === NOBODY) seen[place] = label;
        else if (seen[place] !== label) isBetween[place] = 1;
      }
    }
  }
  return gaps.filter((_, place) => isBetween[place] === 1);
}

function expandInside(box: Box, by: number, [height, width]: Size): Box {
  const image: Box = [0, 0, width, height];
  return by === Infinity ? image : intersectBoxes(expandBox(box, by), image);
}
