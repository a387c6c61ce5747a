/** Datumaro's own JSON: one file with all items, their polygons, boxes and masks. */
import { rleToSegmentation, segmentationToRle } from '../../document/segmentation';
import type { Annotation } from '../../document/types';
import type { AnnotationContent, DatasetSink } from '../../dataset/records';
import type { DatasetView, ViewAnnotation, ViewCategory, ViewImage } from '../../dataset/view';
import { inside, outputStems } from '../../dataset/outputNames';
import { AppError } from '../../errors/appError';
import { fromCompressed, fromUncompressed, MaskError, toCompressed } from '../../mask';
import { amongOthers, depths } from '../amongOthers';
import type { DatasetFormat, DatasetSource, WriteContext } from '../format';
import { headKeys, isJsonName } from '../json/head';
import { elementSpans, jsonElements, jsonMembers, parseJson, rawMember, replaceMembers } from '../json/text';
import { withElements } from '../json/wholeFile';
import { boxOf, isEmpty, noteLeftBehind, partsOf } from '../outline';
import { asFields, asList, asNumber, asSide, asText, type Fields } from '../values';

export const datumaroFormat: DatasetFormat = {
  id: 'datumaro',
  title: 'Datumaro',
  about: 'One JSON file with polygons, boxes and masks of all images: Datumaro, and through it OpenVINO.',
  extensions: ['json'],
  target: 'folder',
  numbersCategories: true,
  options: [],
  keeps: { unused: true, supercategories: true },
  losses: [
    ...(['tags'] as const),
    'score',
    'crowd',
    'parts-as-mask',
    'holes-as-mask',
    'empty',
    'no-image-left-out',
    'no-category',
  ],
  async recognise(source) {
    const file = await itemsFile(source);
    return file === null ? null : `${file} has Datumaro items`;
  },
  async read(source, sink) {
    const file = source.entry ?? (await itemsFile(source)) ?? '';
    await readItems(source, file, sink);
  },
  write: (view, context) => [{ name: 'annotations/default.json', content: writeItems(view, context) }],
  placeImages: (view) =>
    Array.from(view.images(), ({ fileName }) => ({ picture: `images/default/${inside(fileName)}` })),
};

async function itemsFile(source: DatasetSource): Promise<string | null> {
  const names = source.entry === null ? (await source.names()).filter(isJsonName) : [source.entry];
  for (const name of names.slice(0, 20)) {
    const head = await source.head(name);
    const keys = headKeys(head);
    if (!keys) continue;
    if (keys.get('items') === '[' || (keys.get('categories') === '{' && /"label"\s*:/.test(head))) return name;
  }
  return null;
}

async function readItems(source: DatasetSource, file: string, sink: DatasetSink): Promise<void> {
  const name = source.fullName(file);
  const text = await source.text(file);
  const json = asFields(parseJson(text, name));
  if (!json || !Array.isArray(json.items))
    throw new AppError('bad-input', `${name} has no list of items`, { place: { file: name } });
  sink.part('file', text);
  const labels = asList(asFields(asFields(json.categories)?.label)?.labels).map(
    (label) => asText(asFields(label)?.name) ?? '',
  );
  labels.forEach((label, index) => {
    const parent = asText(asFields(asList(asFields(asFields(json.categories)?.label)?.labels)[index])?.parent);
    sink.category({ id: index + 1, name: label, supercategory: parent || null }, null, {
      file: name,
      pointer: `/categories/label/labels/${index}`,
    });
  });
  const texts = jsonElements(rawMember(text, 'items') ?? '[]');
  for (const [index, value] of json.items.entries()) {
    const item = asFields(value);
    const at = { file: name, pointer: `/items/${index}` };
    if (!item)
      throw new AppError('bad-input', `${name}: item ${index} is no object`, {
        place: { file: name, pointer: at.pointer },
      });
    const image = asFields(item.image);
    const [height, width] = asList(image?.size).map(asSide);
    const said = asText(image?.path) || asText(item.id) || `item ${index}`;
    const id = index + 1;
    sink.image({ id, fileName: said, width: width ?? null, height: height ?? null }, texts[index], at);
    const spans = jsonElements(rawMember(texts[index], 'annotations') ?? '[]');
    // Shapes that lie deeper come first.
    const all = asList(item.annotations).map((one, place) => ({ fields: asFields(one), place }));
    all.sort((a, b) => (asNumber(a.fields?.z_order) ?? 0) - (asNumber(b.fields?.z_order) ?? 0));
    for (const { fields, place } of all) {
      const where = { file: name, pointer: `${at.pointer}/annotations/${place}` };
      const content = fields && contentOf(fields, [height ?? 0, width ?? 0]);
      if (!content || typeof content === 'string') {
        const message = typeof content === 'string' ? content : 'it has no label, or no area: left out';
        sink.issue({ code: 'shape-skipped', severity: 'warning', pointer: where.pointer, message }, where);
        continue;
      }
      const own = asNumber(fields.id);
      const record = {
        id: own !== null && own > 0 ? own : null,
        imageId: id,
        categoryId: asNumber(fields.label_id)! + 1,
        maskSize: null,
        content,
      };
      sink.annotation(record, spans[place] ?? null, where);
    }
  }
}

