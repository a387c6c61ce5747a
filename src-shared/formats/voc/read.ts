/** VOC's XML and palette pictures -> records: the objects of an image in the order of the file, the n-th mask with the n-th object. */
import type { Issue } from '../../dataset/finding';
import type { AnnotationContent, DatasetSink, SourcePlace } from '../../dataset/records';
import { rleToSegmentation } from '../../document/segmentation';
import type { Box } from '../../geometry/box';
import { encode, MaskError, type Rle } from '../../mask';
import type { DatasetSource } from '../format';
import { baseOf, isPictureName, pictureBeside, stemOf } from '../names';
import { readMap } from '../png/maskPng';
import { asNumber, asSide } from '../values';
import { childOf, childrenOf, parseXml, textOf, type XmlElement } from '../xml/xml';

/** Index of what belongs to nobody for sure. */
const border = 255;

export async function readVoc(source: DatasetSource, files: readonly string[], sink: DatasetSink): Promise<void> {
  const names = new Set(await source.names());
  const pictures = new Map<string, string>();
  for (const name of names)
    if (isPictureName(name) && !/Segmentation(Class|Object)/.test(name)) pictures.set(baseOf(name), name);
  const categories = new Map<string, number>();
  const addCategory = (name: string, at: SourcePlace) => {
    categories.set(name, categories.size + 1);
    sink.category({ id: categories.size, name, supercategory: null }, null, at);
    return categories.size;
  };
  for (const name of names) if (isList(name)) sink.part(name, await source.text(name));
  if (names.has('labelmap.txt')) {
    for (const name of labelNames(await source.text('labelmap.txt'))) {
      addCategory(name, { file: source.fullName('labelmap.txt'), pointer: name });
    }
  }
  for (const [index, name] of files.entries()) {
    const file = source.fullName(name);
    const text = await source.text(name);
    const root = parseXml(text, file);
    const at = { file, pointer: '' };
    const id = index + 1;
    const stem = stemOf(baseOf(name));
    const size = childOf(root, 'size');
    const [width, height] = size ? [asSide(textOf(size, 'width')), asSide(textOf(size, 'height'))] : [null, null];
    const said = textOf(root, 'filename');
    const fileName =
      (said && pictures.get(baseOf(said))) ??
      pictureBeside(names, `JPEGImages/${stem}`) ??
      pictureBeside(names, stemOf(name)) ??
      said ??
      `${stem}.jpg`;
    sink.image({ id, fileName, width, height }, text, at);
    const masks = await masksOf(source, names, name, stem, [height ?? 0, width ?? 0], (issue) => sink.issue(issue, at));
    childrenOf(root, 'object').forEach((object, place) => {
      const where = { file, pointer: `object ${place + 1}` };
      const label = textOf(object, 'name');
      const skip = (message: string) =>
        sink.issue({ code: 'shape-skipped', severity: 'warning', pointer: where.pointer, message }, where);
      if (label === undefined) return skip('the object has no name: left out');
      const content = contentOf(object, masks?.get(place + 1) ?? null);
      if (!content) return skip('the object has neither a box nor a polygon: left out');
      const category = categories.get(label) ?? addCategory(label, where);
      const record = { id: null, imageId: id, categoryId: category, maskSize: null, content };
      sink.annotation(record, text.slice(object.start, object.end), where);
    });
  }
}

/** Which images are for what: kept as they came. */
export const isList = (name: string): boolean => /^ImageSets\/.*\.txt$/.test(name);

/** Lines `name:r,g,b:parts:actions`; the background is no category. */
function labelNames(text: string): string[] {
  const names = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.split(':')[0].trim());
  return [...new Set(names)].filter((name) => name !== '' && name !== 'background');
}

/** Masks of the objects by their number; null where there is no picture of them. */
async function masksOf(
  source: DatasetSource,
  names: ReadonlySet<string>,
  name: string,
  stem: string,
  [height, width]: readonly [number, number],
  tell: (issue: Issue) => void,
): Promise<ReadonlyMap<number, Rle> | null> {
  const root = name.slice(0, Math.max(0, name.lastIndexOf('Annotations/')));
  const file = `${root}SegmentationObject/${stem}.png`;
  if (!names.has(file)) return null;
  try {
    const map = readMap(await source.bytes(file));
    if (map.width !== width || map.height !== height) {
      throw new MaskError(`it is ${map.width} x ${map.height} pixels, the annotation says ${width} x ${height}`);
    }
    const present = new Set(map.values);
    const masks = new Map<number, Rle>();
    for (const value of present) {
      if (value === 0 || value === border) continue;
      masks.set(
        value,
        encode(
          Uint8Array.from(map.values, (pixel) => (pixel === value ? 1 : 0)),
          height,
          width,
        ),
      );
    }
    return masks;
  } catch (error) {
    if (!(error instanceof MaskError)) throw error;
    tell({
      code: 'shape-skipped',
      severity: 'warning',
      pointer: file,
      message: `${file} cannot be used: ${error.message}`,
    });
    return null;
  }
}

/** Boxes count pixels from 1 and hold both ends; a `polygon` of x1, y1, x2 ... is Roboflow's. */
function contentOf(object: XmlElement, mask: Rle | null): AnnotationContent | null {
  const base = { area: null, isCrowd: false, score: null, extra: extraOf(object) };
  const bbox = boxOf(object);
  if (mask) return { ...base, segmentation: rleToSegmentation(mask), bbox: null };
  const polygon = childOf(object, 'polygon');
  const outer = polygon ? ringOf(polygon) : null;
  if (outer) return { ...base, segmentation: { kind: 'polygons', parts: [{ outer, holes: [] }] }, bbox: null };
  return bbox && { ...base, segmentation: null, bbox };
}

function boxOf(object: XmlElement): Box | null {
  const box = childOf(object, 'bndbox');
  if (!box) return null;
  const [left, top, right, bottom] = ['xmin', 'ymin', 'xmax', 'ymax'].map((name) => asNumber(textOf(box, name)));
  if (left === null || top === null || right === null || bottom === null) return null;
  return [left - 1, top - 1, right - left + 1, bottom - top + 1];
}

function ringOf(polygon: XmlElement): number[] | null {
  const ring: number[] = [];
  for (let i = 1; ; i++) {
    const [x, y] = [asNumber(textOf(polygon, `x${i}`)), asNumber(textOf(polygon, `y${i}`))];
    if (x === null || y === null) break;
    ring.push(x, y);
  }
  return ring.length >= 6 ? ring : null;
}

function extraOf(object: XmlElement): Record<string, unknown> {
  const extra: Record<string, unknown> = {};
  const pose = textOf(object, 'pose');
  if (pose !== undefined && pose !== 'Unspecified') extra.pose = pose;
  for (const flag of ['difficult', 'truncated', 'occluded']) if (textOf(object, flag) === '1') extra[flag] = true;
  return extra;
}
