/** A labelme file -> records: shapes of one group and label are parts of one annotation. */
import type { AnnotationContent, DatasetSink, SourcePlace } from '../../dataset/records';
import { rleToSegmentation } from '../../document/segmentation';
import type { Box } from '../../geometry/box';
import type { PolygonPart } from '../../geometry/polygon';
import { AppError } from '../../errors/appError';
import { encodeRegion, fromParts, MaskError, merge, type Rle } from '../../mask';
import { jsonElements, parseJson, rawMember } from '../json/text';
import { baseOf, folderOf, resolveName } from '../names';
import { ringOfEllipse } from '../outline';
import { fromBase64, mostOfMask, readMap } from '../png/maskPng';
import { asFields, asList, asRing, asSide, asText, type Fields } from '../values';

export interface LabelmeFile {
  /** What errors call it. */
  readonly file: string;
  /** Below the dataset's root. */
  readonly name: string;
  readonly text: string;
  /** For its image. */
  readonly id: number;
  /** Its image's, where the file names another; null: as the file says. */
  readonly size?: { readonly width: number; readonly height: number } | null;
}

interface Shape {
  readonly label: string;
  readonly form: Outline | Box | Rle;
  readonly text: string;
  readonly fields: Fields;
  readonly index: number;
}

type Outline = { readonly ring: number[] };

/** `categories`: ids by label, shared by all files of the dataset. */
export function readLabelmeFile(
  { file, name, text, id, size }: LabelmeFile,
  categories: Map<string, number>,
  sink: DatasetSink,
): void {
  const at: SourcePlace = { file, pointer: '' };
  const json = asFields(parseJson(text, file));
  if (!json || !Array.isArray(json.shapes)) {
    throw new AppError('bad-input', `${file} has no list of shapes`, {
      place: { file },
      hint: 'is it a labelme file?',
    });
  }
  const width = size?.width ?? asSide(json.imageWidth);
  const height = size?.height ?? asSide(json.imageHeight);
  sink.image({ id, fileName: imageName(name, asText(json.imagePath)), width, height }, text, at);
  const shapesText = rawMember(text, 'shapes') ?? '[]';
  const texts = jsonElements(shapesText);
  const groups = new Map<string, Shape[]>();
  json.shapes.forEach((value: unknown, index) => {
    const place = { file, pointer: `/shapes/${index}` };
    const skip = (message: string) =>
      sink.issue({ code: 'shape-skipped', severity: 'warning', pointer: place.pointer, message }, place);
    const read = readShape(value, [height ?? 0, width ?? 0]);
    if (typeof read === 'string') return skip(read);
    const { label } = read;
    const shape = { ...read, text: texts[index], index };
    const { group_id: group } = read.fields;
    const key = group === null || group === undefined ? `#${index}` : `${JSON.stringify(group)} ${label}`;
    const known = groups.get(key);
    if (known) known.push(shape);
    else groups.set(key, [shape]);
  });
  for (const shapes of groups.values()) {
    const [first] = shapes;
    let category = categories.get(first.label);
    if (category === undefined) {
      categories.set(first.label, (category = categories.size + 1));
      sink.category({ id: category, name: first.label, supercategory: null }, null, at);
    }
    const place = { file, pointer: `/shapes/${first.index}` };
    for (const content of contentsOf(shapes, [height ?? 0, width ?? 0])) {
      const source = content.shapes.map((shape) => shape.text).join(',\n    ');
      sink.annotation(
        { id: null, imageId: id, categoryId: category, maskSize: null, content: content.content },
        source,
        place,
      );
    }
  }
}

/** The picture of a file, and the sides that the file says it has, as far as both can be told without reading it all. */
export function sizeIn(name: string, text: string): { fileName: string; width: number; height: number } | null {
  // Its last members, behind the shapes and the picture itself.
  const [width, height] = ['imageWidth', 'imageHeight'].map((key) =>
    asSide(new RegExp(`"${key}"\\s*:\\s*(\\d+)`).exec(text)?.[1]),
  );
  const path = /"imagePath"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  if (width === null || height === null || width === height) return null;
  try {
    return { fileName: imageName(name, path === undefined ? null : asText(JSON.parse(path))), width, height };
  } catch {
    return null;
  }
}

/** What is taken of it, or why it is left out. */
function readShape(value: unknown, size: readonly [number, number]): Omit<Shape, 'text' | 'index'> | string {
  const fields = asFields(value);
  if (!fields) return 'the shape is no object: left out';
  const label = asText(fields.label);
  if (label === null) return 'the shape has no label: left out';
  const form = formOf(fields, size);
  return typeof form === 'string' ? form : { label, form, fields };
}

/** The texts of all shapes in a file, and whether one of them was left out. */
export function shapesIn(text: string): { texts: readonly string[]; isOther: (shape: string) => boolean } {
  const json = asFields(parseJson(text, ''));
  const size = [asSide(json?.imageHeight) ?? 0, asSide(json?.imageWidth) ?? 0] as const;
  return {
    texts: jsonElements(rawMember(text, 'shapes') ?? '[]'),
    isOther: (shape) => typeof readShape(parseJson(shape, ''), size) === 'string',
  };
}

