/** A dataset with augmented copies of its images after them; the originals and their records stay as they are. */
import { area, type Rle, merge, toBbox } from '../../mask';
import { segmentationToRle } from '../../document/segmentation';
import type { Annotation } from '../../document/types';
import { intersectBoxes, isEmptyBox } from '../../geometry/box';
import { AppError } from '../../errors/appError';
import { proxyOf } from '../completeView';
import { maxCountedId } from '../ids';
import { endingOf, inside, uniqueNames } from '../outputNames';
import type { Size } from '../turn';
import type { DatasetView, ViewAnnotation, ViewImage } from '../view';
import { movedVoids, voidKey, voidsOf } from '../voids';
import { type Change, drawChange, namesOf, sizeOf } from './change';
import { moveAnnotation, moveMask } from './move';
import { type Donor, extentOf, type Paste, pasteObject } from './paste';
import type { AugmentRecipe } from './recipe';

/** How the picture of a copy is made. */
export interface AugmentedCopy {
  readonly original: ViewImage;
  /** Of the copies of the original, from 1. */
  readonly number: number;
  readonly change: Change;
  /** From the lowest to the topmost. */
  readonly pastes: readonly Paste[];
}

/** What came of it, in numbers. */
export interface AugmentTally {
  readonly copies: number;
  /** Objects pasted, and those for which no place was found. */
  readonly pasted: number;
  readonly notPasted: number;
  /** Annotations that copies do not have: cut off, thinner than a pixel, or of a mask of another size than their image. */
  readonly leftOut: number;
  /** Annotations whose key points the copies do not have. */
  readonly keypoints: number;
  /** Images without copies: their picture or size is not known. */
  readonly withoutPicture: number;
}

export interface Augmented {
  readonly view: DatasetView;
  /** By the ids of their images. */
  readonly copies: ReadonlyMap<number, AugmentedCopy>;
  readonly tally: AugmentTally;
}

/** How often another object or place is tried for a paste. */
const pasteTries = 20;

/**
 * Gives way after each image. `hasPicture`: whether the picture of an image can be read, in the frame that the view has. `only`:
 * the image that gets copies, the same as among all.
 */
export function* augmentedView(
  view: DatasetView,
  recipe: AugmentRecipe,
  hasPicture: (image: ViewImage) => boolean,
  only?: number,
): Generator<void, Augmented> {
  const originals = [...view.images()];
  const isSplit = originals.some(({ split }) => split !== undefined);
  const wanted = new Set<string | undefined>(recipe.splits);
  const usable = new Set(originals.filter((image) => image.width > 0 && image.height > 0 && hasPicture(image)));
  const ids = new FreshIds(view, originals);
  const donors = recipe.paste ? new Donors(view, recipe.paste, usable) : null;
  const voids = voidsOf(view);
  const parts: (readonly [key: string, text: string])[] = [];
  const tally = { copies: 0, pasted: 0, notPasted: 0, leftOut: 0, keypoints: 0, withoutPicture: 0 };
  const made: { image: ViewImage; copy: AugmentedCopy; annotations: readonly ViewAnnotation[] }[] = [];
  for (const original of originals) {
    yield;
    if (only !== undefined && original.id !== only) continue;
    if (isSplit && !wanted.has(original.split)) continue;
    if (!usable.has(original)) {
      tally.withoutPicture++;
      continue;
    }
    const size: Size = [original.width, original.height];
    for (let number = 1; number <= recipe.copies; number++) {
      const drawn = drawChange(recipe, original.fileName, number, size);
      if (!drawn) continue;
      const placed = moved(view.annotationsOf(original.id), drawn, size, recipe);
      const { annotations, pastes } = withPastes(placed.annotations, drawn, original, donors);
      const change = { ...drawn, pastes: pastes.length };
      const names = namesOf(change, size);
      tally.notPasted += drawn.pastes - pastes.length;
      if (names.length === 0) continue;
      tally.copies++;
      tally.pasted += pastes.length;
      tally.leftOut += placed.leftOut;
      tally.keypoints += placed.keypoints;
      const [width, height] = sizeOf(change);
      const imageId = ids.image();
      // A border round objects goes where they go.
      const nobodys = movedVoids(voids.get(original.id), [size[1], size[0]], (mask) => moveMask(mask, change, size));
      if (nobodys !== null) parts.push([voidKey(imageId), nobodys]);
      const fileName = nameOf(original.fileName, `aug${number}_${names.join('_')}`);
      const own = { id: imageId, idText: null, fileName, width, height, text: null, untouched: false };
      const image = { ...original, ...own, copyOf: original.id };
      made.push({
        image,
        copy: { original, number, change, pastes },
        annotations: annotations.map((annotation, zOrder) => recordOf(annotation, ids.annotation(), imageId, zOrder)),
      });
    }
  }
  const fixed = originals.length;
  const allNames = [...originals, ...made.map(({ image }) => image)].map(({ fileName }) => inside(fileName));
  const names = uniqueNames(allNames, { byStem: true, isFixed: (place) => place < fixed });
  const images = made.map(({ image }, place) => ({ ...image, fileName: names[fixed + place] }));
  const byId = new Map(images.map((image, place) => [image.id, { ...made[place], image }]));
  return {
    view: {
      ...proxyOf(view),
      imageCount: view.imageCount + images.length,
      annotationCount: view.annotationCount + made.reduce((sum, { annotations }) => sum + annotations.length, 0),
      parts: () => [...view.parts(), ...parts],
      *images() {
        yield* view.images();
        yield* images;
      },
      image: (id) => byId.get(id)?.image ?? view.image(id),
      annotationsOf: (id) => byId.get(id)?.annotations ?? view.annotationsOf(id),
      *annotations() {
        yield* view.annotations();
        for (const { annotations } of made) yield* annotations;
      },
    },
    copies: new Map([...byId].map(([id, { copy }]) => [id, copy])),
    tally,
  };
}