function contentOf(fields: Fields, size: readonly [number, number]): AnnotationContent | string | null {
  if (asNumber(fields.label_id) === null) return null;
  const attributes = asFields(fields.attributes) ?? {};
  const extra = {
    ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
    ...(asNumber(fields.group) ? { group_id: asNumber(fields.group) } : {}),
  };
  const base = { bbox: null, area: null, isCrowd: false, score: null, extra };
  switch (fields.type) {
    case 'polygon': {
      const outer = asList(fields.points).map((value) => asNumber(value) ?? Number.NaN);
      if (outer.length < 6 || outer.length % 2 !== 0 || !outer.every(Number.isFinite))
        return 'a polygon needs 3 points: left out';
      return { ...base, segmentation: { kind: 'polygons', parts: [{ outer, holes: [] }] } };
    }
    case 'bbox': {
      const box = asList(fields.bbox).map((value) => asNumber(value) ?? Number.NaN);
      if (box.length !== 4 || !box.every(Number.isFinite)) return 'a box needs 4 numbers: left out';
      return { ...base, segmentation: null, bbox: [box[0], box[1], box[2], box[3]] };
    }
    case 'mask': {
      const rle = asFields(fields.rle);
      const [height, width] = asList(rle?.size).map(asSide);
      if (!rle || !height || !width) return 'a mask has no size: left out';
      if (size[0] > 0 && (size[0] !== height || size[1] !== width))
        return 'a mask is not of its image’s size: left out';
      try {
        const counts = rle.counts;
        const mask =
          typeof counts === 'string'
            ? fromCompressed(counts, [height, width])
            : fromUncompressed(
                asList(counts).map((run) => asNumber(run) ?? -1),
                [height, width],
              );
        return { ...base, segmentation: rleToSegmentation(mask) };
      } catch (error) {
        if (error instanceof MaskError) return `a mask cannot be read (${error.message}): left out`;
        throw error;
      }
    }
    default:
      return null;
  }
}

function writeItems(view: DatasetView, context: WriteContext): string {
  const categories = view.categories();
  const labelIds = new Map(categories.map(({ id }, index) => [id, index]));
  const own = view.textFormat === 'datumaro' ? (view.parts().find(([key]) => key === 'file')?.[1] ?? null) : null;
  if (own !== null) {
    const list = ownLabels(own, categories);
    const items = jsonMembers(own).find(({ key }) => key === 'items');
    const spans = items
      ? elementSpans(own.slice(items.valueStart, items.valueEnd)).map(
          ([start, end]) => [items.valueStart + start, items.valueStart + end] as const,
        )
      : [];
    const written = withElements(own, spans, view, (image, item) =>
      replaceMembers(
        item,
        new Map([['annotations', `[${annotationsText(view, image, list.ids, true, context).join(',')}]`]]),
      ),
    );
    if (written !== null) return list.changed === null ? written : withLabels(written, list.changed);
  }
  const labels = categories.map(labelOf);
  const images = [...view.images()];
  const stems = outputStems(images.map(({ fileName }) => fileName));
  const items = images.map((image, place) => {
    const { width, height, fileName } = image;
    const annotations = annotationsText(view, image, labelIds, false, context);
    const size = width > 0 ? `,"size":[${height},${width}]` : '';
    return `{"id":${JSON.stringify(stems[place])},"annotations":[${annotations.join(',')}],"attr":{"frame":${place}},"image":{"path":${JSON.stringify(inside(fileName))}${size}}}`;
  });
  const label = { labels, label_groups: [], attributes: [] };
  return `{"info":{},"categories":{"label":${JSON.stringify(label)}},"items":[${items.join(',\n')}]}`;
}

const labelOf = ({ name, supercategory }: ViewCategory) => ({ name, parent: supercategory ?? '', attributes: [] });

/**
 * The labels of the file with what the project says of them, and where each category stands; null: they are as they were. One
 * whose category is gone keeps its place, so that the numbers of the others mean what they meant.
 */
