/** Projects of VIA 3: which files and regions of them are read, and what is said of the others. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { segmentationToRle } from '@shared/document/segmentation';
import type { MemoryDataset } from '@shared/formats/memoryDataset';
import { formats } from '@shared/formats/registry';
import { area, toBbox } from '@shared/mask';
import { memorySource, readFromMemory } from '../../support/formatFiles';

const via3 = formats.get('via-3')!;
const fixture = readFileSync(join(import.meta.dirname, '../../fixtures/formats/via-3/project.json'), 'utf8');

interface Project {
  readonly project: { vid_list?: string[] };
  readonly config: { readonly file: { loc_prefix: Record<string, string> }; readonly ui: Record<string, unknown> };
  attribute: Record<string, object>;
  file: Record<string, object>;
  view: Record<string, { fid_list: (string | number)[] }>;
  metadata: Record<string, object>;
}

/** The fixture with what `change` does to it. */
async function changed(change: (project: Project) => void): Promise<MemoryDataset> {
  const project = JSON.parse(fixture) as Project;
  change(project);
  const sizes = new Map([['a.png', [24, 18] as const]]);
  return readFromMemory(via3, new Map([['project.json', JSON.stringify(project)]]), sizes);
}

const fileNames = (dataset: MemoryDataset) => dataset.images.map(({ record }) => record.fileName);
const messages = (dataset: MemoryDataset) => dataset.issues.map(({ issue }) => issue.message);
const region = (xy: number[], av: object = {}) => ({ vid: '1', flg: 0, z: [], xy, av });

function objects(dataset: MemoryDataset) {
  const view = dataset.view('v');
  const names = new Map(view.categories().map(({ id, name }) => [id, name]));
  return [...view.annotations()].map(({ annotation: { segmentation, bbox, extra }, categoryId }) => {
    const mask = segmentation && segmentationToRle(segmentation, [100, 100]);
    return { name: names.get(categoryId), box: mask ? [...toBbox(mask)] : [...bbox], area: mask && area(mask), extra };
  });
}

it('options are read as their names: the class, what else is said, and what is ticked of the whole image', async () => {
  const dataset = await changed(() => {});
  expect(objects(dataset)[0]).toMatchObject({
    name: 'cat',
    extra: { attributes: { note: 'tail', seen: 'whole, near' } },
  });
  expect(dataset.images.map(({ record }) => record.tags)).toEqual([['bright'], []]);
});

it('images are called by where they are: beside the file, at an address, under a prefix', async () => {
  const dataset = await changed((project) => {
    project.config.file.loc_prefix['3'] = 'photos/';
    project.file['3'] = { fid: '3', fname: 'shown.png', type: 2, loc: 3, src: 'c.png' };
    project.file['4'] = { fid: '4', fname: 'd.png', type: 2, loc: 4, src: 'data:image/png;base64,AAAA' };
    project.file['5'] = { fid: '5', fname: 'e.png', type: 2, loc: 2, src: 'file:///home/me/e.png' };
    for (const id of ['4', '5']) project.view[id] = { fid_list: [Number(id)] };
    project.project.vid_list = ['5', '1'];
  });
  // Those that are shown first, in their order.
  expect(fileNames(dataset)).toEqual([
    '/home/me/e.png',
    'a.png',
    'https://example.org/pets/b%20c.png',
    'photos/c.png',
    'd.png',
  ]);
});

it('round shapes are as VIA draws them; lines, points and broken ones are told', async () => {
  const dataset = await changed((project) => {
    project.metadata = {
      circle: region([3, 50, 50, 20]),
      ellipse: region([4, 50, 50, 30, 10]),
      rim: region([9, 30, 50, 70, 50, 50, 70]),
      line: region([5, 1, 1, 9, 9]),
      lines: region([6, 1, 1, 9, 9, 4, 4]),
      onOneLine: region([9, 0, 0, 10, 10, 20, 20]),
      cut: region([8, 4]),
      odd: region([7, 1, 1, 9]),
      unknown: region([77, 1]),
    };
  });
  const boxes = objects(dataset).map(({ box }) => box);
  expect(boxes).toEqual([[30, 30, 40, 40], [20, 40, 60, 20], [30, 30, 40, 40]]); // prettier-ignore
  for (const { area: pixels, box } of objects(dataset))
    expect(Math.abs(pixels! - (Math.PI / 4) * box[2] * box[3])).toBeLessThan(0.02 * pixels!);
  expect(messages(dataset).filter((one) => one === 'the region has no area: left out')).toHaveLength(6);
});

it('without an attribute of a usual name the one that VIA shows is the class; categories of COCO name themselves', async () => {
  const shown = await changed((project) => {
    project.attribute = {
      1: { aname: 'note', anchor_id: 'FILE1_Z0_XY1', type: 1, options: {} },
      2: { aname: 'animal', anchor_id: 'FILE1_Z0_XY1', type: 4, options: { cow: '' } },
    };
    project.config.ui.spatial_region_label_attribute_id = '2';
    project.metadata = { 0: region([2, 0, 0, 2, 2], { 1: 'x', 2: 'cow' }), 1: region([2, 0, 0, 2, 2], { 1: 'y' }) };
  });
  expect(objects(shown).map(({ name }) => name)).toEqual(['cow', 'object']);
  const coco = await changed((project) => {
    const attribute = (aname: string) => ({ aname, anchor_id: 'FILE1_Z0_XY1', type: 1, desc: {}, options: {} });
    project.attribute = { 1: attribute('cat'), 2: attribute('dog') };
    project.metadata = { 0: region([2, 0, 0, 2, 2], { 2: 'dog' }), 1: region([2, 0, 0, 2, 2], { 1: 'cat' }) };
  });
  expect(objects(coco)).toMatchObject([{ name: 'dog', extra: {} }, { name: 'cat' }]);
});

it('regions of a view of two images are told, since nothing says in which one they are', async () => {
  const dataset = await changed((project) => void (project.view['1'].fid_list = ['1', '2']));
  expect(fileNames(dataset)).toEqual(['a.png', 'https://example.org/pets/b%20c.png']);
  expect(objects(dataset)).toEqual([]);
  expect(messages(dataset)).toContain(
    '4 regions were left out: a view of several images does not say in which one they are',
  );
});

it('a project of very many images is known by its beginning, and is no VIA 2', async () => {
  const project = JSON.parse(fixture) as Project;
  project.project.vid_list = Array.from({ length: 20_000 }, (_, i) => String(i));
  const source = memorySource(new Map([['p.json', JSON.stringify(project)]]), new Map());
  const found = await formats.recognise(source);
  expect(found.map(({ format }) => format.id)).toEqual(['via-3']);
});
