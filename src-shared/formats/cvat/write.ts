/** A dataset -> CVAT's XML, streamed image by image. */
import { categoryColors } from '../../document/palette';
import { segmentationToRle } from '../../document/segmentation';
import type { Annotation } from '../../document/types';
import type { DatasetView, ViewAnnotation, ViewCategory, ViewImage } from '../../dataset/view';
import { decodeRegion, toBbox } from '../../mask';
import { amongOthers, depths, withElementsChanged } from '../amongOthers';
import type { WriteContext } from '../format';
import { declaredChanges } from '../declared';
import { boxOf, type HoleStyle, partsOf, withoutHoles } from '../outline';
import { ownParts } from '../ownParts';
import { changeOf, noteLeft, type OwnChange } from '../ownRecord';
import { asFields, asNumber, pointsOf } from '../values';
import { childOf, childrenOf, escapeText, escapeXml, openingEnd, parseXml, textOf, withAttributes } from '../xml/xml';
import { labelList, shapesIn } from './read';

const kept = ['attributes', 'occluded', 'group_id'];

export function* writeCvat(view: DatasetView, context: WriteContext): Generator<string> {
  const own = ownParts(view, 'cvat');
  const names = new Map(view.categories().map(({ id, name }) => [id, name]));
  const images = [...view.images()];
  const head = own.get('head');
  const { text, renames } = head ? ownHead(head, view, images) : { text: headOf(view), renames: new Map() };
  yield text;
  let index = 0;
  for (const given of images) {
    const image = given.text === null ? given : { ...given, text: withOthersRenamed(given.text, renames) };
    if (own.size > 0 && image.untouched && image.text !== null) yield image.text;
    else yield imageText(image, index, view, names, own.size > 0, context);
    index++;
  }
  yield own.get('tail') ?? '\n</annotations>\n';
}

function labelText({ id, name, color }: ViewCategory, colors: ReadonlyMap<number, string>): string {
  return (
    `<label>\n          <name>${escapeText(name)}</name>\n          <color>${color ?? colors.get(id) ?? '#000000'}</color>\n` +
    '          <type>any</type>\n          <attributes>\n          </attributes>\n        </label>'
  );
}

const labelled = (text: string | null, name: string) => text?.includes(`label="${escapeXml(name)}"`) === true;

/** Tags and points take the new name of their label too. */
function withOthersRenamed(text: string, renames: ReadonlyMap<string, string>): string {
  if (![...renames.keys()].some((name) => labelled(text, name))) return text;
  const { texts, others } = shapesIn(text);
  return withElementsChanged(text, texts, (shape) => {
    const name = renames.get(others.get(shape) ?? '');
    if (name === undefined) return shape;
    return withAttributes(shape, new Map([['label', name]]));
  });
}

/** The head as it came, with the labels that are new, renamed or gone. */
function ownHead(head: string, view: DatasetView, images: readonly ViewImage[]) {
  const same = { text: head, renames: new Map<string, string>() };
  const list = labelList(parseXml(/<\/annotations\s*>/.test(head) ? head : `${head}</annotations>`, ''));
  if (!list) return same;
  const labels = childrenOf(list, 'label').filter((label) => textOf(label, 'name') !== undefined);
  const categories = view.categories();
  const changes = declaredChanges(
    labels.map((label) => textOf(label, 'name')!),
    categories,
    {
      isUsed: (name) => images.some(({ text }) => labelled(text, name)),
      isOthers: (name) =>
        images.some(({ text }) => labelled(text, name) && [...shapesIn(text!).others.values()].includes(name)),
    },
  );
  if (!changes) return same;
  const colors = categoryColors(categories.map(({ id, color }, position) => ({ id, color, position })));
  const pieces: string[] = [];
  const end = labels.length > 0 ? labels[labels.length - 1].end : head.indexOf('>', list.start) + 1;
  let at = 0;
  labels.forEach((label, index) => {
    const name = changes.names[index];
    const element = childOf(label, 'name')!;
    if (name === null) {
      pieces.push(head.slice(at, label.start).trimEnd());
      at = label.end;
    } else if (name !== textOf(label, 'name')) {
      pieces.push(head.slice(at, element.start), `<name>${escapeText(name)}</name>`);
      at = element.end;
    }
  });
  const added = changes.added.map((category) => `\n        ${labelText(category, colors)}`).join('');
  const isClosed = labels.length === 0 && head[end - 2] === '/';
  const before = isClosed ? '<labels>' : head.slice(Math.max(at, labels.length > 0 ? 0 : list.start), end);
  if (labels.length === 0) pieces.push(head.slice(0, list.start));
  pieces.push(before, added, isClosed ? '\n      </labels>' : '', head.slice(end));
  return { text: pieces.join(''), renames: changes.renames };
}

