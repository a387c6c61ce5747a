import { defineConfig } from '@playwright/test';

/** Each worker has a display of its own: a window that another one covers is not painted. */
const displays = process.env.MASKWRIGHT_DISPLAYS?.split(',') ?? [];
const worker = process.env.TEST_PARALLEL_INDEX;
// Read again in each worker.
if (worker !== undefined && displays.length > 0) process.env.DISPLAY = displays[Number(worker)];

export default defineConfig({
  testDir: 'test/e2e',
  globalSetup: './test/support/temporaryRoot.ts',
  outputDir: 'test-results',
  workers: Math.max(1, displays.length),
  fullyParallel: false,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  // A window that hangs with its display costs a second try, not the run; it is listed as flaky, with its error.
  retries: 1,
  forbidOnly: true,
  reporter: 'list',
});
