/** Whether a file that looks like COCO is a panoptic one: its annotations are segments of pictures beside it. */
import type { DatasetSource } from '../format';
import { stemOf } from '../names';

/** The folder of its pictures with its `/`, or null for any other file; looks at names and first bytes only. */
export async function panopticFolder(source: DatasetSource, name: string, head: string): Promise<string | null> {
  const hasSegments = head.includes('"segments_info"');
  if (!hasSegments && /"segmentation"\s*:/.test(head)) return null;
  const folder = `${stemOf(name)}/`;
  const names = await source.names();
  const isThere = names.some((other) => other.startsWith(folder) && /\.png$/i.test(other));
  // The list of images alone may be longer than what was looked at.
  return hasSegments || ((isThere || listsNothing(head)) && /panoptic/i.test(name)) ? folder : null;
}

/** A file that is whole in its head, of a dataset without images. */
function listsNothing(head: string): boolean {
  if (head.length > mostOfNothing) return false;
  try {
    const { images, annotations } = JSON.parse(head.replace(/^\ufeff/, '')) as Readonly<Record<string, unknown>>;
    return [images, annotations].every((list) => Array.isArray(list) && list.length === 0);
  } catch {
    return false;
  }
}

/** Characters: the lists of categories alone. */
const mostOfNothing = 60_000;
