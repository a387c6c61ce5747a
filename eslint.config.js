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

/** Every way to import from these folders. */
const inside = (...folders) => folders.flatMap((folder) => [`**/${folder}/**`, `@shared/${folder}/**`]);

const pure = [
  [['**/src-main/**', '**/src-renderer/**'], 'src-shared is pure: it knows neither side.'],
  [
    ['node:*', 'fs', 'path', 'electron', 'svelte', 'svelte/*', 'konva', 'sharp', 'libsql'],
    'src-shared is pure TypeScript.',
  ],
];

/** The rooms of src-shared from the cellar to the roof: each knows only those before it. */
const sharedRooms = [
  'errors',
  'geometry',
  'mask',
  'images',
  'document',
  'methods',
  'measure',
  'metrics',
  'models',
  'dataset',
  'project',
  'formats',
  'ipc',
];
const sharedLayers = sharedRooms.map((room, index) => ({
  files: [`src-shared/${room}/**/*.ts`],
  rules: forbid(
    ...pure,
    ...(index < sharedRooms.length - 1
      ? [
          [
            sharedRooms.slice(index + 1).map((above) => `../**/${above}/**`),
            `${room}/ lies below: it stands without what is built on it.`,
          ],
        ]
      : []),
  ),
}));

const mainSide = [['**/src-renderer/**', 'svelte', 'svelte/*', 'konva'], 'The main side knows only src-shared.'];
const engine = [['electron'], 'Engine code runs in Electron and in plain Node.'];

/** Rooms of src-main by process: none knows another, and none knows who called it. */
const mainRooms = [
  { room: 'store', not: ['vision', 'inference', 'cli', 'app'] },
  { room: 'vision', not: ['store', 'inference', 'cli', 'app'] },
  { room: 'inference', not: ['store', 'vision', 'cli', 'app'] },
  ...['images', 'files', 'dataset', 'render'].map((room) => ({
    room,
    not: ['store', 'vision', 'inference', 'cli', 'app', 'host', 'ipc'],
  })),
].map(({ room, not }) => ({
  files: [`src-main/${room}/**/*.ts`],
  rules: forbid(mainSide, engine, [
    inside(...not),
    'Each process has its room, and nothing below cli/ or app/ knows which of them called.',
  ]),
}));

const noSpreadLiteral = {
  selector: 'SpreadElement > ObjectExpression',
  message: 'Write its keys where it is spread.',
};

/** SQL is what the store knows, and nobody else. */
const noSql = {
  'no-restricted-syntax': [
    'error',
    noSpreadLiteral,
    ...['Literal[value', 'TemplateElement[value.raw'].map((node) => ({
      selector: `${node}=/\\b(SELECT .* FROM|INSERT (OR \\w+ )?INTO|DELETE FROM|UPDATE \\w+ SET|PRAGMA) /]`,
      message: 'Only store/ knows SQL: give the store a function or a request.',
    })),
  ],
};

const webSide = [
  ['**/src-main/**', 'electron', 'node:*', 'sharp', 'libsql'],
  'The renderer knows only src-shared and the ipc contract.',
];
const byApi = [inside('ipc'), 'What crosses to the processes is known to api/ alone.'];

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
    rules: { ...forbid(...pure), 'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }] },
  },
  ...sharedLayers,
  // Longer than this is split by responsibility, or says its one reason where it switches the rule off.
  {
    files: ['src-*/**/*.{ts,svelte}'],
    rules: { 'max-lines': ['error', 350], 'no-restricted-syntax': ['error', noSpreadLiteral] },
  },
  { files: ['src-main/**/*.ts'], rules: forbid(mainSide) },
  { files: ['src-main/**/*.ts'], ignores: ['src-main/store/**'], rules: noSql },
  ...mainRooms,
  {
    files: ['src-renderer/**/*.{ts,svelte}'],
    languageOptions: { globals: { ...globals.browser } },
    rules: forbid(webSide, byApi),
  },
  { files: ['src-renderer/api/**/*.ts'], rules: forbid(webSide) },
  {
    files: ['src-renderer/ui/**/*.{ts,svelte}'],
    rules: forbid(webSide, [inside('session', 'panels', 'commands', 'keyboard', 'ipc'), 'Widgets know no state.']),
  },
  {
    files: ['src-renderer/session/**/*.ts'],
    rules: forbid(webSide, byApi, [['**/panels/**'], 'State stands without the panels that show it.']),
  },
  {
    // Tools are reducers: no drawing and no framework inside.
    files: ['src-renderer/tools/**/*.ts'],
    rules: forbid(webSide, byApi, [
      ['konva', 'svelte', 'svelte/*', '**/canvas/**', '**/panels/**', '**/session/**'],
      'A tool is a reducer: no Konva, no Svelte, no state of the window.',
    ]),
  },
  {
    files: ['test/**/*.ts', 'scripts/**/*.ts'],
    rules: forbid([['**/src-shared/**'], 'Spelled @shared/...']),
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    // State is raw and replaced whole: proxies would break identity and structured clone.
    rules: { 'svelte/prefer-svelte-reactivity': 'off' },
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
  },
);
