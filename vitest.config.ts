import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const resolve = { alias: { '@shared': fileURLToPath(new URL('./src-shared', import.meta.url)) } };

/** `unit` is pure and fast; `integration` reads files, starts workers and runs the built CLI. */
export default defineConfig({
  test: {
    globalSetup: 'test/support/temporaryRoot.ts',
    projects: [
      { resolve, test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 30_000 } },
      {
        resolve,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
