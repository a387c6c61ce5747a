/** What is different between two datasets: images by name, categories by name, annotations by their masks. */
import { deepEqual } from '../document/equal';
import { pixelBox } from '../document/segmentation';
import { pairImages } from './diffPairs';
import {
  type CategoryFacet,
  changedParts,
  type ChangedRecord,
  diffCategories,
  type Differences,
  imageChanges,
  type ImageFacet,
} from './diffRecords';
import { nearOnes, overlapOf, type Shape } from './diffShapes';
import { canRasterise } from './maskSize';
import type { DatasetView, ViewAnnotation, ViewImage } from './view';

/** An annotation of one of them, or of both. */
export interface DiffAnnotation {
  readonly image: string;
  readonly category: string;
  /** In the first dataset and in the second one. */
  readonly ids: readonly [number | null, number | null];
}

export interface ChangedAnnotation extends DiffAnnotation {
  readonly what: readonly (
    ('mask' | 'outline' | 'box' | 'area') | ('category' | 'crowd' | 'score' | 'attributes' | 'id')
  )[];
  /** Of the masks, 0..1; absent where there are not two. */
  readonly iou?: number;
  /** Where that is another one. */
  readonly oldCategory?: string;
}

export interface DatasetDiff {
  readonly images: Differences<string, ChangedRecord<ImageFacet>>;
  readonly categories: Differences<string, ChangedRecord<CategoryFacet>>;
  readonly annotations: Differences<DiffAnnotation, ChangedAnnotation>;
  /** Names of what stands beside the lists and says something else, such as `info`. */
  readonly parts: readonly string[];
}

export interface DiffOptions {
  /** Masks that overlap so much count as the same: another format may have rounded them. */
  readonly sameIou?: number;
  /** The text of an annotation, with the size of its image, says all of its mask: equal texts need no look at the masks. */
  readonly textsHoldMasks?: boolean;
  /** Of datasets of one format: its files number the categories. */
  readonly statesNumbers?: boolean;
  /** The numbers where they are not the ids, by id; those that a side does not say are no difference. */
  readonly categoryNumbers?: (view: DatasetView) => ReadonlyMap<number, number>;
  /** The same of images and annotations, whose records may say more than is read of them. */
  readonly statesRecords?: boolean;
}

/** Of less, two masks are two objects; those that say so by their number are one all the same. */
const leastIou = 0.5;

export function diffDatasets(
  before: DatasetView,
  after: DatasetView,
  {
    onImage,
    ...options
  }: DiffOptions & {
    /** Called after each image. */
    readonly onImage?: (done: number, total: number) => void;
  } = {},
): DatasetDiff {
  const steps = diffSteps(before, after, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    onImage?.(...step.value);
  }
}

/** The same in steps, one an image, for who has other things to do meanwhile; gives how many images are done, and of how many. */
export function* diffSteps(
  before: DatasetView,
  after: DatasetView,
  options: DiffOptions = {},
): Generator<readonly [done: number, total: number], DatasetDiff> {
  const { sameIou = 1, textsHoldMasks = false, statesNumbers = false, statesRecords = false } = options;
  const pairs = pairImages([...before.images()], [...after.images()]);
  const names = [before, after].map(namesOf) as [Names, Names];
  const annotations = new Collected();
  const sameFormat = before.textFormat !== null && before.textFormat === after.textFormat;
  const stated = { sameFormat, numbers: sameFormat && statesNumbers, records: sameFormat && statesRecords };
  const hasSameImages = pairs.every(([a, b]) => a && b);
  const images = {
    added: [] as string[],
    removed: [] as string[],
    changed: [] as ChangedRecord<ImageFacet>[],
    same: 0,
  };
  for (const [done, [a, b]] of pairs.entries()) {
    const name = (b ?? a)!.fileName;
    const lists = [a ? before.annotationsOf(a.id) : [], b ? after.annotationsOf(b.id) : []] as const;
    if (a && b) {
      const what = imageChanges(a, b, { ...stated, ids: stated.records && hasSameImages });
      if (what.length > 0) images.changed.push({ name, what });
      else images.same++;
    } else (a ? images.removed : images.added).push(name);
    const isSameSize = a?.width === b?.width && a?.height === b?.height;
    const textsSuffice = sameFormat && textsHoldMasks && isSameSize;
    new ImageDiff(name, [a, b], names, { sameIou, ...stated, textsSuffice }, annotations).compare(...lists);
    yield [done + 1, pairs.length];
  }
  const { categoryNumbers } = options;
  const numbers =
    sameFormat && categoryNumbers ? ([categoryNumbers(before), categoryNumbers(after)] as const) : undefined;
  const categories = diffCategories(before.categories(), after.categories(), { ...stated, given: numbers });
  return {
    images,
    categories,
    annotations: annotations.settle(),
    parts: stated.records ? changedParts(before, after) : [],
  };
}

