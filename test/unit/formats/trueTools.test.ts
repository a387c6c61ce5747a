import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DatasetFolder } from '../../../src-main/dataset/datasetFolder';
import { recogniseDataset } from '../../../src-main/dataset/recognise';
import { segmentationToRle } from '@shared/document/segmentation';
import { MemoryDataset } from '@shared/formats/memoryDataset';
import { formats } from '@shared/formats/registry';
import { toCompressed } from '@shared/mask';
import { readMap } from '@shared/formats/png/maskPng';
import { type Files, writeToMemory } from '../../support/formatFiles';

interface Expected {
  readonly size: readonly [number, number];
  readonly datasets: Readonly<
    Record<
      string,
      { readonly tool: string; readonly masks: readonly (readonly [string, string | readonly number[]])[] }
    >
  >;
}

const root = join(import.meta.dirname, '..', '..', 'fixtures', 'formats');
const expected = JSON.parse(readFileSync(join(root, 'expected.json'), 'utf8')) as Expected;
/** Of those that are not called as their format. */
const ids: Readonly<Record<string, string>> = { 'cvat-own': 'cvat' };
const names = Object.keys(expected.datasets);
const formatOf = (name: string) => formats.get(ids[name] ?? name)!;

/** What has no place, of those fixtures that have some of it. */
const left: Readonly<Record<string, readonly string[]>> = {
  'via-3': [
    'the region has no area: left out',
    '1 video or sound was left out: images alone are read',
    '2 regions and segments were left out: of videos and sounds nothing is read',
    '1 text was left out: what is said of a whole image has no place here',
  ],
  'label-studio-min': [
    '1 further annotation of images that have one already: the first of each image was read, the others were left out',
  ],
};

/** Of these the text between records is ours, and the packing of the pictures. */
const isMaps = (name: string) => ['coco-panoptic', 'cityscapes', 'label-map', 'instance-map'].includes(name);
/** What values mean is written in our own words. */
const isLegend = (file: string) => /(^|\/)(legend\.json|objects\.json|class_names\.txt)$/.test(file);

async function expectSameMaps(written: Files, source: DatasetFolder, pictures: ReadonlySet<string>): Promise<void> {
  const files = new Map([...written].filter(([file]) => !isLegend(file)));
  for (const [file, content] of files) {
    const before = await source.bytes(file);
    if (typeof content === 'string')
      expect(JSON.parse(content), file).toEqual(JSON.parse(Buffer.from(before).toString()));
    else expect([...readMap(content).values], file).toEqual([...readMap(before).values]);
  }
  const own = (await source.names()).filter((one) => !pictures.has(one) && !/\.jpe?g$/.test(one) && !isLegend(one));
  expect([...files.keys()].sort()).toEqual(own.sort());
}

/** Made by scripts/goldens/formatFixtures.py, mapFormats.py and toolFixtures.py. */
describe.each(names)('a dataset that %s’s own tool wrote', (name) => {
  it('is known, and has the masks and boxes the tool was given', async () => {
    const source = new DatasetFolder(join(root, name));
    const { format } = await recogniseDataset(source, undefined);
    expect(format.id).toBe(formatOf(name).id);
    const dataset = new MemoryDataset(root, format.id);
    await format.read!(source, dataset);
    expect(dataset.issues.map(({ issue }) => issue.message)).toEqual(left[name] ?? []);
    const view = dataset.view('x');
    const categories = new Map(view.categories().map((one) => [one.id, one.name]));
    const found = [...view.annotations()].map(({ annotation, categoryId }) => {
      const { segmentation, bbox } = annotation;
      const shape = segmentation
        ? toCompressed(segmentationToRle(segmentation, expected.size))
        : bbox.map((side) => Math.round(side * 1e4) / 1e4);
      return [categories.get(categoryId), shape];
    });
    const byName = (a: readonly unknown[], b: readonly unknown[]) => String(a[0]).localeCompare(String(b[0]));
    expect(found.sort(byName)).toEqual([...expected.datasets[name].masks].sort(byName));
  });
});

describe.each(names.filter((name) => formatOf(name).write))('a dataset that %s’s own tool wrote', (name) => {
  it('is written again byte for byte, its maps pixel for pixel', async () => {
    const source = new DatasetFolder(join(root, name));
    const { format } = await recogniseDataset(source, undefined);
    const dataset = new MemoryDataset(root, format.id);
    await format.read!(source, dataset);
    const texts = new Set(
      (await Promise.all((await source.names()).map((file) => source.head(file)))).filter((text) => text !== ''),
    );
    const { files } = writeToMemory(dataset.view('x'), format);
    const pictures = new Set([...dataset.view('x').images()].map((one) => one.fileName));
    if (isMaps(name)) return expectSameMaps(files, source, pictures);
    for (const [file, content] of files) {
      if (typeof content === 'string' && content !== '' && !/labelmap|ImageSets/.test(file))
        expect(texts.has(content), file).toBe(true);
    }
  });
});
