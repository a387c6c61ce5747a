import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findAll, ImageFinder, locateImages, tellEach } from '../../../src-main/dataset/imageFinder';

const finder = (...names: string[]): ImageFinder => new ImageFinder('/no/such/folder', names);

test('a file that one record names exactly is not another record’s by its last part', () => {
  const found = findAll(finder('train/1.png', 'other/2.png'), ['gone/1.png', 'train/1.png', 'gone/2.png']);
  expect(found).toEqual([null, { name: 'train/1.png', by: 'name' }, { name: 'other/2.png', by: 'base-name' }]);
});

test('exactly is also what another spelling of the whole path leads to', () => {
  expect(findAll(finder('train/1.png'), ['gone/1.png', 'train\\1.png'])).toEqual([
    null,
    { name: 'train/1.png', by: 'separators' },
  ]);
});

test('names that count from an inner folder are all found there, the one included that another folder seems to have', () => {
  const found = findAll(finder('images/a.png', 'images/images/a.png', 'images/x/a.png'), [
    'a.png',
    'images/a.png',
    'x/a.png',
  ]);
  expect(found.map((image) => image?.name)).toEqual(['images/a.png', 'images/images/a.png', 'images/x/a.png']);
});

test('a name that is there as it is written stays, whatever an inner folder has', () => {
  const found = findAll(finder('a.png', 'old/a.png', 'old/b.png', 'old/c.png'), ['a.png', 'b.png', 'c.png']);
  expect(found.map((image) => image?.name)).toEqual(['a.png', 'old/b.png', 'old/c.png']);
});

test('of two folders that have as many of the names neither is taken', () => {
  expect(findAll(finder('train/a.png', 'val/a.png'), ['a.png'])).toEqual([null]);
});

test.each([
  ['images', []],
  ['images/default', []],
  ['images/val2017', []],
  ['images/old', ['2 images were found by the file name alone, in another folder: "a.png" is images/old/a.png']],
  ['photos', ['2 images were found by the file name alone, in another folder: "a.png" is photos/a.png']],
])('that they lie in another folder is told, but of the one where tools put them: %s', async (name, told) => {
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-finder-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, name, 'x'), { recursive: true });
  for (const file of ['a.png', 'x/b.png']) writeFileSync(join(folder, name, file), '');
  const { names, findings } = await locateImages(folder, ['a.png', 'x/b.png']);
  expect(names).toEqual([`${name}/a.png`, `${name}/x/b.png`]);
  expect(findings.map(({ message }) => message)).toEqual(told);
});

test('image by image each says its own name, and of those that are one file all but the first', () => {
  const found = [
    { name: 'photos/a.png', by: 'base-name' },
    { name: 'b.png', by: 'name' },
    { name: 'b.png', by: 'separators' },
    null,
    { name: 'b.png', by: 'name' },
    { name: 'images/d.png', by: 'base-name' },
  ] as const;
  const names = ['gone/a.png', 'b.png', '.\\b.png', 'lost.png', 'b.png', 'd.png'];
  expect([...tellEach(names, found)]).toEqual([
    {
      place: 0,
      code: 'image-found-base-name',
      message: '"gone/a.png" is photos/a.png, found by the file name alone, in another folder',
    },
    { place: 2, code: 'image-found-separators', message: '".\\b.png" is b.png, found with / in place of \\' },
    { place: 2, code: 'same-file', message: '"b.png" and ".\\b.png" are one file, b.png' },
  ]);
});

test.skipIf(process.platform === 'win32')(
  'a colon is part of a name, unless it is that of a drive or an address',
  () => {
    const found = findAll(finder('a:b.png', 'scan:1/c.png', 'x/d.png', 'x/e.png', 'f.png'), [
      'a:b.png',
      'scan:1\\c.png',
      'C:\\data\\d.png',
      'C:/data/e.png',
      'https://example.org/f.png',
    ]);
    expect(found.map((image) => [image?.name, image?.by])).toEqual([
      ['a:b.png', 'name'],
      ['scan:1/c.png', 'separators'],
      ['x/d.png', 'base-name'],
      ['x/e.png', 'base-name'],
      ['f.png', 'url'],
    ]);
  },
);
