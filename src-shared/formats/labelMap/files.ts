/** Which files of a folder are label maps, and which picture belongs to each. */
import { counted } from '../../errors/counted';
import type { DatasetSink } from '../../dataset/records';
import type { DatasetSource } from '../format';
import { baseOf, folderOf, isMapName, isPictureName, isTiffName, stemOf } from '../names';
import { type MapKind, pngKind } from '../png/maskPng';
import { legendNames } from './legend';

/** What folders of maps are called. */
const mapFolder =
  /^(labels?|labelmaps?|label_maps?|masks?|annotations?|ann_dir|anns?|segmentations?|segmaps?|SegmentationClass|gt|gtfine|ground_?truths?|semantic\w*|instances?)$/i;

const pictureFolder = /^(images?|img_dir|pictures|JPEGImages)$/i;

/** Whether the first folder of its path that says what it holds says maps. */
function isBelowMaps(name: string): boolean {
  const kind = folderOf(name)
    .split('/')
    .find((part) => mapFolder.test(part) || pictureFolder.test(part));
  return kind !== undefined && mapFolder.test(kind);
}

/** Endings that a map's name has and its picture's has not. */
const mapSuffix =
  /[_-](cp_masks|masks?|labels?|labelIds|labelTrainIds|seg|segmentation|gt|gtFine_labelIds|gtFine_labelTrainIds)$/i;

export interface MapFile {
  readonly name: string;
  /** null: there is no picture of that name. */
  readonly picture: string | null;
}

export interface MapFolder {
  /** The file of its legend; null: there is none. */
  readonly legend: string | null;
  /** One a picture. */
  readonly maps: readonly MapFile[];
  /** Those of a picture that has one already. */
  readonly others: readonly OtherMap[];
}

export interface OtherMap {
  readonly name: string;
  /** The map that was taken. */
  readonly taken: string;
}

/** Tells of each map that another of the same picture was taken. */
export function noteOthers(others: readonly OtherMap[], source: DatasetSource, sink: DatasetSink): void {
  for (const { name, taken } of others) {
    const at = { file: source.fullName(name), pointer: '' };
    const message = `${name} is a map of the same image as ${taken}, which was taken: to have it, give the folder without the other`;
    sink.issue({ code: 'file-left-out', severity: 'warning', pointer: '', message }, at);
  }
}

/** Of a map by its first bytes; null for what is none. */
const mapKind = async (source: DatasetSource, name: string): Promise<MapKind | null> =>
  isTiffName(name) ? source.tiffMapKind(name) : pngKind(await source.headBytes(name));

/** The maps that a folder has, taken that it has some: every PNG or TIFF that is not a picture of a map. */
export async function mapFolderOf(source: DatasetSource): Promise<MapFolder> {
  const names = await source.names();
  const legend = legendNames.flatMap((wanted) => names.find((name) => baseOf(name) === wanted) ?? [])[0] ?? null;
  const drawn = names.filter(isMapName);
  const inFolders = drawn.filter(isBelowMaps);
  const pictures = (await source.pictures()).filter(isPictureName);
  const candidates = inFolders.length > 0 ? inFolders : sideBySide(drawn);
  const isMap = new Set(candidates);
  // The folder of the pictures may be the dataset's own: a map is nobody's picture.
  const find = pictureFinder(pictures.filter((name) => !isMap.has(name)));
  const all = candidates.map((name) => ({ name, picture: find(name) }));
  const keyOfMap = ({ name, picture }: MapFile) => picture ?? stemOf(withoutFolder(name));
  // The one that is called as its picture, without an ending, comes before the others.
  const plain = all.filter(({ name }) => !mapSuffix.test(stemOf(name)));
  const taken = new Map<string, string>();
  for (const map of [...plain, ...all]) if (!taken.has(keyOfMap(map))) taken.set(keyOfMap(map), map.name);
  const isTaken = (map: MapFile) => taken.get(keyOfMap(map)) === map.name;
  const others = all.filter((map) => !isTaken(map));
  return {
    legend,
    maps: all.filter(isTaken),
    others: others.map((map) => ({ name: map.name, taken: taken.get(keyOfMap(map))! })),
  };
}

