/** VOC's XML and palette pictures -> records: the objects of an image in the order of the file, the n-th mask with the n-th object. */
import type { AnnotationContent, DatasetSink, SourcePlace } from '../../dataset/records';
import { rleToSegmentation } from '../../document/segmentation';
import type { Box } from '../../geometry/box';
import type { Rle } from '../../mask';
import type { DatasetSource } from '../format';
import { baseOf, folderOf, isPictureName, pictureBeside, stemOf } from '../names';
import { turned } from '../outline';
import { asNumber, asSide } from '../values';
import { childOf, childrenOf, parseXml, textOf, type XmlElement } from '../xml/xml';
import { classNumbersKey, labelMapName, labelNumbers } from './classes';
import { voidKey } from '../../dataset/voids';
import { readMaps } from './maps';

export async function readVoc(source: DatasetSource, files: readonly string[], sink: DatasetSink): Promise<void> {
  const names = new Set(await source.names());
  const pictureOf = pictureFinder(names);
  const categories = new Map<string, number>();
  const addCategory = (name: string, at: SourcePlace) => {
    categories.set(name, categories.size + 1);
    sink.category({ id: categories.size, name, supercategory: null }, null, at);
    return categories.size;
  };
  const splits = new Map<string, string>();
  for (const name of names) {
    if (!isList(name)) continue;
    const list = await source.text(name);
    sink.part(name, list);
    const split = /\/(train|val|test)\.txt$/.exec(name)?.[1];
    if (split !== undefined) for (const line of list.split('\n')) splits.set(line.trim(), split);
  }
  const numbers = new Map<number, number>();
  if (names.has(labelMapName)) {
    const text = await source.text(labelMapName);
    sink.part(labelMapName, text);
    for (const [name, number] of labelNumbers(text))
      numbers.set(addCategory(name, { file: source.fullName(labelMapName), pointer: name }), number);
  }
  const isNumbered = numbers.size > 0;
  for (const [index, name] of files.entries()) {
    const file = source.fullName(name);
    const text = await source.text(name);
    const root = parseXml(text, file);
    const at = { file, pointer: '' };
    const id = index + 1;
    const [width, height] = sidesOf(root);
    const said = textOf(root, 'filename');
    const fileName = pictureOf(name, said) ?? said ?? `${stemOf(baseOf(name))}.jpg`;
    const split = splits.get(stemOf(baseOf(name))) ?? null;
    sink.image({ id, fileName, width, height, split }, text, at);
    const mapFiles = mapFilesOf(names, name);
    const maps =
      mapFiles && (await readMaps(source, mapFiles, [height ?? 0, width ?? 0], (issue) => sink.issue(issue, at)));
    if (maps && (maps.voids.objects !== '' || maps.voids.classes !== ''))
      sink.part(voidKey(id), JSON.stringify(maps.voids));
    const objects = childrenOf(root, 'object');
    const nobodys = [...(maps?.objects.keys() ?? [])].filter((number) => number > objects.length).length;
    if (nobodys > 0) {
      const message = `${nobodys} numbers in ${mapFiles!.objects} are of no object in ${name}: left out`;
      sink.issue({ code: 'shape-skipped', severity: 'warning', pointer: mapFiles!.objects, message }, at);
    }
    objects.forEach((object, place) => {
      const where = { file, pointer: `object ${place + 1}` };
      const label = textOf(object, 'name');
      const skip = (message: string) =>
        sink.issue({ code: 'shape-skipped', severity: 'warning', pointer: where.pointer, message }, where);
      if (label === undefined) return skip('the object has no name: left out');
      if (textOf(object, 'deleted') === '1') return skip('the object was deleted where it was drawn: left out');
      const content = contentOf(object, maps?.objects.get(place + 1) ?? null);
      if (!content) return skip('the object has neither a box nor a polygon: left out');
      const category = categories.get(label) ?? addCategory(label, where);
      const number = maps?.classOf.get(place + 1);
      if (number !== undefined && !isNumbered && !numbers.has(category)) numbers.set(category, number);
      const record = { id: null, imageId: id, categoryId: category, maskSize: null, content };
      sink.annotation(record, text.slice(object.start, object.end), where);
    });
  }
  if (numbers.size > 0) sink.part(classNumbersKey, JSON.stringify(Object.fromEntries(numbers)));
}

/** Which images are for what: kept as they came. */
export const isList = (name: string): boolean => /^ImageSets\/.*\.txt$/.test(name);

/** Below its folder `Annotations`, and what that folder lies in; both with their `/`. */
function foldersOf(name: string): { readonly root: string; readonly below: string } {
  const at = `/${name}`.lastIndexOf('/Annotations/');
  const folder = folderOf(name);
  return at < 0 ? { root: folder, below: '' } : { root: name.slice(0, at), below: folder.slice(at + 12) };
}