/** The image's file below the root: labelme names it relative to the JSON file; one outside is looked for by its last part. */
function imageName(name: string, imagePath: string | null): string {
  if (imagePath === null || imagePath === '') return name.replace(/\.json$/i, '.jpg');
  return resolveName(name, imagePath) ?? folderOf(name) + baseOf(imagePath);
}

/** The shape, or why it is left out. */
function formOf(fields: Fields, size: readonly [number, number]): Outline | Box | Rle | string {
  const ring = asRing(fields.points);
  const type = asText(fields.shape_type) ?? 'polygon';
  if (!ring) return 'a point of the shape is no pair of numbers: left out';
  switch (type) {
    // The last three are drawn with corners of their own by newer versions, and by X-AnyLabeling.
    case 'polygon':
    case 'oriented_rectangle':
    case 'rotation':
    case 'quadrilateral':
      return ring.length >= 6 ? { ring } : `a ${type.replace('_', ' ')} needs 3 points: left out`;
    case 'rectangle': {
      if (ring.length < 4) return 'a rectangle needs 2 points: left out';
      const xs = ring.filter((_, i) => i % 2 === 0);
      const ys = ring.filter((_, i) => i % 2 === 1);
      const [x, y] = [Math.min(...xs), Math.min(...ys)];
      return [x, y, Math.max(...xs) - x, Math.max(...ys) - y];
    }
    case 'circle':
      if (ring.length !== 4) return 'a circle needs 2 points: left out';
      return { ring: circle(ring) };
    case 'mask':
      return maskOf(fields, ring, size);
    default:
      return `shapes of type "${type}" have no area: left out`;
  }
}

function circle([cx, cy, x, y]: readonly number[]): number[] {
  const radius = Math.hypot(x - cx, y - cy);
  return ringOfEllipse(cx, cy, radius, radius);
}

/** The points are the corner pixels of the box, both inside; the mask is a picture of that box. */
function maskOf(fields: Fields, [x0, y0, x1, y1]: readonly number[], size: readonly [number, number]): Rle | string {
  const text = asText(fields.mask);
  if (text === null || y1 === undefined) return 'the mask has no picture: left out';
  if (size[0] === 0 || size[1] === 0) return 'the file does not say how large its image is: the mask is left out';
  try {
    const { width, height, values } = readMap(fromBase64(text), mostOfMask(size));
    const [left, top] = [Math.round(Math.min(x0, x1)), Math.round(Math.min(y0, y1))];
    const bitmap = Uint8Array.from(values, (value) => (value > 0 ? 1 : 0));
    return placeMask(bitmap, [left, top, width, height], size);
  } catch (error) {
    if (error instanceof MaskError) return `the mask cannot be read (${error.message}): left out`;
    throw error;
  }
}

/** The part of the picture that lies in the image. */
export function placeMask(bitmap: Uint8Array, [x, y, width, height]: Box, size: readonly [number, number]): Rle {
  const [right, bottom] = [Math.min(x + width, size[1]), Math.min(y + height, size[0])];
  const [left, top] = [Math.max(0, x), Math.max(0, y)];
  const [w, h] = [Math.max(0, right - left), Math.max(0, bottom - top)];
  if (w === width && h === height) return encodeRegion(bitmap, [x, y, width, height], size);
  const cut = new Uint8Array(w * h);
  for (let row = 0; row < h; row++) {
    const from = (row + top - y) * width + (left - x);
    cut.set(bitmap.subarray(from, from + w), row * w);
  }
  return encodeRegion(cut, [left, top, w, h], size);
}

interface Grouped {
  readonly content: AnnotationContent;
  readonly shapes: readonly Shape[];
}

/** Boxes of a group stay each its own annotation: several boxes are no object. */
function contentsOf(shapes: readonly Shape[], size: readonly [number, number]): Grouped[] {
  const boxes = shapes.filter(({ form }) => Array.isArray(form));
  const drawn = shapes.filter(({ form }) => !Array.isArray(form));
  const grouped = boxes.map((shape): Grouped => ({
    content: { ...rest(shape), segmentation: null, bbox: shape.form as Box },
    shapes: [shape],
  }));
  if (drawn.length === 0) return grouped;
  const rings = drawn.flatMap(({ form }): PolygonPart[] => ('ring' in form ? [{ outer: form.ring, holes: [] }] : []));
  const masks = drawn.flatMap(({ form }) => ('counts' in form ? [form] : []));
  const segmentation =
    masks.length === 0
      ? { kind: 'polygons' as const, parts: rings }
      : rleToSegmentation(
          rings.length === 0 && masks.length === 1 ? masks[0] : merge([...masks, fromParts(rings, ...size)]),
        );
  return [{ content: { ...rest(drawn[0]), segmentation, bbox: null }, shapes: drawn }, ...grouped];
}

/** What is kept of a shape besides its outline. */
const interpreted = new Set(['label', 'points', 'shape_type', 'mask', 'group_id']);

function rest({ fields }: Shape): Omit<AnnotationContent, 'segmentation' | 'bbox'> {
  const extra = Object.fromEntries(
    Object.entries(fields).filter(([key, value]) => !interpreted.has(key) && !isNothing(value)),
  );
  return { area: null, isCrowd: false, score: null, extra };
}

const isNothing = (value: unknown) =>
  value === null ||
  value === '' ||
  (asFields(value) !== null && Object.keys(value as object).length === 0) ||
  (Array.isArray(value) && asList(value).length === 0);
