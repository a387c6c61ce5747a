/**
 * The steps of scripts/packaging/Containerfile in plain folders, for machines without a container engine: the same commands on
 * the same files, each absolute path inside a folder of its own. What it does not show: the base image and its users.
 * Run by hand: npx tsx test/package/container.ts
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..', '..');
const work = mkdtempSync(join(tmpdir(), 'maskwright-container-'));

interface Stage {
  readonly folder: string;
  at: string;
  entry: string[];
}
const stages = new Map<string, Stage>();

function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

/** Absolute paths of the stage's own, where they stand as words of a command. */
function inStage({ folder }: Stage, command: string): string {
  return command.replace(/(?<![\w.$/-])\/(?=(?:src|opt|usr\/local|data)\b)/g, `${folder}/`);
}

function sh(stage: Stage, command: string, cwd = join(stage.folder, stage.at)): string {
  const path = `${join(stage.folder, 'usr/local/bin')}:${process.env.PATH}`;
  const done = spawnSync('sh', ['-c', inStage(stage, command)], {
    cwd,
    encoding: 'utf8',
    env: { PATH: path, HOME: work, LANG: 'C.UTF-8' },
  });
  check(done.status === 0, `${command}: ended with ${done.status}\n${done.stdout}\n${done.stderr}`);
  return done.stdout;
}

/** What git has, without what .dockerignore names. */
function copyContext(to: string): void {
  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => /^\w/.test(line));
  const files = spawnSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).stdout.split('\n').filter(Boolean);
  for (const file of files) {
    if (ignored.includes(file.split('/')[0]) || !existsSync(join(root, file))) continue;
    mkdirSync(dirname(join(to, file)), { recursive: true });
    cpSync(join(root, file), join(to, file));
  }
}

function copy(stage: Stage, words: string[]): void {
  const from = words[0].startsWith('--from=') ? stages.get(words.shift()!.slice(7)) : null;
  const target = join(stage.folder, stage.at, words.pop()!);
  if (!from) return copyContext(target);
  for (const word of words) {
    const place = join(from.folder, word);
    const isFolder = statSync(place).isDirectory();
    cpSync(place, isFolder ? target : join(target, basename(word)), { recursive: true, verbatimSymlinks: true });
  }
}

let stage: Stage | null = null;
try {
  const lines = readFileSync(join(root, 'scripts/packaging/Containerfile'), 'utf8').split('\n');
  for (const line of lines.filter((one) => one.trim() !== '' && !one.startsWith('#'))) {
    process.stdout.write(`${line}\n`);
    const [instruction, ...words] = line.split(/\s+/);
    if (instruction === 'FROM') {
      const name = words[2] ?? 'last';
      stage = { folder: join(work, name), at: '/', entry: [] };
      mkdirSync(join(stage.folder, 'usr/local/bin'), { recursive: true });
      stages.set(name, stage);
      continue;
    }
    check(stage !== null, 'The file begins with FROM');
    if (instruction === 'WORKDIR') mkdirSync(join(stage.folder, (stage.at = words[0])), { recursive: true });
    else if (instruction === 'COPY') copy(stage, words);
    else if (instruction === 'RUN') sh(stage, words.join(' '));
    else if (instruction === 'ENTRYPOINT') stage.entry = JSON.parse(words.join(' ')) as string[];
    else check(instruction === 'USER' || instruction === 'ENV', `${instruction} is not known here`);
  }
  const last = stages.get('last')!;
  const [command] = last.entry;
  const data = join(last.folder, 'data');
  mkdirSync(join(data, 'photos'));
  for (const name of ['nuclei-02.png', 'coins-01.jpg'])
    cpSync(join(root, 'resources/sample/images', name), join(data, 'photos', name));
  rmSync(join(work, 'build'), { recursive: true });
  process.stdout.write(`maskwright --version: ${sh(last, `${command} --version`)}`);
  const propose = `${command} propose --images /data/photos --model nuclei-maskrcnn --out /data/out.json --overlays /data/overlays`;
  sh(last, propose);
  const { annotations } = JSON.parse(readFileSync(join(data, 'out.json'), 'utf8')) as { annotations: unknown[] };
  check(annotations.length > 20, 'propose found too little');
  check(statSync(join(data, 'overlays', 'coins-01.png')).size > 1000, 'there is no overlay');
  process.stdout.write(`propose: ${annotations.length} annotations; all steps passed\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
