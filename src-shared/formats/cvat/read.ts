/** CVAT's XML -> records; an image's text is its element with what stands before it, so that a file can be put together again. */
import type { AnnotationContent, DatasetSink } from '../../dataset/records';
import type { Issue } from '../../dataset/finding';
import { rleToSegmentation } from '../../document/segmentation';
import { AppError } from '../../errors/appError';
import type { Rle } from '../../mask';
import { placeMask } from '../labelme/read';
import { ringOfEllipse, turned } from '../outline';
import { asNumber, asSide } from '../values';
import { mostOfMask } from '../png/maskPng';
import { childOf, childrenOf, parseXml, textOf, type XmlElement } from '../xml/xml';

/** `file` is what errors call it. */
export function readCvat(text: string, file: string, sink: DatasetSink): void {
  const root = parseXml(text, file);
  const images = childrenOf(root, 'image');
  if (root.name !== 'annotations' || (images.length === 0 && childrenOf(root, 'track').length > 0)) {
    const what = root.name === 'annotations' ? 'is CVAT for video: it has tracks, not images' : 'is no CVAT file';
    throw new AppError('bad-input', `${file} ${what}`, {
      place: { file },
      hint:
        root.name === 'annotations' ? 'open it as cvat-video' : 'export the task from CVAT as "CVAT for images 1.1"',
    });
  }
  const categories = new Map<string, number>();
  const categoryOf = (name: string, color: string | null = null, isListed = false) => {
    // Who writes spaces at the ends of a name may write them in the list too, where they are no part of it.
    let id = categories.get(name) ?? (isListed ? undefined : categories.get(name.trim()));
    if (id === undefined) {
      categories.set(name, (id = categories.size + 1));
      sink.category({ id, name, supercategory: null, color }, null, { file, pointer: `label ${name}` });
    }
    return id;
  };
  for (const label of labelsOf(root)) {
    const name = textOf(label, 'name');
    const color = textOf(label, 'color');
    if (name !== undefined) categoryOf(name, color && /^#[0-9a-f]{6}$/i.test(color) ? color.toLowerCase() : null, true);
  }
  let before = images.length > 0 ? images[0].start : text.length;
  sink.part('head', text.slice(0, before));
  images.forEach((image, index) => {
    const { name, width, height } = image.attributes;
    const at = { file, pointer: `image ${image.attributes.id ?? index}` };
    const size = [asSide(height) ?? 0, asSide(width) ?? 0] as const;
    const id = index + 1;
    const between = text.slice(before, image.end);
    before = image.end;
    sink.image(
      { id, fileName: name ?? `image ${index}`, width: size[1] || null, height: size[0] || null },
      between,
      at,
    );
    const issues: Issue[] = [];
    for (const shape of inPainting(image.children)) {
      const { label } = shape.attributes;
      const content = label === undefined ? null : contentOf(shape, size, issues, at.pointer);
      if (!content) continue;
      const record = { id: null, imageId: id, categoryId: categoryOf(label), maskSize: null, content };
      sink.annotation(record, text.slice(shape.start, shape.end), at);
    }
    for (const issue of issues) sink.issue(issue, at);
  });
  sink.part('tail', text.slice(before));
}

export function labelsOf(root: XmlElement): readonly XmlElement[] {
  const labels = labelList(root);
  return labels ? childrenOf(labels, 'label') : [];
}

/** Of the project, the task or the job. */
export function labelList(root: XmlElement): XmlElement | null {
  const meta = childOf(root, 'meta');
  for (const scope of ['task', 'project', 'job']) {
    const labels = meta && childOf(meta, scope) && childOf(childOf(meta, scope)!, 'labels');
    if (labels) return labels;
  }
  return null;
}

/** The texts of the shapes of an image's text, whether one of them was left out, and the labels of those. */
export function shapesIn(text: string) {
  // What stands before the image may be elements too.
  const whole = `<a>${text}</a>`;
  const image = childrenOf(parseXml(whole, ''), 'image').at(-1)!;
  const size = [asSide(image.attributes.height) ?? 0, asSide(image.attributes.width) ?? 0] as const;
  const others = new Map<string, string | undefined>();
  const texts = image.children.map((shape) => {
    const own = whole.slice(shape.start, shape.end);
    if (shape.attributes.label === undefined || !contentOf(shape, size, [], ''))
      others.set(own, shape.attributes.label);
    return own;
  });
  return { texts, others, isOther: (shape: string) => others.has(shape) };
}

/** By z_order, and in the order of the file. */
function inPainting(shapes: readonly XmlElement[]): XmlElement[] {
  const order = (shape: XmlElement) => asNumber(shape.attributes.z_order) ?? 0;
  return [...shapes].sort((a, b) => order(a) - order(b));
}

const pairs = (points: string | undefined): number[] | null => {
  const values = (points ?? '')
    .split(';')
    .flatMap((pair) => pair.split(',').map((value) => asNumber(value) ?? Number.NaN));
  return values.every(Number.isFinite) && values.length % 2 === 0 ? values : null;
};

export function contentOf(
  shape: XmlElement,
  size: readonly [number, number],
  issues: Issue[],
  pointer: string,
): AnnotationContent | null {
  const { attributes } = shape;
  const skip = (why: string) => {
    issues.push({ code: 'shape-skipped', severity: 'warning', pointer, message: `a ${shape.name} ${why}: left out` });
    return null;
  };
  const base = { area: null, isCrowd: false, score: null, extra: extraOf(shape) };
  const numbers = (...names: readonly string[]) => names.map((name) => asNumber(attributes[name]) ?? Number.NaN);
  switch (shape.name) {
    case 'polygon': {
      const outer = pairs(attributes.points);
      if (!outer || outer.length < 6) return skip('has no 3 points');
      return { ...base, bbox: null, segmentation: { kind: 'polygons', parts: [{ outer, holes: [] }] } };
    }
    case 'box': {
      const [left, top, right, bottom] = numbers('xtl', 'ytl', 'xbr', 'ybr');
      const turn = asNumber(attributes.rotation) ?? 0;
      if (![left, top, right, bottom].every(Number.isFinite)) return skip('has no corners');
      if (turn === 0) return { ...base, bbox: [left, top, right - left, bottom - top], segmentation: null };
      const outer = turnedBox([left, top, right, top, right, bottom, left, bottom], turn);
      return { ...base, bbox: null, segmentation: { kind: 'polygons', parts: [{ outer, holes: [] }] } };
    }
    case 'ellipse': {
      const [cx, cy, rx, ry] = numbers('cx', 'cy', 'rx', 'ry');
      if (![cx, cy, rx, ry].every(Number.isFinite)) return skip('has no axes');
      const outer = ringOfEllipse(
        cx,
        cy,
        Math.abs(rx),
        Math.abs(ry),
        ((asNumber(attributes.rotation) ?? 0) * Math.PI) / 180,
      );
      return { ...base, bbox: null, segmentation: { kind: 'polygons', parts: [{ outer, holes: [] }] } };
    }
    case 'mask': {
      const rle = maskOf(shape, size);
      return typeof rle === 'string' ? skip(rle) : { ...base, bbox: null, segmentation: rleToSegmentation(rle) };
    }
    default:
      return skip('has no area');
  }
}

/** Runs of the box, row by row, zeros first. */
function maskOf({ attributes }: XmlElement, size: readonly [number, number]): Rle | string {
  const [left, top, width, height] = ['left', 'top', 'width', 'height'].map(
    (name) => asNumber(attributes[name]) ?? Number.NaN,
  );
  if (![left, top, width, height].every(Number.isInteger) || width < 0 || height < 0) return 'has no box';
  if (size[0] === 0) return 'is of an image without a size';
  if (width * height > mostOfMask(size)) return 'is much larger than its image';
  const runs = (attributes.rle ?? '').split(',').map((run) => asNumber(run) ?? Number.NaN);
  if (runs.some((run) => !Number.isInteger(run) || run < 0)) return 'has runs that are no whole numbers';
  if (runs.reduce((sum, run) => sum + run, 0) !== width * height) return 'has runs that do not fill its box';
  const bitmap = new Uint8Array(width * height);
  let at = 0;
  runs.forEach((run, index) => {
    if (index % 2 === 1) bitmap.fill(1, at, at + run);
    at += run;
  });
  return placeMask(bitmap, [left, top, width, height], size);
}

/** Round the middle of the box, by degrees clockwise. */
function turnedBox(ring: readonly number[], degrees: number): number[] {
  const [cx, cy] = [(ring[0] + ring[4]) / 2, (ring[1] + ring[5]) / 2];
  const round = ring.map((value, i) => value - (i % 2 === 0 ? cx : cy));
  return turned(round, (degrees * Math.PI) / 180, [cx, cy]);
}

/** `attributes` as COCO files of CVAT have them, and what is not at its default. */
function extraOf(shape: XmlElement): Record<string, unknown> {
  const { occluded, group_id: group } = shape.attributes;
  const values = childrenOf(shape, 'attribute').map(({ attributes, text }) => [attributes.name ?? '', text] as const);
  return {
    ...(values.length > 0 ? { attributes: Object.fromEntries(values) } : {}),
    ...(occluded === '1' ? { occluded: true } : {}),
    ...(group !== undefined && group !== '0' ? { group_id: Number(group) } : {}),
  };
}
