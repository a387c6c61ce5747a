/** What `evaluate` compares pixel by pixel: a dataset, a project, or a folder of label maps, image by image. */
import { resolve } from 'node:path';
import { flatView, panopticRegions, stuffIds } from '@shared/document/labelMap';
import type { Annotation, Category } from '@shared/document/types';
import { voidMask, voidsOf, withVoid } from '@shared/dataset/voids';
import { isIgnored, type LabelValues } from '@shared/document/labelValues';
import { AppError } from '@shared/errors/appError';
import { counted } from '@shared/errors/counted';
import { throwIfCancelled } from '@shared/errors/cancellation';
import { formats } from '@shared/formats/registry';
import { leftOutNames } from '@shared/formats/cityscapes/labels';
import { panopticId } from '@shared/formats/cocoPanoptic/write';
import { isMapName } from '@shared/formats/names';
import { openMaps, type OpenedMaps } from '@shared/formats/labelMap/read';
import { classMapOf, IGNORED, readMapFile } from '@shared/formats/labelMap/values';
import { type LabelRuns, mapLabels, MaskError, NOBODY, type Rle } from '@shared/mask';
import { DatasetFolder } from '../../dataset/datasetFolder';
import { loadDataset } from './datasetReader';
import { Unmatched } from './matchDetections';
import { openStore } from './engine';
import { isProjectFile } from './projectFile';
import type { Session } from './session';

export interface LabelClass {
  readonly id: number;
  readonly name: string;
  readonly isThing: boolean;
}

export interface LabelImage {
  readonly name: string;
  /** Of every pixel the id of its class; `NOBODY` where there is none, `IGNORED` where it is to be left out. */
  map(): Promise<LabelRuns>;
  /** Its segments, no pixel twice; null: the source knows classes alone. */
  segments(): Promise<Segments> | null;
}

export interface Segments {
  readonly size: readonly [height: number, width: number];
  readonly list: readonly Segment[];
}

export interface Segment {
  readonly classId: number;
  readonly isCrowd: boolean;
  readonly mask: Rle;
}

export interface LabelSource {
  readonly path: string;
  readonly images: readonly LabelImage[];
  /** Those that stand for pixels to be left out are none. null: label maps without a legend, whose classes are what occurs. */
  readonly classes: readonly LabelClass[] | null;
  /** What the source says that pixels of no class are; absent: nothing. */
  readonly unlabelled?: LabelValues['unlabelled'];
}

/**
 * `truth`: for a prediction, the classes of the ground truth, which says by name what is a thing and what is stuff. Throws
 * `bad-input` for what is none of the three.
 */
export async function openLabels(
  path: string,
  session: Session,
  truth: readonly LabelClass[] | null = null,
): Promise<LabelSource> {
  const kinds = new Map(truth?.map(({ name, isThing }) => [name, isThing]));
  const classOf: ClassOf = ({ id, name, isThing = true }) => ({
    id,
    name,
    isThing: kinds.get(name) ?? isThing,
  });
  if (await isProjectFile(path)) return ofProject(path, classOf, session);
  const folder = new DatasetFolder(path, { signal: session.signal });
  if (folder.entry === null) {
    const found = await formats.recognise(folder);
    // TIFFs of 8 bits may hold objects or classes; classes are what is compared.
    const isMaps =
      found.some(({ format }) => format.id === 'label-map') &&
      found.every(({ format }) => ['label-map', 'instance-map'].includes(format.id));
    // Where no format sees anything in them, PNG and TIFF files are maps too: there is nothing else they could be compared as.
    const hasMaps = found.length === 0 && (await folder.names()).some(isMapName);
    if (isMaps || hasMaps) return ofMaps(folder, await openMaps(folder), classOf);
  }
  return ofDataset(path, classOf, session);
}

