/** Names for files that have nothing but their own name to say which picture they belong to. */
import { inside, losesSigns, outputStems, uniqueNames } from '../dataset/outputNames';
import type { DatasetView } from '../dataset/view';
import { asPictureName, isPictureName, pictureBeside } from './names';

export interface StemPlace {
  readonly picture: string;
  /** What the file of the picture is called, without its ending. */
  readonly stem: string;
  readonly renamed: boolean;
}

/** Of all the pictures the one that a file of that stem belongs to. */
export const pictureOfStem = (pictures: ReadonlySet<string>, stem: string): string | null =>
  pictureBeside(pictures, stem) ?? (isPictureName(stem) && pictures.has(stem) ? stem : null);

/**
 * The names as they are, as long as each file finds its own picture by them on any disk. Else those of one stem get numbers, and
 * who has no ending gets one. A picture that came with its file, in this format, keeps its name.
 */
export function stemPlaces(
  view: DatasetView,
  format: string,
  {
    nameOf = (name) => name,
    finder = (pictures) => (stem) => pictureOfStem(pictures, stem),
  }: {
    /** Where a picture goes that did not come with its file. */
    readonly nameOf?: (name: string) => string;
    /** How the reader finds the picture of a stem. */
    readonly finder?: (pictures: ReadonlySet<string>) => (stem: string) => string | null;
  } = {},
): StemPlace[] {
  const images = [...view.images()];
  const isFixed = (place: number) => view.textFormat === format && images[place].text !== null;
  const given = images.map(({ fileName }, place) => (isFixed(place) ? inside(fileName) : nameOf(inside(fileName))));
  const named = given.map((name, place) => (isFixed(place) ? name : asPictureName(name)));
  let pictures = uniqueNames(named, { isFixed });
  let stems = outputStems(pictures);
  const find = finder(new Set(pictures));
  if (!pictures.every((name, place) => isFixed(place) || find(stems[place]) === name)) {
    pictures = uniqueNames(named, { byStem: true, isFixed });
    stems = outputStems(pictures);
  }
  return pictures.map((picture, place) => ({
    picture,
    stem: stems[place],
    renamed: picture !== given[place] || losesSigns(images[place].fileName),
  }));
}
