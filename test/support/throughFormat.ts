/** A dataset written in a format and read again, and what of it came back otherwise without being told. */
import type { Loss } from '@shared/dataset/losses';
import { endingOf } from '@shared/dataset/outputNames';
import type { DatasetView } from '@shared/dataset/view';
import type { DatasetFormat } from '@shared/formats/format';
import { unexplained } from './datasetDifferences';
import { type Files, placeIn, readFromMemory, writeToMemory } from './formatFiles';

interface Step {
  readonly after: DatasetView;
  readonly files: Files;
  readonly losses: readonly Loss[];
  /** What differs, and no loss names. */
  readonly faults: readonly string[];
}

/** Written in a format and read again, with its pictures where the format puts them. */
export async function through(format: DatasetFormat, before: DatasetView): Promise<Step> {
  const { files, losses } = writeToMemory(before, format);
  const place = placeIn(format, before);
  const names = format.id === 'coco' ? (name: string) => name : place;
  const sizes = new Map(
    [...before.images()].map(({ fileName, width, height }) => [place(fileName), [width, height] as const]),
  );
  const read = await readFromMemory(format, files, sizes);
  const after = read.view('read');
  // Formats name pictures as their files do, wherever those lie.
  const found = new Map(
    [...after.images()].map(({ fileName }) => [
      format.id === 'coco' ? fileName : relativeTo(fileName, sizes),
      fileName,
    ]),
  );
  const list = losses.list();
  const undeclared = list.filter(({ code }) => !format.losses.includes(code)).map(({ code }) => `undeclared ${code}`);
  // The heading that Roboflow wants is told when it is taken away again.
  const issues = read.issues.filter(({ issue }) => issue.code !== 'heading-left-out');
  return {
    ...{ after, files, losses: list },
    faults: [
      ...unexplained(before, after, list, (fileName) => found.get(names(fileName)) ?? fileName),
      ...undeclared,
      ...issues.map(({ issue }) => `on reading: ${issue.message}`),
    ],
  };
}

/** The picture that a name of a dataset means, as the import finds it. */
function relativeTo(name: string, sizes: ReadonlyMap<string, unknown>): string {
  if (sizes.has(name)) return name;
  const base = name.slice(name.lastIndexOf('/') + 1);
  const found = [...sizes.keys()].filter(
    (known) => known.endsWith(`/${name}`) || known.slice(known.lastIndexOf('/') + 1) === base,
  );
  return found.length === 1
    ? found[0]
    : (found.find((known) => known.endsWith(`/${name}`)) ?? `${name}${endingOf(name)}`);
}