type Names = ReadonlyMap<number, string>;

const namesOf = (view: DatasetView): Names => new Map(view.categories().map(({ id, name }) => [id, name]));

class Collected implements Differences<DiffAnnotation, ChangedAnnotation> {
  readonly added: DiffAnnotation[] = [];
  readonly removed: DiffAnnotation[] = [];
  readonly changed: ChangedAnnotation[] = [];
  same = 0;
  /** Of those that are the same. */
  readonly renumbered: ChangedAnnotation[] = [];

  /** Where some came or went, other numbers are no more than what follows. */
  settle(): Differences<DiffAnnotation, ChangedAnnotation> {
    const { added, removed, changed, same, renumbered } = this;
    if (renumbered.length === 0 || added.length + removed.length > 0) return { added, removed, changed, same };
    return { added, removed, changed: changed.concat(renumbered), same: same - renumbered.length };
  }
}

interface ImageDiffOptions {
  readonly sameIou: number;
  readonly sameFormat: boolean;
  /** The numbers of annotations mean something. */
  readonly records: boolean;
  readonly textsSuffice: boolean;
}

/** The annotations of one image on both sides. */
class ImageDiff {
  readonly #image: string;
  readonly #sizes: readonly (readonly [number, number])[];
  readonly #names: readonly [Names, Names];
  readonly #options: ImageDiffOptions;
  readonly #into: Collected;