/** Each map is read when it is asked for. */
function ofMaps(folder: DatasetFolder, { legend, maps }: OpenedMaps, classOf: ClassOf): LabelSource {
  const isNamed = legend.source !== null;
  // Numbers alone: every value is a class, 0 too.
  const meaning = isNamed ? legend : { ...legend, background: null, ignore: -1 };
  const classes = legend.classes
    .filter(({ name }) => !isIgnored(name))
    .map(({ value: id, name, isThing }) => classOf({ id, name, isThing }));
  const left = new Set(legend.classes.filter(({ name }) => isIgnored(name)).map(({ value }) => value));
  const images = maps.map(({ name, picture }): LabelImage => {
    const map = async () => {
      const { map: runs } = classMapOf(await readMapFile(folder, name), meaning, folder.fullName(name));
      return left.size === 0 ? runs : mapLabels(runs, (value) => (left.has(value) ? IGNORED : value));
    };
    return { name: picture ?? name, map, segments: () => null };
  });
  const unlabelled = legend.background === null ? 'ignore' : 'background';
  return { path: folder.path, classes: isNamed ? classes : null, images, ...(isNamed ? { unlabelled } : {}) };
}

type ClassOf = (category: Pick<Category, 'id' | 'name' | 'isThing'>) => LabelClass;

async function ofProject(path: string, classOf: ClassOf, session: Session): Promise<LabelSource> {
  const store = openStore(session, 'read-only');
  const file = resolve(path);
  const { project } = await store.call('project.open', { file }, { signal: session.signal });
  const { format, images: voids } = await store.call('project.voids', {});
  const { classes, ignored } = told(project.categories, format, classOf);
  const voidOf = new Map(voids);
  const { unlabelled } = await store.call('project.labelRules', {});
  const rows = await store.call('image.list', {});
  const images = rows.map(({ id, fileName }) =>
    documentImage(
      path,
      fileName,
      { classes, ignored, void: voidOf.get(id) },
      async () => (await store.call('image.open', { imageId: id })).snapshot,
    ),
  );
  return { path, classes, images, unlabelled };
}

/** Categories that are classes, and the ids of those that stand for pixels to be left out. */
function told(
  categories: readonly Pick<Category, 'id' | 'name' | 'isThing'>[],
  format: string | null,
  classOf: ClassOf,
): Told {
  // As Cityscapes' own evaluation has it.
  const isLeftOut = (name: string) => isIgnored(name) || (format === 'cityscapes' && leftOutNames.has(name));
  const ignored = new Set(categories.filter(({ name }) => isLeftOut(name)).map(({ id }) => id));
  return { classes: categories.filter(({ id }) => !ignored.has(id)).map(classOf), ignored };
}

interface Told {
  readonly classes: readonly LabelClass[];
  readonly ignored: ReadonlySet<number>;
  /** Each annotation is a segment, of stuff too. */
  readonly isSegmented?: boolean;
  /** Of the image what belongs to nobody for sure, see voids.ts. */
  readonly void?: string;
}

async function ofDataset(path: string, classOf: ClassOf, session: Session): Promise<LabelSource> {
  const { dataset, recognised } = await loadDataset(path, {}, session);
  // Its segments are what its author counted: stuff of several is not one.
  const isSegmented = recognised.format.id === panopticId;
  const view = dataset.view(path);
  const { classes, ignored } = told(view.categories(), recognised.format.id, classOf);
  const voids = voidsOf(view);
  const images = [...view.images()].map(({ id, fileName, width, height }) =>
    documentImage(path, fileName, { classes, ignored, isSegmented, void: voids.get(id) }, async () => {
      if (width === 0 || height === 0) {
        throw new AppError('bad-input', `${path}: nobody knows the size of ${fileName}`, { place: { file: path } });
      }
      return {
        size: [height, width] as const,
        annotations: view.annotationsOf(id).map(({ annotation }) => annotation),
      };
    }),
  );
  return { path, classes, images };
}

