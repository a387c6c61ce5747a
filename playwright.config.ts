import { defineConfig } from '@playwright/test';

/** One app at a time: the tests share the machine's display and its cores. */
export default defineConfig({
  testDir: 'test/e2e',
  globalSetup: './test/support/temporaryRoot.ts',
  outputDir: 'test-results',
  workers: 1,
  fullyParallel: false,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  // A window that hangs with its display costs a second try, not the run; it is listed as flaky, with its error.
  retries: 1,
  forbidOnly: true,
  reporter: 'list',
});