  constructor(
    image: string,
    images: readonly [ViewImage | null, ViewImage | null],
    names: readonly [Names, Names],
    options: ImageDiffOptions,
    into: Collected,
  ) {
    this.#image = image;
    const known = images.find((one) => one && one.width > 0);
    this.#sizes = images.map((one) => {
      const { height, width } = one && one.width > 0 ? one : (known ?? { height: 0, width: 0 });
      return [height, width];
    });
    this.#names = names;
    this.#options = options;
    this.#into = into;
  }

  compare(before: readonly ViewAnnotation[], after: readonly ViewAnnotation[]): void {
    const right = new Set(after);
    const left: ViewAnnotation[] = [];
    const byId = new Map(after.map((one) => [one.id, one]));
    // What has the same text is the same, unread.
    for (const a of before) {
      const b = byId.get(a.id);
      const isSame = this.#options.textsSuffice && b && right.has(b) && a.untouched && b.untouched && a.text === b.text;
      if (isSame && this.#category(0, a) === this.#category(1, b)) {
        right.delete(b);
        this.#into.same++;
      } else left.push(a);
    }
    const pairs = this.#pair(left, [...right]);
    const [paired, taken] = [new Set(pairs.map(([a]) => a)), new Set(pairs.map(([, b]) => b))];
    for (const [a, b, overlap] of pairs) this.#note(a, b, overlap);
    for (const a of left) if (!paired.has(a)) this.#into.removed.push(this.#describe(a, null));
    for (const b of right) if (!taken.has(b)) this.#into.added.push(this.#describe(null, b));
  }

  /** Those that overlap most first, of one category before others; then those of one number, and of one category where nobody states it. */
  #pair(before: readonly ViewAnnotation[], after: readonly ViewAnnotation[]) {
    const pairs: (readonly [ViewAnnotation, ViewAnnotation, number])[] = [];
    const used = new Set<ViewAnnotation>();
    const take = (a: ViewAnnotation, b: ViewAnnotation, overlap: number) => {
      used.add(a).add(b);
      pairs.push([a, b, overlap]);
    };
    const shapes = new Map<ViewAnnotation, Shape>();
    for (const a of before) shapes.set(a, this.#shape(0, a));
    for (const b of after) shapes.set(b, this.#shape(1, b));
    const isOneCategory = (a: ViewAnnotation, b: ViewAnnotation) => this.#category(0, a) === this.#category(1, b);
    // Nothing is worth more than one number, one category and all pixels: a stack of thousands of them needs no other look.
    const numbered = new Map(after.map((b) => [b.id, b]));
    for (const a of before) {
      const b = numbered.get(a.id);
      if (!b || used.has(b) || !isOneCategory(a, b)) continue;
      if (overlapOf(shapes.get(a)!, shapes.get(b)!) === 1) take(a, b, 1);
    }
    const left = before.filter((a) => !used.has(a));
    const right = after.filter((b) => !used.has(b));
    const near = nearOnes(right.map((b) => shapes.get(b)!.box));
    const candidates = left.flatMap((a) => {
      const shape = shapes.get(a)!;
      return near(shape.box).flatMap((at) => {
        const b = right[at];
        const overlap = overlapOf(shape, shapes.get(b)!);
        if (overlap < leastIou) return [];
        const worth = overlap + (isOneCategory(a, b) ? 1 : 0) + (a.id === b.id ? 0.5 : 0);
        return [{ a, b, overlap, worth }];
      });
    });
    for (const { a, b, overlap } of candidates.sort((x, y) => y.worth - x.worth)) {
      if (!used.has(a) && !used.has(b)) take(a, b, overlap);
    }
    if (!this.#options.sameFormat) return pairs;
    const byId = new Map(right.filter((b) => !used.has(b)).map((b) => [b.id, b]));
    for (const a of left) {
      const b = used.has(a) ? undefined : byId.get(a.id);
      // Numbers that are no more than places go to another object once one before it is gone.
      if (b && (this.#options.records || isOneCategory(a, b)))
        pairs.push([a, b, overlapOf(shapes.get(a)!, shapes.get(b)!)]);
    }
    return pairs;
  }

  #shape(side: 0 | 1, { annotation }: ViewAnnotation): Shape {
    const size = this.#sizes[side];
    const { segmentation } = annotation;
    const canDraw = segmentation !== null && canRasterise(segmentation, size);
    return {
      segmentation: canDraw ? segmentation : null,
      box: canDraw ? pixelBox(annotation, size) : annotation.bbox,
      size,
    };
  }

  #note(a: ViewAnnotation, b: ViewAnnotation, overlap: number): void {
    const [from, to] = [a.annotation, b.annotation];
    const what: ChangedAnnotation['what'][number][] = [];
    const isMask = from.segmentation !== null && to.segmentation !== null;
    if (isMask && overlap < this.#options.sameIou) what.push('mask');
    if (!from.segmentation !== !to.segmentation) what.push('mask');
    else if (!isMask && overlap < Math.min(this.#options.sameIou, 1 - 1e-6)) what.push('box');
    const { sameFormat, records, sameIou } = this.#options;
    // Who takes nearly the same for the same asks for no more than that.
    const isExact = sameFormat && sameIou === 1 && isMask && !what.includes('mask');
    if (isExact && !deepEqual(from.segmentation, to.segmentation)) what.push('outline');
    const [old, category] = [this.#category(0, a), this.#category(1, b)];
    if (old !== category) what.push('category');
    if (from.isCrowd !== to.isCrowd) what.push('crowd');
    if (from.score !== to.score) what.push('score');
    if (sameFormat && !what.includes('mask') && !what.includes('box')) {
      // What was stated, right or wrong; formats that do not state it follow the mask.
      if (!deepEqual(from.bbox, to.bbox)) what.push('box');
      if (from.area !== to.area) what.push('area');
    }
    const [own, other] = sameFormat ? [from.extra, to.extra] : [from.extra.attributes, to.extra.attributes];
    if (!deepEqual(own, other)) what.push('attributes');
    if (what.length === 0) {
      this.#into.same++;
      if (records && a.id !== b.id) this.#into.renumbered.push({ ...this.#describe(a, b), what: ['id'] });
    } else {
      const more = {
        ...(isMask ? { iou: overlap } : {}),
        ...(old === category ? {} : { oldCategory: old }),
      };
      this.#into.changed.push({ ...this.#describe(a, b), what, ...more });
    }
  }

  #category(side: 0 | 1, { categoryId }: ViewAnnotation): string {
    return this.#names[side].get(categoryId) ?? `category ${categoryId}`;
  }

  #describe(a: ViewAnnotation | null, b: ViewAnnotation | null): DiffAnnotation {
    const category = b ? this.#category(1, b) : this.#category(0, a!);
    return { image: this.#image, category, ids: [a?.id ?? null, b?.id ?? null] };
  }
}
