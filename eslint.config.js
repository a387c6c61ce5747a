import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** The layering of the product: src-shared knows nobody, src-main and src-renderer know only src-shared. */
const forbid = (...patterns) => ({
  'no-restricted-imports': [
    'error',
    { patterns: patterns.map(([group, message]) => ({ group: Array.isArray(group) ? group : [group], message })) },
  ],
});

export default ts.config(
  { ignores: ['node_modules/', 'out/', 'dist/', 'release/', 'test-results/', 'resources/', 'models/'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.node } },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always'],
      'no-console': 'off',
    },
  },
  {
    files: ['src-shared/**/*.ts'],
    languageOptions: { globals: {} },
    rules: {
      ...forbid(
        [['**/src-main/**', '**/src-renderer/**'], 'src-shared is pure: it knows neither side.'],
        [
          ['node:*', 'fs', 'path', 'electron', 'svelte', 'svelte/*', 'konva', 'sharp', 'libsql'],
          'src-shared is pure TypeScript.',
        ],
      ),
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
    },
  },
  {
    files: ['src-main/**/*.ts'],
    rules: forbid([['**/src-renderer/**', 'svelte', 'svelte/*', 'konva'], 'The main side knows only src-shared.']),
  },
  {
    // Nothing below cli/ or ipc/ knows whether the window or the command line called it.
    files: [
      'src-main/project/**/*.ts',
      'src-main/images/**/*.ts',
      'src-main/inference/**/*.ts',
      'src-main/classical/**/*.ts',
      'src-main/measure/**/*.ts',
    ],
    rules: forbid(
      [['**/src-renderer/**', 'svelte', 'svelte/*', 'konva'], 'The main side knows only src-shared.'],
      [['electron', '**/cli/**'], 'Engine code runs in Electron and in plain Node: it knows neither.'],
    ),
  },
  {
    files: ['src-renderer/**/*.{ts,svelte}'],
    languageOptions: { globals: { ...globals.browser } },
    rules: forbid([
      ['**/src-main/**', 'electron', 'node:*', 'sharp', 'libsql'],
      'The renderer knows only src-shared and the ipc contract.',
    ]),
  },
  {
    // Tools are reducers: no drawing and no framework inside.
    files: ['src-renderer/tools/**/*.ts'],
    rules: forbid(
      [['**/src-main/**', 'electron', 'node:*'], 'The renderer knows only src-shared and the ipc contract.'],
      [['konva', 'svelte', 'svelte/*', '**/canvas/**', '**/panels/**'], 'A tool is a reducer: no Konva, no Svelte.'],
    ),
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    // State is raw and replaced whole: proxies would break identity and structured clone.
    rules: { 'svelte/prefer-svelte-reactivity': 'off' },
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
  },
);