/** Of files side by side: `a.png` beside `a_mask.png` is its picture, and `a.tif` beside `a.png` too. */
function sideBySide(names: readonly string[]): string[] {
  const stems = names.map(stemOf);
  const named = new Set(stems.flatMap((stem) => (mapSuffix.test(stem) ? [stem.replace(mapSuffix, '')] : [])));
  const free = names.filter((_, place) => !named.has(stems[place]));
  const maps = free.filter((name) => !isTiffName(name) || mapSuffix.test(stemOf(name)));
  // Nothing but TIFFs, and none of them called as a map: a folder of maps alone.
  return maps.length > 0 ? maps : free;
}

/** Maps are looked into to tell whether a folder has some. */
const lookedAt = 3;

/** Completes "because ..."; null where a folder of pictures may be meant, or where their numbers are objects. */
export async function recogniseMaps(source: DatasetSource): Promise<string | null> {
  if (source.entry !== null) return null;
  const names = await source.names();
  if (names.length === 1 && names[0] === 'legend.json') return 'legend.json lists classes, and there is no map yet';
  if (!names.some(isMapName) || names.some(isOthers) || holdsObjectMasks(names)) return null;
  const { legend, maps } = await mapFolderOf(source);
  if (maps.length === 0) return null;
  if (legend !== null) return `${legend} is the legend of ${counted(maps.length, 'label map')}`;
  const found = await unsaidMaps(source, maps);
  return found === null || found.hasDeepTiffs ? null : found.why;
}

/** Of TIFF maps that nothing says anything of; null: there are none. As ImageJ, StarDist and tifffile write objects. */
export async function recogniseTiffObjects(source: DatasetSource): Promise<string | null> {
  if (source.entry !== null) return null;
  const names = await source.names();
  if (!names.some(isTiffName) || names.some(isOthers) || holdsObjectMasks(names)) return null;
  const { legend, maps } = await mapFolderOf(source);
  if (legend !== null || !maps.some(({ name }) => isTiffName(name))) return null;
  const found = await unsaidMaps(source, maps);
  if (found === null) return null;
  return found.hasDeepTiffs ? `${found.why}, and are TIFFs of more than 8 bits` : `${found.why}, and are TIFFs`;
}

interface UnsaidMaps {
  readonly why: string;
  /** Numbers of more than 8 bits, which are of objects: there are not as many classes. */
  readonly hasDeepTiffs: boolean;
}

/** Maps in a folder that is called so, by their pictures and first bytes; null: they may be anything. */
async function unsaidMaps(source: DatasetSource, maps: readonly MapFile[]): Promise<UnsaidMaps | null> {
  const folder = pairedFolder(maps);
  if (folder === null) return null;
  let hasDeepTiffs = false;
  for (const { name } of maps.slice(0, lookedAt)) {
    const found = await mapKind(source, name);
    if (found === null || found.kind === 'color') return null;
    hasDeepTiffs ||= isTiffName(name) && found.depth > 8;
  }
  const paired = maps.filter(({ picture }) => picture !== null).length;
  const all = maps.length === 1 ? 'with a picture of the same name' : 'with pictures of the same names';
  const who = paired === maps.length ? all : `${paired} of them with a picture of the same name`;
  return { why: `${folder} holds ${counted(maps.length, 'label map')}, ${who}`, hasDeepTiffs };
}

/** Where maps lie that are called so and have pictures; null: they may be anything. */
function pairedFolder(maps: readonly MapFile[]): string | null {
  const paired = maps.filter(({ picture }) => picture !== null).length;
  return maps.length > 0 && isBelowMaps(maps[0].name) && paired >= maps.length / 2 ? folderOf(maps[0].name) : null;
}

