/** A deep comparison of two datasets: every difference that the losses of an export do not name is a fault of the export. */
import { isDeepStrictEqual } from 'node:util';
import type { Loss, LossCode } from '@shared/dataset/losses';
import type { DatasetView } from '@shared/dataset/view';
import { segmentationToRle } from '@shared/document/segmentation';
import type { Annotation } from '@shared/document/types';
import type { Box } from '@shared/geometry/box';
import { area, equals, fromBox, iou, type Rle } from '@shared/mask';

/** What takes an object away. */
const gone = ['empty', 'box-left-out', 'size-unknown', 'no-image-left-out', 'covered'] as const;
/** What changes which pixels it has. */
const ofPixels = [
  ...(['holes-filled', 'mask-as-box', 'rounded', 'outside', 'overlap', 'parts-split', 'inexact-outline'] as const),
  ...(['too-many-objects', 'instances-joined', 'other-size', 'as-group', 'as-ignored'] as const),
];
/** What changes the points of its outline, or that it has any. */
const ofPoints = [
  ...ofPixels,
  ...(['holes-keyholed', 'holes-as-mask', 'holes-as-rle', 'inexact-as-rle', 'crowd-stays-rle'] as const),
  ...(['parts-joined', 'parts-as-mask', 'outline-as-mask', 'box-as-polygon'] as const),
];

interface Seen {
  readonly id: number;
  readonly category: string;
  readonly annotation: Annotation;
  readonly mask: Rle;
}

/** `nameOf`: what an image of `before` is called in `after`, by its place. A sentence for each difference. */
export function unexplained(
  before: DatasetView,
  after: DatasetView,
  losses: readonly Loss[],
  nameOf: (fileName: string, place: number) => string,
): string[] {
  const found: string[] = [];
  const codesOf = new Map<number, Set<LossCode>>();
  const ofImage = new Map<number, Set<LossCode>>();
  const all = new Set<LossCode>(losses.map(({ code }) => code));
  for (const { code, places } of losses) {
    for (const { annotationId, imageId } of places) {
      if (annotationId !== undefined) codesOf.set(annotationId, (codesOf.get(annotationId) ?? new Set()).add(code));
      else if (imageId !== null) ofImage.set(imageId, (ofImage.get(imageId) ?? new Set()).add(code));
    }
  }
  compareCategories(before, after, all, found);
  const images = new Map([...after.images()].map((image) => [image.fileName, image]));
  for (const [place, image] of [...before.images()].entries()) {
    const name = nameOf(image.fileName, place);
    const other = images.get(name);
    const objects = seenOf(before, image.id, [image.height, image.width]);
    const codesOfImage = ofImage.get(image.id) ?? new Set<LossCode>();
    if (!other) {
      if (!objects.every(({ id }) => has(codesOf.get(id), gone))) found.push(`${name} is gone with what is on it`);
      continue;
    }
    if (!codesOfImage.has('tags') && !isDeepStrictEqual([...other.tags], [...image.tags]))
      found.push(`${name}: tags ${other.tags.join()} for ${image.tags.join()}`);
    if (other.width !== 0 && (other.width !== image.width || other.height !== image.height))
      found.push(`${name}: is ${other.width} x ${other.height} for ${image.width} x ${image.height}`);
    compareObjects(name, objects, seenOf(after, other.id, [image.height, image.width]), codesOf, found);
  }
  return found;
}

function compareCategories(before: DatasetView, after: DatasetView, all: ReadonlySet<LossCode>, found: string[]): void {
  const now = new Map(after.categories().map((category) => [category.name, category]));
  for (const { name, supercategory } of before.categories()) {
    const other = now.get(name);
    if (!other) {
      if (!has(all, ['unused-category', 'category', 'as-group', 'as-ignored', 'class-unknown', ...gone]))
        found.push(`category ${name} is gone`);
      // Formats that know their classes say themselves what those belong to.
    } else if (supercategory && other.supercategory !== supercategory && !has(all, ['supercategory', 'as-group']))
      found.push(`category ${name}: supercategory ${other.supercategory} for ${supercategory}`);
  }
}

const has = (codes: ReadonlySet<LossCode> | undefined, some: readonly LossCode[]) =>
  codes !== undefined && some.some((code) => codes.has(code));

function seenOf(view: DatasetView, imageId: number, size: readonly [number, number]): Seen[] {
  const names = new Map(view.categories().map(({ id, name }) => [id, name]));
  return view.annotationsOf(imageId).map(({ id, annotation }) => ({
    id,
    category: names.get(annotation.categoryId) ?? 'none',
    annotation,
    mask: annotation.segmentation
      ? segmentationToRle(annotation.segmentation, size)
      : fromBox(annotation.bbox.map((value) => Math.round(value * 1e6) / 1e6) as unknown as Box, ...size),
  }));
}

