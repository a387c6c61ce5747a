/** The summary of `npm test`: what counts as passed, failed and skipped in the runners' reports. */
import { describe, expect, it } from 'vitest';
import { loadScript } from './loadScript';

const { playwrightCounts, sumCounts, summaryLine, vitestCounts } = await loadScript('lib/testCounts.mjs');

const vitest = (passed: number, failed: number, pending = 0, files: object[] = []) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: pending,
  numTodoTests: 0,
  testResults: files,
});

describe('vitestCounts', () => {
  it('takes the numbers of the report', () => {
    expect(vitestCounts(vitest(5, 2, 1), 1)).toEqual({ passed: 5, failed: 2, skipped: 1 });
  });

  it('counts a file that did not load as one failure', () => {
    const files = [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{ status: 'failed' }] },
    ];
    expect(vitestCounts(vitest(5, 1, 0, files), 1).failed).toBe(2);
  });

  it('fails where nothing ran, no report came or the exit code contradicts the report', () => {
    expect(vitestCounts(vitest(0, 0), 0)).toMatchObject({ failed: 1, problem: 'it ran no tests.' });
    expect(vitestCounts(undefined, 137)).toMatchObject({ failed: 1, problem: expect.stringContaining('137') });
    expect(vitestCounts(vitest(3, 0), 1)).toMatchObject({ passed: 3, failed: 1 });
  });
});

describe('playwrightCounts', () => {
  it('counts flaky as passed and errors outside of tests as failed', () => {
    const report = { stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 2 }, errors: [{ message: 'x' }] };
    expect(playwrightCounts(report, 1)).toEqual({ passed: 5, failed: 2, skipped: 2 });
  });
});

describe('summaryLine', () => {
  it('sums the runners and names skipped tests only where there are some', () => {
    const total = sumCounts([
      { passed: 5, failed: 0, skipped: 0 },
      { passed: 2, failed: 1, skipped: 0 },
    ]);
    expect(summaryLine(total)).toBe('7 passed, 1 failed');
    expect(summaryLine({ passed: 7, failed: 0, skipped: 3 })).toBe('7 passed, 0 failed, 3 skipped');
  });
});
