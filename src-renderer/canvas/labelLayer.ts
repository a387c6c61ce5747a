/** The label map as the canvas shows it: one region a category and one of nobody's pixels, computed in a worker of its own. */
import { voidMask, withVoid } from '@shared/dataset/voids';
import { categoryMap, flatView, labelShares } from '@shared/document/labelMap';
import { rleToSegmentation } from '@shared/document/segmentation';
import type { Annotation, RleSegmentation, Segmentation } from '@shared/document/types';
import { masksByLabel, NOBODY } from '@shared/mask';

/** Id of the region that is nobody's. */
export const UNLABELLED = NOBODY;

/** Id of the region that the dataset leaves out: borders and difficult objects of PASCAL VOC. */
export const LEFT_OUT = -2;

export interface LabelRequest {
  /** Of the answer. */
  readonly turn: number;
  readonly size: readonly [height: number, width: number];
  /** What the dataset leaves out, see voids.ts. */
  readonly voids: string | null;
  readonly stuff: readonly number[];
  /** What is there now; those that the worker does not know come with their segmentation in `upserts`. */
  readonly annotations: readonly Pick<Annotation, 'id' | 'categoryId' | 'zOrder'>[];
  readonly upserts: readonly (readonly [id: number, segmentation: Segmentation | null])[];
}

export interface LabelRegion {
  /** Of a category, {@link LEFT_OUT} or {@link UNLABELLED}. */
  readonly id: number;
  readonly segmentation: RleSegmentation;
  readonly pixels: number;
}

export interface LabelLayer {
  readonly turn: number;
  readonly total: number;
  readonly unlabelled: number;
  /** The largest first, what is left out and what is nobody's last. */
  readonly regions: readonly LabelRegion[];
}

/** The worker's side: keeps segmentations, so that what is derived of them (masks) is there the next time. */
export class LabelLayers {
  #segmentations = new Map<number, Segmentation | null>();

  answer({ turn, size, voids, stuff, annotations, upserts }: LabelRequest): LabelLayer {
    for (const [id, segmentation] of upserts) this.#segmentations.set(id, segmentation);
    const there = new Map(annotations.map(({ id }) => [id, this.#segmentations.get(id) ?? null]));
    this.#segmentations = there;
    const painted = annotations.map((each) => ({ ...each, segmentation: there.get(each.id) ?? null }));
    const owned = categoryMap(flatView(painted, new Set(stuff), size));
    const categories = withVoid(owned, voidMask(voids, size), LEFT_OUT);
    const { total, unlabelled, byCategory } = labelShares(categories);
    const regions = [...masksByLabel(categories)].map(([id, mask]) => ({
      id,
      segmentation: rleToSegmentation(mask),
      pixels: id === NOBODY ? unlabelled : byCategory.get(id)!,
    }));
    const weight = ({ id, pixels }: LabelRegion) => (id === UNLABELLED ? 0 : id === LEFT_OUT ? 0.5 : pixels);
    return { turn, total, unlabelled, regions: regions.sort((a, b) => weight(b) - weight(a)) };
  }
}
