/** What an export could not say as asked, counted by code, with the annotations it is about. */

export type LossCode =
  // COCO
  | 'holes-as-rle'
  | 'inexact-as-rle'
  | 'crowd-stays-rle'
  | 'no-image'
  | 'mask-misfit'
  // What other formats have no place for
  | 'id'
  | 'category'
  | 'score'
  | 'crowd'
  | 'attributes'
  | 'attributes-as-text'
  | 'tags'
  | 'image-fields'
  | 'category-fields'
  | 'holes-filled'
  | 'holes-keyholed'
  | 'holes-as-mask'
  | 'parts-joined'
  | 'parts-split'
  | 'parts-as-mask'
  | 'outline-as-mask'
  | 'mask-as-box'
  | 'box-as-polygon'
  | 'box-left-out'
  | 'inexact-outline'
  | 'rounded'
  | 'outside'
  | 'overlap'
  | 'void-border'
  | 'no-keypoints'
  | 'other-corners'
  | 'corners-free'
  | 'covered'
  | 'order'
  | 'class-unknown'
  | 'as-group'
  | 'as-ignored'
  | 'instances-joined'
  | 'other-size'
  | 'renumbered'
  | 'too-many-objects'
  | 'empty'
  | 'size-unknown'
  | 'image-renamed'
  | 'turned'
  | 'no-image-left-out'
  | 'unused-category'
  | 'supercategory'
  | 'no-category'
  | 'label-kept';

/** Of an annotation, or of an image where `annotationId` is absent. */
export interface LossPlace {
  readonly imageId: number | null;
  readonly annotationId?: number;
}

export interface Loss {
  readonly code: LossCode;
  readonly count: number;
  /** How many pixels it is about, where that was counted. */
  readonly pixels?: number;
  /** The first of them. */
  readonly places: readonly LossPlace[];
}

/** What leaves every object with its pixels and its category: told after what does not. */
const slight: ReadonlySet<LossCode> = new Set([
  ...(['id', 'score', 'attributes', 'attributes-as-text', 'tags', 'image-fields', 'category-fields'] as const),
  ...([
    'rounded',
    'supercategory',
    'unused-category',
    'label-kept',
    'image-renamed',
    'turned',
    'renumbered',
    'corners-free',
  ] as const),
]);

/** What leaves an annotation out of all that is written. */
const leavingOut: ReadonlySet<LossCode> = new Set([
  'box-left-out',
  'covered',
  'empty',
  'other-size',
  'size-unknown',
  'no-image-left-out',
] as const);

/** More than these are counted only. */
const listedPlaces = 200;

/** One collector serves a whole export. */
export class LossReport {
  readonly #losses = new Map<LossCode, { count: number; pixels?: number; readonly places: LossPlace[] }>();
  readonly #leftOut = new Set<number>();

  add(code: LossCode, place: LossPlace, pixels?: number): void {
    let loss = this.#losses.get(code);
    if (!loss) this.#losses.set(code, (loss = { count: 0, places: [] }));
    loss.count++;
    if (pixels !== undefined) loss.pixels = (loss.pixels ?? 0) + pixels;
    if (loss.places.length < listedPlaces) loss.places.push(place);
    if (place.annotationId !== undefined && leavingOut.has(code)) this.#leftOut.add(place.annotationId);
  }

  /** How many annotations are not written at all. */
  get leftOut(): number {
    return this.#leftOut.size;
  }

  count(code: LossCode): number {
    return this.#losses.get(code)?.count ?? 0;
  }

  /** What changes objects first, the most frequent before the others. */
  list(): Loss[] {
    const rank = ({ code }: Loss) => Number(slight.has(code));
    return [...this.#losses]
      .map(([code, loss]) => ({ code, ...loss }))
      .sort((a, b) => rank(a) - rank(b) || b.count - a.count);
  }
}
