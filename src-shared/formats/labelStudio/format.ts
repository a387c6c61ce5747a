/** Label Studio's JSON export: a list of tasks with their results, in percent of the image. */
import { segmentationToRle, rleToSegmentation } from '../../document/segmentation';
import type { Annotation } from '../../document/types';
import type { Issue } from '../../dataset/finding';
import type { AnnotationContent, DatasetSink } from '../../dataset/records';
import type { DatasetView, ViewImage } from '../../dataset/view';
import { inside } from '../../dataset/outputNames';
import { AppError } from '../../errors/appError';
import { decode, encode, MaskError } from '../../mask';
import { amongOthers, type WrittenRecord } from '../amongOthers';
import type { DatasetFormat, DatasetSource, WriteContext } from '../format';
import { headListKeys, isJsonName } from '../json/head';
import { elementSpans, jsonElements, parseJson, rawMember, replaceMembers } from '../json/text';
import { withElements } from '../json/wholeFile';
import { isPictureName } from '../names';
import { boxOf, isEmpty, noteLeftBehind, partsOf, ringOfEllipse } from '../outline';
import { asFields, asList, asNumber, asRing, asSide, asText, type Fields, pointsOf } from '../values';
import { decodeBrush, encodeBrush } from './brush';

export const labelStudioFormat: DatasetFormat = {
  id: 'label-studio',
  title: 'Label Studio',
  about: 'One JSON file with a list of tasks, polygons, boxes and brush masks: Label Studio imports and exports it.',
  extensions: ['json'],
  target: 'file',
  isUpright: true,
  options: [],
  losses: [
    ...(['tags', 'turned', 'supercategory', 'unused-category'] as const),
    ...(['id', 'score', 'crowd', 'attributes', 'holes-as-mask', 'rounded'] as const),
    ...(['empty', 'size-unknown', 'no-image-left-out', 'no-category'] as const),
  ],
  async recognise(source) {
    const [file] = await tasksFiles(source, 1);
    return file === undefined ? null : `${file} is a list of Label Studio tasks`;
  },
  async read(source, sink) {
    const files = await tasksFiles(source);
    if (files.length === 1) return readTasks(source, await source.text(files[0]), source.fullName(files[0]), sink);
    // One list of all, as the tasks of several exports are one in the program too.
    const lists: string[] = [];
    for (const file of files) {
      const text = await source.text(file);
      if (!Array.isArray(parseJson(text, source.fullName(file)))) throw noList(source.fullName(file));
      lists.push(...jsonElements(text));
    }
    await readTasks(source, lists.length === 0 ? '[]' : `[\n${lists.join(',\n')}\n]`, source.path, sink);
  },
  write: (view, context) => [{ name: context.fileName, content: writeTasks(view, context) }],
};

/** Files that are looked into to tell whether a folder is such a dataset. */
const lookedAt = 20;

async function tasksFiles(source: DatasetSource, most = Infinity): Promise<string[]> {
  if (source.entry !== null && most === Infinity) return [source.entry];
  const all = source.entry === null ? (await source.names()).filter(isJsonName) : [source.entry];
  const found: string[] = [];
  for (const name of most === Infinity ? all : all.slice(0, lookedAt)) {
    if (found.length >= most) break;
    if (isTaskList(headListKeys(await source.head(name)))) found.push(name);
  }
  return found;
}

function isTaskList(keys: ReadonlyMap<string, string> | null): boolean {
  if (!keys || keys.has('image_id')) return false;
  if (keys.has('data') && (keys.has('annotations') || keys.has('predictions') || keys.has('id'))) return true;
  // The first task's results may fill the head before its data comes.
  return keys.get('annotations') === '[' && !keys.has('segmentation');
}

const noList = (file: string) => new AppError('bad-input', `${file} is no list of tasks`, { place: { file } });

