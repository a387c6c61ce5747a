/** Puts right in a COCO record's text what is wrong with certainty; every other character stays. */
import type { Issue, IssueCode } from '../../dataset/finding';
import { maxCoordinate } from '../../document/limits';
import { maskFields } from '../../document/segmentation';
import { partsArea, partsBox } from '../../geometry/polygon';
import { rawMember, replaceMembers } from '../json/jsonText';
import { parseAnnotation } from './parse';
import { segmentationFromCoco } from './toDocument';

type Fields = Readonly<Record<string, unknown>>;

/** What was done, in the words of a list of changes. */
export interface Mended {
  readonly code: IssueCode;
  readonly message: string;
}

export interface MendedRecord {
  readonly text: string;
  readonly mended: readonly Mended[];
}

/** Null: nothing is to be done, or nothing can be. */
export function mendRecord(
  kind: 'images' | 'annotations' | 'categories',
  json: unknown,
  text: string,
): MendedRecord | null {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return null;
  const record = new Mending(json as Fields, text);
  record.unquoteIds();
  if (kind === 'images') record.sides();
  else if (kind === 'categories') record.name();
  else {
    record.crowd();
    record.score();
    record.shape();
    record.boxAndArea();
  }
  return record.result();
}

class Mending {
  readonly #fields: Fields;
  readonly #text: string;
  readonly #changes = new Map<string, string | null>();
  readonly #mended: Mended[] = [];

  constructor(fields: Fields, text: string) {
    this.#fields = fields;
    this.#text = text;
  }

  result(): MendedRecord | null {
    if (this.#mended.length === 0) return null;
    return { text: replaceMembers(this.#text, this.#changes), mended: this.#mended };
  }

  #set(code: IssueCode, key: string, value: string | null): void {
    this.#changes.set(key, value);
    const before = short(rawMember(this.#text, key) ?? 'missing');
    this.#mended.push({ code, message: `${key} ${before} → ${value === null ? 'left out' : short(value)}` });
  }

  unquoteIds(): void {
    for (const key of ['id', 'image_id', 'category_id']) {
      const number = wholeNumber(this.#fields[key]);
      if (number !== null) this.#set('id-text', key, number);
    }
  }

  sides(): void {
    for (const key of ['width', 'height']) {
      const value = this.#fields[key];
      if (value === undefined || value === null) continue;
      if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) continue;
      const number = wholeNumber(value);
      this.#set('image-side', key, number !== null && Number(number) > 0 ? number : null);
    }
  }

  name(): void {
    const { name, id } = this.#fields;
    if (typeof name === 'string') return;
    const called = typeof name === 'number' ? String(name) : `category ${String(id)}`;
    this.#set('category-name-type', 'name', JSON.stringify(called));
  }

  crowd(): void {
    const { iscrowd } = this.#fields;
    if (iscrowd === null || iscrowd === '0' || iscrowd === 'false') this.#set('iscrowd-value', 'iscrowd', '0');
    else if (iscrowd === '1' || iscrowd === 'true') this.#set('iscrowd-value', 'iscrowd', '1');
  }

  score(): void {
    const { score } = this.#fields;
    if (score === undefined || score === null || isNumber(score)) return;
    const value = typeof score === 'string' && score.trim() !== '' ? Number(score) : Number.NaN;
    this.#set('score-type', 'score', Number.isFinite(value) ? String(value) : null);
  }

  shape(): void {
    const { segmentation } = this.#fields;
    if (Array.isArray(segmentation)) this.#rings(segmentation as readonly unknown[]);
    else if (typeof segmentation === 'object' && segmentation !== null) this.#bytesText(segmentation as Fields);
  }

  #rings(rings: readonly unknown[]): void {
    if (rings.length >= 6 && rings.length % 2 === 0 && rings.every(isNumber)) {
      this.#set('ring-flat', 'segmentation', `[${rawMember(this.#text, 'segmentation')}]`);
      return;
    }
    const isShort = (ring: unknown) => Array.isArray(ring) && ring.length < 6 && ring.length % 2 === 0;
    const kept = rings.filter((ring) => !isShort(ring));
    if (kept.length === rings.length || kept.length === 0) return;
    this.#set('ring-short', 'segmentation', JSON.stringify(kept));
  }

  #bytesText(mask: Fields): void {
    const literal = typeof mask.counts === 'string' ? /^b(['"])(.*)\1$/s.exec(mask.counts) : null;
    if (!literal) return;
    const counts = JSON.stringify(literal[2].replace(/\\\\/g, '\\'));
    const text = replaceMembers(rawMember(this.#text, 'segmentation')!, new Map([['counts', counts]]));
    this.#set('rle-bytes-text', 'segmentation', text);
  }

  /** Those that cannot be read are the mask's; without a mask nobody knows them. */
  boxAndArea(): void {
    const { bbox, area } = this.#fields;
    const boxFault = faultOfBox(bbox);
    const areaFault = faultOfArea(area);
    if (!boxFault && !areaFault) return;
    const known = this.#fieldsOfShape();
    if (boxFault && known) this.#set(boxFault, 'bbox', JSON.stringify(known.bbox));
    if (!areaFault) return;
    const ofBox = !known && !boxFault && Array.isArray(bbox) && bbox.length === 4 ? bbox : null;
    const value = known?.area ?? (ofBox ? (ofBox[2] as number) * (ofBox[3] as number) : null);
    this.#set(areaFault, 'area', value === null ? null : JSON.stringify(value));
  }

  #fieldsOfShape() {
    const changed = this.#changes.get('segmentation') ?? rawMember(this.#text, 'segmentation');
    const json = { segmentation: JSON.parse(changed ?? 'null') as unknown };
    const issues: Issue[] = [];
    const parsed = parseAnnotation({ json, text: '{}', pointer: '' }, issues);
    if (!parsed?.segmentation) return null;
    const segmentation = segmentationFromCoco(parsed.segmentation);
    if (segmentation.kind === 'rle') return maskFields(segmentation, segmentation.size);
    return { area: partsArea(segmentation.parts), bbox: partsBox(segmentation.parts) };
  }
}

function faultOfBox(bbox: unknown): IssueCode | null {
  if (bbox === undefined || bbox === null || (Array.isArray(bbox) && bbox.length === 0)) return null;
  if (!Array.isArray(bbox) || bbox.length !== 4 || !bbox.every(isNumber)) return 'box-type';
  if (bbox[2] < 0 || bbox[3] < 0) return 'box-negative';
  return bbox.some((value: number) => Math.abs(value) > maxCoordinate) ? 'box-far' : null;
}

function faultOfArea(area: unknown): IssueCode | null {
  if (area === undefined || area === null || isNumber(area)) return null;
  return Array.isArray(area) && area.length === 0 ? 'number-empty' : 'number-type';
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** The digits of a whole number in quotes. */
function wholeNumber(value: unknown): string | null {
  if (typeof value !== 'string' || !/^(0|-?[1-9]\d*)$/.test(value)) return null;
  return Number.isSafeInteger(Number(value)) ? value : null;
}

const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);
