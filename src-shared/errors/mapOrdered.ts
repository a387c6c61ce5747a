/** Works on several items at once and hands the results out in the items' order. */

/**
 * Yields `work(item)` settled, in order; at most `concurrency` run or wait to be taken at a time, so that finished results
 * do not pile up behind a slow one.
 */
export async function* mapOrdered<T, R>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<{ readonly item: T; readonly outcome: PromiseSettledResult<R> }> {
  const running: Promise<PromiseSettledResult<R>>[] = [];
  let next = 0;
  const start = () => {
    if (next < items.length) running.push(settle(work(items[next++])));
  };
  for (let i = 0; i < concurrency; i++) start();
  for (const item of items) {
    const outcome = await running.shift()!;
    start();
    yield { item, outcome };
  }
}

async function settle<R>(promise: Promise<R>): Promise<PromiseSettledResult<R>> {
  const [outcome] = await Promise.allSettled([promise]);
  return outcome;
}
