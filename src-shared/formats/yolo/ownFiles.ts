/** The files beside the labels of a YOLO dataset that came: its YAML, and the lists of images that the YAML names. */
import { type Document, isMap, isScalar, parseDocument } from 'yaml';
import type { DatasetView } from '../../dataset/view';
import type { OutputFile } from '../format';
import { folderOf } from '../names';
import { classesOf, fieldsIn, laidOut, withClasses } from './dataset';
import { finderOf, linesOf, setsOf } from './sets';

export const yamlKey = 'yaml';
/** Of the part that has the name of the YAML, where that is another one than `data.yaml`. */
export const nameKey = 'yaml name';

const listPrefix = 'list ';
export const listKey = (name: string): string => `${listPrefix}${name}`;

export interface OwnYaml {
  readonly name: string;
  readonly text: string;
  /** Names of files below the dataset, with their texts. */
  readonly lists: ReadonlyMap<string, string>;
}

/** null: it came from elsewhere, or without one. */
export function ownYaml(view: DatasetView): OwnYaml | null {
  const parts = new Map(view.parts());
  const text = parts.get(yamlKey) ?? null;
  if (text === null) return null;
  const lists = [...parts].flatMap(([key, list]) =>
    key.startsWith(listPrefix) && list !== null ? [[key.slice(listPrefix.length), list] as const] : [],
  );
  return { name: parts.get(nameKey) ?? 'data.yaml', text, lists: new Map(lists) };
}

/** Whether it names the very classes, by their numbers. */
export function sameClasses(categories: ReturnType<DatasetView['categories']>, text: string): boolean {
  const classes = classesOf(text, 'data.yaml');
  return categories.length === classes.size && categories.every(({ id, name }) => classes.get(id - 1) === name);
}

/**
 * As they came, with these names of classes; null: with those they have. Lists lose the images that are left out and get those
 * that no set of the YAML has; lines that led to no image stay.
 */
export function* writtenAgain(
  { name, text, lists }: OwnYaml,
  names: readonly string[] | null,
  { pictures, leftOut = new Set() }: { readonly pictures: readonly string[]; readonly leftOut?: ReadonlySet<string> },
): Generator<OutputFile> {
  yield { name, content: names === null ? text : withClasses(text, names) };
  const yaml = fieldsIn(text);
  const kept = new Map(
    [...lists].map(([list, lines]) => {
      const find = finderOf(list, name, yaml, [...pictures, ...leftOut]);
      return [list, linesOf(lines).filter((line) => !leftOut.has(find(line) ?? ''))] as const;
    }),
  );
  const files = { names: new Set([...pictures, ...lists.keys()]), lists: joinedLists(kept) };
  const sets = setsOf(files, name, yaml, pictures);
  const [first] = kept.keys();
  const left = first === undefined ? [] : pictures.filter((picture) => !sets?.has(picture));
  for (const [list, lines] of kept) {
    const added = list === first ? left.map((picture) => `${below(list, picture)}\n`) : [];
    const last = lines[lines.length - 1] ?? '\n';
    yield {
      name: list,
      content: lines.join('') + (added.length > 0 && !last.endsWith('\n') ? '\n' : '') + added.join(''),
    };
  }
}

const joinedLists = (lists: ReadonlyMap<string, readonly string[]>) =>
  new Map([...lists].map(([name, lines]) => [name, lines.join('')]));

/** As a line of the list: from its folder on, where the image lies below it. */
function below(list: string, picture: string): string {
  const folder = folderOf(list);
  return picture.startsWith(folder) ? `./${picture.slice(folder.length)}` : picture;
}

/** With other folders, and everything else as it was. */
export function movedYaml(text: string, folders: Readonly<Record<string, string | null>>): string {
  const document = parseDocument(text);
  for (const [key, folder] of Object.entries(folders)) {
    if (folder === null) remove(document, key);
    else document.set(key, folder);
  }
  return laidOut(document, text);
}

/** What is said above the entry goes to the next one: it may be about all that follow. */
function remove({ contents }: Document, key: string): void {
  if (!isMap(contents)) return;
  const at = contents.items.findIndex((pair) => isScalar(pair.key) && pair.key.value === key);
  if (at < 0) return;
  const [{ key: gone }] = contents.items.splice(at, 1);
  const next = contents.items[at]?.key;
  if (!isScalar(gone) || !isScalar(next) || !gone.commentBefore) return;
  next.commentBefore = next.commentBefore ? `${gone.commentBefore}\n${next.commentBefore}` : gone.commentBefore;
}
