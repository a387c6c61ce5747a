/** What a record of one COCO dialect takes along into another: all that it says, under the id and the name that it has there. */
import { speaksCoco } from '../../dataset/completeView';
import type { DatasetView } from '../../dataset/view';
import { deepEqual } from '../../document/equal';
import { rawMember, replaceMembers } from '../json/jsonText';
import { parseCategory } from './parse';
import { type CategoryText, serializeCategory, serializeNewImage } from './serialize';

interface NewImage {
  readonly id: number;
  readonly fileName: string;
  readonly width: number;
  readonly height: number;
}

/** `text`: the record as it came; null: it says nothing in COCO's words. */
export function carriedImage(image: NewImage, text: string | null): string {
  if (text === null) return serializeNewImage(image);
  const said = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const now = { id: image.id, file_name: image.fileName, width: image.width, height: image.height };
  const changes = Object.entries(now).filter(([key, value]) => !deepEqual(said[key], value));
  return replaceMembers(text, new Map(changes.map(([key, value]) => [key, JSON.stringify(value)])));
}

export function carriedCategory(category: CategoryText, id: string, text: string | null): string {
  const baseline = text === null ? null : parseCategory({ json: JSON.parse(text), text, pointer: '' }, []);
  if (text === null || !baseline) return serializeCategory(category, id, null);
  const numbered = rawMember(text, 'id') === id ? text : replaceMembers(text, new Map([['id', id]]));
  // Some trainers read supercategory without asking whether it is there.
  const whole =
    rawMember(text, 'supercategory') === null ? { ...baseline, supercategory: undefined as never } : baseline;
  return serializeCategory(category, id, { text: numbered, baseline: whole });
}

/** The text that the file, or the first of several, has under a key of its own; null: there is none. */
export function carriedPart(view: DatasetView, key: 'info' | 'licenses'): string | null {
  if (!speaksCoco(view)) return null;
  const parts = view.parts();
  if (view.textFormat !== 'roboflow') return parts.find(([name]) => name === key)?.[1] ?? null;
  const first = parts[0]?.[1] ?? null;
  return first === null ? null : rawMember(first, key);
}
