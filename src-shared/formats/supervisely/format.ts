/** Supervisely: a project folder with meta.json, and one JSON file an image in the folder `ann` of each dataset. */
import { rleToSegmentation, segmentationToRle } from '../../document/segmentation';
import type { Annotation } from '../../document/types';
import type { AnnotationContent, DatasetSink } from '../../dataset/records';
import { inside, uniqueNames } from '../../dataset/outputNames';
import type { DatasetView, ViewAnnotation, ViewImage } from '../../dataset/view';
import { AppError } from '../../errors/appError';
import { decodeRegion, MaskError, toBbox } from '../../mask';
import { amongOthers, withElementsChanged } from '../amongOthers';
import { declaredChanges } from '../declared';
import type { DatasetFormat, DatasetSource, ImagePlace, OutputFile, WriteContext } from '../format';
import { headKeys } from '../json/head';
import { jsonElements, parseJson, rawMember, replaceMembers, withList } from '../json/text';
import { placeMask } from '../labelme/read';
import { boxOf, isEmpty, partsOf } from '../outline';
import { ownParts } from '../ownParts';
import { changeOf, noteLeft, withValues } from '../ownRecord';
import { deflate, fromBase64, inflate, mostOfMask, readMap, toBase64, writeMaskPng } from '../png/maskPng';
import { asFields, asList, asNumber, asRing, asSide, asText, pointsOf } from '../values';
import { categoryNumbers, classesOf, metaOf } from './classes';

export const superviselyFormat: DatasetFormat = {
  id: 'supervisely',
  title: 'Supervisely',
  about: 'A project folder with meta.json and one JSON file an image: polygons with holes, boxes and bitmaps.',
  textsHoldMasks: true,
  extensions: [],
  target: 'folder',
  options: [],
  categoryNumbers,
  keeps: { unused: true },
  losses: [
    'void-border',
    ...(['tags', 'image-fields', 'category-fields', 'supercategory'] as const),
    'id',
    'score',
    'crowd',
    'attributes',
    'parts-as-mask',
    'empty',
    'image-renamed',
    'no-image-left-out',
    'no-category',
  ],
  async recognise(source) {
    if (source.entry !== null) return null;
    const meta = await metaFile(source);
    return meta === null ? null : `${meta} lists classes, as Supervisely keeps them beside its folders "ann"`;
  },
  async read(source, sink) {
    await readProject(source, sink);
  },
  write: writeProject,
  placeImages,
};

async function metaFile(source: DatasetSource): Promise<string | null> {
  const names = await source.names();
  const isAlone = names.length === 1;
  if (!names.includes('meta.json')) return null;
  if (!isAlone && !names.some((name) => /(^|\/)ann\/[^/]+\.json$/.test(name))) return null;
  return headKeys(await source.head('meta.json'))?.get('classes') === '[' ? 'meta.json' : null;
}

