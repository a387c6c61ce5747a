/** The files of a YOLO dataset: which image has which label file, and what the classes are called. */
import { isMap, isScalar, isSeq, parse as parseYaml, parseDocument } from 'yaml';
import { AppError } from '../../errors/appError';
import type { DatasetSource } from '../format';
import { baseOf, isPictureName, pictureBeside, stemOf } from '../names';
import { asFields, asList, asNumber, asText, type Fields } from '../values';
import { listsOf, setsOf } from './sets';

export interface YoloDataset {
  /** Names by class index, and the text they stand in. */
  readonly classes: ReadonlyMap<number, string>;
  readonly classesFile: string | null;
  readonly yaml: string | null;
  /** Texts of the lists of images that the YAML names. */
  readonly lists: ReadonlyMap<string, string>;
  /** Name of the label file, null where the image has none. */
  readonly images: readonly YoloImage[];
  /** Points and values of each in a line of poses; null: lines have none. */
  readonly keypoints: Keypoints | null;
  /** Pictures that the sets of the YAML leave out. */
  readonly leftOut: readonly string[];
  /** Sets that lead to nothing. */
  readonly missingSets: readonly string[];
}

interface YoloImage {
  readonly fileName: string;
  readonly labels: string | null;
}

/** `kpt_shape`: each point is x, y, and where there are three values whether it can be seen. */
export interface Keypoints {
  readonly count: number;
  readonly values: 2 | 3;
}

const isYaml = (name: string) => /\.ya?ml$/i.test(name);
const isText = (name: string) => /\.txt$/i.test(name);
/** Lists of images and of classes, which lie among the labels. */
const noLabels = /(^|\/)(classes|obj\.names|train|val|test|readme[^/]*|requirements|predefined_classes)\.txt$/i;

/** `images/` becomes `labels/`, the last of them, as the loader does it; else the file lies beside the image. */
export function labelsOf(image: string): string {
  const at = `/${image}`.lastIndexOf('/images/');
  const stem = stemOf(image);
  return at < 0 ? `${stem}.txt` : `${stem.slice(0, at)}labels/${stem.slice(at + 7)}.txt`;
}

function imageStemOf(labels: string): string {
  const at = `/${labels}`.lastIndexOf('/labels/');
  const stem = stemOf(labels);
  return at < 0 ? stem : `${stem.slice(0, at)}images/${stem.slice(at + 7)}`;
}

/** The YAML file that names classes: the given one, or the only one below the root, preferably `data.yaml`. */
export async function findYaml(source: DatasetSource): Promise<string | null> {
  if (source.entry !== null) return isYaml(source.entry) ? source.entry : null;
  const names = (await source.names()).filter((name) => isYaml(name) && name.split('/').length <= 2);
  for (const name of names.sort(
    (a, b) => Number(/data(set)?\.ya?ml$/.test(b)) - Number(/data(set)?\.ya?ml$/.test(a)),
  )) {
    if (/^\s*(names|nc)\s*:/m.test(await source.head(name))) return name;
  }
  return null;
}

/** The label files: those of an image's name, and in a dataset without pictures every text file in a folder `labels`. */
export async function labelFiles(source: DatasetSource): Promise<readonly string[]> {
  const names = await source.names();
  const all = new Set(names);
  const found: string[] = [];
  // Without pictures of its own it belongs to those of another folder.
  const elsewhere = names.some(isPictureName) ? null : picturesByStem(await source.pictures());
  for (const name of names) {
    if (!isText(name)) continue;
    const isLabels = `/${name}`.includes('/labels/');
    if (pictureBeside(all, imageStemOf(name)) !== null) found.push(name);
    // An image may be called as the lists are; without its picture the lines tell.
    else if (isLabels && (!noLabels.test(name) || isLabelText(await source.head(name)))) found.push(name);
    else if (elsewhere?.has(baseOf(stemOf(name))) && isLabelText(await source.head(name))) found.push(name);
  }
  return found;
}

/** Pictures by their last part without its ending. */
function picturesByStem(names: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const name of names) {
    if (!isPictureName(name)) continue;
    const stem = baseOf(stemOf(name));
    found.set(stem, [...(found.get(stem) ?? []), name]);
  }
  return found;
}

/** Of pictures of one name the one that lies in folders of the same names. */
function nearest(stem: string, pictures: readonly string[]): string | null {
  const shared = (picture: string) => {
    const [a, b] = [stem, stemOf(picture)].map((name) => name.split('/').reverse());
    const end = a.findIndex((part, at) => part !== b[at]);
    return end < 0 ? a.length : end;
  };
  return [...pictures].sort((a, b) => shared(b) - shared(a))[0] ?? null;
}

/** Every line that is whole is a number and at least four more. */
function isLabelText(head: string): boolean {
  const lines = head.split(/\r?\n/).slice(0, 20);
  const words = lines.map((line) => line.trim().split(/\s+/)).filter(([first]) => first !== '');
  return (
    words.length > 0 && words.every((line) => line.length >= 5 && line.every((word) => Number.isFinite(Number(word))))
  );
}

