import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import { resolve } from 'node:path';

const root = import.meta.dirname;
const alias = { '@shared': resolve(root, 'src-shared') };
const input = (file: string) => resolve(root, file);

/** Timings of plugins are for those who work on the build; everyone else only wonders what is wrong. */
const checks = { pluginTimings: false };

/** Everything on the main side is CJS: the oldest Electron we run on cannot load an ESM main. */
const cjs = { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' } as const;

export default defineConfig({
  main: {
    resolve: { alias },
    build: {
      outDir: 'out/main',
      target: 'node18',
      // Three are ES modules alone, which the oldest Node we run on cannot require; of the others a part is used, and one
      // file is read sooner at each start than a hundred.
      externalizeDeps: { exclude: ['geotiff', 'fast-png', 'clipper2-ts', 'fflate', 'saxes', 'yaml', 'zod'] },
      rolldownOptions: {
        checks,
        input: {
          index: input('src-main/app/index.ts'),
          engineHost: input('src-main/host/engineHost.ts'),
          storeHost: input('src-main/store/host.ts'),
          visionHost: input('src-main/vision/host.ts'),
          classicalWorker: input('src-main/vision/pool/worker.ts'),
          inferenceHost: input('src-main/inference/host.ts'),
          cli: input('src-main/cli/index.ts'),
          installedCli: input('src-main/cli/installed.ts'),
        },
        output: cjs,
      },
    },
  },
  preload: {
    resolve: { alias },
    build: {
      outDir: 'out/preload',
      target: 'node18',
      // A sandboxed preload can require nothing but 'electron'.
      externalizeDeps: false,
      rolldownOptions: {
        checks,
        input: { preload: input('src-main/app/preload.ts') },
        output: cjs,
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    resolve: { alias },
    plugins: [svelte({ configFile: resolve(root, 'svelte.config.js') })],
    worker: { format: 'es' },
    build: {
      outDir: resolve(root, 'out/renderer'),
      target: 'chrome114',
      // Read and compiled at each start.
      minify: true,
      chunkSizeWarningLimit: 2000,
      rolldownOptions: {
        checks,
        input: { index: input('src-renderer/index.html') },
      },
    },
  },
});