async function readProject(source: DatasetSource, sink: DatasetSink): Promise<void> {
  const text = await source.text('meta.json');
  const meta = asFields(parseJson(text, source.fullName('meta.json')));
  sink.part('meta', text);
  const categories = new Map<string, number>();
  const categoryOf = (name: string, color: string | null = null) => {
    let id = categories.get(name);
    if (id === undefined) {
      categories.set(name, (id = categories.size + 1));
      sink.category({ id, name, supercategory: null, color }, null, {
        file: source.fullName('meta.json'),
        pointer: `class ${name}`,
      });
    }
    return id;
  };
  for (const entry of asList(meta?.classes)) {
    const name = asText(asFields(entry)?.title);
    const color = asText(asFields(entry)?.color);
    if (name !== null) categoryOf(name, color && /^#[0-9a-f]{6}$/i.test(color) ? color.toLowerCase() : null);
  }
  const files = (await source.names()).filter((name) => /(^|\/)ann\/[^/]+\.json$/.test(name));
  for (const [index, name] of files.entries()) {
    const file = source.fullName(name);
    const own = await source.text(name);
    const json = asFields(parseJson(own, file));
    if (!json || !Array.isArray(json.objects))
      throw new AppError('bad-input', `${file} has no list of objects`, { place: { file } });
    const size = asFields(json.size);
    const [width, height] = [asSide(size?.width), asSide(size?.height)];
    const id = index + 1;
    const fileName = name.replace(/(^|\/)ann\/([^/]+)\.json$/, '$1img/$2');
    sink.image({ id, fileName, width, height }, own, { file, pointer: '' });
    const texts = jsonElements(rawMember(own, 'objects') ?? '[]');
    json.objects.forEach((value: unknown, place) => {
      const at = { file, pointer: `/objects/${place}` };
      const skip = (message: string) =>
        sink.issue({ code: 'shape-skipped', severity: 'warning', pointer: at.pointer, message }, at);
      const content = contentOf(value, [height ?? 0, width ?? 0]);
      if (typeof content === 'string') return skip(content);
      const label = String(asFields(value)!.classTitle);
      const record = { id: null, imageId: id, categoryId: categoryOf(label), maskSize: null, content };
      sink.annotation(record, texts[place], at);
    });
  }
}

function contentOf(value: unknown, size: readonly [number, number]): AnnotationContent | string {
  const object = asFields(value);
  if (!object || asText(object.classTitle) === null) return 'the object has no class: left out';
  const base = { bbox: null, area: null, isCrowd: false, score: null, extra: {} };
  const points = asFields(object.points);
  const outer = asRing(points?.exterior);
  switch (object.geometryType) {
    case 'polygon': {
      const holes = asList(points?.interior).map(asRing);
      if (!outer || outer.length < 6 || holes.some((hole) => hole === null))
        return 'a polygon needs 3 points: left out';
      const parts = [{ outer, holes: holes.filter((hole): hole is number[] => hole !== null && hole.length >= 6) }];
      return { ...base, segmentation: { kind: 'polygons', parts } };
    }
    case 'rectangle': {
      if (!outer || outer.length < 4) return 'a rectangle needs 2 points: left out';
      const [x0, y0, x1, y1] = outer;
      return {
        ...base,
        segmentation: null,
        bbox: [Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0)],
      };
    }
    case 'bitmap': {
      const bitmap = asFields(object.bitmap);
      const data = asText(bitmap?.data);
      const [x, y] = asList(bitmap?.origin).map((value) => asNumber(value) ?? Number.NaN);
      if (data === null || !Number.isInteger(x) || !Number.isInteger(y)) return 'a bitmap has no data: left out';
      if (size[0] === 0) return 'the file does not say how large its image is: a bitmap is left out';
      try {
        const { width, height, values } = readMap(inflate(fromBase64(data)), mostOfMask(size));
        const bits = Uint8Array.from(values, (value) => (value > 0 ? 1 : 0));
        return { ...base, segmentation: rleToSegmentation(placeMask(bits, [x, y, width, height], size)) };
      } catch (error) {
        if (error instanceof MaskError) return `a bitmap cannot be read (${error.message}): left out`;
        throw error;
      }
    }
    default:
      return `objects of type "${asText(object.geometryType) ?? ''}" have no area: left out`;
  }
}

/** Folders become part of the name; an image that came with a dataset of the project stays in it. */
function placeImages(view: DatasetView): ImagePlace[] {
  const own = view.textFormat === 'supervisely';
  const images = [...view.images()];
  const stays = images.map(({ text, fileName }) => own && text !== null && /(^|\/)img\/[^/]+$/.test(fileName));
  const wanted = images.map(({ fileName }, place) =>
    stays[place] ? inside(fileName) : `dataset/img/${inside(fileName.replace(/[\\/]/g, '_'))}`,
  );
  return uniqueNames(wanted, { isFixed: (place) => stays[place] }).map((picture, place) => ({
    picture,
    labels: `${picture.replace(/(^|\/)img\/(?=[^/]+$)/, '$1ann/')}.json`,
    renamed: !stays[place] && picture !== `dataset/img/${images[place].fileName}`,
  }));
}

function* writeProject(view: DatasetView, context: WriteContext): Generator<OutputFile> {
  const own = view.textFormat === 'supervisely';
  const meta = ownParts(view, 'supervisely').get('meta') ?? null;
  const names = new Map(view.categories().map(({ id, name }) => [id, name]));
  const images = [...view.images()];
  const { text, renames } =
    meta === null ? { text: metaOf(view), renames: new Map<string, string>() } : ownMeta(meta, view, images);
  yield { name: 'meta.json', content: text };
  const classIds = new Map(
    asList(asFields(parseJson(text, ''))?.classes).map((entry) => [
      asText(asFields(entry)?.title) ?? '',
      asFields(entry)?.id,
    ]),
  );
  const places = placeImages(view);
  for (const [place, image] of images.entries()) {
    if (places[place].renamed) context.losses.add('image-renamed', { imageId: image.id });
    const source = own && image.text !== null ? withOthersRenamed(image.text, renames) : image.text;
    yield {
      name: places[place].labels!,
      content: imageText(view, { ...image, text: source }, names, classIds, own, context),
    };
  }
}

/** As it came, with the classes that are new, renamed or gone. */
function ownMeta(meta: string, view: DatasetView, images: readonly ViewImage[]) {
  const entries = jsonElements(rawMember(meta, 'classes') ?? '[]').flatMap((text) => {
    const title = asText(asFields(parseJson(text, ''))?.title);
    return title === null ? [] : [{ text, title }];
  });
  const changes = declaredChanges(
    entries.map(({ title }) => title),
    view.categories(),
    {
      isUsed: (name) => images.some(({ text }) => text?.includes(JSON.stringify(name))),
      isOthers: (name) =>
        images.some(({ text }) => {
          if (!text?.includes(JSON.stringify(name))) return false;
          const { texts, isOther } = objectsIn(text);
          return texts.some((one) => isOther(one) && titleOf(one) === name);
        }),
    },
  );
  if (!changes) return { text: meta, renames: new Map<string, string>() };
  const kept = entries.flatMap(({ text, title }, index) => {
    const name = changes.names[index];
    if (name === null) return [];
    return [name === title ? text : replaceMembers(text, new Map([['title', JSON.stringify(name)]]))];
  });
  const classes = [...kept, ...classesOf(view, changes.added).map((one) => JSON.stringify(one))];
  const text = withList(meta, 'classes', classes);
  return { text, renames: changes.renames };
}

