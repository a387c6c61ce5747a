/** The files of a Cityscapes dataset: which belong to one image, and where they go. */
import { endingOf, inside, uniqueNames } from '../../dataset/outputNames';
import type { DatasetView } from '../../dataset/view';
import type { DatasetSource, ImagePlace } from '../format';
import { asPictureName, baseOf, folderOf, isPictureName, stemOf } from '../names';
import { ownParts } from '../ownParts';

const pattern = /_(gtFine|gtCoarse)_(polygons\.json|labelIds\.png|instanceIds\.png)$/;

/** How finely a dataset is annotated, as its files are called. */
export type Fineness = 'gtFine' | 'gtCoarse';

/** Of the part that says that all of its files are of the coarse kind. */
export const finenessKey = 'fineness';

export const finenessOf = (view: DatasetView): Fineness =>
  ownParts(view, 'cityscapes').get(finenessKey) === 'gtCoarse' ? 'gtCoarse' : 'gtFine';

export const isCityFile = (name: string): boolean => pattern.test(name);

/** Names; null: there is none. */
export interface CityImage {
  readonly stem: string;
  readonly fineness: Fineness;
  readonly polygons: string | null;
  readonly labelIds: string | null;
  readonly instanceIds: string | null;
  readonly picture: string | null;
}

/** Of a file that was given the image it belongs to. */
export async function cityImages(source: DatasetSource): Promise<CityImage[]> {
  const names = (await source.names()).filter(isCityFile);
  const byStem = new Map<string, Map<string, string>>();
  const wanted = source.entry === null ? null : source.entry.replace(pattern, '');
  for (const name of names) {
    const stem = name.replace(pattern, '');
    if (wanted !== null && stem !== wanted) continue;
    const files = byStem.get(stem) ?? new Map<string, string>();
    files.set(pattern.exec(name)![2], name);
    byStem.set(stem, files);
  }
  const pictures = (await source.pictures()).filter((name) => isPictureName(name) && !isCityFile(name));
  const exact = new Map(pictures.map((name) => [stemOf(name).replace(/_leftImg8bit$/, ''), name]));
  const byBase = new Map(pictures.map((name) => [baseOf(stemOf(name)).replace(/_leftImg8bit$/, ''), name]));
  return [...byStem].map(([stem, files]) => ({
    stem,
    fineness: [...files.values()].every((name) => pattern.exec(name)![1] === 'gtCoarse') ? 'gtCoarse' : 'gtFine',
    polygons: files.get('polygons.json') ?? null,
    labelIds: files.get('labelIds.png') ?? null,
    instanceIds: files.get('instanceIds.png') ?? null,
    picture: exact.get(pictureStem(stem)) ?? byBase.get(baseOf(stem)) ?? null,
  }));
}

/** Of the picture that belongs to files of that stem, without its ending. */
export const pictureStem = (stem: string): string => stem.replace(/(^|\/)(gtFine|gtCoarse)\//, '$1leftImg8bit/');

/** Where a picture of the dataset lies: `leftImg8bit/train/aachen/aachen_000000_000019_leftImg8bit.png`. */
const placed = /^leftImg8bit\/([^/]+)\/([^/]+)\/(.+)_leftImg8bit\.[^./]+$/;

/** The city is the folder of an image, its name as it is; `labels` is what its files begin with. */
export function placeImages(view: DatasetView): ImagePlace[] {
  const images = [...view.images()];
  const fineness = finenessOf(view);
  const stays = images.map(({ fileName, split }) => split === undefined && placed.test(fileName));
  const wanted = images.map(({ fileName, split = 'train' }, place) => {
    if (stays[place]) return fileName;
    const known = placed.exec(fileName);
    const name = known ? `${known[2]}/${known[3]}${endingOf(fileName)}` : asPictureName(inside(fileName));
    const city = folderOf(name).replace(/\/$/, '').replaceAll('/', '_') || cityOf(baseOf(name));
    return `leftImg8bit/${split}/${city}/${stemOf(baseOf(name)).replace(/_leftImg8bit$/, '')}_leftImg8bit${endingOf(name)}`;
  });
  // Told apart before the ending that the name must have.
  const plain = wanted.map((name) => name.replace(/_leftImg8bit(\.[^./]+)$/, '$1'));
  return uniqueNames(plain, { byStem: true, isFixed: (place) => stays[place] }).map((name, place) => {
    const picture = name.replace(/(\.[^./]+)$/, '_leftImg8bit$1');
    const labels = stemOf(picture)
      .replace(/^leftImg8bit\//, `${fineness}/`)
      .replace(/_leftImg8bit$/, '');
    return { picture, labels, renamed: picture !== images[place].fileName };
  });
}

const cityOf = (base: string) => /^([a-z-]+)_\d{6}_\d{6}/.exec(base)?.[1] ?? 'images';