/** The annotations on the copy, before anything is pasted. */
function moved(records: readonly ViewAnnotation[], change: Change, size: Size, recipe: AugmentRecipe) {
  const annotations: Annotation[] = [];
  let [leftOut, keypoints] = [0, 0];
  const minVisible = recipe.crop?.minVisible ?? 0;
  for (const { annotation } of records) {
    const result = fits(annotation, size) ? moveAnnotation(annotation, change, size) : null;
    if (!result || result.visible < minVisible) {
      leftOut++;
      continue;
    }
    if ('keypoints' in annotation.extra) keypoints++;
    annotations.push({ ...result.annotation, extra: withoutPoints(annotation.extra) });
  }
  return { annotations, leftOut, keypoints };
}

/** A mask is of its image's size, or nobody knows where it lies. */
const fits = ({ segmentation }: Annotation, [width, height]: Size) =>
  segmentation?.kind !== 'rle' || (segmentation.size[0] === height && segmentation.size[1] === width);

/** Key points have a left and a right that a mirroring exchanges, as only their dataset knows. */
function withoutPoints(extra: Annotation['extra']): Annotation['extra'] {
  if (!('keypoints' in extra) && !('num_keypoints' in extra)) return extra;
  return Object.fromEntries(Object.entries(extra).filter(([key]) => key !== 'keypoints' && key !== 'num_keypoints'));
}

function withPastes(annotations: Annotation[], change: Change, original: ViewImage, donors: Donors | null) {
  const pastes: Paste[] = [];
  if (!donors) return { annotations, pastes };
  const { random } = change;
  const size = sizeOf(change);
  // Their own ids may be those of pasted ones: here each has a number of its own.
  let all = annotations.map((annotation, id) => ({ ...annotation, id }));
  const firstAreas = new Map(all.map(({ id, area }) => [id, area]));
  for (let n = 0; n < change.pastes; n++) {
    for (let tries = 0; tries < pasteTries; tries++) {
      const donor = donors.draw(original, random);
      if (!donor) continue;
      const [, , w, h] = extentOf(donor);
      if (w > size[0] || h > size[1]) continue;
      const at = [Math.floor(random() * (size[0] - w + 1)), Math.floor(random() * (size[1] - h + 1))] as const;
      const id = annotations.length + n;
      const mine = { ...donor, annotation: { ...donor.annotation, id } };
      const result = pasteObject(all, mine, at, { size, firstAreas, minVisible: donors.minVisible });
      if (!result) continue;
      all = result.annotations;
      firstAreas.set(id, all[all.length - 1].area);
      pastes.push(result.paste);
      break;
    }
  }
  return { annotations: all, pastes };
}

/** What may be pasted, by the part of the split that it belongs to: nothing of another part ever gets onto an image. */
class Donors {
  readonly minVisible: number;
  readonly #view: DatasetView;
  readonly #limits: NonNullable<AugmentRecipe['paste']>;
  readonly #byPart = new Map<string, { readonly image: ViewImage; readonly id: number }[]>();

