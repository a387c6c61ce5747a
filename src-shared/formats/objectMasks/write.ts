/** A dataset -> a folder for each image, with a PNG for each object: 255 where it is, 0 elsewhere. */
import { endingOf, inside, losesSigns, uniqueNames } from '../../dataset/outputNames';
import type { DatasetView, ViewAnnotation, ViewImage } from '../../dataset/view';
import { segmentationToRle } from '../../document/segmentation';
import { area, decode, merge, type Rle } from '../../mask';
import { recordsWithPixels } from '../flatImage';
import type { ImagePlace, OutputFile, WriteContext } from '../format';
import { plainObject } from '../instanceMap/format';
import { asPictureName, isPictureName, baseOf, folderOf, isTiffName, stemOf } from '../names';
import { noteLeftBehind } from '../outline';
import { writeMaskPng } from '../png/maskPng';
import { maskOfText } from './ownText';

const isOwn = (view: DatasetView) => view.textFormat === 'object-masks';

/** `ID/images/ID.png`; what came so stays where it was. */
export function objectMaskPlaces(view: DatasetView): ImagePlace[] {
  const images = [...view.images()];
  const isFixed = (place: number) => isOwn(view) && images[place].text !== null;
  // The text of an image is its folder.
  const wanted = images.map(({ fileName, text, copyOf }, place) => {
    if (isFixed(place)) return inside(text!) + (endingOf(fileName) || '.png');
    const original = copyOf === undefined ? undefined : view.image(copyOf);
    return plainName(inside(fileName), inside(original?.fileName ?? fileName));
  });
  return uniqueNames(wanted, { byStem: true, isFixed }).map((name, place) => ({
    picture: `${stemOf(name)}/images/${baseOf(name)}`,
    renamed:
      name !== wanted[place] ||
      losesSigns(images[place].fileName) ||
      (!isFixed(place) && !isPictureName(images[place].fileName)),
  }));
}

/**
 * A folder of pictures alone says nothing of them, nor does the folder of an image, where it or the one that it is a copy of lay
 * as here.
 */
function plainName(name: string, original: string): string {
  const own = `${stemOf(baseOf(original))}/images/`;
  const folder = folderOf(name);
  const apart = `/${folder}`.endsWith(`/${own}`) ? folder.slice(0, folder.length - own.length) + baseOf(name) : name;
  return asPictureName(apart.replace(/^(images|JPEGImages)\//, ''));
}

export function* writeObjectMasks(view: DatasetView, context: WriteContext): Generator<OutputFile> {
  const names = new Map(view.categories().map(({ id, name }) => [id, name]));
  const places = objectMaskPlaces(view);
  let place = 0;
  for (const image of view.images()) {
    const { picture, renamed } = places[place++];
    if (renamed) context.losses.add('image-renamed', { imageId: image.id });
    const records = recordsWithPixels(view, image, context)?.filter((record) => hasPixels(record, image, context));
    if (!records) continue;
    const folder = `${picture.slice(0, picture.lastIndexOf('/images/'))}/masks/`;
    const files = maskFiles(records, stemOf(baseOf(picture)), isOwn(view) && image.text !== null);
    noteOrder(records, files, image, context);
    for (const [at, { annotation, categoryId, text }] of records.entries()) {
      const of = { imageId: image.id, annotationId: annotation.id };
      // The number of what came in a file is none that was ever stated.
      noteLeftBehind(annotation, context.losses, { id: isOwn(view) && text !== null });
      if (names.get(categoryId) !== plainObject.name) context.losses.add('category', of);
      const { name, value } = files[at];
      yield { name: folder + name, content: () => pngOf(maskIn(records[at], image), value) };
    }
  }
}

const maskIn = ({ annotation }: ViewAnnotation, { width, height }: ViewImage): Rle =>
  segmentationToRle(annotation.segmentation!, [height, width]);

/** A file without a pixel would be no object; an outline may be thinner than one, or lie beside its image. */
function hasPixels(record: ViewAnnotation, image: ViewImage, { losses }: WriteContext): boolean {
  if (area(maskIn(record, image)) > 0) return true;
  losses.add('empty', { imageId: image.id, annotationId: record.id });
  return false;
}

/** Of a mask that came from elsewhere. */
export const isNumberedMask = (name: string): boolean => /^mask_\d{4,}\.png$/.test(name);

/** Those that came keep their names, others have numbers in painter's order. A mask called as its image would be a map of all. */
function maskFiles(
  records: readonly ViewAnnotation[],
  imageStem: string,
  own: boolean,
): { readonly name: string; readonly value: number }[] {
  const given = records.map(({ text }) => (own && text !== null ? maskOfText(text) : null));
  let next = 1;
  const numbered = (): string => {
    const stem = `mask_${String(next++).padStart(4, '0')}`;
    return stem.toLowerCase() === imageStem.toLowerCase() ? numbered() : `${stem}.png`;
  };
  const wanted = given.map((mask) => (mask ? asPng(inside(mask.name)) : numbered()));
  const names = uniqueNames(wanted, { isFixed: (place) => given[place] !== null && !isTiffName(given[place].name) });
  return names.map((name, place) => ({ name, value: given[place]?.value ?? 255 }));
}

const asPng = (name: string): string => (isTiffName(name) ? `${stemOf(name)}.png` : name);

/** As files are listed. */
const { compare } = new Intl.Collator('en', { numeric: true });

/** Masks are read in the order of their names: who lies above another one by it and did not. */
function noteOrder(
  records: readonly ViewAnnotation[],
  files: readonly { readonly name: string }[],
  image: ViewImage,
  { losses }: WriteContext,
): void {
  const isInOrder = files.every(({ name }, at) => at === 0 || compare(files[at - 1].name, name) <= 0);
  if (isInOrder) return;
  const masks = records.map((record) => maskIn(record, image));
  records.forEach(({ id: annotationId }, at) => {
    const below = masks.filter((_, other) => other < at && compare(files[other].name, files[at].name) > 0);
    if (below.some((mask) => area(merge([mask, masks[at]], { intersect: true })) > 0))
      losses.add('order', { imageId: image.id, annotationId });
  });
}

function pngOf(mask: Rle, value: number): Uint8Array {
  const [height, width] = mask.size;
  return writeMaskPng(decode(mask), width, height, value);
}
