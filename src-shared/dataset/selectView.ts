/** Part of a dataset, or the dataset with other categories: what an export leaves out, and how it is split. */
import { proxyOf } from './completeView';
import { randomFrom, shuffled } from './random';
import type { DatasetView, ViewAnnotation, ViewCategory, ViewImage } from './view';

export interface Selection {
  /** Only images that were reviewed as done. */
  readonly onlyDone?: boolean;
  /** Names by names: a category takes another name, or goes into the one that has it. */
  readonly map?: Readonly<Record<string, string>>;
  /** Names of categories whose annotations are left out, and they with them. */
  readonly drop?: readonly string[];
  /** Annotations of fewer pixels are left out. */
  readonly minArea?: number;
  /** By chance, or as the dataset says. */
  readonly split?: SplitPlan | 'stated';
}

export interface SplitPlan {
  /** Of train, val and test; what is missing of 1 goes to train. */
  readonly shares: readonly number[];
  readonly seed: number;
  /** Images whose names have the same first group, or match, stay together; a regular expression. */
  readonly group?: string;
  /** Each category in the same shares, as far as whole images allow. */
  readonly stratify?: boolean;
}

export const splitNames = ['train', 'val', 'test'] as const;

/** The very view where nothing is asked. */
export function selectView(view: DatasetView, selection: Selection): DatasetView {
  const { onlyDone = false, map = {}, drop = [], minArea = 0, split } = selection;
  let chosen = view;
  if (Object.keys(map).length > 0 || drop.length > 0) chosen = withCategories(chosen, map, new Set(drop));
  if (minArea > 0) chosen = withAnnotations(chosen, ({ annotation }) => annotation.area >= minArea);
  if (onlyDone) chosen = withImages(chosen, ({ status }) => status === 'done');
  if (split === 'stated') return withStatedSplit(chosen);
  return split ? withSplit(chosen, split) : chosen;
}

interface SplitJob {
  readonly selection: Selection;
  readonly format: { readonly id: string; readonly splits?: boolean };
  readonly augment?: object;
}

/** A dataset that leaves in the format it came in keeps the parts that it says by itself; copies are made of some of them. */
export function splitFor(
  { selection, format, augment }: SplitJob,
  { textFormat }: { readonly textFormat: string | null },
): Selection {
  const isOwn = selection.split === 'stated' && format.splits === true && format.id === textFormat && !augment;
  return isOwn ? { ...selection, split: undefined } : selection;
}

/** An image that is in none of the parts, as one that was added since, goes to train. */
function withStatedSplit(view: DatasetView): DatasetView {
  const images = [...view.images()];
  if (!images.some(({ statedSplit }) => statedSplit)) return view;
  const split = images.map((image) => ({ ...image, split: image.statedSplit ?? 'train' }));
  return { ...proxyOf(view), images: () => split };
}

/** The splits there are, in their order; `[undefined]` where the dataset is not split. */
export function splitsOf(view: DatasetView): (string | undefined)[] {
  const found = new Set<string | undefined>();
  for (const { split } of view.images()) found.add(split);
  const named = splitNames.filter((name) => found.has(name));
  return named.length > 0 ? named : [undefined];
}

export interface Part {
  readonly split: string;
  readonly images: number;
}

/** How many images each part has; empty where the dataset is not split. */
export function partSizes(view: DatasetView): readonly Part[] {
  const images = [...view.images()];
  return splitsOf(view).flatMap((split) =>
    split === undefined ? [] : [{ split, images: images.filter((image) => image.split === split).length }],
  );
}

export function ofSplit(view: DatasetView, split: string): DatasetView {
  return withImages(view, (image) => image.split === split);
}

/** Only some of its images, with what is drawn on them. */
export function withImages(view: DatasetView, keep: (image: ViewImage) => boolean): DatasetView {
  const images: ViewImage[] = [];
  const leftOut = new Set(view.leftOut);
  for (const image of view.images()) {
    if (keep(image)) images.push(image);
    else leftOut.add(image.fileName);
  }
  const ids = new Set(images.map(({ id }) => id));
  let count = 0;
  for (const { imageId } of view.annotations()) if (imageId !== null && ids.has(imageId)) count++;
  return {
    ...proxyOf(view),
    imageCount: images.length,
    annotationCount: count,
    leftOut,
    images: () => images,
    image: (id) => (ids.has(id) ? view.image(id) : undefined),
    *annotations() {
      for (const one of view.annotations()) if (one.imageId !== null && ids.has(one.imageId)) yield one;
    },
  };
}

function withAnnotations(view: DatasetView, keep: (annotation: ViewAnnotation) => boolean): DatasetView {
  let count = 0;
  const lost = new Set<number | null>();
  for (const one of view.annotations()) {
    if (keep(one)) count++;
    else lost.add(one.imageId);
  }
  return {
    ...proxyOf(view),
    annotationCount: count,
    *images() {
      for (const image of view.images()) yield lost.has(image.id) ? { ...image, untouched: false } : image;
    },
    annotationsOf: (imageId) => view.annotationsOf(imageId).filter(keep),
    *annotations() {
      for (const one of view.annotations()) if (keep(one)) yield one;
    },
  };
}

