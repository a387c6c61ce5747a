/** What running jobs say of the time that is left. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Jobs } from '../../../../src-renderer/session/jobs.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the time left is of what is counted now, whatever took long before it', async () => {
  const jobs = new Jobs();
  const left: (number | null)[] = [];
  await jobs.run('Masks for boxes', async ({ onProgress }) => {
    const tell = (done: number, total: number) => {
      onProgress({ done, total });
      left.push(jobs.list[0].etaMs);
    };
    tell(0, 3);
    vi.advanceTimersByTime(5000);
    tell(2, 3);
    vi.advanceTimersByTime(15_000);
    tell(0, 26);
    vi.advanceTimersByTime(1000);
    tell(1, 26);
    vi.advanceTimersByTime(1000);
    tell(2, 26);
  });
  expect(left).toEqual([null, 2500, null, 25_000, 24_000]);
  expect(jobs.list).toEqual([]);
});

test('more may come to be done meanwhile', async () => {
  const jobs = new Jobs();
  await jobs.run('Finding similar objects', async ({ onProgress }) => {
    onProgress({ done: 0, total: 12 });
    for (let done = 1; done <= 3; done++) {
      vi.advanceTimersByTime(1000);
      onProgress({ done, total: 12 + done });
      expect(jobs.list[0].etaMs).toBe(12_000);
    }
  });
});

test('work that begins in its middle has the pace of its own part', async () => {
  const jobs = new Jobs();
  await jobs.run('Counting', async ({ onProgress }) => {
    onProgress({ done: 90, total: 100 });
    expect(jobs.list[0].etaMs).toBeNull();
    vi.advanceTimersByTime(1000);
    onProgress({ done: 91, total: 100 });
    expect(jobs.list[0].etaMs).toBe(9000);
  });
});
