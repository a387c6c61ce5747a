// Counts of passed, failed and skipped tests out of the runners' JSON reports.

/**
 * Vitest's report (Jest's format). A file that fails to load has no tests of its own and counts as one failure;
 * `problem` is a sentence where the run cannot be trusted: no report, no tests, or an error outside of tests.
 */
export function vitestCounts(report, exitCode) {
  if (!report) return noReport(exitCode);
  const isBroken = (file) =>
    file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed');
  const counts = {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.testResults.filter(isBroken).length,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
  return withProblem(counts, exitCode);
}

/** Playwright's report. A flaky test passed on a second try and counts as passed; errors outside of tests as failures. */
export function playwrightCounts(report, exitCode) {
  if (!report) return noReport(exitCode);
  const { expected, unexpected, flaky, skipped } = report.stats;
  return withProblem({ passed: expected + flaky, failed: unexpected + report.errors.length, skipped }, exitCode);
}

function noReport(exitCode) {
  return { passed: 0, failed: 1, skipped: 0, problem: `it wrote no report and ended with code ${exitCode}.` };
}

function withProblem(counts, exitCode) {
  if (counts.passed + counts.failed === 0) return { ...counts, failed: 1, problem: 'it ran no tests.' };
  if (exitCode !== 0 && counts.failed === 0) {
    return {
      ...counts,
      failed: 1,
      problem: `all tests passed, but it ended with code ${exitCode}, see its output above.`,
    };
  }
  return counts;
}

export function sumCounts(all) {
  const sum = (key) => all.reduce((total, counts) => total + counts[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/** "N passed, N failed", with ", N skipped" where any was. */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
