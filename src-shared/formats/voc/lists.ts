/** The lists of a VOC dataset that say which images are for what: ImageSets/Main/train.txt and the like. */
import type { DatasetView, ViewImage } from '../../dataset/view';
import type { ImagePlace, OutputFile } from '../format';
import { baseOf, stemOf } from '../names';
import { ownParts } from '../ownParts';
import { isList } from './read';

interface Lists {
  /** Names without ending, by split. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
  /** Names of those that have pictures of their objects. */
  readonly masked: ReadonlySet<string>;
}

/**
 * As they came, without images that are left out, with the names that the others have now, and with those that are new: an
 * augmented copy where its original is, another one among those to train with. With a new split all anew.
 */
export function* imageLists(
  view: DatasetView,
  images: readonly ViewImage[],
  places: readonly ImagePlace[],
  { lists, masked }: Lists,
): Generator<OutputFile> {
  const isSplit = images.some(({ split }) => split !== undefined);
  const own = isSplit ? [] : [...ownParts(view, 'voc')].filter(([key]) => isList(key));
  if (own.length > 0) return yield* ownLists(view, own, named(view, images, places), masked);
  const lines = (list: readonly string[]) => list.map((stem) => `${stem}\n`).join('');
  for (const [split, list] of lists) {
    yield { name: `ImageSets/Main/${split}.txt`, content: lines(list) };
    yield { name: `ImageSets/Segmentation/${split}.txt`, content: lines(list.filter((stem) => masked.has(stem))) };
  }
}

const stemOfFile = (name: string) => stemOf(baseOf(name));

/** An image that the lists know nothing of. */
interface NewImage {
  readonly stem: string;
  /** Names of the categories on it. */
  readonly categories: ReadonlySet<string>;
}

interface Named {
  /** What those that came are called now, by what they were. */
  readonly now: ReadonlyMap<string, string>;
  /** By what the original of a copy was called. */
  readonly copies: ReadonlyMap<string, readonly NewImage[]>;
  readonly added: readonly NewImage[];
}

function named(view: DatasetView, images: readonly ViewImage[], places: readonly ImagePlace[]): Named {
  const categories = new Map(view.categories().map(({ id, name }) => [id, name]));
  const now = new Map<string, string>();
  const copies = new Map<string, NewImage[]>();
  const added: NewImage[] = [];
  for (const [place, { id, fileName, text, copyOf }] of images.entries()) {
    const stem = stemOfFile(places[place].picture);
    if (text !== null) {
      now.set(stemOfFile(fileName), stem);
      continue;
    }
    const on = view.annotationsOf(id).map(({ categoryId }) => categories.get(categoryId) ?? '');
    const one = { stem, categories: new Set(on) };
    const original = copyOf === undefined ? undefined : view.image(copyOf);
    if (!original || original.text === null) added.push(one);
    else {
      const key = stemOfFile(original.fileName);
      copies.set(key, [...(copies.get(key) ?? []), one]);
    }
  }
  return { now, copies, added };
}

function* ownLists(
  view: DatasetView,
  own: readonly (readonly [name: string, text: string | null])[],
  { now, copies, added }: Named,
  masked: ReadonlySet<string>,
): Generator<OutputFile> {
  const leftOut = new Set([...(view.leftOut ?? [])].map(stemOfFile));
  const isKnown = (stem: string) => now.has(stem) || leftOut.has(stem);
  for (const [name, text] of own) {
    const [, kind] = name.split('/');
    // Lists of parts of bodies and of actions are of what a new image does not say.
    const fits = ({ stem }: NewImage) => kind === 'Main' || (kind === 'Segmentation' && masked.has(stem));
    const more: string[] = [];
    const kept = (text ?? '').split(/(?<=\n)/).flatMap((line) => {
      const whole = line.trim();
      // A list of one class says for each image whether it has the class, one of an action of which object.
      const stem = isKnown(whole) ? whole : whole.replace(/(\s+-?\d+)+$/, '');
      const said = whole.slice(stem.length).trim();
      for (const copy of (copies.get(stem) ?? []).filter(fits)) more.push(...lineOf(copy, said, name));
      // Images without annotations, as those of a test set, are nowhere else.
      if (!isKnown(stem) || now.get(stem) === stem) return [line];
      const other = now.get(stem);
      return other === undefined ? [] : [line.replace(stem, () => other)];
    });
    if (isToTrain(name) && added.length > 0) {
      const first = saidIn(kept, now);
      for (const one of added.filter(fits)) more.push(...lineOf(one, first, name));
    }
    const end = kept.some((line) => line.endsWith('\r\n')) ? '\r\n' : '\n';
    const last = kept[kept.length - 1] ?? end;
    const isOpen = more.length > 0 && last !== '' && !last.endsWith('\n');
    yield { name, content: kept.join('') + (isOpen ? end : '') + more.map((line) => line + end).join('') };
  }
}

const isToTrain = (list: string) => /[/_](train|trainval)\.txt$/.test(list);

/** What a list says of its first image. */
const saidIn = (lines: readonly string[], now: ReadonlyMap<string, string>): string => {
  const first = lines[0]?.trim() ?? '';
  return [...now.values()].includes(first) ? '' : (/(\s+-?\d+)+$/.exec(first)?.[0].trim() ?? '');
};

/** `said`: behind the name of an image that the list has. Numbers of objects are of that image alone: no line of a new one. */
function lineOf({ stem, categories }: NewImage, said: string, list: string): string[] {
  if (said === '') return [stem];
  if (!/^-?\d+$/.test(said)) return [];
  const [, name] = /([^/]+)_(?:train|val|trainval|test)\.txt$/.exec(list) ?? [];
  return [`${stem} ${(name !== undefined && categories.has(name) ? '1' : '-1').padStart(2)}`];
}