const titleOf = (object: string) => asText(asFields(parseJson(object, ''))?.classTitle);

/** The texts of all objects in a file, and whether one of them was left out. */
function objectsIn(text: string) {
  const size = asFields(parseJson(rawMember(text, 'size') ?? '{}', ''));
  const sides = [asSide(size?.height) ?? 0, asSide(size?.width) ?? 0] as const;
  return {
    texts: jsonElements(rawMember(text, 'objects') ?? '[]'),
    isOther: (object: string) => typeof contentOf(parseJson(object, ''), sides) === 'string',
  };
}

/** Points and lines take the new name of their class too. */
function withOthersRenamed(text: string, renames: ReadonlyMap<string, string>): string {
  if (![...renames.keys()].some((name) => text.includes(JSON.stringify(name)))) return text;
  const { texts, isOther } = objectsIn(text);
  return withElementsChanged(text, texts, (object) => {
    const name = renames.get(titleOf(object) ?? '');
    if (name === undefined || !isOther(object)) return object;
    return replaceMembers(object, new Map([['classTitle', JSON.stringify(name)]]));
  });
}

function imageText(
  view: DatasetView,
  image: ViewImage,
  names: ReadonlyMap<number, string>,
  classIds: ReadonlyMap<string, unknown>,
  own: boolean,
  context: WriteContext,
): string {
  if (own && image.untouched && image.text !== null) return image.text;
  const written = (record: ViewAnnotation): string[] => {
    if (own && record.untouched && record.text !== null) return [record.text];
    const classTitle = names.get(record.categoryId) ?? '';
    const change = own ? changeOf(record) : null;
    if (change && !change.redrawn) {
      noteLeft(record, change, context.losses, {});
      return [ofClass(record.text!, classTitle, classIds)];
    }
    const shape = shapeOf(record.annotation, image, context);
    if (!shape) return [];
    noteLeft(record, change, context.losses, {});
    if (change) return [withValues(ofClass(record.text!, classTitle, classIds), { ...noShape, ...shape })];
    return [JSON.stringify({ description: '', tags: [], classTitle, ...shape })];
  };
  const records = view.annotationsOf(image.id).map((record) => ({
    sources: own && record.text !== null ? [record.text] : [],
    texts: written(record),
  }));
  const { texts, isOther } = objectsIn(own && image.text !== null ? image.text : '{}');
  const objects = amongOthers(texts, isOther, records);
  if (own && image.text !== null) return withList(image.text, 'objects', objects);
  const { width, height } = image;
  return `{"description": "", "tags": [], "size": ${JSON.stringify({ height, width })}, "objects": [${objects.join(', ')}]}`;
}

const noShape = { geometryType: undefined, points: undefined, bitmap: undefined };

/** An object under the name of a class; the number beside it is that class's, where the list of classes has one. */
function ofClass(object: string, classTitle: string, ids: ReadonlyMap<string, unknown>): string {
  if (titleOf(object) === classTitle) return object;
  const hasNumber = rawMember(object, 'classId') !== null;
  return withValues(object, { classTitle, ...(hasNumber ? { classId: ids.get(classTitle) } : {}) });
}

function shapeOf(annotation: Annotation, { width, height }: ViewImage, { losses }: WriteContext): object | null {
  const of = { imageId: annotation.imageId, annotationId: annotation.id };
  if (isEmpty(annotation, [height, width])) {
    losses.add('empty', of);
    return null;
  }
  const parts = partsOf(annotation);
  if (!parts) {
    const [x, y, w, h] = boxOf(annotation);
    return {
      geometryType: 'rectangle',
      points: {
        exterior: [
          [x, y],
          [x + w, y + h],
        ],
        interior: [],
      },
    };
  }
  if (annotation.segmentation!.kind === 'polygons' && parts.length === 1) {
    const [{ outer, holes }] = parts;
    return {
      geometryType: 'polygon',
      points: { exterior: pointsOf(outer), interior: holes.map((hole) => pointsOf(hole)) },
    };
  }
  if (annotation.segmentation!.kind === 'polygons') losses.add('parts-as-mask', of);
  const rle = segmentationToRle(annotation.segmentation!, [height, width]);
  const box = toBbox(rle);
  if (box[2] === 0) {
    losses.add('empty', of);
    return null;
  }
  const png = writeMaskPng(decodeRegion(rle, box), box[2], box[3]);
  return { geometryType: 'bitmap', bitmap: { data: toBase64(deflate(png)), origin: [box[0], box[1]] } };
}
