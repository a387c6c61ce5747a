import { svelte } from '@sveltejs/vite-plugin-svelte';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const resolve = { alias: { '@shared': path('./src-shared') } };
/** For the window's state classes (`*.svelte.ts`); their tests name `test/support/signals.ts` as their environment. */
const plugins = [svelte({ configFile: path('./svelte.config.js') })];

const cores = availableParallelism();
/** Vitest leaves one core free, which on two of them is half of the machine. */
const unitWorkers = Math.min(cores, Math.max(2, cores - 1));

/** `unit` is pure and fast; `integration` reads files, starts workers and runs the built CLI. */
export default defineConfig({
  test: {
    globalSetup: 'test/support/temporaryRoot.ts',
    projects: [
      {
        plugins,
        resolve,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          testTimeout: 30_000,
          maxWorkers: unitWorkers,
          // To import everything anew for each of 300 files took as much of the processor as the tests themselves.
          isolate: false,
        },
      },
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
