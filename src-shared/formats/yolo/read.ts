/** A YOLO dataset -> records: boxes and outlines may stand in one file. */
import type { DatasetSink } from '../../dataset/records';
import type { Issue } from '../../dataset/finding';
import type { DatasetSource } from '../format';
import { splitOfName } from '../names';
import { findDataset } from './dataset';
import { parseLabels } from './labels';
import { listKey, nameKey, yamlKey } from './ownFiles';

export async function readYolo(source: DatasetSource, sink: DatasetSink): Promise<void> {
  const { classes, yaml, lists, images, keypoints, leftOut, missingSets } = await findDataset(source);
  const namesFile = source.fullName(yaml ?? '');
  if (yaml !== null) {
    sink.part(yamlKey, await source.text(yaml));
    if (yaml !== 'data.yaml') sink.part(nameKey, yaml);
    for (const [name, text] of lists) sink.part(listKey(name), text);
  }
  const tell = (message: string) =>
    sink.issue({ code: 'file-left-out', severity: 'warning', pointer: '', message }, { file: namesFile, pointer: '' });
  if (missingSets.length > 0) tell(`${missingSets.join(', ')} is not there`);
  if (leftOut.length > 0) {
    const who = leftOut.length === 1 ? `${leftOut[0]} is` : `${leftOut.length} images, such as ${leftOut[0]}, are`;
    tell(`${who} in none of its sets (train, val, test): left out`);
  }
  const known = new Set<number>();
  const addClass = (index: number, name: string) => {
    known.add(index);
    sink.category({ id: index + 1, name, supercategory: null }, null, { file: namesFile, pointer: `names/${index}` });
  };
  for (const [index, name] of [...classes].sort((a, b) => a[0] - b[0])) addClass(index, name);
  for (const [place, { fileName, labels }] of images.entries()) {
    const id = place + 1;
    const size = await source.imageSize(fileName);
    const text = labels === null ? null : await source.text(labels);
    const at = { file: source.fullName(labels ?? fileName), pointer: '' };
    const split = splitOfName(labels ?? fileName);
    sink.image({ id, fileName, width: size?.width ?? null, height: size?.height ?? null, split }, text, at);
    if (text === null || text.trim() === '') continue;
    if (!size) {
      const message = `the image of the labels is not there: without its size they mean nothing`;
      sink.issue({ code: 'size-unknown', severity: 'warning', pointer: '', message }, at);
      continue;
    }
    const issues: Issue[] = [];
    for (const { classIndex, content, text: line, line: number } of parseLabels(
      text,
      [size.width, size.height],
      issues,
      keypoints,
    )) {
      const place = { ...at, pointer: `line ${number}`, line: number };
      if (!known.has(classIndex)) {
        addClass(classIndex, `class ${classIndex}`);
        if (classes.size > 0) {
          const message = `class ${classIndex} has no name: there are ${classes.size}`;
          issues.push({ code: 'class-unknown', severity: 'warning', pointer: place.pointer, message });
        }
      }
      sink.annotation({ id: null, imageId: id, categoryId: classIndex + 1, maskSize: null, content }, line, place);
    }
    for (const issue of issues)
      sink.issue(issue, { ...at, pointer: issue.pointer, line: Number(issue.pointer.slice('line '.length)) });
  }
}
