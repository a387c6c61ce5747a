/** Roboflow's COCO export: `_annotations.coco.json` beside the images of each of train, valid and test. */
import { splitNames } from '../../dataset/selectView';
import type { Issue } from '../../dataset/finding';
import { LossReport } from '../../dataset/losses';
import type { DatasetSink } from '../../dataset/records';
import { baseOf, splitOfName } from '../names';
import { inside, uniqueNames } from '../../dataset/outputNames';
import { speaksCoco } from '../../dataset/completeView';
import type { DatasetView, ViewAnnotation, ViewImage } from '../../dataset/view';
import { AppError } from '../../errors/appError';
import {
  contentFromCoco,
  parseAnnotation,
  parseCategory,
  parseImage,
  serializeAnnotation,
  serializeCategory,
} from '../coco';
import { carriedCategory, carriedImage, carriedPart } from '../coco/carried';
import { readImageTags, withImageTags } from '../coco/imageTags';
import type { DatasetFormat, DatasetSource, ImagePlace, OutputFile, WriteContext } from '../format';
import { jsonElements, parseJson, rawMember, replaceMembers } from '../json/text';
import { ownParts } from '../ownParts';
import { asFields, asList, asNumber } from '../values';

const fileName = '_annotations.coco.json';

export const roboflowFormat: DatasetFormat = {
  id: 'roboflow',
  title: 'Roboflow COCO',
  about: 'A COCO file named _annotations.coco.json beside the images of each of train, valid and test.',
  extensions: [],
  target: 'folder',
  numbersCategories: true,
  statesNumbers: true,
  splits: true,
  options: [],
  textsHoldMasks: true,
  keeps: { unused: true, supercategories: true, tags: true, fields: true },
  losses: ['void-border', 'holes-as-rle', 'id', 'image-renamed', 'no-image-left-out', 'no-category'],
  async recognise(source) {
    const files = source.entry === null ? await splitFiles(source) : [];
    return files.length === 0 ? null : `${files.join(', ')} ${files.length === 1 ? 'is' : 'are'} there`;
  },
  async read(source, sink) {
    await readSplits(source, source.entry === null ? await splitFiles(source) : [source.entry], sink);
  },
  write: writeSplits,
  placeImages,
};

async function splitFiles(source: DatasetSource): Promise<string[]> {
  return (await source.names()).filter((name) => baseOf(name) === fileName);
}

/** Ids count from 0 in each file: they are told apart by the file. */
const refOf = (file: string, id: unknown) => JSON.stringify(`${file}#${String(id)}`);

async function readSplits(source: DatasetSource, files: readonly string[], sink: DatasetSink): Promise<void> {
  const used = new Set<string>();
  const names = new Map<string, Map<unknown, string>>();
  const texts = new Map<string, string>();
  const parsed = new Map<string, ReturnType<typeof asFields>>();
  for (const file of files) {
    const full = source.fullName(file);
    const text = await source.text(file);
    const json = asFields(parseJson(text, full));
    if (!json || !Array.isArray(json.images))
      throw new AppError('bad-input', `${full} has no list of images`, { place: { file: full } });
    texts.set(file, text);
    parsed.set(file, json);
    sink.part(file, text);
    const own = new Map(
      asList(json.categories).map((one) => [asFields(one)?.id, String(asFields(one)?.name ?? '')] as const),
    );
    names.set(file, own);
    for (const one of asList(json.annotations)) used.add(own.get(asFields(one)?.category_id) ?? '');
  }
  const seen = new Set<string>();
  for (const file of files) {
    const full = source.fullName(file);
    const folder = file.slice(0, file.length - fileName.length);
    const json = parsed.get(file)!;
    const listOf = (kind: string) => jsonElements(rawMember(texts.get(file)!, kind) ?? '[]');
    const each = (
      kind: string,
      visit: (source: { json: unknown; text: string; pointer: string }, issues: Issue[]) => void,
    ) => {
      const own = listOf(kind);
      asList(json[kind]).forEach((value, index) => {
        const pointer = `/${kind}/${index}`;
        const issues: Issue[] = [];
        visit({ json: value, text: own[index], pointer }, issues);
        // Counting from 0 is Roboflow's way; ids are the project's own here.
        for (const issue of issues) if (issue.code !== 'id-not-positive') sink.issue(issue, { file: full, pointer });
      });
    };
    each('categories', (record, issues) => {
      const category = parseCategory(record, issues);
      if (!category || seen.has(category.name)) return;
      seen.add(category.name);
      const isRoot =
        asNumber(category.id) === 0 && (category.supercategory ?? 'none') === 'none' && !used.has(category.name);
      if (isRoot) {
        const message = `the category "${category.name}" is Roboflow's own heading and has no annotations: left out`;
        issues.push({ code: 'heading-left-out', severity: 'warning', pointer: record.pointer, message });
        return;
      }
      sink.category({ ...category, id: JSON.stringify(category.name) }, record.text, {
        file: full,
        pointer: record.pointer,
      });
    });
    each('images', (record, issues) => {
      const image = parseImage(record, issues);
      if (!image) return;
      const own = { ...image, id: refOf(file, image.id), fileName: folder + image.fileName };
      const tags = readImageTags(record.text);
      sink.image({ ...own, tags, split: splitOfName(file) }, record.text, { file: full, pointer: record.pointer });
    });
    each('annotations', (record, issues) => {
      const annotation = parseAnnotation(record, issues);
      if (!annotation) return;
      const category = names.get(file)!.get(asFields(record.json)?.category_id);
      sink.annotation(
        {
          id: null,
          imageId: refOf(file, annotation.imageId),
          categoryId: category === undefined ? null : JSON.stringify(category),
          maskSize: null,
          content: contentFromCoco(annotation),
        },
        record.text,
        { file: full, pointer: record.pointer },
      );
    });
  }
}

