/** What an export is about to write is told whole in a few lines, whatever its size. */
import { expect, it } from 'vitest';
import { WrittenPlaces } from '../../../src-main/dataset/writtenPlaces';

const listed = (...names: readonly string[]) => {
  const places = new WrittenPlaces();
  for (const name of names) places.add(name);
  return places.list();
};
const labels = (folder: string, count: number) => Array.from({ length: count }, (_, n) => `labels/${folder}/${n}.txt`);

it('names a few files', () => {
  expect(listed(...labels('train', 4), ...labels('val', 1), 'data.yaml')).toEqual(
    ['data.yaml', ...labels('train', 4), ...labels('val', 1)].map((name) => ({ name, files: 1 })),
  );
});

it('counts many by folder, so that each part of a split is seen', () => {
  expect(listed(...labels('train', 1900), ...labels('val', 99), 'labels/test/one.txt', 'data.yaml')).toEqual([
    { name: 'data.yaml', files: 1 },
    { name: 'labels/train/', files: 1900 },
    { name: 'labels/val/', files: 99 },
    { name: 'labels/test/one.txt', files: 1 },
  ]);
});

it('tells no more than can be looked at', () => {
  const places = listed(...Array.from({ length: 3000 }, (_, n) => `${n}/a.txt`));
  expect(places).toHaveLength(200);
});