function compareObjects(
  name: string,
  objects: readonly Seen[],
  others: readonly Seen[],
  codesOf: ReadonlyMap<number, ReadonlySet<LossCode>>,
  found: string[],
): void {
  const present = objects.filter(({ id }) => !has(codesOf.get(id), gone));
  const isSplit = present.some(({ id }) => codesOf.get(id)?.has('parts-split'));
  const isJoined = ({ id }: Seen) => has(codesOf.get(id), ['instances-joined', 'as-ignored', 'as-group']);
  const choices = present.map((one) => choicesOf(one, others, codesOf.get(one.id) ?? new Set()));
  // What is one of several, or in one with others, takes nothing from anybody.
  const isAlone = (one: Seen) => !isJoined(one) && codesOf.get(one.id)?.has('parts-split') !== true;
  const matches = matched(choices.map(({ right }, at) => (isAlone(present[at]) ? right : [])));
  const used = new Set<number>(matches.filter((at) => at !== null));
  const places: { readonly place: number; readonly one: Seen }[] = [];
  for (const [at, one] of present.entries()) {
    const codes = codesOf.get(one.id) ?? new Set<LossCode>();
    // A plate of Cityscapes lies on top of all, and in no map.
    const isPlate = codes.has('class-unknown') && one.category === 'license plate';
    const tell = (what: string) => found.push(`${name}, annotation ${one.id} (${[...codes].join(', ')}): ${what}`);
    const { right, nearest } = choices[at];
    const match = isAlone(one) ? matches[at] : (right[0] ?? null);
    if (match === null) {
      if (isPlate) continue;
      if (nearest.length === 0 || right.length > 0) tell('no object of its category and pixels');
      else for (const fault of nearest) tell(fault);
      continue;
    }
    if (isJoined(one)) for (const each of right) used.add(each);
    if (!has(codes, ofPixels) && !isPlate && !codes.has('order')) places.push({ place: match, one });
  }
  // Who lies above whom matters where they overlap.
  if (!isSplit)
    places.forEach((upper, i) => {
      for (const lower of places.slice(0, i))
        if (upper.place < lower.place && iou([upper.one.mask], [lower.one.mask], [false])[0] > 0)
          found.push(`${name}: annotation ${upper.one.id} has gone below ${lower.one.id}`);
    });
  if (!isSplit) {
    const more = others.filter((_, at) => !used.has(at)).length;
    if (more > 0) found.push(`${name}: ${more} objects more than it had`);
  }
}

/** The places of those that it may have become: in nothing other than the losses say. `nearest`: what is wrong with the best of the others. */
function choicesOf(one: Seen, others: readonly Seen[], codes: ReadonlySet<LossCode>) {
  const mayChange = has(codes, ofPixels);
  const named = codes.has('as-group') ? one.category.replace(/group$/, '') : one.category;
  const category = codes.has('as-ignored') ? 'ignore' : codes.has('category') ? 'object' : named;
  const right: number[] = [];
  let nearest: readonly string[] = [];
  for (const [at, other] of others.entries()) {
    if (other.category !== category) continue;
    const isLike = mayChange
      ? iou([other.mask], [one.mask], [false])[0] > 0 || area(one.mask) < 40 || codes.has('as-group')
      : equals(other.mask, one.mask);
    if (!isLike) continue;
    const faults = faultsOf(one.annotation, one.id, other, codes);
    if (faults.length === 0) right.push(at);
    else if (nearest.length === 0 || faults.length < nearest.length) nearest = faults;
  }
  return { right, nearest };
}

/** To as many as can be one of their choices, each taken once: who comes later makes others move on. Kuhn's algorithm. */
function matched(choices: readonly (readonly number[])[]): (number | null)[] {
  const owners = new Map<number, number>();
  const place = (at: number, tried: Set<number>): boolean => {
    for (const choice of choices[at]) {
      if (tried.has(choice)) continue;
      tried.add(choice);
      const owner = owners.get(choice);
      if (owner !== undefined && !place(owner, tried)) continue;
      owners.set(choice, at);
      return true;
    }
    return false;
  };
  for (const [at, list] of choices.entries()) {
    // The first that is free, before anybody has to move.
    const free = list.find((choice) => !owners.has(choice));
    if (free !== undefined) owners.set(free, at);
    else place(at, new Set());
  }
  const found = choices.map((): number | null => null);
  for (const [choice, at] of owners) found[at] = choice;
  return found;
}

function faultsOf(one: Annotation, id: number, { annotation: other, id: otherId }: Seen, codes: ReadonlySet<LossCode>) {
  const faults: string[] = [];
  const differs = (code: LossCode, what: string, a: unknown, b: unknown) => {
    if (!codes.has(code) && !isDeepStrictEqual(a, b))
      faults.push(`${what} ${JSON.stringify(b)} for ${JSON.stringify(a)}`);
  };
  differs('id', 'id', id, otherId);
  differs('score', 'score', one.score, other.score);
  if (codes.has('as-group')) differs('crowd', 'crowd', true, other.isCrowd);
  else differs('crowd', 'crowd', one.isCrowd, other.isCrowd);
  if (!codes.has('attributes-as-text')) differs('attributes', 'attributes', one.extra, other.extra);
  if (has(codes, ofPoints)) return faults;
  if ((one.segmentation === null) !== (other.segmentation === null)) faults.push('a box for a mask, or the reverse');
  else if (!one.segmentation) {
    if (!one.bbox.every((value, i) => Math.abs(value - other.bbox[i]) < 1e-6))
      faults.push(`box ${other.bbox.join()} for ${one.bbox.join()}`);
  } else if (one.segmentation.kind === 'polygons') {
    if (other.segmentation!.kind !== 'polygons') faults.push('a mask for its outline');
    else {
      const [had, now] = [one.segmentation, other.segmentation!].map((all) =>
        all.kind === 'polygons' ? all.parts.map(({ outer, holes }) => [outer, ...holes].map(rounded)) : [],
      );
      if (!isDeepStrictEqual(had, now)) faults.push('other points');
    }
  }
  return faults;
}

/** Shares of an image's side do not come back to the last bit. */
const rounded = (ring: readonly number[]) => ring.map((value) => Math.round(value * 1e6) / 1e6 + 0);