function ownLabels(own: string, categories: readonly ViewCategory[]) {
  const texts = jsonElements(labelsText(own));
  const ids = new Map<number, number>();
  const byId = new Map(categories.map((category) => [category.id, category]));
  const written = texts.map((text, index) => {
    const category = byId.get(index + 1);
    const said = asFields(parseJson(text, ''));
    if (!category || !said) return text;
    ids.set(category.id, index);
    const changes = new Map<string, string>();
    if (category.name !== (asText(said.name) ?? '')) changes.set('name', JSON.stringify(category.name));
    if ((category.supercategory ?? '') !== (asText(said.parent) ?? ''))
      changes.set('parent', JSON.stringify(category.supercategory ?? ''));
    return changes.size > 0 ? replaceMembers(text, changes) : text;
  });
  for (const category of categories) {
    if (ids.has(category.id)) continue;
    ids.set(category.id, written.length);
    written.push(JSON.stringify(labelOf(category)));
  }
  const isSame = written.length === texts.length && written.every((text, index) => text === texts[index]);
  return { ids, changed: isSame ? null : written };
}

const memberOf = (text: string, key: string) => rawMember(text, key) ?? '{}';

const labelsText = (own: string) => rawMember(memberOf(memberOf(own, 'categories'), 'label'), 'labels') ?? '[]';

function withLabels(text: string, labels: readonly string[]): string {
  const categories = memberOf(text, 'categories');
  const label = replaceMembers(memberOf(categories, 'label'), new Map([['labels', `[${labels.join(',')}]`]]));
  return replaceMembers(text, new Map([['categories', replaceMembers(categories, new Map([['label', label]]))]]));
}

function annotationsText(
  view: DatasetView,
  image: ViewImage,
  labelIds: ReadonlyMap<number, number>,
  own: boolean,
  context: WriteContext,
): string[] {
  const annotations = view.annotationsOf(image.id);
  const stays = (record: ViewAnnotation) => own && record.untouched && record.text !== null;
  const depthOf = depths(annotations.map((record) => (stays(record) ? zOrderOf(record.text!) : null)));
  const written = (record: ViewAnnotation, depth: number): string[] => {
    if (stays(record)) return [withZOrder(record.text!, depth)];
    const one = annotationOf(record.annotation, labelIds.get(record.categoryId) ?? 0, depth, image, context);
    return one ? [JSON.stringify(one)] : [];
  };
  const records = annotations.map((record, place) => ({
    sources: own && record.text !== null ? [record.text] : [],
    texts: written(record, depthOf[place]),
  }));
  const item = own && image.text !== null ? image.text : '{}';
  const picture = asFields(parseJson(rawMember(item, 'image') ?? 'null', ''));
  const [height = null, width = null] = asList(picture?.size).map(asSide);
  const isOther = (text: string) => {
    const fields = asFields(parseJson(text, ''));
    return !fields || typeof (contentOf(fields, [height ?? 0, width ?? 0]) ?? '') === 'string';
  };
  return amongOthers(jsonElements(rawMember(item, 'annotations') ?? '[]'), isOther, records);
}

const zOrderOf = (text: string) => asNumber(asFields(parseJson(text, ''))?.z_order) ?? 0;

const withZOrder = (text: string, depth: number) =>
  zOrderOf(text) === depth ? text : replaceMembers(text, new Map([['z_order', String(depth)]]));

function annotationOf(
  annotation: Annotation,
  label: number,
  order: number,
  { width, height }: ViewImage,
  { losses }: WriteContext,
): object | null {
  const { id, imageId, extra } = annotation;
  const of = { imageId, annotationId: id };
  if (isEmpty(annotation, [height, width])) {
    losses.add('empty', of);
    return null;
  }
  noteLeftBehind(annotation, losses, { id: true, extra: ['attributes', 'group_id'] });
  const group = typeof extra.group_id === 'number' ? extra.group_id : 0;
  const common = (type: string) => ({
    id,
    type,
    attributes: asFields(extra.attributes) ?? {},
    group,
    label_id: label,
    z_order: order,
  });
  const parts = partsOf(annotation);
  if (!parts) return { ...common('bbox'), bbox: boxOf(annotation) };
  if (annotation.segmentation!.kind === 'polygons' && parts.length === 1 && parts[0].holes.length === 0) {
    return { ...common('polygon'), points: parts[0].outer };
  }
  if (annotation.segmentation!.kind === 'polygons')
    losses.add(parts.length > 1 ? 'parts-as-mask' : 'holes-as-mask', of);
  const rle = segmentationToRle(annotation.segmentation!, [height, width]);
  return { ...common('mask'), rle: { counts: toCompressed(rle), size: rle.size } };
}