function withCategories(
  view: DatasetView,
  map: Readonly<Record<string, string>>,
  drop: ReadonlySet<string>,
): DatasetView {
  const old = view.categories();
  const dropped = new Set(old.filter(({ name }) => drop.has(name)).map(({ id }) => id));
  const categories: ViewCategory[] = [];
  const becomes = new Map<number, number>();
  const byName = new Map<string, ViewCategory>();
  // Those that keep their name come first, so that others go into them.
  const named = (category: ViewCategory) =>
    Object.prototype.hasOwnProperty.call(map, category.name) ? map[category.name] : category.name;
  for (const category of old)
    if (!dropped.has(category.id) && named(category) === category.name) byName.set(category.name, category);
  for (const category of old) {
    if (dropped.has(category.id)) continue;
    const name = named(category);
    const target = byName.get(name);
    if (target && target.id !== category.id) {
      becomes.set(category.id, target.id);
      continue;
    }
    const kept = name === category.name ? category : { ...category, name };
    byName.set(name, kept);
    categories.push(kept);
  }
  const kept = withAnnotations(view, ({ categoryId }) => !dropped.has(categoryId));
  // Formats that write names beside their objects have other texts now.
  const renamed = new Set(
    old.flatMap((category) => (!dropped.has(category.id) && named(category) !== category.name ? [category.id] : [])),
  );
  if (renamed.size === 0) return { ...kept, categories: () => categories };
  const changed = (one: ViewAnnotation): ViewAnnotation =>
    renamed.has(one.categoryId) ? new Recategorised(one, becomes.get(one.categoryId) ?? one.categoryId) : one;
  const touched = new Set<number | null>();
  for (const { imageId, categoryId } of kept.annotations()) if (renamed.has(categoryId)) touched.add(imageId);
  return {
    ...kept,
    categories: () => categories,
    *images() {
      for (const image of kept.images()) yield touched.has(image.id) ? { ...image, untouched: false } : image;
    },
    annotationsOf: (imageId) => kept.annotationsOf(imageId).map(changed),
    *annotations() {
      for (const one of kept.annotations()) yield changed(one);
    },
  };
}

class Recategorised implements ViewAnnotation {
  readonly #of: ViewAnnotation;
  readonly categoryId: number;
  readonly untouched = false;

  constructor(of: ViewAnnotation, categoryId: number) {
    this.#of = of;
    this.categoryId = categoryId;
  }

  get id() {
    return this.#of.id;
  }

  get imageId() {
    return this.#of.imageId;
  }

  get text() {
    return this.#of.text;
  }

  get annotation() {
    return { ...this.#of.annotation, categoryId: this.categoryId };
  }

  get baseline() {
    return this.#of.baseline;
  }

  get place() {
    return this.#of.place;
  }
}

/** The same seed gives the same split of the same dataset, on every machine. */
function withSplit(view: DatasetView, plan: SplitPlan): DatasetView {
  const images = [...view.images()];
  const random = randomFrom(plan.seed);
  const groups = new Map<string, ViewImage[]>();
  const pattern = plan.group === undefined ? null : new RegExp(plan.group);
  for (const image of images) {
    const match = pattern?.exec(image.fileName);
    const key = match ? `group ${match[1] ?? match[0]}` : `image ${image.id}`;
    groups.set(key, [...(groups.get(key) ?? []), image]);
  }
  const strata = new Map<number, ViewImage[][]>();
  const rarity = plan.stratify ? rarestCategories(view) : null;
  for (const group of shuffled([...groups.values()], random)) {
    const stratum = rarity ? Math.max(...group.map(({ id }) => rarity.get(id) ?? -1)) : 0;
    strata.set(stratum, [...(strata.get(stratum) ?? []), group]);
  }
  const splitOf = new Map<number, string>();
  const shares = splitNames.map((_, index) => plan.shares[index] ?? 0);
  // What rounding took from a part in one stratum it gets in the next: many small ones would leave train with everything.
  let total = 0;
  const filled = shares.map(() => 0);
  for (const members of strata.values()) {
    total += members.reduce((sum, group) => sum + group.length, 0);
    for (const group of members) {
      // To whom most is missing of its share; ties go to train.
      const missing = shares.map((share, index) => share * total - filled[index]);
      const index = missing.indexOf(Math.max(...missing));
      filled[index] += group.length;
      for (const { id } of group) splitOf.set(id, splitNames[index]);
    }
  }
  const split = images.map((image) => ({ ...image, split: splitOf.get(image.id) ?? 'train' }));
  return { ...proxyOf(view), images: () => split };
}

/** Of each image the category of its annotations that is rarest in the dataset. */
function rarestCategories(view: DatasetView): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { categoryId } of view.annotations()) counts.set(categoryId, (counts.get(categoryId) ?? 0) + 1);
  const rarest = new Map<number, number>();
  for (const { imageId, categoryId } of view.annotations()) {
    if (imageId === null) continue;
    const known = rarest.get(imageId);
    if (known === undefined || counts.get(categoryId)! < counts.get(known)!) rarest.set(imageId, categoryId);
  }
  return rarest;
}
