/** A dataset -> VOC: XML of boxes, palette pictures where there are masks, and the lists of images. */
import type { Annotation } from '../../document/types';
import { inside, uniqueNames } from '../../dataset/outputNames';
import type { DatasetView, ViewAnnotation, ViewImage } from '../../dataset/view';
import type { ImagePlace, OutputFile, WriteContext } from '../format';
import { asLine, baseOf, stemOf } from '../names';
import { boxOf, isBeyond, isEmpty } from '../outline';
import { changeOf, noteLeft } from '../ownRecord';
import { imageLists } from './lists';
import { isDrawn } from './read';
import { vocPalette, writeIndexedPng } from '../png/maskPng';
import { classNumbers, keptLabelMap, labelMapName, ownLabelMap } from './classes';
import { voidsOf } from '../../dataset/voids';
import { drawVoids, paint } from './paint';
import { childrenOf, escapeText, escapeXml, parseXml, textOf, withChildren } from '../xml/xml';

const kept = ['pose', 'difficult', 'truncated', 'occluded'];

/** Of a palette picture, which is held whole. */
const mostPixels = 400_000_000;

/** One folder for all pictures: those of one name get numbers. */
export function vocPlaces(view: DatasetView): ImagePlace[] {
  const wanted = Array.from(view.images(), ({ fileName }) => baseOf(inside(fileName)));
  return uniqueNames(wanted, { byStem: true }).map((name, place) => ({
    picture: `JPEGImages/${name}`,
    labels: `Annotations/${stemOf(name)}.xml`,
    renamed: name !== wanted[place],
  }));
}

export function* writeVoc(view: DatasetView, context: WriteContext): Generator<OutputFile> {
  const own = view.textFormat === 'voc';
  const categories = view.categories();
  const names = new Map(categories.map(({ id, name }) => [id, name]));
  const { numbers, known } = classNumbers(view);
  const palette = vocPalette();
  const images = [...view.images()];
  const places = vocPlaces(view);
  const lists = new Map<string, string[]>();
  const withMasks: string[] = [];
  const voids = voidsOf(view);
  for (const [place, image] of images.entries()) {
    const { picture, labels } = places[place];
    const stem = stemOf(baseOf(picture));
    if (image.fileName !== picture && image.fileName !== baseOf(picture))
      context.losses.add('image-renamed', { imageId: image.id });
    const split = image.split ?? 'train';
    lists.set(split, [...(lists.get(split) ?? []), stem]);
    const records = view.annotationsOf(image.id);
    const drawn = records.filter((record) => isWritten(record, image, context));
    yield { name: labels!, content: xmlOf(image, places[place], drawn, names, own, context) };
    const withMask = drawn.filter(({ annotation }) => annotation.segmentation);
    const nobodys = voids.get(image.id);
    if (withMask.length === 0 && nobodys === undefined) continue;
    if (image.width === 0 || image.width * image.height > mostPixels) {
      for (const { id } of withMask) context.losses.add('mask-as-box', { imageId: image.id, annotationId: id });
      continue;
    }
    const painted = { records: drawn, places: own && image.untouched ? placesIn(image.text, drawn) : null };
    const { objects, classes } = paint(image, painted, numbers, Number(context.options.border), context);
    if (nobodys !== undefined) drawVoids({ objects, classes }, nobodys, image);
    withMasks.push(stem);
    yield {
      name: `SegmentationObject/${stem}.png`,
      content: writeIndexedPng(objects, image.width, image.height, palette),
    };
    yield {
      name: `SegmentationClass/${stem}.png`,
      content: writeIndexedPng(classes, image.width, image.height, palette),
    };
  }
  yield* imageLists(view, images, places, { lists, masked: new Set(withMasks) });
  yield* labelMapOf(view, numbers, known, context);
}

