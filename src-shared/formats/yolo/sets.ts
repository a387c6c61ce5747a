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

const keys = ['train', 'val', 'validation', 'test', 'minival'];

/** `images`: the names of all there are. null: the file names no sets, or none that leads to any of them. */
export async function setsOf(
  source: DatasetSource,
  yamlName: string,
  yaml: Fields,
  images: readonly string[],
): Promise<YoloSets | null> {
  const files = new Set(await source.names());
  const entries = keys.flatMap((key) => (typeof yaml[key] === 'string' ? [yaml[key]] : asList(yaml[key]))).map(String);
  const own = folderOf(yamlName);
  const path = typeof yaml.path === 'string' ? joined(own, yaml.path) : own;
  const bases = [...new Set([path, own].filter((base) => base !== null))];
  const folders = new Set<string>();
  const single = new Set<string>();
  const missing: string[] = [];
  let byEnd: ReadonlyMap<string, string> | null = null;
  for (const entry of entries) {
    const places = bases
      .flatMap((base) => [joined(base, entry), entry.startsWith('../') ? joined(base, entry.slice(3)) : null])
      .filter((place) => place !== null);
    const list = places.find((place) => files.has(place));
    const folder = places.find((place) => images.some((name) => place === '' || name.startsWith(`${place}/`)));
    if (list !== undefined && /\.txt$/i.test(list)) {
      byEnd ??= namesByEnd(images);
      for (const name of await listed(source, list, path ?? '', images, byEnd)) single.add(name);
    } else if (list !== undefined) single.add(list);
    else if (folder !== undefined) folders.add(folder === '' ? '' : `${folder}/`);
    else missing.push(entry);
  }
  if (folders.size === 0 && single.size === 0) return null;
  const has = (image: string) => single.has(image) || [...folders].some((folder) => image.startsWith(folder));
  return { has, missing };
}

/** One image a line; paths of another machine are known by their ends. */
async function listed(
  source: DatasetSource,
  list: string,
  path: string,
  images: readonly string[],
  byEnd: ReadonlyMap<string, string>,
): Promise<string[]> {
  const all = new Set(images);
  const text = (await source.text(list)).replace(/^\ufeff/, '');
  return text.split(/\r?\n/).flatMap((raw) => {
    const line = raw.trim().replace(/\\/g, '/');
    if (line === '') return [];
    for (const base of [folderOf(list), path, '']) {
      const name = joined(base, line);
      if (name !== null && all.has(name)) return [name];
    }
    const parts = line.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
    for (let from = 0; from < parts.length; from++) {
      const name = byEnd.get(parts.slice(from).join('/'));
      if (name !== undefined) return [name];
    }
    return [];
  });
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