/** Where the picture of an annotation is: pictures of one name may lie in many folders. */
function pictureFinder(names: ReadonlySet<string>) {
  const byBase = new Map<string, string[]>();
  for (const name of names)
    if (isPictureName(name) && !/Segmentation(Class|Object)/.test(name))
      byBase.set(baseOf(name), [...(byBase.get(baseOf(name)) ?? []), name]);
  return (xml: string, said: string | undefined): string | null => {
    const stem = stemOf(baseOf(xml));
    const { root, below } = foldersOf(xml);
    const beside = [`${root}JPEGImages/${below}`, folderOf(xml), `${root}${below}`, `${root}JPEGImages/`];
    const base = said === undefined ? null : baseOf(said);
    if (base !== null) {
      const near = beside.find((folder) => names.has(folder + base));
      if (near !== undefined) return near + base;
      const same = byBase.get(base) ?? [];
      if (same.length === 1) return same[0];
    }
    for (const folder of beside) {
      const found = pictureBeside(names, folder + stem);
      if (found !== null) return found;
    }
    return null;
  };
}

/** The pictures of an annotation's objects and classes; null: there are none. */
function mapFilesOf(names: ReadonlySet<string>, xml: string) {
  const { root, below } = foldersOf(xml);
  const stem = stemOf(baseOf(xml));
  for (const folder of below === '' ? [''] : [below, '']) {
    const [objects, classes] = ['Object', 'Class'].map((kind) => `${root}Segmentation${kind}/${folder}${stem}.png`);
    // Of several annotations of one name the picture at the top is that of the one at the top.
    if (folder !== below && names.has(`${root}Annotations/${stem}.xml`)) return null;
    if (names.has(objects)) return { objects, classes: names.has(classes) ? classes : null };
  }
  return null;
}

/** Whether an annotation is made of it without a mask in the pictures. */
export const isDrawn = (object: XmlElement): boolean =>
  textOf(object, 'name') !== undefined && textOf(object, 'deleted') !== '1' && contentOf(object, null) !== null;

/** As VOC has them, else as the XML of LabelMe's web tool. */
function sidesOf(root: XmlElement): readonly [width: number | null, height: number | null] {
  const [size, imageSize] = [childOf(root, 'size'), childOf(root, 'imagesize')];
  if (size) return [asSide(textOf(size, 'width')), asSide(textOf(size, 'height'))];
  return imageSize ? [asSide(textOf(imageSize, 'ncols')), asSide(textOf(imageSize, 'nrows'))] : [null, null];
}

/**
 * Boxes count pixels from 1 and hold both ends; a `polygon` of x1, y1, x2 ... is Roboflow's, one of `pt` LabelMe's web tool's, which
 * CVAT writes too, a `robndbox` roLabelImg's.
 */
function contentOf(object: XmlElement, mask: Rle | null): AnnotationContent | null {
  const base = { area: null, isCrowd: false, score: null, extra: extraOf(object) };
  const bbox = boxOf(object);
  if (mask) return { ...base, segmentation: rleToSegmentation(mask), bbox: null };
  const polygon = childOf(object, 'polygon');
  const outer = (polygon && (ringOf(polygon) ?? ringOfPoints(polygon))) ?? turnedBox(object);
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

function ringOfPoints(polygon: XmlElement): number[] | null {
  const ring = childrenOf(polygon, 'pt').flatMap((point) => [
    asNumber(textOf(point, 'x')),
    asNumber(textOf(point, 'y')),
  ]);
  return ring.length >= 6 && ring.every((value) => value !== null) ? ring : null;
}

/** Round its middle, by radians clockwise. */
function turnedBox(object: XmlElement): number[] | null {
  const box = childOf(object, 'robndbox');
  const [cx, cy, w, h, angle] = ['cx', 'cy', 'w', 'h', 'angle'].map((name) =>
    box ? asNumber(textOf(box, name)) : null,
  );
  if (cx === null || cy === null || w === null || h === null || angle === null) return null;
  const corners = [-w, -h, w, -h, w, h, -w, h].map((side) => side / 2);
  return turned(corners, angle, [cx, cy]);
}

function extraOf(object: XmlElement): Record<string, unknown> {
  const extra: Record<string, unknown> = {};
  const pose = textOf(object, 'pose');
  if (pose !== undefined && pose !== 'Unspecified') extra.pose = pose;
  for (const flag of ['difficult', 'truncated', 'occluded']) if (textOf(object, flag) === '1') extra[flag] = true;
  return extra;
}