/** What the numbers in the pictures mean, as far as that can be said: they count from 1 in the order of the lines. */
function* labelMapOf(
  view: DatasetView,
  numbers: ReadonlyMap<number, number>,
  known: number,
  { losses }: WriteContext,
): Generator<OutputFile> {
  const palette = vocPalette();
  const categories = view.categories();
  const own = keptLabelMap(view);
  const inOrder = [...categories].sort((a, b) => numbers.get(a.id)! - numbers.get(b.id)!);
  const isGapless = inOrder.every(({ id }, index) => numbers.get(id) === index + 1);
  // Numbers that came without such a file leave without it.
  const isKnown = own === null && known > 0 && (known === categories.length || !isGapless);
  if (isKnown || categories.some(({ name }) => isNoLine(name))) {
    const used = new Set([...view.annotations()].map(({ categoryId }) => categoryId));
    for (const { id } of categories) if (!used.has(id)) losses.add('unused-category', { imageId: null });
    return;
  }
  const names = inOrder.map(({ name }) => name);
  const content = own === null ? labelMap(names, palette) : ownLabelMap(own, categories, numbers, palette);
  yield { name: labelMapName, content };
}

/** Its lines are parted by colons, and nothing marks one in a name; a sign begins a comment, and one name is the background's. */
const isNoLine = (name: string) => /[:\r\n]|^\s*#/.test(name) || name.trim() === 'background';

/** As CVAT and Datumaro write it: name, colour, parts, actions. */
function labelMap(names: readonly string[], palette: readonly (readonly number[])[]): string {
  const lines = ['background', ...names].map(
    (name, index) => `${asLine(name)}:${(palette[index % 255] ?? [0, 0, 0]).join(',')}::\n`,
  );
  return `# label:color_rgb:parts:actions\n${lines.join('')}`;
}

function isWritten({ annotation }: ViewAnnotation, { width, height }: ViewImage, { losses }: WriteContext): boolean {
  const size = [height, width] as const;
  if (!isEmpty(annotation, size) && (width === 0 || !isBeyond(annotation, size))) return true;
  losses.add('empty', { imageId: annotation.imageId, annotationId: annotation.id });
  return false;
}

function xmlOf(
  image: ViewImage,
  { picture, renamed }: ImagePlace,
  records: readonly ViewAnnotation[],
  names: ReadonlyMap<number, string>,
  own: boolean,
  { losses }: WriteContext,
): string {
  const filename = `<filename>${escapeText(baseOf(picture))}</filename>`;
  const namedAs = (xml: string) => (renamed ? xml.replace(/<filename>[^<]*<\/filename>/, () => filename) : xml);
  const text = own && image.text !== null ? namedAs(image.text) : null;
  if (image.untouched && text !== null) return text;
  const objects = records.map((record) =>
    own && record.untouched && record.text !== null
      ? record.text
      : objectText(record, names.get(record.categoryId) ?? '', image, own, losses),
  );
  const hasMasks = records.some(({ annotation }) => annotation.segmentation);
  if (text !== null && ending.test(text)) return withObjects(text, objects, { records, hasMasks });
  const { width, height } = image;
  return (
    `<annotation>\n\t<folder>JPEGImages</folder>\n\t${filename}\n` +
    `\t<size>\n\t\t<width>${width}</width>\n\t\t<height>${height}</height>\n\t\t<depth>3</depth>\n\t</size>\n` +
    `\t<segmented>${hasMasks ? 1 : 0}</segmented>\n` +
    `${objects.map((object) => `\t${object}\n`).join('')}</annotation>\n`
  );
}

const ending = /<\/annotation\s*>\s*$/;

/** By the texts of the records, from 1: where each stands among the objects of its file, those of which nothing was read included. */
function placesIn(text: string | null, records: readonly ViewAnnotation[]): number[] | null {
  if (text === null) return null;
  const left = new Map<string, number[]>();
  childrenOf(parseXml(text, ''), 'object').forEach(({ start, end }, at) => {
    const own = text.slice(start, end);
    left.set(own, [...(left.get(own) ?? []), at + 1]);
  });
  return records.map((record, place) => left.get(record.text ?? '')?.shift() ?? place + 1);
}