/** A folder of maps in colours that nothing explains; null: there is none. For what no format recognises. */
export async function unexplainedColors(source: DatasetSource): Promise<string | null> {
  if (source.entry !== null) return null;
  const { legend, maps } = await mapFolderOf(source);
  const folder = legend === null ? pairedFolder(maps) : null;
  if (folder === null) return null;
  const kinds = await Promise.all(maps.slice(0, lookedAt).map(({ name }) => mapKind(source, name)));
  return kinds.every((found) => found?.kind === 'color') ? folder : null;
}

/** Files that say by their name that the folder is another format's. */
const isOthers = (name: string) =>
  /_gtFine_(polygons\.json|instanceIds\.png|labelIds\.png)$/.test(name) ||
  /(^|\/)Annotations\/.*\.xml$/i.test(name) ||
  /(^|\/)objects\.json$|_cp_masks\.(png|tiff?)$/.test(name);

/** Whether a folder `masks` lies beside the picture `ID/images/ID.png` with masks that are not called after it: see objectMasks. */
function holdsObjectMasks(names: readonly string[]): boolean {
  const images = new Set<string>();
  for (const name of names) {
    const folder = /^(.*)\/images\/[^/]+$/.exec(name)?.[1];
    if (folder !== undefined && isPictureName(name) && stemOf(baseOf(name)) === baseOf(folder)) images.add(folder);
  }
  return names.some((name) => {
    const folder = /^(.*)\/masks\/[^/]+$/.exec(name)?.[1];
    return folder !== undefined && images.has(folder) && isMapName(name) && !baseOf(name).startsWith(baseOf(folder));
  });
}

/**
 * The picture of a map: by its path without the folder of its kind and ending, in a folder of pictures before any other, then
 * by its name alone where only one has it. A map of `a.png` is called `a.png.png` where there is an `a.jpg` too.
 */
export function pictureFinder(pictures: Iterable<string>): (map: string) => string | null {
  const tables = [new PictureTable(pictures, stemOf), new PictureTable(pictures, (name) => name)];
  const byBase = new Map<string, string | null>();
  for (const name of pictures) for (const key of [name, stemOf(name)]) put(byBase, baseOf(keyOf(key)), name);
  const find = (look: (table: PictureTable) => string | null | undefined) => {
    for (const table of tables) {
      const found = look(table) ?? null;
      if (found !== null) return found;
    }
    return null;
  };
  return (map) => {
    const stem = keyOf(stemOf(map));
    for (const form of new Set([stem, stem.replace(mapSuffix, '')])) {
      const inner = withoutFolder(form);
      const found =
        find((table) => table.ofKind.get(inner)) ??
        find((table) => table.byPath.get(inner)) ??
        find((table) => table.byInner.get(inner)) ??
        find((table) => table.byPath.get(form)) ??
        byBase.get(baseOf(form)) ??
        null;
      if (found !== null) return found;
    }
    return null;
  };
}

class PictureTable {
  /** Of several the first. */
  readonly byPath = new Map<string, string>();
  readonly byInner = new Map<string, string | null>();
  /** In a folder of pictures. */
  readonly ofKind = new Map<string, string | null>();

  constructor(names: Iterable<string>, nameOf: (name: string) => string) {
    for (const name of names) {
      const key = keyOf(nameOf(name));
      if (!this.byPath.has(key)) this.byPath.set(key, name);
      put(this.byInner, withoutFolder(key), name);
      if (pictureFolder.test(name.slice(0, Math.max(0, name.indexOf('/'))))) put(this.ofKind, withoutFolder(key), name);
    }
  }
}

/** null: more than one has the key. */
const put = (map: Map<string, string | null>, key: string, name: string) =>
  map.set(key, map.has(key) && map.get(key) !== name ? null : name);

const keyOf = (path: string) => path.normalize('NFC');

/** `labels/train/a` and `images/train/a` are both `train/a`. */
export const withoutFolder = (path: string): string => path.slice(path.indexOf('/') + 1);
