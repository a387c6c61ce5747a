/** Ordered concurrency: order kept, failures passed on, never more at once than allowed. */
import { expect, test } from 'vitest';
import { mapOrdered } from '@shared/errors/mapOrdered';

test('results come in order, failures in their place, at most `concurrency` at once', async () => {
  let running = 0;
  let most = 0;
  const delays = [30, 5, 20, 1, 10];
  const results: unknown[] = [];
  const work = async (delay: number) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, delay));
    running--;
    if (delay === 20) throw new Error('no');
    return delay * 2;
  };
  for await (const { item, outcome } of mapOrdered(delays, 2, work)) {
    results.push([item, outcome.status === 'fulfilled' ? outcome.value : (outcome.reason as Error).message]);
  }
  expect(results).toEqual([
    [30, 60],
    [5, 10],
    [20, 'no'],
    [1, 2],
    [10, 20],
  ]);
  expect(most).toBe(2);
});
