/** Finds the file that a dataset's file_name means below a folder: the one routine of import, relinking and every command. */
import { counted } from '@shared/errors/counted';
import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { Finding, FindingCode } from '@shared/dataset/finding';
import type { AbortSignalLike } from '@shared/errors/cancellation';
import { isAbsoluteName } from '@shared/formats/names';
import { leadsOut } from '../files/leadsOut';
import { listImageFiles } from '../images';

/** Which reading of the name led to the file, in the order they are tried. */
export type FoundBy = 'name' | 'separators' | 'unicode' | 'url' | 'base-name';

export interface FoundImage {
  /** Below the folder, with `/`. */
  readonly name: string;
  readonly by: FoundBy;
}

/** Never leaves the folder: a name that leads out of it is looked for by its last part only. */
export class ImageFinder {
  readonly folder: string;
  readonly #names: ReadonlySet<string>;
  readonly #byForm = new Map<string, string[]>();
  readonly #byBaseName = new Map<string, string[]>();

  /** `names`: what `listImageFiles` gives for the folder. */
  constructor(folder: string, names: readonly string[]) {
    this.folder = folder;
    this.#names = new Set(names);
    for (const name of names) {
      put(this.#byForm, name.normalize('NFC'), name);
      put(this.#byBaseName, baseName(name).normalize('NFC'), name);
    }
  }

  get isEmpty(): boolean {
    return this.#names.size === 0;
  }

  get names(): ReadonlySet<string> {
    return this.#names;
  }

  /** Null where no file, or more than one, can be meant. */
  find(fileName: string): FoundImage | null {
    const exact = this.#findExact(fileName);
    if (exact) return exact;
    const [first, second] = this.sameBaseName(fileName);
    if (first === undefined) return null;
    // The only file of that name, or the only one that shares a folder with it too.
    const shared = sharedEnd(first, slashed(fileName));
    const isOnly = second === undefined || (shared > 1 && shared > sharedEnd(second, slashed(fileName)));
    return isOnly ? { name: first, by: 'base-name' } : null;
  }

  /** The file that the name is in a folder, which ends in `/`. */
  below(folder: string, fileName: string): string | null {
    const name = this.#below(`${folder}${fileName}`);
    return name !== null && this.#has(name) ? name : null;
  }

  /** All files with the last part of the name, those first that share the longest end of the path with it. */
  sameBaseName(fileName: string): string[] {
    const name = slashed(fileName);
    for (const form of [name, decoded(name)]) {
      const same = form === null ? undefined : this.#byBaseName.get(baseName(form).normalize('NFC'));
      if (!same || form === null) continue;
      return [...same].sort((a, b) => sharedEnd(b, form) - sharedEnd(a, form) || a.length - b.length);
    }
    return [];
  }

  #findExact(fileName: string): FoundImage | null {
    const written = this.#below(fileName.replace(/^(\.\/)+/, ''));
    if (written !== null && this.#has(written)) return { name: written, by: 'name' };
    const name = slashed(fileName);
    const url = decoded(name);
    for (const [form, by] of [[name, 'separators'] as const, [url, 'url'] as const]) {
      if (form === null) continue;
      const below = this.#below(form);
      if (below === null) continue;
      // The disk has been asked for the written name already.
      if (below !== written && this.#has(below)) return { name: below, by };
      const same = this.#byForm.get(below.normalize('NFC'));
      if (same?.length === 1) return { name: same[0], by: by === 'url' ? by : 'unicode' };
    }
    return null;
  }

  /** The listing passes over names without an image extension and hidden folders. */
  #has(name: string): boolean {
    return this.#names.has(name) || existsSync(join(this.folder, name));
  }

  /** The name relative to the folder; null where it leads out of it. */
  #below(name: string): string | null {
    if (name === '' || name.endsWith('/') || name.includes('\0')) return null;
    if (name.split(/[\\/]/).includes('..')) return null;
    if (!isAbsolute(name)) return isAbsoluteName(name) || hasDrive(name) ? null : name;
    const inside = relative(realFolder(this.folder), name);
    return inside === '' || leadsOut(inside) ? null : inside.split(sep).join('/');
  }
}

export interface LocatedImages {
  /** Below the folder, with `/`; null where no file was found. One for each name. */
  readonly names: readonly (string | null)[];
  /** How each was found. */
  readonly found: readonly (FoundImage | null)[];
  /** What the folder's listing found. */
  readonly listed: readonly Finding[];
  /** The same, and a sentence for each way a file was found that is not its written name. */
  readonly findings: readonly Finding[];
}

/** Looks for all the names in a folder that exists. `otherFiles`: paths of pictures that are no images, and are found by their very name alone. */
export async function locateImages(
  folder: string,
  fileNames: readonly string[],
  signal?: AbortSignalLike,
  otherFiles: ReadonlySet<string> = new Set(),
): Promise<LocatedImages> {
  const listing = await listImageFiles(folder, signal);
  const finder = new ImageFinder(
    folder,
    listing.fileNames.filter((name) => !otherFiles.has(join(folder, name))),
  );
  const found = findAll(finder, fileNames);
  return {
    names: found.map((image) => image?.name ?? null),
    found,
    listed: listing.findings,
    findings: [...listing.findings, ...tellWays(fileNames, found), ...tellShared(fileNames, found)],
  };
}

/**
 * One for each name. A file that one name means exactly is never taken for another name by its last part alone. Where the names
 * count from a folder further in, that folder decides: beside `a.png`, `images/a.png` may be the file of either of them.
 */
export function findAll(finder: ImageFinder, fileNames: readonly string[]): (FoundImage | null)[] {
  const direct = fileNames.map((fileName) => finder.find(fileName));
  const found = direct.every((image) => image !== null && image.by !== 'base-name')
    ? direct
    : fromInnerFolder(finder, fileNames, direct);
  const named = new Set(found.flatMap((image) => (image && image.by !== 'base-name' ? [image.name] : [])));
  return found.map((image) => (image?.by === 'base-name' && named.has(image.name) ? null : image));
}

function fromInnerFolder(finder: ImageFinder, fileNames: readonly string[], direct: readonly (FoundImage | null)[]) {
  const folder = innerFolder(finder, new Set(fileNames));
  if (folder === null) return direct;
  const inside = fileNames.map((fileName) => finder.below(folder, fileName));
  const isExact = direct.map((image) => image !== null && image.by !== 'base-name');
  const wanted = new Set(inside.filter((name, place) => name !== null && !isExact[place]));
  // A file that two names mean, one of them by the folder: then all of them count from there.
  const isShared = direct.some((image, place) => isExact[place] && wanted.has(image!.name));
  return direct.map((image, place): FoundImage | null => {
    const name = inside[place];
    if (isExact[place] && !(isShared && (name !== null || wanted.has(image!.name)))) return image;
    return name === null ? (isExact[place] ? null : image) : { name, by: 'base-name' };
  });
}

/** The one folder below which more of the names have their file than anywhere else, the whole included; null: there is none. */
function innerFolder(finder: ImageFinder, names: ReadonlySet<string>): string | null {
  const byBase = new Map<string, string[]>();
  for (const name of names) put(byBase, baseName(name), name);
  const counts = new Map<string, number>();
  for (const file of finder.names) {
    for (const name of byBase.get(baseName(file)) ?? []) {
      if (file !== name && !file.endsWith(`/${name}`)) continue;
      const folder = file.slice(0, file.length - name.length);
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
  }
  const [first, second] = [...counts].sort(([, a], [, b]) => b - a);
  return first === undefined || first[0] === '' || first[1] === second?.[1] ? null : first[0];
}

const ways: Readonly<Record<Exclude<FoundBy, 'name'>, readonly [code: FindingCode, how: string]>> = {
  separators: ['image-found-separators', 'with / in place of \\'],
  unicode: ['image-found-unicode', 'under a name that spells its letters in another Unicode form'],
  url: ['image-found-url', 'by the name that is encoded in a web address'],
  'base-name': ['image-found-base-name', 'by the file name alone, in another folder'],
};

/** One sentence a way; nothing of the folder `images` and its parts, where most tools put them beside their file. A dataset from Windows has it a hundred thousand times. */
function tellWays(fileNames: readonly string[], found: readonly (FoundImage | null)[]): Finding[] {
  return Object.entries(ways).flatMap(([by, [code, how]]) => {
    const places = found.flatMap((image, place) =>
      image?.by === by && isTold(image, fileNames[place]) ? [place] : [],
    );
    if (places.length === 0) return [];
    const [first] = places;
    const who = counted(places.length, 'image was found', 'images were found');
    const message = `${who} ${how}: "${fileNames[first]}" is ${found[first]!.name}`;
    return [{ severity: 'warning', code, message, pointer: `/images/${first}/file_name` }];
  });
}

function isTold({ name }: FoundImage, fileName: string): boolean {
  const written = slashed(fileName);
  return !name.endsWith(`/${written}`) || !usualFolder.test(name.slice(0, -written.length));
}

/** Of Datumaro and of YOLO: a folder for each part of a split. */
const usualFolder = /^images\/(?:(?:default|train(?:ing)?|val(?:id(?:ation)?)?|test(?:ing)?)\d*\/)?$/i;

/** The same image by image, for a list of what is wrong with each; `place`: which of the names. Records of one name are left to their linter. */
export function* tellEach(
  fileNames: readonly string[],
  found: readonly (FoundImage | null)[],
): Generator<{ readonly place: number; readonly code: FindingCode; readonly message: string }> {
  const seen = new Map<string, string[]>();
  for (const [place, image] of found.entries()) {
    if (!image) continue;
    const fileName = fileNames[place];
    if (image.by !== 'name' && isTold(image, fileName)) {
      const [code, how] = ways[image.by];
      yield { place, code, message: `"${fileName}" is ${image.name}, found ${how}` };
    }
    const names = seen.get(image.name) ?? [];
    const form = fileName.normalize('NFC');
    if (names.includes(form)) continue;
    if (names.length > 0)
      yield { place, code: 'same-file', message: `"${names[0]}" and "${fileName}" are one file, ${image.name}` };
    seen.set(image.name, [...names, form]);
  }
}

/** Records that fall on one file: each keeps its annotations, and all of them are drawn on the same picture. */
function tellShared(fileNames: readonly string[], found: readonly (FoundImage | null)[]): Finding[] {
  const places = new Map<string, number[]>();
  found.forEach((image, place) => {
    if (!image) return;
    const known = places.get(image.name);
    if (known) known.push(place);
    else places.set(image.name, [place]);
  });
  return [...places].flatMap(([name, shared]) => {
    if (shared.length < 2) return [];
    const names = [...new Set(shared.map((place) => `"${fileNames[place]}"`))];
    const listed = names.slice(0, 3).join(', ') + (names.length > 3 ? ' ...' : '');
    const message = `${shared.length} images of the dataset are one file, ${name} (${listed})`;
    return [{ severity: 'warning', code: 'same-file', message, pointer: `/images/${shared[1]}/file_name` }];
  });
}

/** Path parts that two names have in common, from their ends. */
function sharedEnd(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => name.normalize('NFC').split('/').reverse());
  let shared = 0;
  while (shared < left.length && left[shared] === right[shared]) shared++;
  return shared;
}

/** Elsewhere a letter and a colon begin a name as any other. */
const hasDrive = (name: string): boolean => process.platform === 'win32' && /^[a-zA-Z]:/.test(name);

function slashed(fileName: string): string {
  return fileName.replace(/\\/g, '/').replace(/^(\.\/)+/, '');
}

/** The name without percent encoding and without the host of a web address; null where it has neither. */
function decoded(name: string): string | null {
  const path = name.replace(/^[a-zA-Z][a-zA-Z+.-]*:\/\/[^/]*\//, '');
  try {
    const plain = decodeURIComponent(path);
    return plain === name ? null : plain;
  } catch {
    return path === name ? null : path;
  }
}

function baseName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function put(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}