function documentImage(
  path: string,
  name: string,
  { classes, ignored, isSegmented = false, void: nobodys }: Told,
  load: () => Promise<{
    readonly size: readonly [height: number, width: number];
    readonly annotations: readonly Annotation[];
  }>,
): LabelImage {
  const stuff = stuffIds(classes);
  const view = async () => {
    const { size, annotations } = await load();
    try {
      return flatView(annotations, stuff, size);
    } catch (error) {
      // A shape that reaches so far out that no mask can be made of it.
      if (!(error instanceof MaskError)) throw error;
      throw new AppError('bad-input', `${path}, ${name}: ${error.message}`, { place: { file: path }, cause: error });
    }
  };
  return {
    name,
    map: async () => {
      const { map, owners } = await view();
      const classes = mapLabels(map, (owner) => {
        const id = owner === NOBODY ? NOBODY : owners[owner].categoryId;
        return ignored.has(id) ? IGNORED : id;
      });
      return withVoid(classes, voidMask(nobodys, map.size), IGNORED);
    },
    segments: async () => {
      const flat = await view();
      const list = panopticRegions(flat, isSegmented ? new Set() : stuff)
        .filter(({ categoryId }) => !ignored.has(categoryId))
        .map(({ categoryId, isCrowd, mask }) => ({ classId: categoryId, isCrowd, mask }));
      return { size: flat.map.size, list };
    },
  };
}

export interface LabelPair {
  readonly name: string;
  readonly truth: LabelImage;
  readonly predicted: LabelImage;
}

/** Images of both by their names without extension, in truth's order; those of one side alone are told. */
export function pairImages(truth: LabelSource, predicted: LabelSource, session: Session): LabelPair[] {
  throwIfCancelled(session.signal);
  const stem = (name: string) => name.replace(/\.[^./]+$/, '').normalize('NFC');
  const base = (name: string) => stem(name).slice(stem(name).lastIndexOf('/') + 1);
  const byStem = new Map(predicted.images.map((image) => [stem(image.name), image]));
  const byBase = new Map<string, LabelImage | null>();
  for (const image of predicted.images) byBase.set(base(image.name), byBase.has(base(image.name)) ? null : image);
  const used = new Set<LabelImage>();
  const missing: string[] = [];
  const pairs = truth.images.flatMap((image) => {
    const other = byStem.get(stem(image.name)) ?? byBase.get(base(image.name));
    if (!other || used.has(other)) {
      missing.push(image.name);
      return [];
    }
    used.add(other);
    return [{ name: image.name, truth: image, predicted: other }];
  });
  if (pairs.length === 0) {
    throw new AppError('bad-input', `No image of ${predicted.path} has the name of an image of ${truth.path}`, {
      place: { file: predicted.path },
      hint: 'names are compared without their extension',
    });
  }
  tellLeftOut(missing, `of ${truth.path} not in ${predicted.path}`, session);
  const extra = predicted.images.filter((image) => !used.has(image)).map(({ name }) => name);
  tellLeftOut(extra, `of ${predicted.path} not in ${truth.path}`, session);
  return pairs;
}

/** Names of the prediction's classes that truth does not have: they are wrong wherever they are. */
export function tellUnknownClasses(truth: LabelSource, predicted: LabelSource, session: Session): void {
  const names = new Set(truth.classes?.map(({ name }) => name));
  const unknown = (predicted.classes ?? []).map(({ name }) => name).filter((name) => !names.has(name));
  if (truth.classes) tellUnknown('category', 'categories', unknown, session);
}

export function tellUnknown(one: string, many: string, which: Iterable<string | number>, session: Session): void {
  const unknown = new Unmatched();
  for (const each of which) unknown.add(String(each), 0);
  for (const note of unknown.describe(one, many, 'of the prediction not in the ground truth')) session.warn(note);
}

function tellLeftOut(names: readonly string[], where: string, session: Session): void {
  if (names.length === 0) return;
  const some = names.slice(0, 3).join(', ');
  session.warn(`${counted(names.length, 'image')} ${where}: left out (${some}${names.length > 3 ? ', …' : ''})`);
}
