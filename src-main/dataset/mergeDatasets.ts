/** Joins COCO datasets of different images into one; records leave as the text they came as, but for ids that two files share. */
import { counted } from '@shared/errors/counted';
import {
  type IdRef,
  type ParsedAnnotation,
  type ParsedCategory,
  type ParsedImage,
  rawMember,
  replaceMembers,
} from '@shared/formats/coco';
import { idText, lookUp } from '@shared/dataset/ids';
import { deepEqual } from '@shared/document/equal';
import { AppError } from '@shared/errors/appError';

/** A record with its source text and its JSON pointer. */
export type SourceRecord<T> = T & { readonly text: string; readonly pointer: string };

type MergedAnnotation = SourceRecord<Pick<ParsedAnnotation, 'id' | 'imageId' | 'categoryId'>>;

export interface MergeFile {
  /** For error messages. */
  readonly file: string;
  /** Top-level keys in order with the text of their values; null for the three lists of records. */
  readonly parts: ReadonlyMap<string, string | null>;
  readonly images: readonly SourceRecord<ParsedImage>[];
  readonly categories: readonly SourceRecord<ParsedCategory>[];
  readonly annotations: readonly MergedAnnotation[];
}

export interface Merged {
  /** As in `MergeFile`: the first file's, then what only others have. */
  readonly parts: ReadonlyMap<string, string | null>;
  /** Source texts of the records. */
  readonly images: readonly string[];
  readonly categories: readonly string[];
  readonly annotations: readonly string[];
  /** What could not stay as it came, one sentence a kind. */
  readonly notes: readonly string[];
}

/**
 * Images are in the order of their ids where each file has them so and no two share one (shards number them as the whole
 * run would), else file by file; annotations likewise. A category is known by its name; the second of a name in one file is that of
 * the other files, not the first. Ids stay; where files share one, the later file's record gets the next free number, and
 * annotation ids that only count (1, 2, 3 ...) are counted anew, which is told. Throws `bad-input` for an image that two files have, and for an annotation of no image or category.
 */
export function mergeDatasets(files: readonly MergeFile[]): Merged {
  checkImagesDiffer(files);
  const notes: string[] = [];
  const licenses = mergeLicenses(files, notes);
  const categories = mergeCategories(files);

  const imageIds = assignIds(files.map(({ images }) => images));
  if (imageIds.changed > 0) notes.push(renumbered(imageIds.changed, 'image'));
  const images = files.flatMap((file, at) =>
    file.images.map((record, place) => {
      const changes = new Map([['id', imageIds.texts[at][place]]]);
      const license =
        licenses.changed[at].size > 0 ? licenses.changed[at].get(licenseOf(record.text) ?? '') : undefined;
      if (license !== undefined) changes.set('license', license);
      return { at, record, id: imageIds.texts[at][place], text: withMembers(record.text, changes) };
    }),
  );
  const interleaved = imageIds.changed === 0 && files.every(({ images: own }) => isAscending(own));
  if (interleaved) images.sort((a, b) => (a.record.id as number) - (b.record.id as number));
  const order = new Map(images.map(({ record }, place) => [record as unknown, place]));

  const annotations = files.flatMap((file, at) => {
    const imageOf = new Map<IdRef, number>();
    file.images.forEach(({ id }, place) => id !== null && !imageOf.has(id) && imageOf.set(id, place));
    return file.annotations.map((record) => {
      const place = lookUp(imageOf, record.imageId);
      const category = lookUp(categories.idTexts[at], record.categoryId);
      if (place === undefined || category === undefined) {
        throw refersToNothing(file.file, record, place === undefined ? 'image_id' : 'category_id');
      }
      const image = order.get(file.images[place])!;
      return { at, record, image, imageId: imageIds.texts[at][place], category };
    });
  });
  const isCounted = files.every(({ annotations: own }) => own.every(({ id }, place) => id === place + 1));
  if (interleaved) annotations.sort((a, b) => a.image - b.image);
  const annotationIds = isCounted ? null : assignIds(files.map(({ annotations: own }) => own));
  if (annotationIds && annotationIds.changed > 0) notes.push(renumbered(annotationIds.changed, 'annotation'));
  const placeIn = new Map<unknown, number>();
  for (const { annotations: own } of files) own.forEach((record, place) => placeIn.set(record, place));
  if (isCounted) {
    const changed = annotations.filter(({ record }, count) => record.id !== count + 1).length;
    if (changed > 0) notes.push(`${whoHasNewId(changed, 'annotation')}: they are counted from 1 again`);
  }

  return {
    parts: mergeParts(files, licenses.text, notes),
    images: images.map(({ text }) => text),
    categories: categories.texts,
    annotations: annotations.map(({ at, record, imageId, category }, count) =>
      withMembers(
        record.text,
        new Map([
          ['id', annotationIds ? annotationIds.texts[at][placeIn.get(record)!] : String(count + 1)],
          ['image_id', imageId],
          ['category_id', category],
        ]),
      ),
    ),
    notes,
  };
}