/** `train/`, `valid/`, `test/`: of the split asked for, else of the folder the image is in. */
function folderFor(name: string, split: string | undefined): string {
  const own = /^(train|valid|test)\//.exec(name)?.[1];
  const wanted = split === 'val' ? 'valid' : split;
  return `${wanted ?? own ?? 'train'}/`;
}

/** Beside the list of its split; a record of that list keeps the name it says. */
function placeImages(view: DatasetView): ImagePlace[] {
  const images = [...view.images()];
  const own = ownParts(view, 'roboflow');
  const folders = images.map(({ fileName: name, split }) => folderFor(name, split));
  const stays = images.map(({ fileName: name, text }, place) => {
    const folder = folders[place];
    return text !== null && own.has(`${folder}${fileName}`) && name.startsWith(folder);
  });
  const wanted = images.map(({ fileName: name }, place) =>
    stays[place] ? inside(name) : `${folders[place]}${baseOf(inside(name))}`,
  );
  return uniqueNames(wanted, { isFixed: (place) => stays[place] }).map((picture, place) => ({
    picture,
    renamed: !stays[place] && picture !== `${folders[place]}${images[place].fileName}`,
  }));
}

function* writeSplits(view: DatasetView, context: WriteContext): Generator<OutputFile> {
  const own = ownParts(view, 'roboflow');
  const folders = new Map<string, ViewImage[]>();
  const places = placeImages(view);
  const placeOf = new Map([...view.images()].map(({ id }, place) => [id, places[place]]));
  for (const image of view.images()) {
    const folder = folderFor(image.fileName, image.split);
    folders.set(folder, [...(folders.get(folder) ?? []), image]);
  }
  // A split without images has its file all the same.
  for (const file of own.keys()) {
    const folder = file.slice(0, file.length - fileName.length);
    if (!folders.has(folder) && splitNames.length > 0 && [...view.images()].every(({ split }) => split === undefined))
      folders.set(folder, []);
  }
  for (const [folder, images] of folders) {
    const text = own.get(`${folder}${fileName}`) ?? null;
    const stays =
      text !== null &&
      ownCategories(view, text, new Set()).changed === null &&
      images.every(
        ({ untouched, fileName: name, split, text: record, tags }) =>
          untouched && split === undefined && name.startsWith(folder) && withImageTags(record!, tags) === record,
      );
    yield {
      name: `${folder}${fileName}`,
      content: stays ? text : splitText(view, folder, images, text, placeOf, context),
    };
  }
}

function splitText(
  view: DatasetView,
  folder: string,
  images: readonly ViewImage[],
  text: string | null,
  placeOf: ReadonlyMap<number, ImagePlace>,
  context: WriteContext,
): string {
  const { losses } = context;
  const isOwn = text !== null;
  const ids = new Map<number, string>();
  const used = new Set(images.flatMap(({ id }) => view.annotationsOf(id).map(({ categoryId }) => categoryId)));
  const list = (records: readonly string[]) => (records.length === 0 ? '[]' : `[${records.join(',')}]`);
  const categories = isOwn ? ownCategories(view, text, used) : newCategories(view);
  const imageTexts = images.map((image, index) => {
    const record = isOwn && image.fileName.startsWith(folder) ? image.text : null;
    const { picture, renamed } = placeOf.get(image.id)!;
    const name = picture.slice(folder.length);
    if (renamed) losses.add('image-renamed', { imageId: image.id });
    const keptId = record === null ? null : rawMember(record, 'id');
    const fresh = index + (isOwn ? 1_000_000 : 0);
    ids.set(image.id, keptId ?? String(fresh));
    const { width, height, tags } = image;
    const carried = view.textFormat !== 'roboflow' && speaksCoco(view) ? image.text : null;
    return withImageTags(record ?? carriedImage({ id: fresh, fileName: name, width, height }, carried), tags);
  });
  let next = isOwn
    ? 1 +
      Math.max(
        0,
        ...jsonElements(rawMember(text, 'annotations') ?? '[]').map(
          (one) => asNumber(asFields(parseJson(one, ''))?.id) ?? 0,
        ),
      )
    : 1;
  const annotations = images.flatMap((image) =>
    view
      .annotationsOf(image.id)
      .map((record) =>
        annotationText(
          record,
          image,
          isOwn && image.fileName.startsWith(folder),
          () => next++,
          ids,
          categories.ids,
          context,
        ),
      ),
  );
  if (isOwn)
    return replaceMembers(
      text,
      new Map([
        ['images', list(imageTexts)],
        ['annotations', list(annotations)],
        ...(categories.changed ? [['categories', list(categories.changed)] as const] : []),
      ]),
    );
  const root = serializeCategory({ name: view.name || 'objects', supercategory: 'none' }, '0', null);
  const info = carriedPart(view, 'info') ?? JSON.stringify({ description: view.name });
  return `{"info":${info},"licenses":${carriedPart(view, 'licenses') ?? '[]'},"categories":${list([root, ...categories.changed!])},"images":${list(imageTexts)},"annotations":${list(annotations)}}`;
}