function headOf(view: DatasetView): string {
  const colors = categoryColors(view.categories().map(({ id, color }, position) => ({ id, color, position })));
  const labels = view.categories().map((category) => `        ${labelText(category, colors)}\n`);
  return (
    '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n  <meta>\n    <task>\n' +
    `      <name>${escapeXml(view.name)}</name>\n      <size>${view.imageCount}</size>\n      <mode>annotation</mode>\n` +
    `      <labels>\n${labels.join('')}      </labels>\n    </task>\n  </meta>`
  );
}

function imageText(
  image: ViewImage,
  index: number,
  view: DatasetView,
  names: ReadonlyMap<number, string>,
  own: boolean,
  context: WriteContext,
): string {
  const annotations = view.annotationsOf(image.id);
  const stays = (record: ViewAnnotation) => own && record.untouched && record.text !== null;
  const depthOf = depths(annotations.map(({ text }) => (own && text !== null ? zOrderOf(text) : null)));
  const records = annotations.map((record, place) => ({
    sources: own && record.text !== null ? [record.text] : [],
    texts: stays(record)
      ? [withZOrder(record.text!, depthOf[place])]
      : shapeTexts(record, names.get(record.categoryId) ?? '', depthOf[place], image, own, context),
  }));
  const source = own && image.text !== null ? shapesIn(image.text) : { texts: [], isOther: () => false };
  const shapes = amongOthers(source.texts, source.isOther, records);
  const body = shapes.map((shape) => `    ${shape}\n`).join('');
  const { fileName, width, height } = image;
  // What stands before and in the opening tag stays as it came.
  const opening =
    own && image.text !== null
      ? image.text.slice(0, openingEnd(image.text, image.text.indexOf('<image'))).replace(/\s*\/>$/, '>')
      : `\n  <image id="${index}" name="${escapeXml(fileName)}" width="${width}" height="${height}">`;
  return `${opening}\n${body}  </image>`;
}

const zOrderOf = (shape: string) => asNumber(attributesOf(shape).z_order) ?? 0;

const attributesOf = (shape: string) => parseXml(shape, '').attributes;

const withZOrder = (shape: string, depth: number) =>
  zOrderOf(shape) === depth ? shape : withAttributes(shape, new Map([['z_order', depth]]));

interface Shape {
  readonly name: 'box' | 'polygon' | 'mask';
  readonly place: Readonly<Record<string, string | number>>;
}

/** What shapes say about their place. */
const places = [
  ...['points', 'xtl', 'ytl', 'xbr', 'ybr', 'rotation', 'cx', 'cy', 'rx', 'ry'],
  ...['rle', 'left', 'top', 'width', 'height'],
];

function shapeTexts(
  record: ViewAnnotation,
  label: string,
  order: number,
  image: ViewImage,
  own: boolean,
  context: WriteContext,
): string[] {
  const { extra, id } = record.annotation;
  const change = own ? changeOf(record) : null;
  noteLeft(record, change, context.losses, { extra: kept });
  if ((!change || 'attributes' in change.extra) && !isText(extra.attributes))
    context.losses.add('attributes-as-text', { imageId: image.id, annotationId: id });
  const group = typeof extra.group_id === 'number' ? extra.group_id : null;
  if (change && !change.redrawn) return [changedShape(record.text!, change, label, order, new Map())];
  const shapes = shapesOf(record.annotation, image, context);
  // CVAT has no parts: a group of polygons is as near as it comes.
  const parted = group ?? (shapes.length > 1 ? id : null);
  return shapes.map(({ name, place }) => {
    if (!change) {
      const said = { label, source: 'manual', occluded: extra.occluded ? 1 : 0, ...place, z_order: order };
      const values = new Map<string, string | number | null>([...Object.entries(said), ['group_id', parted]]);
      return withAttributes(`<${name}>\n${innerText(extra)}    </${name}>`, values);
    }
    const values = new Map<string, string | number | null>(places.map((key) => [key, null]));
    for (const [key, value] of Object.entries(place)) values.set(key, value);
    if (shapes.length > 1) values.set('group_id', parted);
    return changedShape(record.text!, change, label, order, values, name);
  });
}