/** The file as it came, with these objects; those of which nothing was read follow, so that the numbers in masks stay. */
function withObjects(
  text: string,
  objects: readonly string[],
  { records, hasMasks }: { readonly records: readonly ViewAnnotation[]; readonly hasMasks: boolean },
): string {
  const before = childrenOf(parseXml(text, ''), 'object');
  const read = new Set(records.map((record) => record.text));
  const others = before.filter((object) => !isDrawn(object) && !read.has(text.slice(object.start, object.end)));
  const all = [...objects, ...others.map(({ start, end }) => text.slice(start, end))];
  const close = text.search(ending);
  const marked = (head: string) =>
    hasMasks ? head.replace(/<segmented>\s*0\s*<\/segmented>/, '<segmented>1</segmented>') : head;
  const between = before.slice(1).map(({ start }, index) => text.slice(before[index].end, start));
  // What stood side by side is parted as it was.
  if (before.length > 0 && all.length > 0 && between.every((piece) => piece.trim() === '')) {
    const [{ start }, { end }] = [before[0], before[before.length - 1]];
    const indent = text.slice(text.slice(0, start).trimEnd().length, start);
    return marked(text.slice(0, start)) + all.join(between[0] ?? indent) + text.slice(end);
  }
  const ends = before.map(({ end }, index) => text.slice(end, before[index + 1]?.start ?? close).trim());
  const rest = [...all, ...ends.filter((piece) => piece !== '')].map((piece) => `\t${piece}\n`).join('');
  const head = text.slice(0, before[0]?.start ?? close).trimEnd();
  return `${marked(head)}\n${rest}${text.slice(close)}`;
}

function objectText(
  record: ViewAnnotation,
  name: string,
  image: ViewImage,
  own: boolean,
  losses: WriteContext['losses'],
): string {
  const { extra } = record.annotation;
  const change = own ? changeOf(record) : null;
  noteLeft(record, change, losses, { extra: kept });
  const box = change && !change.redrawn ? null : boxText(record.annotation, image, losses);
  const nameText = `<name>${escapeText(name)}</name>`;
  const poseText = `<pose>${escapeXml(typeof extra.pose === 'string' ? extra.pose : 'Unspecified')}</pose>`;
  const flag = (key: string) => `<${key}>${extra[key] ? 1 : 0}</${key}>`;
  if (change) {
    const changes = new Map<string, string | null>();
    if (textOf(parseXml(record.text!, ''), 'name') !== name) changes.set('name', nameText);
    for (const key of Object.keys(change.extra)) {
      if (key === 'pose') changes.set(key, poseText);
      else if (flags.includes(key)) changes.set(key, flag(key));
    }
    // An outline beside the box would be read before it.
    if (box !== null) changes.set('bndbox', box).set('polygon', null);
    return changes.size === 0 ? record.text! : withChildren(record.text!, changes);
  }
  const lines = [nameText, poseText, ...flags.map(flag), box];
  return `<object>\n${lines.map((line) => `\t\t${line}\n`).join('')}\t</object>`;
}

const flags = ['truncated', 'difficult', 'occluded'];

function boxText(annotation: Annotation, { width, height }: ViewImage, losses: WriteContext['losses']): string {
  const of = { imageId: annotation.imageId, annotationId: annotation.id };
  const [x, y, w, h] = boxOf(annotation);
  const [left, top] = [Math.max(0, Math.floor(x)), Math.max(0, Math.floor(y))];
  const [right, bottom] = [Math.ceil(x + w), Math.ceil(y + h)];
  const [toX, toY] = [width > 0 ? Math.min(width, right) : right, height > 0 ? Math.min(height, bottom) : bottom];
  if (![x, y, x + w, y + h].every(Number.isInteger)) losses.add('rounded', of);
  if (x < 0 || y < 0 || toX < right || toY < bottom) losses.add('outside', of);
  const sides = { xmin: left + 1, ymin: top + 1, xmax: Math.max(left + 1, toX), ymax: Math.max(top + 1, toY) };
  const lines = Object.entries(sides).map(([key, value]) => `\t\t\t<${key}>${value}</${key}>\n`);
  return `<bndbox>\n${lines.join('')}\t\t</bndbox>`;
}