export async function findDataset(source: DatasetSource): Promise<YoloDataset> {
  const yaml = await findYaml(source);
  const names = await source.names();
  const all = new Set(names);
  const labels = await labelFiles(source);
  const labelled = new Set(labels);
  const classesFile =
    names.find(
      (name) => /(^|\/)(classes\.txt|obj\.names|predefined_classes\.txt)$/i.test(name) && !labelled.has(name),
    ) ?? null;
  const yamlFields = yaml ? parsedYaml(await source.text(yaml), source.fullName(yaml)) : {};
  const classes = yaml
    ? classNames(yamlFields)
    : classesFile
      ? new Map(
          (await source.text(classesFile))
            .split(/\r?\n/)
            .flatMap((line, i) => (line.trim() ? [[i, line.trim()] as const] : [])),
        )
      : new Map<number, string>();
  const images = names.filter(isPictureName).map((fileName): YoloImage => {
    // Some tools leave them beside the picture in a folder `images` too.
    const places = [labelsOf(fileName), `${stemOf(fileName)}.txt`];
    const file = places.find((place) => labelled.has(place)) ?? null;
    for (const place of places) labelled.delete(place);
    return { fileName, labels: file };
  });
  // Labels whose picture lies elsewhere: it is found by its name, whatever its ending.
  const elsewhere = labelled.size > 0 ? picturesByStem(await source.pictures()) : new Map<string, string[]>();
  for (const file of labelled) {
    const stem = imageStemOf(file);
    const found = nearest(stem, elsewhere.get(baseOf(stem)) ?? []);
    const ending = found === null ? '.jpg' : found.slice(stemOf(found).length);
    images.push({ fileName: pictureBeside(all, stem) ?? stem + ending, labels: file });
  }
  const files = yaml ? await listsOf(source, yaml, yamlFields) : null;
  const fileNames = images.map(({ fileName }) => fileName);
  const sets = yaml && files ? setsOf(files, yaml, yamlFields, fileNames) : null;
  return {
    classes,
    classesFile,
    yaml,
    lists: files?.lists ?? new Map<string, string>(),
    images: sets ? images.filter(({ fileName }) => sets.has(fileName)) : images,
    keypoints: keypointsOf(yamlFields),
    leftOut: sets ? images.flatMap(({ fileName }) => (sets.has(fileName) ? [] : [fileName])) : [],
    missingSets: sets?.missing ?? [],
  };
}

function keypointsOf(yaml: Fields): Keypoints | null {
  const [count, values] = asList(yaml.kpt_shape).map(asNumber);
  if (!count || !Number.isInteger(count) || count < 1 || count > 1000) return null;
  return values === 2 || values === 3 ? { count, values } : null;
}

function parsedYaml(text: string, file: string): Fields {
  try {
    return asFields(parseYaml(text, { maxAliasCount: 100, logLevel: 'silent' })) ?? {};
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new AppError('bad-input', `${file} is no YAML that can be read: ${why}`, { place: { file } });
  }
}

/** Of a YAML text; see `findDataset`. */
export const keypointsIn = (text: string): Keypoints | null => keypointsOf(parsedYaml(text, 'data.yaml'));

/** Of a YAML text that was read before. */
export const fieldsIn = (text: string): Fields => parsedYaml(text, 'data.yaml');

export const classesOf = (text: string, file: string): Map<number, string> => classNames(parsedYaml(text, file));

/** `names` as a list or as a dictionary. */
function classNames({ names }: Fields): Map<number, string> {
  if (Array.isArray(names)) return new Map(names.map((name, index) => [index, String(name)]));
  const fields = asFields(names);
  if (!fields) return new Map();
  return new Map(
    Object.entries(fields).flatMap(([key, name]) => {
      const index = Number(key);
      return Number.isInteger(index) && index >= 0 ? [[index, asText(name) ?? String(name)] as const] : [];
    }),
  );
}

/** The YAML with these names, whatever else it says, comments beside names too; trainers want a name for every number up to the last. */
export function withClasses(text: string, names: readonly string[]): string {
  const document = parseDocument(text);
  const list: unknown = document.get('names');
  if (isSeq(list)) {
    names.forEach((name, index) => setName(list.items[index], name, () => list.add(name)));
    list.items.length = names.length;
  } else if (isMap(list)) {
    const numberOf = ({ key }: { key: unknown }) => Number(isScalar(key) ? key.value : key);
    list.items = list.items.filter((pair) => names[numberOf(pair)] !== undefined);
    const pairs = new Map(list.items.map((pair) => [numberOf(pair), pair]));
    names.forEach((name, index) =>
      setName(pairs.get(index)?.value, name, () => list.add(document.createPair(index, name))),
    );
  } else document.set('names', new Map(names.entries()));
  if (document.has('nc')) document.set('nc', names.length);
  return laidOut(document, text);
}

/** Into what is there, which keeps its comment and its quotes; else anew. */
function setName(there: unknown, name: string, add: () => void): void {
  if (!isScalar(there)) add();
  else if (there.value !== name) there.value = name;
}

/** The document's text, in braces and brackets as `text` has them, and with its long lines. */
export const laidOut = (document: ReturnType<typeof parseDocument>, text: string): string =>
  document.toString({ flowCollectionPadding: !/[[{][^\s\]}]/.test(text), lineWidth: 0 });
