/** Label Studio's short list -> records: each entry is made the task that it came from. */
import type { DatasetSink } from '../../dataset/records';
import type { DatasetSource } from '../format';
import { parseJson } from '../json/text';
import { type GivenResult, handOver, noImage, noTaskList, tellOthers, urlOf } from '../labelStudio/read';
import { asFields, asList, asNumber, type Fields } from '../values';

/** What an entry says besides its data and its results. */
const ofEntry = new Set(['id', 'annotator', 'annotation_id', 'created_at', 'updated_at', 'lead_time', 'agreement']);

interface Entry {
  readonly place: number;
  readonly fields: Fields;
}

export async function readEntries(source: DatasetSource, name: string, sink: DatasetSink): Promise<void> {
  const file = source.fullName(name);
  const list = parseJson(await source.text(name), file);
  if (!Array.isArray(list)) throw noTaskList(file);
  const tasks = new Map<string, Entry>();
  for (const [place, value] of (list as unknown[]).entries()) {
    const fields = asFields(value);
    if (!fields) throw noImage(file, place);
    const task = typeof fields.id === 'number' || typeof fields.id === 'string' ? `${fields.id}` : `, ${place}`;
    const known = tasks.get(task);
    if (!known || isBefore(fields, known.fields)) tasks.set(task, { place, fields });
  }
  const hand = handOver(source, file, sink);
  for (const [index, { place, fields }] of [...tasks.values()].entries()) {
    const url = urlOf(Object.fromEntries(Object.entries(fields).filter(([key]) => !ofEntry.has(key))));
    if (url === null) throw noImage(file, place);
    await hand({ url, text: null, results: resultsOf(fields, `/${place}`), pointer: `/${place}` }, index);
  }
  tellOthers(list.length - tasks.size, file, sink);
}

/** They stand newest first; the list of tasks, which is read elsewhere, has them oldest first. */
const isBefore = (one: Fields, other: Fields): boolean =>
  (asNumber(one.annotation_id) ?? Infinity) < (asNumber(other.annotation_id) ?? Infinity);

function resultsOf(entry: Fields, pointer: string): GivenResult[] {
  return Object.entries(entry).flatMap(([key, values]) =>
    asList(values).flatMap((given, place): GivenResult[] => {
      const value = asFields(given);
      const type = value && typeOf(value);
      if (!value || type === null) return [];
      const { original_width, original_height } = value;
      return [
        { fields: { type, value, original_width, original_height }, text: null, pointer: `${pointer}/${key}/${place}` },
      ];
    }),
  );
}

/** The short form leaves the type of a result out: the key of its labels says it, else its numbers do. */
function typeOf(value: Fields): string | null {
  const labels = Object.keys(value).find((key) => /^[a-z]+labels$/.test(key));
  if (labels !== undefined) return labels;
  if (value.points !== undefined) return 'polygon';
  if (value.rle !== undefined) return 'brush';
  if (value.imageDataURL !== undefined) return 'bitmask';
  if (value.sequence !== undefined) return 'video';
  if (value.vertices !== undefined) return 'vector';
  if (value.radiusX !== undefined) return 'ellipse';
  if (value.height !== undefined) return 'rectangle';
  return value.x !== undefined && value.y !== undefined ? 'keypoint' : null;
}