const sourceOf = (text: string) => ({ json: parseJson(text, ''), text, pointer: '' });

interface CategoryTexts {
  /** In this file, by those of the project. */
  readonly ids: ReadonlyMap<number, string>;
  /** The records to write; null: those that stand there. */
  readonly changed: readonly string[] | null;
}

function newCategories(view: DatasetView): CategoryTexts {
  const categories = view.categories();
  return {
    ids: new Map(categories.map(({ id }, index) => [id, String(index + 1)])),
    changed: categories.map(({ name, supercategory, isThing, text }, index) =>
      carriedCategory({ name, supercategory, isThing }, String(index + 1), speaksCoco(view) ? text : null),
    ),
  };
}

/**
 * The list of a file with what the project says of its categories. New ones follow, and of those that only other files have
 * the ones that annotations here have; the heading stays.
 */
function ownCategories(view: DatasetView, text: string, used: ReadonlySet<number>): CategoryTexts {
  const records = jsonElements(rawMember(text, 'categories') ?? '[]');
  // Their ids in the project are their names as they came.
  const byName = new Map(view.categories().map((category) => [category.idText, category]));
  const ids = new Map<number, string>();
  const written: string[] = [];
  let next = 0;
  for (const record of records) {
    const said = parseCategory(sourceOf(record), []);
    const id = rawMember(record, 'id') ?? 'null';
    next = Math.max(next, (asNumber(said?.id) ?? 0) + 1);
    const category = said && byName.get(JSON.stringify(said.name));
    if (category) {
      if (!ids.has(category.id)) ids.set(category.id, id);
      // What was changed in the project, and else what this file says: the project knows the first one's record alone.
      const first = (category.text === null ? null : parseCategory(sourceOf(category.text), [])) ?? said;
      const { name, supercategory, isThing = null } = category;
      const now = {
        name,
        supercategory: supercategory === first.supercategory ? said.supercategory : supercategory,
        isThing: isThing === first.isThing ? said.isThing : isThing,
      };
      written.push(serializeCategory(now, id, { text: record, baseline: said }));
    } else if (id === '0') written.push(record);
  }
  for (const { id, name, supercategory, text: record } of view.categories()) {
    if (ids.has(id) || (record !== null && !used.has(id))) continue;
    ids.set(id, String(next));
    written.push(serializeCategory({ name, supercategory }, String(next++), null));
  }
  const isSame = written.length === records.length && written.every((one, index) => one === records[index]);
  return { ids, changed: isSame ? null : written };
}

function annotationText(
  record: ViewAnnotation,
  image: ViewImage,
  own: boolean,
  takeId: () => number,
  ids: ReadonlyMap<number, string>,
  categoryIds: ReadonlyMap<number, string>,
  { losses }: WriteContext,
): string {
  if (own && record.untouched && record.text !== null) return record.text;
  const id = own && record.text !== null ? null : takeId();
  if (id !== null && id !== record.id) losses.add('id', { imageId: image.id, annotationId: record.id });
  const source =
    own && record.text !== null && record.baseline ? { text: record.text, baseline: record.baseline } : null;
  // Losses name annotations by the ids that they have, not by those that they get.
  const found = new LossReport();
  const text = serializeAnnotation(id === null ? record.annotation : { ...record.annotation, id }, {
    size: image.height > 0 ? [image.height, image.width] : null,
    style: 'as-authored',
    source,
    imageId: ids.get(image.id) ?? 'null',
    categoryId: categoryIds.get(record.categoryId) ?? '0',
    losses: found,
  });
  for (const { code } of found.list()) losses.add(code, { imageId: image.id, annotationId: record.id });
  return text;
}
