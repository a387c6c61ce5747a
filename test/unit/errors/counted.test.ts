import { expect, it } from 'vitest';
import { counted } from '@shared/errors/counted';

it.each([
  [0, 'image', '0 images'],
  [1, 'image', '1 image'],
  [1204, 'image', '1,204 images'],
  [860_001, 'category', '860,001 categories'],
  [1, 'augmented copy', '1 augmented copy'],
  [2, 'key', '2 keys'],
  [3, 'box', '3 boxes'],
])('%d of %s is %s', (count, one, text) => {
  expect(counted(count, one)).toBe(text);
});

it('takes the plural that is given', () => {
  expect([1, 2000].map((count) => counted(count, 'mask stays', 'masks stay'))).toEqual([
    '1 mask stays',
    '2,000 masks stay',
  ]);
});
