/** Label Studio's JSON export: a list of tasks with their results, in percent of the image. */
import type { DatasetFormat, DatasetSource } from '../format';
import { headListKeys, isJsonName } from '../json/head';
import { jsonElements, parseJson } from '../json/text';
import { noTaskList, readTasks } from './read';
import { writeTasks } from './write';

export const labelStudioFormat: DatasetFormat = {
  id: 'label-studio',
  title: 'Label Studio',
  about: 'One JSON file with a list of tasks, polygons, boxes and brush masks: Label Studio imports and exports it.',
  textsHoldMasks: true,
  extensions: ['json'],
  target: 'file',
  isUpright: true,
  options: [],
  losses: [
    'void-border',
    ...(['tags', 'image-fields', 'category-fields', 'turned', 'supercategory', 'unused-category'] as const),
    ...(['id', 'score', 'crowd', 'attributes', 'holes-as-mask', 'rounded'] as const),
    ...(['image-renamed', 'empty', 'size-unknown', 'no-image-left-out', 'no-category'] as const),
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
      if (!Array.isArray(parseJson(text, source.fullName(file)))) throw noTaskList(source.fullName(file));
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
    const head = await source.head(name);
    // A project without tasks is an empty list, which says nothing among other files.
    const isEmpty = all.length === 1 && /^\ufeff?\s*\[\s*\]\s*$/.test(head);
    if (isEmpty || isTaskList(headListKeys(head))) found.push(name);
  }
  return found;
}

function isTaskList(keys: ReadonlyMap<string, string> | null): boolean {
  if (!keys || keys.has('image_id')) return false;
  // In the short form the keys of the data are the task's own, and may be called so too.
  if (keys.get('data') === '{' && (keys.has('annotations') || keys.has('predictions') || keys.has('id'))) return true;
  // Create ML's lists name their image themselves. The first task's results may fill the head before its data comes.
  if (keys.has('image')) return false;
  return keys.get('annotations') === '[' && !keys.has('segmentation');
}
