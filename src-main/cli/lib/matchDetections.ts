/** Brings detections onto the ground truth's images and categories: by ids, or by file and category names. */
import { counted } from '@shared/errors/counted';
import { lookUp } from '@shared/dataset/ids';
import type { ParsedAnnotation } from '@shared/formats/coco/parse';
import type { IdRef } from '@shared/formats/coco/types';
import { AppError } from '@shared/errors/appError';
import type { At, CocoFile } from './cocoReader';
import { positionsById } from './recordIds';

export interface Matched {
  readonly record: At<ParsedAnnotation>;
  /** Positions in the ground truth's lists. */
  readonly image: number;
  readonly category: number;
}

export interface MatchResult {
  readonly matched: readonly Matched[];
  /** One sentence for each kind of thing that found no counterpart. */
  readonly notes: readonly string[];
}

/** Throws `bad-input` where a results list names an image that the ground truth does not have, as loadRes does. */
export function matchDetections(detections: CocoFile, truth: CocoFile): MatchResult {
  return detections.kind === 'results' ? matchByIds(detections, truth) : matchByNames(detections, truth);
}

function matchByIds(detections: CocoFile, truth: CocoFile): MatchResult {
  const images = positionsById(truth.images);
  const categories = positionsById(truth.categories);
  const lostCategories = new Unmatched();
  const matched: Matched[] = [];
  for (const record of detections.annotations) {
    const image = lookUp(images, record.imageId);
    if (image === undefined) {
      const fault =
        record.imageId === null
          ? 'the detection has no image_id'
          : `the ground truth has no image with the id ${record.imageId}`;
      throw new AppError('bad-input', `${detections.file}: ${fault}`, {
        place: { file: detections.file, pointer: `${record.pointer}/image_id` },
      });
    }
    const category = lookUp(categories, record.categoryId);
    if (category !== undefined) matched.push({ record, image, category });
    else lostCategories.add(String(record.categoryId ?? '(none)'), 1);
  }
  return {
    matched,
    notes: lostCategories.describe('category id', 'category ids', 'of the detections not in the ground truth'),
  };
}

function matchByNames(detections: CocoFile, truth: CocoFile): MatchResult {
  const fileName = (image: { readonly fileName: string }) => image.fileName;
  const name = (category: { readonly name: string }) => category.name;
  const images = matchNames(detections, truth, 'images', fileName);
  const categories = matchNames(detections, truth, 'categories', name);
  if (detections.images.length > 0 && truth.images.length > 0 && images.found.size === 0) {
    throw new AppError('bad-input', `No image of ${detections.file} has the file_name of an image of ${truth.file}`, {
      place: { file: detections.file, pointer: '/images' },
      hint: `they are matched by file_name, e.g. "${detections.images[0].fileName}" and "${truth.images[0].fileName}"`,
    });
  }
  const matched: Matched[] = [];
  for (const record of detections.annotations) {
    const image = lookUp(images.found, record.imageId);
    const category = lookUp(categories.found, record.categoryId);
    if (image !== undefined && category !== undefined) matched.push({ record, image, category });
    else if (image === undefined) images.lost.add(lookUp(images.names, record.imageId) ?? '(none)', 1);
    else categories.lost.add(lookUp(categories.names, record.categoryId) ?? '(none)', 1);
  }
  const seen = new Set(images.found.values());
  const unseen = new Unmatched();
  truth.images.forEach((image, position) => seen.has(position) || unseen.add(image.fileName, 0));
  return {
    matched,
    notes: [
      ...images.byIds.describe('file_name', 'file_names', 'that several images have are told apart by their ids'),
      ...categories.byIds.describe('name', 'names', 'that several categories have are told apart by their ids'),
      ...images.lost.describe('image', 'images', 'of the detections not in the ground truth'),
      ...categories.lost.describe('category', 'categories', 'of the detections not in the ground truth'),
      ...unseen.describe('image', 'images', 'of the ground truth not among the detections'),
    ],
  };
}

interface NameMatch {
  /** From an id of the detections to a position in the ground truth. */
  readonly found: ReadonlyMap<IdRef, number>;
  /** The detections' names by their ids. */
  readonly names: ReadonlyMap<IdRef, string>;
  readonly lost: Unmatched;
  /** Names that several records have. */
  readonly byIds: Unmatched;
}

/** A name that several records have is told apart by the ids; throws `bad-input` where those do not agree either. */
function matchNames<K extends 'images' | 'categories'>(
  detections: CocoFile,
  truth: CocoFile,
  kind: K,
  nameOf: (record: CocoFile[K][number]) => string,
): NameMatch {
  const records: readonly CocoFile[K][number][] = detections[kind];
  const others: readonly CocoFile[K][number][] = truth[kind];
  const positions = new Map<string, number[]>();
  others.forEach((record, position) => {
    const same = positions.get(nameOf(record));
    if (same) same.push(position);
    else positions.set(nameOf(record), [position]);
  });
  const uses = new Map<string, number>();
  for (const record of records) uses.set(nameOf(record), (uses.get(nameOf(record)) ?? 0) + 1);
  const found = new Map<IdRef, number>();
  const names = new Map<IdRef, string>();
  const lost = new Unmatched();
  const byIds = new Unmatched();
  for (const record of records) {
    const name = nameOf(record);
    const same = positions.get(name);
    if (record.id !== null) names.set(record.id, name);
    if (!same) {
      lost.add(name, 0);
      continue;
    }
    let position: number | undefined = same[0];
    if (same.length > 1 || uses.get(name)! > 1) {
      position = same.find((place) => others[place].id === record.id);
      byIds.add(name, 0);
      if (position === undefined) throw ambiguousName(detections.file, truth.file, record.pointer, kind, name);
    }
    if (record.id !== null) found.set(record.id, position);
  }
  return { found, names, lost, byIds };
}

function ambiguousName(file: string, truth: string, pointer: string, kind: 'images' | 'categories', name: string) {
  const key = kind === 'images' ? 'file_name' : 'name';
  return new AppError(
    'bad-input',
    `${file}: several ${kind} have the ${key} ${name}, and their ids are not those of ${truth}`,
    {
      place: { file, pointer: `${pointer}/${key}` },
      hint: `give each its own ${key}, or use the ids of the ground truth`,
    },
  );
}

/** Names without a counterpart, and how many detections each costs. */
export class Unmatched {
  static readonly #listed = 20;
  readonly #detections = new Map<string, number>();

  add(name: string, detections: number): void {
    this.#detections.set(name, (this.#detections.get(name) ?? 0) + detections);
  }

  /** No sentence, or one: `2 categories of the detections not in the ground truth: cat, dog; 7 detections left out`. */
  describe(one: string, many: string, which: string): string[] {
    const count = this.#detections.size;
    if (count === 0) return [];
    const names = [...this.#detections.keys()].slice(0, Unmatched.#listed).join(', ');
    const more = count > Unmatched.#listed ? ` and ${count - Unmatched.#listed} more` : '';
    const lost = [...this.#detections.values()].reduce((sum, value) => sum + value, 0);
    const cost = lost > 0 ? `; ${counted(lost, 'detection')} left out` : '';
    return [`${counted(count, one, many)} ${which}: ${names}${more}${cost}`];
  }
}
