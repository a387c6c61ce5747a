/** Which images a data.yaml counts among its dataset: folders, lists of images and single files, as Ultralytics resolves them. */
import type { DatasetSource } from '../format';
import { folderOf } from '../names';
import { asList, type Fields } from '../values';

export interface YoloSets {
  /** Whether the image of that name is in one of them. */
  readonly has: (image: string) => boolean;
  /** Entries that lead to nothing in the dataset's folder. */
  readonly missing: readonly string[];
}

const keys = ['train', 'val', 'validation', 'test', 'minival'] as const;

/** What a YAML says of where its images are, taken away. */
export const noSets: Readonly<Record<string, null>> = Object.fromEntries([...keys, 'path'].map((key) => [key, null]));

/** What the sets lead to: the names of the files that there are, and the texts of the lists among them. */
export interface SetFiles {
  readonly names: ReadonlySet<string>;
  readonly lists: ReadonlyMap<string, string>;
}

/** The lists that the sets name, as they are. */
export async function listsOf(source: DatasetSource, yamlName: string, yaml: Fields): Promise<SetFiles> {
  const names = new Set(await source.names());
  const lists = new Map<string, string>();
  for (const entry of entriesOf(yaml)) {
    const list = placesOf(entry, yamlName, yaml).find((place) => names.has(place));
    if (list !== undefined && isListName(list)) lists.set(list, await source.text(list));
  }
  return { names, lists };
}

/** `images`: the names of all there are. null: the file names no sets, or none that leads to any of them. */
export function setsOf(
  { names, lists }: SetFiles,
  yamlName: string,
  yaml: Fields,
  images: readonly string[],
): YoloSets | null {
  const folders = new Set<string>();
  const single = new Set<string>();
  const missing: string[] = [];
  for (const entry of entriesOf(yaml)) {
    const places = placesOf(entry, yamlName, yaml);
    const file = places.find((place) => names.has(place));
    const folder = places.find((place) => images.some((name) => place === '' || name.startsWith(`${place}/`)));
    const text = file === undefined ? undefined : lists.get(file);
    if (file !== undefined && text !== undefined) {
      const find = finderOf(file, yamlName, yaml, images);
      for (const line of linesOf(text)) {
        const name = find(line);
        if (name !== null) single.add(name);
      }
    } else if (file !== undefined) single.add(file);
    else if (folder !== undefined) folders.add(folder === '' ? '' : `${folder}/`);
    else missing.push(entry);
  }
  if (folders.size === 0 && single.size === 0) return null;
  const has = (image: string) => single.has(image) || [...folders].some((folder) => image.startsWith(folder));
  return { has, missing };
}

const entriesOf = (yaml: Fields): string[] =>
  keys.flatMap((key) => (typeof yaml[key] === 'string' ? [yaml[key]] : asList(yaml[key]))).map(String);

const isListName = (name: string) => /\.txt$/i.test(name);

const pathOf = (yamlName: string, yaml: Fields) =>
  typeof yaml.path === 'string' ? joined(folderOf(yamlName), yaml.path) : folderOf(yamlName);

/** Where an entry may lead, below the root. */
function placesOf(entry: string, yamlName: string, yaml: Fields): string[] {
  const bases = [...new Set([pathOf(yamlName, yaml), folderOf(yamlName)].filter((base) => base !== null))];
  return bases
    .flatMap((base) => [joined(base, entry), entry.startsWith('../') ? joined(base, entry.slice(3)) : null])
    .filter((place) => place !== null);
}

/** Lines of a list, with their ends. */
export const linesOf = (text: string): string[] => text.split(/(?<=\n)/);

/** What a line of a list leads to; null: to none of the images. Paths of another machine are known by their ends. */
export function finderOf(list: string, yamlName: string, yaml: Fields, images: readonly string[]) {
  const all = new Set(images);
  const path = pathOf(yamlName, yaml) ?? '';
  let byEnd: ReadonlyMap<string, string> | null = null;
  return (raw: string): string | null => {
    const line = raw
      .replace(/^\ufeff/, '')
      .trim()
      .replace(/\\/g, '/');
    if (line === '') return null;
    for (const base of [folderOf(list), path, '']) {
      const name = joined(base, line);
      if (name !== null && all.has(name)) return name;
    }
    byEnd ??= namesByEnd(images);
    const parts = line.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
    for (let from = 0; from < parts.length; from++) {
      const name = byEnd.get(parts.slice(from).join('/'));
      if (name !== undefined) return name;
    }
    return null;
  };
}

/** Every end of a path that only one image has. */
function namesByEnd(images: readonly string[]): ReadonlyMap<string, string> {
  const ends = new Map<string, string | null>();
  for (const name of images) {
    for (let at = 0; at >= 0; at = name.indexOf('/', at) + 1 || -1) {
      const end = name.slice(at);
      ends.set(end, ends.has(end) ? null : name);
    }
  }
  return new Map([...ends].flatMap(([end, name]) => (name === null ? [] : [[end, name] as const])));
}

/** Below the root, without `.` and `..`, and without a `/` at its end; '' is the root; null: it leads out, or is absolute. */
function joined(base: string | null, name: string): string | null {
  if (base === null) return null;
  const slashed = name.trim().replace(/\\/g, '/');
  if (slashed.startsWith('/') || /^[a-zA-Z]:/.test(slashed)) return null;
  const parts: string[] = [];
  for (const part of `${base}/${slashed}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join('/');
}
