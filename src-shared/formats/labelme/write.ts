/** An image with its annotations -> a labelme file, as labelme itself lays it out. */
import { segmentationToRle } from '../../document/segmentation';
import type { Annotation } from '../../document/types';
import type { ViewAnnotation, ViewImage } from '../../dataset/view';
import { decodeRegion, toBbox } from '../../mask';
import { amongOthers } from '../amongOthers';
import type { WriteContext } from '../format';
import { jsonElements, parseJson, withList } from '../json/text';
import { baseOf } from '../names';
import { boxOf, type HoleStyle, partsOf, withoutHoles } from '../outline';
import { changeOf, noteLeft, withValues } from '../ownRecord';
import { toBase64, writeMaskPng } from '../png/maskPng';
import { asFields, pointsOf } from '../values';
import { isCornered, ownCorners } from './corners';
import { shapesIn } from './read';

const kept = ['description', 'flags'];

/** As labelme writes it, in the order of its keys. */
interface Shape {
  readonly label: string;
  readonly points: readonly (readonly number[])[];
  readonly group_id: unknown;
  readonly description: unknown;
  readonly shape_type: string;
  readonly flags: unknown;
  readonly mask: string | null;
}

/** `own`: the texts of the image and its annotations are labelme's. */
export function writeLabelmeFile(
  image: ViewImage,
  annotations: readonly ViewAnnotation[],
  names: ReadonlyMap<number, string>,
  own: boolean,
  context: WriteContext,
): string {
  if (own && image.untouched && image.text !== null) return image.text;
  const groups = new Groups(annotations);
  const records = annotations.map((record) => ({
    sources: own && record.text !== null ? jsonElements(`[${record.text}]`) : [],
    texts:
      own && record.untouched && record.text !== null
        ? [record.text]
        : shapesOf(record, names.get(record.categoryId) ?? '', image, own, groups, context),
  }));
  const shapes = records.flatMap(({ texts }) => texts);
  if (own && image.text !== null) {
    const { texts, isOther } = shapesIn(image.text);
    const all = amongOthers(texts, isOther, records);
    return withList(image.text, 'shapes', all);
  }
  const { width, height, fileName } = image;
  const fields = {
    version: '5.5.0',
    flags: {},
    shapes: [],
    imagePath: baseOf(fileName),
    imageData: null,
    imageHeight: height || null,
    imageWidth: width || null,
  };
  return JSON.stringify(fields, null, 2).replace('"shapes": []', () => `"shapes": ${listText(shapes)}`);
}

const listText = (shapes: readonly string[]) => (shapes.length === 0 ? '[]' : `[\n    ${shapes.join(',\n    ')}\n  ]`);

/** A shape where it stands in the file. Its points, most of the text, are laid out here: JSON.stringify takes twice as long. */
function indented({ label, points, ...others }: Shape): string {
  const text = JSON.stringify({ label, points: [], ...others }, null, 2).replace(/\n/g, '\n    ');
  const lists = points.map((point) => `[\n          ${point.map(numberText).join(',\n          ')}\n        ]`);
  const list = `[\n        ${lists.join(',\n        ')}\n      ]`;
  // The first of its kind: quotes of a label are escaped.
  return points.length === 0 ? text : text.replace('"points": []', () => `"points": ${list}`);
}

const numberText = (value: number) => (Number.isFinite(value) ? String(value) : 'null');

/** A member of a shape where it stands in the file. */
const spelled = (value: unknown) => JSON.stringify(value, null, 2).replace(/\n/g, '\n      ');

/** Numbers for what joins the parts of an object: unused ones. */
class Groups {
  #next = 1;

  constructor(annotations: readonly ViewAnnotation[]) {
    for (const { text } of annotations) {
      if (!text?.includes('"group_id"')) continue;
      for (const [, group] of text.matchAll(/"group_id":\s*(\d+)/g))
        this.#next = Math.max(this.#next, Number(group) + 1);
    }
  }

  take(): number {
    return this.#next++;
  }
}

/** What a shape looks like. */
interface Drawn {
  readonly points: readonly (readonly number[])[];
  readonly shape_type: string;
  /** A picture, of a mask. */
  readonly mask: string | null;
}

function shapesOf(
  record: ViewAnnotation,
  label: string,
  image: ViewImage,
  own: boolean,
  groups: Groups,
  context: WriteContext,
): string[] {
  const { extra } = record.annotation;
  const change = own ? changeOf(record) : null;
  noteLeft(record, change, context.losses, { extra: change ? Object.keys(change.extra) : kept });
  const sources = change ? jsonElements(`[${record.text!}]`) : [];
  if (change && !change.redrawn)
    return sources.map((source, place) => withValues(source, { label, ...(place === 0 ? change.extra : {}) }, spelled));
  const drawn = drawnOf(record.annotation, image, context);
  const ownGroup = sources
    .map((source) => asFields(parseJson(source, ''))?.group_id ?? null)
    .find((one) => one !== null);
  const group = drawn.length > 1 ? (ownGroup ?? groups.take()) : null;
  return drawn.map(({ points, shape_type, mask }, place) => {
    const source = sources[place] ?? sources[0];
    if (source === undefined) {
      const { description = '', flags = {} } = extra;
      return indented({ label, points, group_id: group, description, shape_type, flags, mask });
    }
    const joined = group === null ? {} : { group_id: group };
    const fields = asFields(parseJson(source, '')) ?? {};
    const own = shape_type === 'polygon' && drawn.length === 1 ? ownCorners(fields, points) : null;
    if (isCornered(fields) && !own) context.losses.add('corners-free', { imageId: image.id, annotationId: record.id });
    const values = { label, points, ...joined, shape_type, mask, ...own, ...change!.extra };
    return withValues(source, values, spelled);
  });
}

function drawnOf(annotation: Annotation, { height, width }: ViewImage, { losses, options }: WriteContext): Drawn[] {
  const { imageId, id } = annotation;
  const parts = partsOf(annotation);
  if (!parts) {
    const [x, y, w, h] = boxOf(annotation);
    return [{ points: corners(x, y, x + w, y + h), shape_type: 'rectangle', mask: null }];
  }
  if (parts.length === 0) {
    losses.add('empty', { imageId, annotationId: id });
    return [];
  }
  if (options.holes === 'mask' && height > 0 && parts.some(({ holes }) => holes.length > 0)) {
    losses.add('holes-as-mask', { imageId, annotationId: id });
    const rle = segmentationToRle(annotation.segmentation!, [height, width]);
    const [x, y, w, h] = toBbox(rle);
    if (w > 0) {
      const png = writeMaskPng(decodeRegion(rle, [x, y, w, h]), w, h);
      return [{ points: corners(x, y, x + w - 1, y + h - 1), shape_type: 'mask', mask: toBase64(png) }];
    }
  }
  const style = options.holes === 'fill' ? 'fill' : 'keyhole';
  const rings = withoutHoles(annotation, parts, [height, width], style as HoleStyle, losses);
  return rings.map((ring) => ({ points: pointsOf(ring), shape_type: 'polygon', mask: null }));
}

const corners = (left: number, top: number, right: number, bottom: number) => [
  [left, top],
  [right, bottom],
];
