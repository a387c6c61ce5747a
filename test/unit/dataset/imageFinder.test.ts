import { expect, test } from 'vitest';
import { findAll, ImageFinder } from '../../../src-main/dataset/imageFinder';

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
