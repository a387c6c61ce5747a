/** VIA's table: quoted JSON in cells, lines as they came, and lines that hold no area. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { formats } from '@shared/formats/registry';
import { csvRows } from '@shared/formats/viaCsv/rows';
import { type Files, memorySource, readFromMemory, writeToMemory } from '../../support/formatFiles';

/** As VIA 2.0.10 writes it, with `\r\n` at one line end and a point that is no object. */
const table =
  'filename,file_size,file_attributes,region_count,region_id,region_shape_attributes,region_attributes\n' +
  'a.jpg,100,"{""note"":""dark, old""}",2,0,"{""name"":""rect"",""x"":1,""y"":2,""width"":4,""height"":3}","{""kind"":""cat""}"\r\n' +
  'a.jpg,100,"{""note"":""dark, old""}",2,1,"{""name"":""point"",""cx"":3,""cy"":4}","{""kind"":""eye""}"\n' +
  '"b, c.jpg",7,"{}",1,0,"{""name"":""polygon"",""all_points_x"":[1,9,9],""all_points_y"":[1,1,8.5]}","{""kind"":""dog ""}"\n' +
  'd.jpg,8,"{}",0,0,"{}","{}"\n';

const sizes = new Map(['a.jpg', 'b, c.jpg', 'd.jpg'].map((name) => [name, [40, 20] as const]));
const format = formats.get('via-csv')!;
const files: Files = new Map([['t.csv', table]]);

it('is read with its images, also those without regions, and leaves as it came', async () => {
  expect((await formats.recognise(memorySource(files, sizes))).map(({ format: one }) => one.id)).toEqual(['via-csv']);
  const dataset = await readFromMemory(format, files, sizes);
  const view = dataset.view('v');
  const names = new Map(view.categories().map(({ id, name }) => [id, name]));
  const found = [...view.images()].map(({ id, fileName }) => [
    fileName,
    view.annotationsOf(id).map(({ categoryId, annotation }) => [names.get(categoryId), ...annotation.bbox]),
  ]);
  expect(found).toEqual([
    ['a.jpg', [['cat', 1, 2, 4, 3]]],
    ['b, c.jpg', [['dog ', 2, 1, 7, 7]]],
    ['d.jpg', []],
  ]);
  expect(dataset.issues.map(({ issue }) => issue.code)).toEqual(['shape-skipped']);
  expect([...writeToMemory(view, format).files.values()]).toEqual([table]);
});

it('keeps what is no object when others of its image are changed', async () => {
  const view = (await readFromMemory(format, files, sizes)).view('v');
  const images = () => [...view.images()].map((image) => (image.id === 1 ? { ...image, untouched: false } : image));
  const without = { ...view, images, annotationsOf: (id: number) => (id === 1 ? [] : view.annotationsOf(id)) };
  const [written] = [...writeToMemory(without, format).files.values()] as string[];
  expect(csvRows(written).map(({ cells }) => cells.slice(0, 5).join())).toEqual([
    'filename,file_size,file_attributes,region_count,region_id',
    'a.jpg,100,{"note":"dark, old"},1,0',
    'b, c.jpg,7,{},1,0',
    'd.jpg,8,{},0,0',
  ]);
  expect(written).toContain('"{""name"":""point"",""cx"":3,""cy"":4}"');
});

it('a name with commas and quotes that VIA wrote as it is stays one name', async () => {
  const fixture = join(import.meta.dirname, '..', '..', 'fixtures', 'formats', 'via-csv', 'pets.csv');
  const view = (await readFromMemory(format, new Map([['t.csv', readFileSync(fixture, 'utf8')]]), sizes)).view('v');
  expect(Array.from(view.images(), ({ fileName }) => fileName)).toEqual(['a.png', 'b, "c" ü.png']);
});

it('rows may hold quotes, commas and line ends', () => {
  expect(csvRows('\ufeffa,"b ""c"", d",e\r\n"x\ny",,\n\nlast').map(({ cells }) => cells)).toEqual([
    ['a', 'b "c", d', 'e'],
    ['x\ny', '', ''],
    ['last'],
  ]);
});