/** The record's text with other values; untouched where they are what it says. */
function withMembers(text: string, values: ReadonlyMap<string, string>): string {
  const changes = new Map([...values].filter(([key, value]) => !says(rawMember(text, key), value)));
  return changes.size > 0 ? replaceMembers(text, changes) : text;
}

/** Whether the text of a value is that of an id, or spells the same number (7.0). */
function says(raw: string | null, id: string): boolean {
  return (
    raw === id ||
    (raw !== null && !raw.startsWith('"') && Number.isSafeInteger(Number(id)) && Number(raw) === Number(id))
  );
}

function checkImagesDiffer(files: readonly MergeFile[]): void {
  const fileOf = new Map<string, string>();
  for (const { file, images } of files) {
    for (const { fileName } of images) {
      const other = fileOf.get(fileName);
      if (other !== undefined && other !== file) {
        throw new AppError('bad-input', `The image ${fileName} is in ${other} and in ${file}`, {
          place: { file },
          hint: 'merge files that have different images, such as the shards 1/n to n/n of one run',
        });
      }
      fileOf.set(fileName, file);
    }
  }
}

interface WithId {
  readonly id: IdRef | null;
}

const isAscending = (records: readonly WithId[]): boolean =>
  records.every(({ id }, i) => typeof id === 'number' && (i === 0 || id > (records[i - 1].id as number)));

interface AssignedIds {
  /** JSON text of each record's id in the result, file by file. */
  readonly texts: readonly (readonly string[])[];
  readonly changed: number;
}

/** Every record keeps its id unless an earlier one has it (or it has none): then it gets the next free number. */
function assignIds(lists: readonly (readonly WithId[])[]): AssignedIds {
  const taken = new Set<IdRef>();
  let next = 0;
  for (const { id } of lists.flat()) if (typeof id === 'number' && id > next) next = id;
  let changed = 0;
  const texts = lists.map((list) =>
    list.map(({ id }) => {
      if (id !== null && !taken.has(id)) {
        taken.add(id);
        return String(id);
      }
      changed++;
      return String(++next);
    }),
  );
  return { texts, changed };
}

function mergeCategories(files: readonly MergeFile[]) {
  const idOf = new Map<string, string>();
  const taken = new Set<IdRef>();
  const texts: string[] = [];
  let next = 0;
  for (const { id } of files.flatMap(({ categories }) => categories)) {
    if (typeof id === 'number' && id > next) next = id;
  }
  const idTexts = files.map(({ categories }) => {
    const ids = new Map<IdRef, string>();
    const timesNamed = new Map<string, number>();
    for (const { id, name, text } of categories) {
      const times = timesNamed.get(name) ?? 0;
      timesNamed.set(name, times + 1);
      const key = JSON.stringify([name, times]);
      let own = idOf.get(key);
      if (own === undefined) {
        own = id === null || taken.has(id) ? String(++next) : String(id);
        if (id !== null) taken.add(id);
        idOf.set(key, own);
        texts.push(withMembers(text, new Map([['id', own]])));
      }
      if (id !== null && !ids.has(id)) ids.set(id, own);
    }
    return ids;
  });
  return { texts, idTexts };
}

