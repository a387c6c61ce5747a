/** COCO's panoptic form -> records: the file's list of segments, and the pictures whose colours are their numbers. */
import { counted } from '../../errors/counted';
import type { Issue } from '../../dataset/finding';
import type { CategoryRecord, DatasetSink, IdRef, ImageRecord, SourcePlace } from '../../dataset/records';
import { rleToSegmentation } from '../../document/segmentation';
import { labelsFromRaster, masksByLabel, type Rle } from '../../mask';
import { parseAnnotation, type ParsedAnnotation, parseScanned, type ScannedText } from '../coco';
import { cocoHandler } from '../coco/read';
import { scanChunks } from '../coco/scanFile';
import type { DatasetSource, FormatOptions } from '../format';
import { jsonElements, rawMember, replaceMembers } from '../json/text';
import { fittedMap, readMapFile } from '../labelMap/values';
import { baseOf, stemOf } from '../names';
import { asFields, asList, asText, type Fields } from '../values';

/** Pixels of nobody. */
const nobody = 0;

/** Under this key and the image's id the dataset keeps what the image's record says beside its segments. */
export const recordKey = (imageId: string): string => `segments of image ${imageId}`;

export const isRecordKey = (key: string): boolean => key.startsWith('segments of image ');

/** One picture at a time is held; of records that come before the list of images, their texts. */
export async function readPanoptic(
  source: DatasetSource,
  { file, folder }: { readonly file: string; readonly folder: string },
  sink: DatasetSink,
  options: FormatOptions = {},
): Promise<void> {
  const name = source.fullName(file);
  const waiting: Waiting[] = [];
  // Without its image a record does not say how large its picture must be, or what it is called.
  const early: Waiting[] = [];
  let hasImages = false;
  const images = new Map<IdRef, ImageRecord>();
  const coco = cocoHandler(name, watching(sink, images));
  const pictures = await picturesOf(source, folder);
  const work = async (list = waiting) => {
    for (const { index, value } of list.splice(0)) {
      const at = { file: name, pointer: `/annotations/${index}`, line: value.line, offset: value.offset };
      await readRecord({ source, sink, images, pictures, at, isFitted: options.resize === 'nearest' }, value);
    }
  };
  const handler = {
    ...coco,
    list(kind: Parameters<NonNullable<typeof coco.list>>[0]) {
      hasImages ||= kind === 'images';
      coco.list?.(kind);
    },
    record(kind: Parameters<typeof coco.record>[0], index: number, value: ScannedText) {
      if (kind === 'annotations') (hasImages ? waiting : early).push({ index, value });
      else coco.record(kind, index, value);
    },
  };
  await scanChunks(name, withTurns(source.chunks(file), work), handler, source);
  await work(early);
}

interface Waiting {
  readonly index: number;
  readonly value: ScannedText;
}

/** Between two chunks what has come in the first is worked off, so that records wait no longer than that. */
async function* withTurns(chunks: AsyncIterable<Uint8Array>, work: () => Promise<void>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    yield chunk;
    await work();
  }
}

/** The sink, with the images that go by noted, and the categories' colours. */
function watching(sink: DatasetSink, images: Map<IdRef, ImageRecord>): DatasetSink {
  return {
    part: (key, raw) => sink.part(key, raw),
    image(record, text, at) {
      if (record.id !== null && !images.has(record.id)) images.set(record.id, record);
      sink.image(record, text, at);
    },
    category: (record, text, at) => sink.category(withColor(record, text), text, at),
    annotation: (record, text, at) => sink.annotation(record, text, at),
    issue: (issue, at) => sink.issue(issue, at),
  };
}

function withColor(record: CategoryRecord, text: string | null): CategoryRecord {
  const rgb = text === null ? [] : asList(asFields(JSON.parse(text))?.color);
  const isColor =
    rgb.length === 3 && rgb.every((part) => Number.isInteger(part) && Number(part) >= 0 && Number(part) < 256);
  if (!isColor) return record;
  return { ...record, color: `#${rgb.map((part) => Number(part).toString(16).padStart(2, '0')).join('')}` };
}

/** Every PNG by its name below the folder of the pictures, and by its last part. */
async function picturesOf(source: DatasetSource, folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const pngs = (await source.names()).filter((name) => /\.png$/i.test(name));
  for (const name of pngs) if (!found.has(baseOf(name))) found.set(baseOf(name), name);
  for (const name of pngs) found.set(name, name);
  for (const name of pngs) if (name.startsWith(folder)) found.set(name.slice(folder.length), name);
  return found;
}

interface Reading {
  readonly source: DatasetSource;
  readonly sink: DatasetSink;
  readonly images: ReadonlyMap<IdRef, ImageRecord>;
  readonly pictures: ReadonlyMap<string, string>;
  readonly at: SourcePlace;
  readonly isFitted: boolean;
}

