/**
 * The flat view of an image: every pixel belongs to one annotation, stuff below things and then in painter's order. A label
 * map is this view and no second document: canvas, exports, metrics and the command line all see the same one.
 */
import {
  area,
  countLabels,
  type LabelRuns,
  mapLabels,
  masksByLabel,
  merge,
  NOBODY,
  paintLabels,
  type Rle,
} from '../mask';
import { comparePainters } from './patch';
import { fittingMask } from './segmentation';
import type { Annotation, Category } from './types';

export type Size = readonly [height: number, width: number];

/** Which categories are stuff; the others, those nobody knows too, are things. */
export function stuffIds(categories: readonly Pick<Category, 'id' | 'isThing'>[]): ReadonlySet<number> {
  return new Set(categories.filter(({ isThing }) => isThing === false).map(({ id }) => id));
}

/** What the flat view needs of an annotation. */
export type Painted = Pick<Annotation, 'id' | 'categoryId' | 'segmentation' | 'zOrder'>;

/** Who owns which pixel; the labels of `map` are places in `owners`, `NOBODY` where no annotation is. */
export interface FlatView<T extends Painted = Annotation> {
  readonly map: LabelRuns;
  /** Bottom first; those without a mask, or with one of another size, own nothing and are not among them. */
  readonly owners: readonly T[];
}

/** Bottom first: stuff below things, then painter's order. */
export function flatOrder<T extends Omit<Painted, 'segmentation'>>(
  annotations: readonly T[],
  stuff: ReadonlySet<number>,
): T[] {
  const rank = ({ categoryId }: T) => (stuff.has(categoryId) ? 0 : 1);
  return [...annotations].sort((a, b) => rank(a) - rank(b) || comparePainters(a, b));
}

/** The flat view of an image of `size`. O(runs * log annotations), no bitmap. */
export function flatView<T extends Painted>(
  annotations: readonly T[],
  stuff: ReadonlySet<number>,
  size: Size,
): FlatView<T> {
  const masks = new Map<T, Rle>();
  for (const annotation of annotations) {
    const mask = fittingMask(annotation, size);
    if (mask) masks.set(annotation, mask);
  }
  const owners = flatOrder([...masks.keys()], stuff);
  return {
    map: paintLabels(
      owners.map((owner) => masks.get(owner)!),
      size,
    ),
    owners,
  };
}

/** The same with a category's id in place of an owner; `nobody` where nobody is. */
export function categoryMap({ map, owners }: FlatView<Painted>, nobody = NOBODY): LabelRuns {
  return mapLabels(map, (owner) => (owner === NOBODY ? nobody : owners[owner].categoryId));
}

/** Pixels of every category that occurs, and how many are nobody's. */
export interface LabelShares {
  readonly total: number;
  readonly unlabelled: number;
  readonly byCategory: ReadonlyMap<number, number>;
}

export function labelShares(categories: LabelRuns): LabelShares {
  const counts = countLabels(categories);
  const unlabelled = counts.get(NOBODY) ?? 0;
  counts.delete(NOBODY);
  return { total: categories.size[0] * categories.size[1], unlabelled, byCategory: counts };
}

/** A region of a panoptic map. */
export interface PanopticRegion {
  readonly categoryId: number;
  readonly isCrowd: boolean;
  readonly mask: Rle;
  readonly area: number;
  /** Of stuff: every annotation that has a part of it. */
  readonly annotationIds: readonly number[];
}

/**
 * The regions of a panoptic map, bottom first: one a thing, one a kind of stuff; those without a visible pixel are left
 * out. No two share a pixel.
 */
export function panopticRegions(view: FlatView, stuff: ReadonlySet<number>): PanopticRegion[] {
  const masks = masksByLabel(view.map);
  const regions = new Map<string, { owners: Annotation[]; masks: Rle[] }>();
  view.owners.forEach((owner, place) => {
    const mask = masks.get(place);
    if (!mask) return;
    const key = stuff.has(owner.categoryId) ? `stuff ${owner.categoryId}` : `thing ${place}`;
    const region = regions.get(key);
    if (region) {
      region.owners.push(owner);
      region.masks.push(mask);
    } else regions.set(key, { owners: [owner], masks: [mask] });
  });
  return [...regions.values()].map(({ owners, masks: parts }) => {
    const mask = merge(parts);
    return {
      categoryId: owners[0].categoryId,
      isCrowd: owners.every(({ isCrowd }) => isCrowd),
      mask,
      area: area(mask),
      annotationIds: owners.map(({ id }) => id),
    };
  });
}
