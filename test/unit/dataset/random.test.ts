import { expect, test } from 'vitest';
import { randomFrom } from '@shared/dataset/random';

test('random numbers depend on their seed alone', () => {
  const take = (seed: number) => Array.from({ length: 5 }, randomFrom(seed));
  expect(take(3)).toEqual(take(3));
  expect(take(3)).not.toEqual(take(4));
  for (const value of take(0)) expect(value >= 0 && value < 1).toBe(true);
});