/** A key of the usual name, else what ends like a picture, else the first text. */
function urlOf(data: Fields): string | null {
  const texts = Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const found =
    texts.find(([key]) => /^(image|img)$/i.test(key)) ??
    texts.find(([, value]) => isPictureName(value.replace(/[?#].*$/, '')) || isPictureName(imageName(value))) ??
    texts[0];
  return found?.[1] ?? null;
}

/** Where a task's picture is: a path behind `?d=`, else what follows the host or the uploads. */
function imageName(url: string): string {
  const local = /[?&]d=([^&]+)/.exec(url);
  const plain = local ? local[1] : url.replace(/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/]*\//, '').replace(/[?#].*$/, '');
  let name = plain;
  try {
    name = decodeURIComponent(plain);
  } catch {
    // Not encoded after all.
  }
  return name.replace(/^\/?(data\/(upload\/(\d+\/)?|local-files\/)?)?/, '').replace(/\\/g, '/');
}

async function readTasks(source: DatasetSource, text: string, file: string, sink: DatasetSink): Promise<void> {
  const tasks = parseJson(text, file);
  if (!Array.isArray(tasks)) throw noList(file);
  sink.part('file', text);
  const categories = new Map<string, number>();
  const texts = jsonElements(text);
  for (const [index, task] of (tasks as unknown[]).entries()) {
    const at = { file, pointer: `/${index}` };
    const fields = asFields(task);
    const url = fields && urlOf(asFields(fields.data) ?? {});
    if (!fields || url === null)
      throw new AppError('bad-input', `${file}: task ${index} names no image`, {
        place: { file, pointer: at.pointer },
      });
    const results = resultsOf(fields);
    const sized = results.find(({ fields: { original_width: w } }) => asSide(w) !== null)?.fields;
    const told = [asSide(sized?.original_width), asSide(sized?.original_height)] as const;
    // A task without results does not say it: the picture does, where it is there.
    const picture = told[0] === null || told[1] === null ? await source.imageSize(imageName(url)) : null;
    const [width, height] = picture ? [picture.width, picture.height] : told;
    const id = index + 1;
    sink.image({ id, fileName: imageName(url) || `task ${index}`, width, height }, texts[index], at);
    const opinion = opinionOf(fields);
    const spans = resultTexts(texts[index], opinion);
    for (const { fields: result, place } of results) {
      const where = { file, pointer: `${at.pointer}/${opinion.list}/${opinion.index}/result/${place}` };
      const issues: Issue[] = [];
      const found = contentOf(result, issues, where.pointer);
      for (const issue of issues) sink.issue(issue, where);
      if (!found) continue;
      let category = categories.get(found.label);
      if (category === undefined) {
        categories.set(found.label, (category = categories.size + 1));
        sink.category({ id: category, name: found.label, supercategory: null }, null, where);
      }
      const record = { id: null, imageId: id, categoryId: category, maskSize: null, content: found.content };
      sink.annotation(record, spans[place] ?? null, where);
    }
  }
}

interface Opinion {
  readonly list: 'annotations' | 'predictions';
  readonly index: number;
}

/** The first annotation that was not cancelled, else what a model said: others are other people's opinions of the same image. */
function opinionOf(task: Fields): Opinion {
  const index = asList(task.annotations).findIndex((one) => asFields(one) && asFields(one)!.was_cancelled !== true);
  return index >= 0 ? { list: 'annotations', index } : { list: 'predictions', index: 0 };
}

function resultsOf(task: Fields): { fields: Fields; place: number }[] {
  const { list, index } = opinionOf(task);
  return asList(asFields(asList(task[list])[index])?.result).flatMap((result, place) => {
    const fields = asFields(result);
    return fields ? [{ fields, place }] : [];
  });
}

function resultTexts(task: string, { list, index }: Opinion): readonly string[] {
  const all = rawMember(task, list);
  const given = all === null ? undefined : jsonElements(all)[index];
  const result = given?.startsWith('{') ? rawMember(given, 'result') : null;
  return result?.startsWith('[') ? jsonElements(result) : [];
}

const labelKeys = ['polygonlabels', 'rectanglelabels', 'brushlabels', 'ellipselabels', 'labels'];

function contentOf(
  result: Fields,
  issues: Issue[],
  pointer: string,
): { label: string; content: AnnotationContent } | null {
  const type = asText(result.type) ?? '';
  const value = asFields(result.value);
  // Relations, choices and texts are no objects.
  if (!value || !/^(polygon|rectangle|brush|ellipse)/.test(type)) return null;
  const label = labelKeys.map((key) => asText(asList(value[key])[0])).find((one) => one !== null) ?? 'object';
  const [width, height] = [asSide(result.original_width), asSide(result.original_height)];
  const skip = (message: string) => {
    issues.push({ code: 'shape-skipped', severity: 'warning', pointer, message });
    return null;
  };
  if (!width || !height) return skip('the result does not say how large its image is: left out');
  const base = { bbox: null, area: null, isCrowd: false, score: asNumber(result.score), extra: {} };
  const [x, y, w, h] = ['x', 'y', 'width', 'height'].map((key) => asNumber(value[key]) ?? Number.NaN);
  const turn = ((asNumber(value.rotation) ?? 0) * Math.PI) / 180;
  const polygon = (outer: number[]) => ({
    label,
    content: { ...base, segmentation: { kind: 'polygons' as const, parts: [{ outer, holes: [] }] } },
  });
  if (type.startsWith('polygon')) {
    const ring = asRing(value.points);
    if (!ring || ring.length < 6) return skip('a polygon needs 3 points: left out');
    return polygon(ring.map((share, i) => (share / 100) * (i % 2 === 0 ? width : height)));
  }
  if (type.startsWith('rectangle')) {
    if (![x, y, w, h].every(Number.isFinite)) return skip('a rectangle has no sides: left out');
    const [left, top, wide, tall] = [(x / 100) * width, (y / 100) * height, (w / 100) * width, (h / 100) * height];
    if (turn === 0) return { label, content: { ...base, segmentation: null, bbox: [left, top, wide, tall] } };
    // It turns round its first corner.
    const corners = [0, 0, wide, 0, wide, tall, 0, tall];
    const outer: number[] = [];
    for (let i = 0; i < 8; i += 2) {
      outer.push(left + corners[i] * Math.cos(turn) - corners[i + 1] * Math.sin(turn));
      outer.push(top + corners[i] * Math.sin(turn) + corners[i + 1] * Math.cos(turn));
    }
    return polygon(outer);
  }
  if (type.startsWith('ellipse')) {
    const [rx, ry] = [asNumber(value.radiusX), asNumber(value.radiusY)];
    if (rx === null || ry === null || !Number.isFinite(x) || !Number.isFinite(y))
      return skip('an ellipse has no axes: left out');
    return polygon(ringOfEllipse((x / 100) * width, (y / 100) * height, (rx / 100) * width, (ry / 100) * height, turn));
  }
  try {
    const rle = asList(value.rle).map((byte) => asNumber(byte) ?? 0);
    if (width * height > 200_000_000) return skip('the brush mask is too large: left out');
    const mask = encode(decodeBrush(rle, width * height), height, width);
    return { label, content: { ...base, segmentation: rleToSegmentation(mask) } };
  } catch (error) {
    if (error instanceof MaskError) return skip(`${error.message}: left out`);
    throw error;
  }
}

function writeTasks(view: DatasetView, context: WriteContext): string {
  const names = new Map(view.categories().map(({ id, name }) => [id, name]));
  const own = view.textFormat === 'label-studio' ? (view.parts().find(([key]) => key === 'file')?.[1] ?? null) : null;
  if (own !== null) {
    const written = withElements(own, elementSpans(own), view, (image, task) => {
      const opinion = opinionOf(asFields(parseJson(task, '')) ?? {});
      const isOther = (text: string) => {
        const fields = asFields(parseJson(text, ''));
        return !fields || contentOf(fields, [], '') === null;
      };
      const results = amongOthers(resultTexts(task, opinion), isOther, resultsText(view, image, names, true, context));
      const result = `[${results.join(', ')}]`;
      const list = rawMember(task, 'annotations');
      const annotations = list?.startsWith('[') ? jsonElements(list) : [];
      // What was corrected by hand is an annotation; the prediction stays what the model said.
      if (opinion.list === 'predictions') annotations.push(`{"result": ${result}}`);
      else annotations[opinion.index] = replaceMembers(annotations[opinion.index], new Map([['result', result]]));
      return replaceMembers(task, new Map([['annotations', `[${annotations.join(', ')}]`]]));
    });
    if (written !== null) return written;
  }
  const tasks = [...view.images()].map((image) => {
    const result = resultsText(view, image, names, false, context).flatMap(({ texts }) => texts);
    const url = `/data/local-files/?d=${inside(image.fileName).split('/').map(encodeURIComponent).join('/')}`;
    return `{"id": ${image.id}, "data": {"image": ${JSON.stringify(url)}}, "annotations": [{"result": [${result.join(', ')}]}]}`;
  });
  return tasks.length === 0 ? '[]' : `[\n${tasks.join(',\n')}\n]`;
}

function resultsText(
  view: DatasetView,
  image: ViewImage,
  names: ReadonlyMap<number, string>,
  own: boolean,
  context: WriteContext,
): WrittenRecord[] {
  return view.annotationsOf(image.id).map((record) => ({
    sources: own && record.text !== null ? [record.text] : [],
    texts:
      own && record.untouched && record.text !== null
        ? [record.text]
        : resultsFor(record.annotation, names.get(record.categoryId) ?? '', image, context).map((result) =>
            JSON.stringify(result),
          ),
  }));
}

function resultsFor(
  annotation: Annotation,
  label: string,
  { width, height }: ViewImage,
  { losses }: WriteContext,
): object[] {
  const { id, imageId } = annotation;
  const of = { imageId, annotationId: id };
  if (width === 0 || height === 0 || width * height > 400_000_000) {
    losses.add('size-unknown', of);
    return [];
  }
  if (isEmpty(annotation, [height, width])) {
    losses.add('empty', of);
    return [];
  }
  noteLeftBehind(annotation, losses);
  const result = (type: string, value: object) => ({
    id: `a${id}`,
    type: `${type}labels`,
    from_name: 'label',
    to_name: 'image',
    original_width: width,
    original_height: height,
    image_rotation: 0,
    value: { ...value, [`${type}labels`]: [label] },
  });
  const parts = partsOf(annotation);
  const percent = (value: number, side: number) => (value / side) * 100;
  const back = (value: number, side: number) => (percent(value, side) / 100) * side;
  if (!parts) {
    const [x, y, w, h] = boxOf(annotation);
    if (back(x, width) !== x || back(y, height) !== y || back(w, width) !== w || back(h, height) !== h)
      losses.add('rounded', of);
    const sides = { x: percent(x, width), y: percent(y, height), width: percent(w, width), height: percent(h, height) };
    return [result('rectangle', { ...sides, rotation: 0 })];
  }
  if (annotation.segmentation!.kind === 'rle' || parts.length > 1 || parts[0].holes.length > 0) {
    if (annotation.segmentation!.kind === 'polygons') losses.add('holes-as-mask', of);
    const mask = decode(segmentationToRle(annotation.segmentation!, [height, width]));
    return [result('brush', { format: 'rle', rle: encodeBrush(mask) })];
  }
  const ring = parts[0].outer;
  if (ring.some((value, i) => back(value, i % 2 === 0 ? width : height) !== value)) losses.add('rounded', of);
  const points = pointsOf(ring).map(([x, y]) => [percent(x, width), percent(y, height)]);
  return [result('polygon', { points, closed: true })];
}
