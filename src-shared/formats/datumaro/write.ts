/** A dataset -> Datumaro's items. */
import { segmentationToRle } from '../../document/segmentation';
import type { Annotation } from '../../document/types';
import type { DatasetView, ViewAnnotation, ViewCategory, ViewImage } from '../../dataset/view';
import { inside, losesSigns, outputStems } from '../../dataset/outputNames';
import { withImages } from '../../dataset/selectView';
import { toCompressed } from '../../mask';
import { amongOthers, depths } from '../amongOthers';
import type { ImagePlace, OutputFile, WriteContext } from '../format';
import { elementSpans, jsonElements, jsonMembers, parseJson, rawMember, replaceMembers, withList } from '../json/text';
import { withElements } from '../json/wholeFile';
import { baseOf } from '../names';
import { boxOf, isEmpty, partsOf } from '../outline';
import { ownParts } from '../ownParts';
import { changeOf, noteLeft, withValues } from '../ownRecord';
import { asFields, asList, asNumber, asSide, asText } from '../values';
import { contentOf, fileKey, nameKey, subsetKey } from './read';

/** Pictures that came with their subset's folder stay in it. */
export function placesOf(view: DatasetView): ImagePlace[] {
  const own = view.textFormat === 'datumaro';
  const subset = subsetOf(view);
  return Array.from(view.images(), ({ fileName, text }) => {
    const name = inside(fileName);
    return { picture: own && text !== null && name.startsWith('images/') ? name : `images/${subset}/${name}` };
  });
}

/** What a dataset of one subset calls it. */
function subsetOf(view: DatasetView): string {
  const said = ownParts(view, 'datumaro').get(nameKey);
  return (said && asText(parseJson(said, ''))) || 'default';
}

/** Datasets of several subsets leave as they came, each subset in its file; new images go to the last one. */
export function* writeDatumaro(view: DatasetView, context: WriteContext): Generator<OutputFile> {
  const subsets = view.textFormat === 'datumaro' ? subsetsOf(view) : null;
  if (!subsets) {
    const own = ownParts(view, 'datumaro').get(fileKey) ?? null;
    yield { name: `annotations/${subsetOf(view)}.json`, content: writeItems(view, own, context) };
    return;
  }
  for (const { name, text, first, last } of subsets) {
    const part = withImages(view, ({ id }) => id >= first && id <= last);
    yield { name: `annotations/${baseOf(name)}`, content: writeItems(part, text, context, first) };
  }
}

/** The files of the subsets, each with the ids of its images; null: it is one file, or their lists of labels differ. */
function subsetsOf(view: DatasetView) {
  const texts = view.parts().flatMap(([key, text]) => {
    return key.startsWith(subsetKey('')) && text !== null ? [{ name: key.slice(subsetKey('').length), text }] : [];
  });
  if (texts.length === 0 || new Set(texts.map(({ text }) => namesOf(text).join('\n'))).size > 1) return null;
  if (new Set(texts.map(({ name }) => baseOf(name))).size < texts.length) return null;
  let first = 1;
  return texts.map(({ name, text }, place) => {
    const count = jsonElements(rawMember(text, 'items') ?? '[]').length;
    const subset = { name, text, first, last: place === texts.length - 1 ? Infinity : first + count - 1 };
    first += count;
    return subset;
  });
}

const namesOf = (text: string) => jsonElements(labelsText(text)).map((label) => rawMember(label, 'name') ?? '');

/** `own`: the text it came in, of images whose ids count from `first`. */
function writeItems(view: DatasetView, own: string | null, context: WriteContext, first = 1): string {
  const categories = view.categories();
  const labelIds = new Map(categories.map(({ id }, index) => [id, index]));
  const images = [...view.images()];
  const names = outputStems(images.map(({ fileName }) => fileName));
  const stems = new Map(images.map(({ id }, place) => [id, names[place]]));
  if (own !== null) {
    const list = ownLabels(own, categories);
    const items = jsonMembers(own).find(({ key }) => key === 'items');
    const spans = items
      ? elementSpans(own.slice(items.valueStart, items.valueEnd)).map(
          ([start, end]) => [items.valueStart + start, items.valueStart + end] as const,
        )
      : [];
    const written = withElements(own, view, {
      spans,
      first,
      rewrite: (image, item) => {
        const annotations = annotationsText(view, image, list.ids, true, context);
        return withList(item, 'annotations', annotations);
      },
      render: (image) => itemText(view, image, { stem: stems.get(image.id)!, frame: image.id }, list.ids, context),
    });
    if (written !== null) {
      // Subsets have one list each, all alike: it is told once.
      if (first === 1) for (let gone = list.gone; gone > 0; gone--) context.losses.add('label-kept', { imageId: null });
      return list.changed === null ? written : withLabels(written, list.changed);
    }
  }
  const labels = categories.map(labelOf);
  const items = images.map((image, frame) =>
    itemText(view, image, { stem: stems.get(image.id)!, frame }, labelIds, context),
  );
  const label = { labels, label_groups: [], attributes: [] };
  return `{"info":{},"categories":{"label":${JSON.stringify(label)}},"items":[${items.join(',\n')}]}`;
}

