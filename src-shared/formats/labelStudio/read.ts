/** Label Studio's tasks -> records. */
import { rleToSegmentation } from '../../document/segmentation';
import type { Issue } from '../../dataset/finding';
import type { AnnotationContent, DatasetSink } from '../../dataset/records';
import { AppError } from '../../errors/appError';
import { counted } from '../../errors/counted';
import { encode, MaskError } from '../../mask';
import type { DatasetSource } from '../format';
import { jsonElements, parseJson, rawMember } from '../json/text';
import { isPictureName } from '../names';
import { ringOfEllipse, turned } from '../outline';
import { maxMapPixels } from '../png/maskPng';
import { asFields, asList, asNumber, asRing, asSide, asText, type Fields } from '../values';
import { decodeBrush } from './brush';

/** A key of the usual name, else what ends like a picture, else the first text. */
export function urlOf(data: Fields): string | null {
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

export const noTaskList = (file: string) =>
  new AppError('bad-input', `${file} is no list of tasks`, { place: { file } });

/** One image with what was drawn on it. */
export interface GivenTask {
  readonly url: string;
  readonly text: string | null;
  readonly results: readonly GivenResult[];
  readonly pointer: string;
}

export interface GivenResult {
  readonly fields: Fields;
  readonly text: string | null;
  readonly pointer: string;
}

export async function readTasks(source: DatasetSource, text: string, file: string, sink: DatasetSink): Promise<void> {
  const tasks = parseJson(text, file);
  if (!Array.isArray(tasks)) throw noTaskList(file);
  sink.part('file', text);
  const hand = handOver(source, file, sink);
  const texts = jsonElements(text);
  let others = 0;
  for (const [index, task] of (tasks as unknown[]).entries()) {
    const fields = asFields(task);
    const url = fields && urlOf(asFields(fields.data) ?? {});
    if (!fields || url === null) throw noImage(file, index);
    const opinion = opinionOf(fields);
    const spans = resultTexts(texts[index], opinion);
    const results = resultsOf(fields).map(({ fields: result, place }) => ({
      fields: result,
      text: spans[place] ?? null,
      pointer: `/${index}/${opinion.list}/${opinion.index}/result/${place}`,
    }));
    others += Math.max(0, asList(fields.annotations).filter(isValid).length - 1);
    await hand({ url, text: texts[index], results, pointer: `/${index}` }, index);
  }
  tellOthers(others, file, sink);
}

export const noImage = (file: string, index: number) =>
  new AppError('bad-input', `${file}: task ${index} names no image`, { place: { file, pointer: `/${index}` } });

/** What several people said of one image would lie on top of each other. */
export function tellOthers(count: number, file: string, sink: DatasetSink): void {
  if (count === 0) return;
  const who = counted(count, 'further annotation', 'further annotations');
  const message = `${who} of images that have one already: the first of each image was read, the others were left out`;
  sink.issue({ code: 'part-left-out', severity: 'warning', pointer: '', message }, { file, pointer: '' });
}

/** What hands over one task after the other. */
export function handOver(
  source: DatasetSource,
  file: string,
  sink: DatasetSink,
): (task: GivenTask, index: number) => Promise<void> {
  const categories = new Map<string, number>();
  return async ({ url, text, results, pointer }, index) => {
    const sized = results.find(({ fields: { original_width: w } }) => asSide(w) !== null)?.fields;
    const told = [asSide(sized?.original_width), asSide(sized?.original_height)] as const;
    // A task without results does not say it: the picture does, where it is there.
    const picture = told[0] === null || told[1] === null ? await source.imageSize(imageName(url)) : null;
    const [width, height] = picture ? [picture.width, picture.height] : told;
    const id = index + 1;
    sink.image({ id, fileName: imageName(url) || `task ${index}`, width, height }, text, { file, pointer });
    for (const result of results) {
      const where = { file, pointer: result.pointer };
      const issues: Issue[] = [];
      const found = contentOf(result.fields, issues, where.pointer);
      for (const issue of issues) sink.issue(issue, where);
      if (!found) continue;
      let category = categories.get(found.label);
      if (category === undefined) {
        categories.set(found.label, (category = categories.size + 1));
        sink.category({ id: category, name: found.label, supercategory: null }, null, where);
      }
      const record = { id: null, imageId: id, categoryId: category, maskSize: null, content: found.content };
      sink.annotation(record, result.text, where);
    }
  };
}

interface Opinion {
  readonly list: 'annotations' | 'predictions';
  readonly index: number;
}

/** The first annotation that was not cancelled, else what a model said: others are other people's opinions of the same image. */
export function opinionOf(task: Fields): Opinion {
  const index = asList(task.annotations).findIndex(isValid);
  return index >= 0 ? { list: 'annotations', index } : { list: 'predictions', index: 0 };
}

function isValid(annotation: unknown): boolean {
  const fields = asFields(annotation);
  return fields !== null && fields.was_cancelled !== true;
}

function resultsOf(task: Fields): { fields: Fields; place: number }[] {
  const { list, index } = opinionOf(task);
  return asList(asFields(asList(task[list])[index])?.result).flatMap((result, place) => {
    const fields = asFields(result);
    return fields ? [{ fields, place }] : [];
  });
}

export function resultTexts(task: string, { list, index }: Opinion): readonly string[] {
  const all = rawMember(task, list);
  const given = all === null ? undefined : jsonElements(all)[index];
  const result = given?.startsWith('{') ? rawMember(given, 'result') : null;
  return result?.startsWith('[') ? jsonElements(result) : [];
}

/** Objects of other kinds, and what becomes of them. */
const withoutPlace = [
  [/^keypoint/, 'a point has no area: left out'],
  [/^vector/, 'a line has no area: left out'],
  [/^bitmask/, 'a mask that is kept as a picture is not read: left out'],
  [/^video/, 'objects of videos are not read: left out'],
] as const;

export const labelKeys = ['polygonlabels', 'rectanglelabels', 'brushlabels', 'ellipselabels', 'labels'];

export function contentOf(
  result: Fields,
  issues: Issue[],
  pointer: string,
): { label: string; content: AnnotationContent } | null {
  const type = asText(result.type) ?? '';
  const value = asFields(result.value);
  if (!value || !/^(polygon|rectangle|brush|ellipse)/.test(type)) {
    const left = withoutPlace.find(([kind]) => kind.test(type));
    // Relations, choices and texts are no objects.
    if (left) issues.push({ code: 'shape-skipped', severity: 'warning', pointer, message: left[1] });
    return null;
  }
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
    return polygon(turned(corners, turn, [left, top]));
  }
  if (type.startsWith('ellipse')) {
    const [rx, ry] = [asNumber(value.radiusX), asNumber(value.radiusY)];
    if (rx === null || ry === null || !Number.isFinite(x) || !Number.isFinite(y))
      return skip('an ellipse has no axes: left out');
    return polygon(ringOfEllipse((x / 100) * width, (y / 100) * height, (rx / 100) * width, (ry / 100) * height, turn));
  }
  try {
    const rle = asList(value.rle).map((byte) => asNumber(byte) ?? 0);
    if (width * height > maxMapPixels) return skip('the brush mask is too large: left out');
    const mask = encode(decodeBrush(rle, width * height), height, width);
    return { label, content: { ...base, segmentation: rleToSegmentation(mask) } };
  } catch (error) {
    if (error instanceof MaskError) return skip(`${error.message}: left out`);
    throw error;
  }
}
