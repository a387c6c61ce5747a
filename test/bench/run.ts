/** Runs the benchmarks of this folder, all or those named by --only, and prints one JSON line a figure. */
import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { type MachineSpeed, machineSpeed } from './speed';
import type { BenchCase, BenchRow } from './types';

/** The figures are programs of their own. */
const NOT_BENCHES = [
  'run.ts',
  'types.ts',
  'speed.ts',
  'modelFigures.ts',
  'modelScenes.ts',
  'correctionFigures.ts',
  'rimFigures.ts',
  'similarFigures.ts',
  'tileFigures.ts',
];

/** A bench module exports `rows`; modules without it are helpers of one that does. */
interface BenchModule {
  readonly rows?: readonly BenchCase[];
}

async function loadCases(): Promise<BenchCase[]> {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.ts') && !NOT_BENCHES.includes(file));
  const cases: BenchCase[] = [];
  for (const file of files.sort()) {
    const module = (await import(join(import.meta.dirname, file))) as BenchModule;
    cases.push(...(module.rows ?? []));
  }
  return cases;
}

/** The names after `--only` (comma-separated, repeatable), or null for all; throws a sentence for anything else. */
function selection(args: readonly string[]): string[] | null {
  const names: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const [option, inline] = args[i].split('=', 2);
    if (option !== '--only') throw new Error(`There is no option ${option}: use --only NAME[,NAME].`);
    const value = inline ?? args[++i];
    if (!value) throw new Error('--only needs names: --only NAME[,NAME].');
    names.push(...value.split(','));
  }
  return names.length > 0 ? names : null;
}

function machine() {
  const all = cpus();
  return { cpu: all[0]?.model.trim() ?? 'unknown', cores: all.length, node: process.versions.node };
}

/** `before` and `after` the row: where they differ, the machine was not its own. */
function jsonLine(
  { name, n, p50, p95, unit, ...reference }: BenchRow,
  before: MachineSpeed,
  after: MachineSpeed,
): string {
  return JSON.stringify({ name, n, p50, p95, unit, machine: { ...machine(), before, after }, ...reference });
}

async function main(): Promise<number> {
  const names = selection(process.argv.slice(2));
  const cases = await loadCases();
  const unknown = names?.find((name) => !cases.some((bench) => bench.name === name));
  if (unknown) {
    throw new Error(`There is no benchmark ${unknown}; there are: ${cases.map(({ name }) => name).join(', ')}.`);
  }
  for (const bench of cases.filter(({ name }) => !names || names.includes(name))) {
    const before = machineSpeed();
    const row = await bench.run();
    process.stdout.write(`${jsonLine(row, before, machineSpeed())}\n`);
  }
  return 0;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