function itemText(
  view: DatasetView,
  image: ViewImage,
  { stem, frame }: { readonly stem: string; readonly frame: number },
  labelIds: ReadonlyMap<number, number>,
  context: WriteContext,
): string {
  const { width, height, fileName } = image;
  if (losesSigns(fileName)) context.losses.add('image-renamed', { imageId: image.id });
  const annotations = annotationsText(view, image, labelIds, false, context);
  const size = width > 0 ? `,"size":[${height},${width}]` : '';
  return `{"id":${JSON.stringify(stem)},"annotations":[${annotations.join(',')}],"attr":{"frame":${frame}},"image":{"path":${JSON.stringify(inside(fileName))}${size}}}`;
}

const labelOf = ({ name, supercategory }: ViewCategory) => ({ name, parent: supercategory ?? '', attributes: [] });

/**
 * The labels of the file with what the project says of them, and where each category stands; null: they are as they were. One
 * whose category is gone keeps its place, so that the numbers of the others mean what they meant: groups of labels, points and
 * whatever else of the file is no annotation of ours go by them too. `gone`: how many do.
 */
function ownLabels(own: string, categories: readonly ViewCategory[]) {
  const texts = jsonElements(labelsText(own));
  const ids = new Map<number, number>();
  const byId = new Map(categories.map((category) => [category.id, category]));
  const names = new Set(categories.map(({ name }) => name));
  let gone = 0;
  const written = texts.map((text, index) => {
    const category = byId.get(index + 1);
    const said = asFields(parseJson(text, ''));
    if (!category && !names.has(asText(said?.name) ?? '')) gone++;
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
  return { ids, changed: isSame ? null : written, gone };
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
  const depthOf = depths(annotations.map(({ text }) => (own && text !== null ? zOrderOf(text) : null)));
  const written = (record: ViewAnnotation, depth: number): string[] => {
    if (stays(record)) return [withZOrder(record.text!, depth)];
    const { annotation } = record;
    const change = own ? changeOf(record) : null;
    const label = labelIds.get(record.categoryId) ?? 0;
    const shape = change && !change.redrawn ? {} : shapeOf(annotation, image, context);
    if (!shape) return [];
    noteLeft(record, change, context.losses, { id: true, extra: ['attributes', 'group_id'] });
    const { attributes = {}, group_id: group = 0 } = change?.extra ?? annotation.extra;
    const extra = { attributes: asFields(attributes) ?? {}, group: typeof group === 'number' ? group : 0 };
    if (!change) return [JSON.stringify({ id: record.id, ...extra, label_id: label, z_order: depth, ...shape })];
    const { attributes: said, group: joined } = extra;
    const values = {
      ...('attributes' in change.extra ? { attributes: said } : {}),
      ...('group_id' in change.extra ? { group: joined } : {}),
      label_id: label,
      ...(change.redrawn ? { ...noShape, ...shape } : {}),
    };
    return [withZOrder(withValues(record.text!, values), depth)];
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

const noShape = { type: undefined, points: undefined, bbox: undefined, rle: undefined };

function shapeOf(annotation: Annotation, { width, height }: ViewImage, { losses }: WriteContext): object | null {
  const { id, imageId } = annotation;
  const of = { imageId, annotationId: id };
  if (isEmpty(annotation, [height, width])) {
    losses.add('empty', of);
    return null;
  }
  const parts = partsOf(annotation);
  if (!parts) return { type: 'bbox', bbox: boxOf(annotation) };
  if (annotation.segmentation!.kind === 'polygons' && parts.length === 1 && parts[0].holes.length === 0) {
    return { type: 'polygon', points: parts[0].outer };
  }
  if (annotation.segmentation!.kind === 'polygons')
    losses.add(parts.length > 1 ? 'parts-as-mask' : 'holes-as-mask', of);
  const rle = segmentationToRle(annotation.segmentation!, [height, width]);
  return { type: 'mask', rle: { counts: toCompressed(rle), size: rle.size } };
}