/** Names with texts: all that its attributes are. */
function isText(attributes: unknown): boolean {
  if (attributes === undefined) return true;
  const fields = asFields(attributes);
  return fields !== null && Object.values(fields).every((value) => typeof value === 'string');
}

const spelled = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

const innerText = (extra: Readonly<Record<string, unknown>>) =>
  Object.entries(asFields(extra.attributes) ?? {})
    .map(([key, value]) => `      <attribute name="${escapeXml(key)}">${escapeXml(spelled(value))}</attribute>\n`)
    .join('');

/** The shape as it came, with what is other than it was. */
function changedShape(
  shape: string,
  { extra }: OwnChange,
  label: string,
  order: number,
  values: Map<string, string | number | null>,
  name: string | null = null,
): string {
  const said = attributesOf(shape);
  if (said.label !== label) values.set('label', label);
  if ('occluded' in extra) values.set('occluded', extra.occluded ? 1 : 0);
  if ('group_id' in extra && !values.has('group_id'))
    values.set('group_id', typeof extra.group_id === 'number' ? extra.group_id : null);
  if ((asNumber(said.z_order) ?? 0) !== order) values.set('z_order', order);
  let text = shape;
  if ('attributes' in extra) {
    const opening = shape.slice(0, openingEnd(shape, 0)).replace(/\s*\/>$/, '>');
    text = `${opening}\n${innerText(extra)}    </${parseXml(shape, '').name}>`;
  }
  return withAttributes(text, values, name);
}

function shapesOf(annotation: Annotation, { width, height }: ViewImage, { losses, options }: WriteContext): Shape[] {
  const of = { imageId: annotation.imageId, annotationId: annotation.id };
  const parts = partsOf(annotation);
  if (!parts) {
    const [x, y, w, h] = boxOf(annotation);
    return [{ name: 'box', place: { xtl: x, ytl: y, xbr: x + w, ybr: y + h } }];
  }
  if (parts.length === 0) {
    losses.add('empty', of);
    return [];
  }
  const asMask =
    annotation.segmentation?.kind === 'rle' || parts.length > 1 || parts.some(({ holes }) => holes.length > 0);
  if (asMask && options.holes === 'mask' && height > 0) {
    const rle = segmentationToRle(annotation.segmentation!, [height, width]);
    const [x, y, w, h] = toBbox(rle);
    if (w === 0) {
      losses.add('empty', of);
      return [];
    }
    if (annotation.segmentation?.kind === 'polygons') losses.add('holes-as-mask', of);
    const runs = rowRuns(decodeRegion(rle, [x, y, w, h]));
    return [{ name: 'mask', place: { rle: runs, left: x, top: y, width: w, height: h } }];
  }
  if (parts.length > 1) losses.add('parts-split', of);
  const rings = withoutHoles(
    annotation,
    parts,
    [height, width],
    options.holes === 'fill' ? 'fill' : ('keyhole' as HoleStyle),
    losses,
  );
  const pairs = (ring: readonly number[]) => pointsOf(ring).map((point) => point.join(','));
  return rings.map((ring) => ({ name: 'polygon', place: { points: pairs(ring).join(';') } }));
}

/** Lengths of the runs of 0 and 1 in turn, zeros first. */
function rowRuns(bitmap: Uint8Array): string {
  const runs: number[] = [];
  let value = 0;
  let length = 0;
  for (const bit of bitmap) {
    if (bit === value) length++;
    else {
      runs.push(length);
      value = bit;
      length = 1;
    }
  }
  runs.push(length);
  return runs.join(', ');
}