async function readRecord(reading: Reading, value: ScannedText): Promise<void> {
  const { sink, images, pictures, at } = reading;
  const { text } = value;
  const json = parseScanned(value, at.file, at.pointer);
  const fields = asFields(json);
  const said = fields?.segments_info;
  if (!fields || !Array.isArray(said)) {
    const message = fields ? 'it has no list of segments' : 'the record is no object';
    return sink.issue({ code: 'record-type', severity: 'error', pointer: at.pointer, message }, at);
  }
  const imageId = imageOf(fields, text, reading);
  const image = images.get(imageId ?? '');
  const fileName = asText(fields.file_name) ?? (image ? `${stemOf(baseOf(image.fileName))}.png` : null);
  if (imageId !== null) sink.part(recordKey(String(imageId)), replaceMembers(text, new Map([['segments_info', '[]']])));
  const picture = fileName === null ? undefined : (pictures.get(fileName) ?? pictures.get(baseOf(fileName)));
  if (picture === undefined) {
    if (said.length === 0) return;
    const fault = fileName === null ? 'nothing says which picture it has' : `its picture ${fileName} is not there`;
    const message = `${fault}: ${counted(said.length, 'segment is', 'segments are')} left out`;
    return sink.issue({ code: 'map-missing', severity: 'warning', pointer: at.pointer, message }, at);
  }
  const masks = await masksOf(picture, image, reading);
  const texts = jsonElements(rawMember(text, 'segments_info')!);
  said.forEach((segment: unknown, place) =>
    addSegment(
      reading,
      { json: segment, text: texts[place], pointer: `${at.pointer}/segments_info/${place}` },
      imageId,
      masks,
    ),
  );
  for (const [id, mask] of masks) {
    if (id === nobody) continue;
    const message = `${pixelsOf(mask)} of ${baseOf(picture)} have the number ${id}, which is no segment of the list: they are nobody's`;
    sink.issue({ code: 'segment-unlisted', severity: 'warning', pointer: at.pointer, message }, at);
  }
}

const pixelsOf = (mask: Rle) => {
  let pixels = 0;
  for (let i = 1; i < mask.counts.length; i += 2) pixels += mask.counts[i];
  return counted(pixels, 'pixel');
};

/** By number; each is taken out by the segment that has it. */
async function masksOf(
  picture: string,
  image: ImageRecord | undefined,
  { source, sink, at, isFitted }: Reading,
): Promise<Map<number, Rle>> {
  const found = await readMapFile(source, picture);
  const file = source.fullName(picture);
  const { width = null, height = null, fileName = '' } = image ?? {};
  const map =
    width === null || height === null
      ? found
      : fittedMap(found, { name: fileName, width, height }, { file, sink, at, isFitted });
  return masksByLabel(labelsFromRaster(map.values, map.height, map.width));
}

/** As COCO's records say it. */
function imageOf(fields: Fields, text: string, { sink, at }: Reading): IdRef | null {
  const issues: Issue[] = [];
  const json = { id: 1, category_id: 1, image_id: fields.image_id };
  const record = parseAnnotation({ json, text, pointer: at.pointer }, issues);
  for (const issue of issues) sink.issue(issue, at);
  return record?.imageId ?? null;
}

function addSegment(
  { sink, at }: Reading,
  source: { readonly json: unknown; readonly text: string; readonly pointer: string },
  imageId: IdRef | null,
  masks: Map<number, Rle>,
): void {
  const here = { ...at, pointer: source.pointer };
  const issues: Issue[] = [];
  const record = segmentOf(source, issues);
  for (const issue of issues) sink.issue(issue, here);
  if (!record) return;
  const { id, categoryId, bbox, area, isCrowd, score, extra } = record;
  const number = typeof id === 'number' && id !== nobody ? id : null;
  const mask = number === null ? undefined : masks.get(number);
  if (number === null || mask === undefined) {
    const message = `segment ${String(id)} has no pixel in the picture: left out`;
    sink.issue({ code: 'segment-empty', severity: 'warning', pointer: source.pointer, message }, here);
    return;
  }
  masks.delete(number);
  const content = { segmentation: rleToSegmentation(mask), bbox, area, isCrowd, score, extra };
  const maskSize = [mask.size[0], mask.size[1]] as const;
  sink.annotation({ id: null, imageId, categoryId, maskSize, content }, source.text, here);
}

/** A segment has the keys of an annotation, but for its image and its mask. */
export function segmentOf(
  { json, text, pointer }: { readonly json: unknown; readonly text: string; readonly pointer: string },
  issues: Issue[],
): ParsedAnnotation | null {
  const fields = asFields(json);
  const { segmentation: _, ...rest } = fields ?? {};
  return parseAnnotation({ json: fields && { ...rest, image_id: 0 }, text, pointer }, issues);
}
