/** An image with its annotations -> a labelme file, as labelme itself lays it out. */
import { segmentationToRle } from '../../document/segmentation';
import type { Annotation } from '../../document/types';
import type { ViewAnnotation, ViewImage } from '../../dataset/view';
import { decodeRegion, toBbox } from '../../mask';
import { amongOthers } from '../amongOthers';
import type { WriteContext } from '../format';
import { jsonElements, replaceMembers } from '../json/text';
import { baseOf } from '../names';
import { boxOf, type HoleStyle, noteLeftBehind, partsOf, withoutHoles } from '../outline';
import { toBase64, writeMaskPng } from '../png/maskPng';
import { pointsOf } from '../values';
import { shapesIn } from './read';

const kept = ['description', 'flags', 'group_id'];

/** As labelme writes it, in the order of its keys. */
interface Shape {
  readonly label: string;
  readonly points: readonly (readonly number[])[];
  readonly group_id: number | null;
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
        : shapesOf(record.annotation, names.get(record.categoryId) ?? '', image, groups, context).map(indented),
  }));
  const shapes = records.flatMap(({ texts }) => texts);
  if (own && image.text !== null) {
    const { texts, isOther } = shapesIn(image.text);
    const all = amongOthers(texts, isOther, records);
    return replaceMembers(image.text, new Map([['shapes', listText(all)]]));
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

function shapesOf(
  annotation: Annotation,
  label: string,
  { height, width }: ViewImage,
  groups: Groups,
  { losses, options }: WriteContext,
): Shape[] {
  const { imageId, id, extra } = annotation;
  noteLeftBehind(annotation, losses, { extra: kept });
  const shape = (
    points: readonly (readonly number[])[],
    type: string,
    group: number | null,
    mask: string | null,
  ): Shape => ({
    label,
    points,
    group_id: group,
    description: extra.description ?? '',
    shape_type: type,
    flags: extra.flags ?? {},
    mask,
  });
  const parts = partsOf(annotation);
  if (!parts) {
    const [x, y, w, h] = boxOf(annotation);
    return [
      shape(
        [
          [x, y],
          [x + w, y + h],
        ],
        'rectangle',
        null,
        null,
      ),
    ];
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
      return [
        shape(
          [
            [x, y],
            [x + w - 1, y + h - 1],
          ],
          'mask',
          null,
          toBase64(png),
        ),
      ];
    }
  }
  const style = options.holes === 'fill' ? 'fill' : 'keyhole';
  const rings = withoutHoles(annotation, parts, [height, width], style as HoleStyle, losses);
  const group = rings.length > 1 ? groups.take() : null;
  return rings.map((ring) => shape(pointsOf(ring), 'polygon', group, null));
}
