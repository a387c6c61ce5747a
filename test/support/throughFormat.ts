/** A dataset written in a format and read again, and what of it came back otherwise without being told. */
import type { Loss } from '@shared/dataset/losses';
import type { DatasetView } from '@shared/dataset/view';
import type { DatasetFormat } from '@shared/formats/format';
import { findAll, ImageFinder } from '../../src-main/dataset/imageFinder';
import { unexplained } from './datasetDifferences';
import { type Files, placeIn, readFromMemory, sizesIn, writeToMemory } from './formatFiles';

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
  const sizes = sizesIn(format, before);
  const read = await readFromMemory(format, files, sizes);
  const after = read.view('read');
  // Formats name pictures as their files do, wherever those lie.
  const namesRead = [...after.images()].map(({ fileName }) => fileName);
  const pictures = findAll(new ImageFinder('/memory', [...sizes.keys()]), namesRead);
  const found = new Map(
    namesRead.map((fileName, place) => [
      format.id === 'coco' ? fileName : (pictures[place]?.name ?? fileName),
      fileName,
    ]),
  );
  const list = losses.list();
  const undeclared = list.filter(({ code }) => !format.losses.includes(code)).map(({ code }) => `undeclared ${code}`);
  // The heading that Roboflow wants is told when it is taken away again; masks that overlap did so before.
  const told = ['heading-left-out', 'masks-overlap'];
  const issues = read.issues.filter(({ issue }) => !told.includes(issue.code));
  return {
    ...{ after, files, losses: list },
    faults: [
      ...unexplained(before, after, list, (fileName) => found.get(names(fileName)) ?? fileName),
      ...undeclared,
      ...issues.map(({ issue }) => `on reading: ${issue.message}`),
    ],
  };
}
