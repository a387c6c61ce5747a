/**
 * A tool, a classical method and a command, added to a copy of the sources: each is a folder of its own and an entry in the list
 * of its kind, and everything else (command line, help, panels, keys, toolbar) follows.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { build } from 'vite';
import { beforeAll, expect, test } from 'vitest';
import { repoRoot } from './cliRun';

let copy: string;
/** Files of the copy that were there before and were changed; and those that are new. */
const changed = new Set<string>();
const made = new Set<string>();

function make(path: string, text: string): void {
  mkdirSync(dirname(join(copy, path)), { recursive: true });
  writeFileSync(join(copy, path), text);
  made.add(path);
}

/** An import at the head, and an entry after `anchor`. */
function enter(path: string, importLine: string, anchor: string, entry: string): void {
  const text = readFileSync(join(copy, path), 'utf8');
  expect(text.split(anchor).length, `${path}: ${anchor}`).toBe(2);
  const withEntry = text.replace(anchor, `${anchor}\n${entry}`);
  writeFileSync(join(copy, path), withEntry.replace(/^import /m, `${importLine}\nimport `));
  changed.add(path);
}

/** Runs the command line of the copy. */
function maskwright(...args: string[]) {
  return spawnSync(process.execPath, [join(copy, 'out/main/cli.cjs'), ...args], { encoding: 'utf8' });
}

beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), 'extended-'));
  for (const folder of ['src-shared', 'src-main', 'src-renderer', 'scripts/lib']) {
    cpSync(join(repoRoot, folder), join(copy, folder), { recursive: true });
  }
  cpSync(join(repoRoot, 'package.json'), join(copy, 'package.json'));
  symlinkSync(join(repoRoot, 'node_modules'), join(copy, 'node_modules'), 'dir');

  make(
    'src-shared/methods/manifests/middle.ts',
    `/** The middle of the region. */
import type { MethodSpec } from '../manifest';
export const middle = {
  title: 'Middle',
  help: 'the middle of the region, a square',
  purpose: 'The square in the middle',
  scored: false,
  preview: 'final',
  box: 'optional',
  params: { side: { type: 'number', label: 'Side', default: 4, min: 1, max: 99, integer: true, help: 'its side, pixels' } },
} as const satisfies MethodSpec;
`,
  );
  enter(
    'src-shared/methods/params.ts',
    "import { middle } from './manifests/middle';",
    'export const CLASSICAL_METHODS = {',
    '  middle,',
  );
  make(
    'src-main/vision/methods/middle/middle.ts',
    `/** The middle of the region. */
import type { ParamsOf } from '@shared/methods/params';
import type { Box } from '@shared/geometry/box';
import { fromBox } from '@shared/mask';
import type { RgbaImage } from '../../opencv/image';
import type { MethodResult } from '../regions';
export function middle(image: RgbaImage, { side }: ParamsOf<'middle'>, box: Box = [0, 0, image.width, image.height]): MethodResult {
  const square = [box[0] + (box[2] - side) / 2, box[1] + (box[3] - side) / 2, side, side] as const;
  return { masks: [{ rle: fromBox([...square], image.height, image.width), score: 1 }], notes: [] };
}
`,
  );
  enter(
    'src-main/vision/methods/methods.ts',
    "import { middle } from './middle/middle';",
    'const methods: { readonly [M in MethodName]: Method<M> } = {',
    '  middle: (_cv, image, params, box) => middle(image, params, box),',
  );
  make(
    'src-main/cli/commands/greet.ts',
    `/** Says hello. */
import type { Command } from 'commander';
import type { RunCommand } from '../lib/session';
export function addGreet(program: Command, run: RunCommand): void {
  program.command('greet').summary('says hello').action(() => run(async (session) => session.io.out('hello\\n')));
}
`,
  );
  enter(
    'src-main/cli/program.ts',
    "import { addGreet } from './commands/greet';",
    'for (const add of [',
    '    addGreet,',
  );
  make(
    'src-renderer/tools/dot/dotTool.ts',
    `/** Draws nothing. */
import type { Tool } from '../tool';
export const dotTool: Tool = {
  id: 'dot', label: 'Dot', key: 'Shift+F9', icon: 'square', group: 'draw', line: 'Does nothing.',
  initial: { kind: 'idle' },
  reduce: (state) => ({ state }),
  preview: () => [],
  hint: () => ({ cursor: 'default', text: 'Nothing to do' }),
};
`,
  );
  enter(
    'src-renderer/tools/index.ts',
    "import { dotTool } from './dot/dotTool';",
    'export const toolRegistry: readonly Tool[] = [',
    '  dotTool,',
  );

  await build({
    root: copy,
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '@shared': join(copy, 'src-shared') } },
    ssr: { noExternal: ['geotiff'] },
    build: {
      ssr: true,
      outDir: join(copy, 'out/main'),
      target: 'node18',
      rolldownOptions: {
        input: {
          cli: join(copy, 'src-main/cli/index.ts'),
          classicalWorker: join(copy, 'src-main/vision/pool/worker.ts'),
        },
        output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' },
      },
    },
  });
});

test('each is one folder and one entry', () => {
  expect([...made].map((path) => dirname(path)).sort()).toEqual([
    ...['src-main/cli/commands', 'src-main/vision/methods/middle', 'src-renderer/tools/dot'],
    'src-shared/methods/manifests',
  ]);
  // A method knows two sides: what it says of itself, and how it computes.
  expect(changed.size).toBe(4);
});

test('the method computes, has help and checked parameters on the command line', async () => {
  const image = join(copy, 'grey.png');
  await sharp({ create: { width: 20, height: 10, channels: 3, background: '#888' } })
    .png()
    .toFile(image);
  const out = join(copy, 'out.json');
  const run = maskwright('propose', '--images', image, '--method', 'middle', '--param', 'side=2', '--out', out);
  expect(run.stderr + run.stdout).not.toMatch(/error|defect/i);
  expect(run.status).toBe(0);
  const { annotations } = JSON.parse(readFileSync(out, 'utf8')) as { annotations: { bbox: number[]; area: number }[] };
  expect(annotations.map(({ bbox, area }) => ({ bbox, area }))).toEqual([{ bbox: [9, 4, 2, 2], area: 4 }]);

  const refused = maskwright('propose', '--images', image, '--method', 'middle', '--param', 'side=0', '--out', out);
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain('side');
});

test('the command runs and stands in the help', () => {
  expect(maskwright('greet')).toMatchObject({ status: 0, stdout: 'hello\n' });
  expect(maskwright('--help').stdout).toMatch(/greet\s+says hello/);
});

test('the tool has its key among the window’s commands', async () => {
  const { toolRegistry } = (await import(join(copy, 'src-renderer/tools/index.ts'))) as {
    toolRegistry: readonly { id: string }[];
  };
  const { createCommands } = (await import(join(copy, 'src-renderer/keyboard/windowCommands.ts'))) as {
    createCommands(parts: object): readonly { id: string; title: string; keys: readonly string[] }[];
  };
  const workbench = { readOnlyWhy: null, categories: { list: [] }, selection: { ids: new Set() }, rows: {} };
  const commands = createCommands({ workbench, editor: { tools: toolRegistry, idle: true, look: () => false } });
  expect(commands.find(({ id }) => id === 'tool.dot')).toMatchObject({ title: 'Dot', keys: ['Shift+F9'] });
});
