/** The commands of docs/scale.md as they stand there, with few shards: merged they give the unsharded run, byte for byte. */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repoRoot, runCli, temporaryFolder } from './cliRun';

const SHARDS = 3;
const page = readFileSync(join(repoRoot, 'docs/scale.md'), 'utf8');
const folder = temporaryFolder();
const bin = join(folder.path, 'bin');
let whole = '';

/** The text of a section, down to the next heading. */
function section(title: string): string {
  const [, text] = new RegExp(`^## ${title}$([\\s\\S]*?)(?=^## |(?![\\s\\S]))`, 'm').exec(page) ?? [];
  if (text === undefined) throw new Error(`docs/scale.md has no section ${title}`);
  return text;
}

/** The fenced blocks in a text, in order. */
const blocks = (text: string): string[] => [...text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map(([, block]) => block);

/** An installed command of this name, for what the page calls. */
function install(name: string, script: string): void {
  writeFileSync(join(bin, name), script);
  chmodSync(join(bin, name), 0o755);
}

/** A folder of its own with the images, as `photos` and as the `/data` of the page. */
function workplace(name: string): string {
  const at = join(folder.path, name);
  const photos = join(at, 'photos');
  mkdirSync(photos, { recursive: true });
  for (const image of ['nuclei-01.png', 'nuclei-02.png', 'coins-01.jpg', 'nuclei-04.png']) {
    copyFileSync(join(repoRoot, 'resources/sample/images', image), join(photos, image));
  }
  return at;
}

/** Runs a command of the page: `count`, its number of shards, becomes few, and `/data` this folder. */
function run(at: string, command: string, count: number | null, env: NodeJS.ProcessEnv = {}): void {
  const few = count === null ? command : command.replaceAll(new RegExp(`\\b${count}\\b`, 'g'), String(SHARDS));
  const done = spawnSync('sh', ['-c', few.replaceAll('/data', at)], {
    cwd: at,
    env: { ...process.env, ...env, PATH: `${bin}${delimiter}${process.env.PATH}` },
    encoding: 'utf8',
  });
  expect(done.status, `${few}\n${done.stderr}`).toBe(0);
}

function expectWhole(at: string): void {
  expect(readdirSync(join(at, 'shards'))).toHaveLength(SHARDS);
  expect(readFileSync(join(at, 'proposals.json'), 'utf8')).toBe(whole);
}

const numbers = (text: string, pattern: RegExp): number[] => [...text.matchAll(pattern)].map(([, n]) => Number(n));

describe.skipIf(process.platform === 'win32')('docs/scale.md', () => {
  beforeAll(async () => {
    mkdirSync(bin);
    install('maskwright', `#!/bin/sh\nexec "${process.execPath}" "${join(repoRoot, 'out/main/cli.cjs')}" "$@"\n`);
    const at = workplace('whole');
    const out = join(at, 'whole.json');
    const result = await runCli('propose', '--images', join(at, 'photos'), '--method', 'maskrcnn', '--out', out);
    expect(result.code, result.stderr).toBe(0);
    whole = readFileSync(out, 'utf8');
    expect((JSON.parse(whole) as { annotations: unknown[] }).annotations.length).toBeGreaterThan(50);
  });
  afterAll(() => folder.remove());

  test('the first example: a shard, and the merge of all of them', () => {
    const at = workplace('first');
    const [propose, merge] = blocks(page)[0].trim().split('\n');
    const [, shard, count] = /--shard (\d+)\/(\d+) --out shards\/\1\.json$/.exec(propose)!;
    for (let i = 1; i <= SHARDS; i++) {
      run(at, propose.replaceAll(new RegExp(`\\b${shard}\\b`, 'g'), String(i)), Number(count));
    }
    run(at, merge, null);
    expectWhole(at);
  });

  test('a Slurm array', () => {
    const at = workplace('slurm');
    const text = section('Slurm');
    const [script] = blocks(text);
    const [tasks] = numbers(script, /--array=1-(\d+)/g);
    expect(numbers(script, /\/(\d+)"/g)).toEqual([tasks]);
    for (let task = 1; task <= SHARDS; task++) run(at, script, tasks, { SLURM_ARRAY_TASK_ID: String(task) });
    // A task that is run again replaces its file with the same.
    run(at, script, tasks, { SLURM_ARRAY_TASK_ID: '2' });
    run(at, /`(maskwright merge [^`]+)`/.exec(text)![1], null);
    expectWhole(at);
  });

  test('a Kubernetes indexed job', () => {
    const at = workplace('kubernetes');
    const [manifest] = blocks(section('Kubernetes'));
    const [completions] = numbers(manifest, /completions: (\d+)/g);
    expect(manifest).toMatch(/completionMode: Indexed[\s\S]*command: \[sh, -c\]/);
    // A folded block: its lines are joined by spaces.
    const [, folded] = /args:\n\s+- >-\n([\s\S]*?)\n\s+resources:/.exec(manifest)!;
    const command = folded
      .split('\n')
      .map((line) => line.trim())
      .join(' ');
    expect(numbers(command, /\/(\d+)"/g)).toEqual([completions]);
    for (let index = 0; index < SHARDS; index++) {
      run(at, command, completions, { JOB_COMPLETION_INDEX: String(index) });
    }
    run(at, /`(maskwright merge [^`]+)`/.exec(section('Slurm'))![1], null);
    expectWhole(at);
  });

  test('GNU parallel', () => {
    const at = workplace('parallel');
    const isReal = spawnSync('parallel', ['--version'], { encoding: 'utf8' }).stdout?.startsWith('GNU parallel');
    if (!isReal) {
      console.log('GNU parallel is not installed: a stand-in runs its command line, one task after the other');
      install('parallel', standIn);
    }
    const [command, merge] = blocks(section('GNU parallel'))[0].trim().split('\n');
    const [tasks] = numbers(command, /seq (\d+)/g);
    expect(numbers(command, /\{\}\/(\d+)/g)).toEqual([tasks]);
    run(at, command, tasks);
    run(at, merge, null);
    expectWhole(at);
  });
});

/** `parallel -j N command {} ::: values`: what the page uses of it. */
const standIn = `#!/bin/sh
[ "$1" = -j ] && shift 2
command=
while [ "$1" != ::: ]; do command="$command $1"; shift; done
shift
for value in "$@"; do sh -c "$(echo "$command" | sed "s/{}/$value/g")" || exit 1; done
`;