const licenseOf = (text: string): string | undefined => {
  const { license } = JSON.parse(text) as { license?: unknown };
  return license === undefined ? undefined : JSON.stringify(license);
};

/**
 * Images refer to the licences of their own file by id: all of them are kept, and one whose id an earlier file uses for
 * another licence gets the next free number.
 */
function mergeLicenses(files: readonly MergeFile[], notes: string[]) {
  const byId = new Map<string, unknown>();
  let text: string | null = null;
  let next = 0;
  let count = 0;
  const added: string[] = [];
  const lists = files.map(({ parts }) => {
    const raw = parts.get('licenses');
    const list = raw === undefined || raw === null ? null : (JSON.parse(raw) as unknown);
    const isList = Array.isArray(list) && list.every((one) => typeof one === 'object' && one !== null);
    return isList ? { raw: raw!, list: list as Record<string, unknown>[] } : null;
  });
  for (const one of lists.flatMap((entry) => entry?.list ?? [])) {
    if (typeof one.id === 'number' && one.id > next) next = one.id;
  }
  const changed = lists.map((entry) => {
    const changes = new Map<string, string>();
    if (!entry) return changes;
    const isFirst = text === null;
    text ??= entry.raw;
    for (const license of entry.list) {
      const id = JSON.stringify(license.id) ?? 'null';
      const known = byId.get(id);
      if (known === undefined) {
        byId.set(id, license);
        if (!isFirst) added.push(JSON.stringify(license));
      } else if (!deepEqual(known, license) && !isFirst) {
        changes.set(id, String(++next));
        added.push(JSON.stringify({ ...license, id: next }));
        count++;
      }
    }
    return changes;
  });
  if (count > 0) notes.push(renumbered(count, 'licence'));
  return { text: text === null ? null : appended(text, added), changed };
}

/** The text of a JSON list with more entries at its end. */
function appended(list: string, more: readonly string[]): string {
  if (more.length === 0) return list;
  const end = list.lastIndexOf(']');
  const isEmpty = list.slice(list.indexOf('[') + 1, end).trim() === '';
  return `${list.slice(0, end).trimEnd()}${isEmpty ? '' : ', '}${more.join(', ')}]`;
}

function mergeParts(files: readonly MergeFile[], licenses: string | null, notes: string[]): Map<string, string | null> {
  const merged = new Map<string, string | null>();
  const differing = new Map<string, string>();
  for (const { file, parts } of files) {
    for (const [key, raw] of parts) {
      const known = merged.get(key);
      if (known === undefined) merged.set(key, raw);
      else if (raw !== null && known !== null && raw !== known && key !== 'licenses') differing.set(key, file);
    }
  }
  if (licenses !== null && merged.has('licenses')) merged.set('licenses', licenses);
  for (const [key, file] of differing) {
    notes.push(`"${key}" of ${file} is not that of ${files[0].file}: the first one found is kept`);
  }
  return merged;
}

function refersToNothing(file: string, record: MergedAnnotation, key: 'image_id' | 'category_id') {
  const id = key === 'image_id' ? record.imageId : record.categoryId;
  const message =
    id === null ? `${file}: an annotation has no ${key}` : `${file} has no record for ${key} ${idText(id)}`;
  return new AppError('bad-input', message, {
    place: { file, pointer: `${record.pointer}/${key}` },
    hint: 'merged with other files it could come to mean another record',
  });
}

const renumbered = (count: number, what: string): string =>
  `${whoHasNewId(count, what)}, because another file uses the same`;

const whoHasNewId = (count: number, what: string): string =>
  counted(count, `${what} has a new id`, `${what}s have a new id`);