  constructor(view: DatasetView, limits: NonNullable<AugmentRecipe['paste']>, usable: ReadonlySet<ViewImage>) {
    this.#view = view;
    this.#limits = limits;
    this.minVisible = limits.minVisible;
    const { categories } = limits;
    const known = new Set(view.categories().map(({ name }) => name));
    const unknown = categories?.find((name) => !known.has(name));
    if (unknown !== undefined)
      throw new AppError(
        'bad-input',
        `Nothing of ${JSON.stringify(unknown)} can be pasted: no category has that name`,
        {
          hint: 'name one of the dataset, as it is called in the export',
        },
      );
    const allowed = new Set(
      view
        .categories()
        .filter(({ name, isThing }) => isThing !== false && (categories?.includes(name) ?? true))
        .map(({ id }) => id),
    );
    const images = new Map([...usable].map((image) => [image.id, image]));
    for (const { id, imageId, categoryId, annotation } of view.annotations()) {
      const image = imageId === null ? undefined : images.get(imageId);
      if (!image || !allowed.has(categoryId) || annotation.isCrowd || !annotation.segmentation) continue;
      // What a file says its area is may be wrong, but far off is far off.
      if (annotation.area > 4 * limits.maxArea) continue;
      const part = this.#byPart.get(partOf(image));
      if (part) part.push({ image, id });
      else this.#byPart.set(partOf(image), [{ image, id }]);
    }
  }

  /** One of another image of the same part, that nothing on its own image hides; null: this time none. */
  draw(original: ViewImage, random: () => number): Donor | null {
    const list = this.#byPart.get(partOf(original)) ?? [];
    if (list.length === 0) return null;
    const { image, id } = list[Math.floor(random() * list.length)];
    if (image.id === original.id || image.fileName === original.fileName) return null;
    const size: Size = [image.width, image.height];
    const records = this.#view.annotationsOf(image.id);
    const place = records.findIndex((record) => record.id === id);
    const annotation = records[place].annotation;
    if (!fits(annotation, size)) return null;
    const mask = maskOf(annotation, size)!;
    const pixels = area(mask);
    if (pixels < this.#limits.minArea || pixels > this.#limits.maxArea) return null;
    if (records.slice(place + 1).some((above) => hides(above.annotation, mask, size))) return null;
    const { attributes } = annotation.extra;
    return { imageId: image.id, mask, annotation: { ...annotation, extra: attributes ? { attributes } : {} } };
  }
}

const maskOf = ({ segmentation }: Annotation, [width, height]: Size): Rle | null =>
  segmentation && segmentationToRle(segmentation, [height, width]);

function hides(above: Annotation, mask: Rle, size: Size): boolean {
  if (!fits(above, size)) return false;
  const other = maskOf(above, size);
  if (!other || isEmptyBox(intersectBoxes(toBbox(other), toBbox(mask)))) return false;
  return area(merge([other, mask], { intersect: true })) > 0;
}

/** The split's; of a dataset that came in parts, as folders of its images, the folder's. */
function partOf({ split, fileName }: ViewImage): string {
  return split ?? /(?:^|[\\/])(train|val|valid|validation|test)\d*[\\/]/i.exec(fileName)?.[1].toLowerCase() ?? '';
}

/** `street.jpg` is `street_aug1_fliph.jpg`; a picture of another kind than JPEG becomes a PNG file. */
function nameOf(fileName: string, what: string): string {
  const name = inside(fileName);
  const ending = endingOf(name);
  const folder = name.slice(0, name.lastIndexOf('/') + 1);
  const stem = name.slice(folder.length, name.length - ending.length);
  // A file's name has at most 255 bytes; two that are cut to the same are told apart by a number.
  const short = [...stem];
  while (bytesOf(short.join('')) > 180) short.pop();
  return `${folder}${short.join('')}_${what}${/^\.(jpe?g|png)$/i.test(ending) ? ending : '.png'}`;
}

const bytesOf = (text: string) => encodeURIComponent(text).replace(/%../g, '-').length;

function recordOf(annotation: Annotation, id: number, imageId: number, zOrder: number): ViewAnnotation {
  const own: Annotation = { ...annotation, id, imageId, zOrder };
  const { categoryId } = own;
  return { id, imageId, categoryId, text: null, untouched: false, annotation: own, baseline: null, place: {} };
}

/** Ids that nobody has: above all that are counted. */
class FreshIds {
  #image = 0;
  #annotation = 0;

  constructor(view: DatasetView, images: readonly ViewImage[]) {
    for (const { id } of images) if (id <= maxCountedId) this.#image = Math.max(this.#image, id);
    for (const { id } of view.annotations()) if (id <= maxCountedId) this.#annotation = Math.max(this.#annotation, id);
  }

  image = () => ++this.#image;
  annotation = () => ++this.#annotation;
}
