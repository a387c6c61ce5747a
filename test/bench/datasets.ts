/**
 * convert-coco-yolo, convert-coco-labelme (5,000 images, 36,000 annotations, no images copied), lint-large (118k images, 860k
 * annotations, 450 MB), each in a process of its own, and the peak memory of each.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ANNOTATIONS, IMAGES, writeCocoFile } from './cocoData';
import { runReference } from './maskReference';
import type { BenchCase, BenchRow } from './types';

const cli = join(import.meta.dirname, '../../out/main/cli.cjs');

interface CommandRun {
  readonly ms: number;
  readonly peakMb: number;
}

interface Measured {
  readonly run: CommandRun;
  /** Milliseconds; null without an interpreter that has it. */
  readonly reference: number | null;
}

const measured = new Map<string, Measured>();

/** The built command line, from its start to its end. */
function command(folder: string, args: readonly string[]): CommandRun {
  const measured = join(folder, 'measured.json');
  const hook = join(import.meta.dirname, 'measureExit.mjs');
  const env = { ...process.env, MASKWRIGHT_MEASURED: measured };
  const child = spawnSync(process.execPath, ['--import', pathToFileURL(hook).href, cli, ...args], {
    ...{ encoding: 'utf8', env, maxBuffer: 1 << 28 },
  });
  if (child.status !== 0) throw new Error(`${args.join(' ')} failed: ${child.stderr}`);
  return JSON.parse(readFileSync(measured, 'utf8')) as CommandRun;
}

/** Time and memory come from one run. */
function measure(
  name: string,
  counts: { readonly images: number; readonly annotations: number },
  run: (file: string, folder: string) => Measured,
): Measured {
  const known = measured.get(name);
  if (known) return known;
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-bench-'));
  try {
    const file = join(folder, 'instances.json');
    writeCocoFile(file, counts);
    const found = run(file, folder);
    measured.set(name, found);
    return found;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const convert = (to: string, tool: string) => () =>
  measure(to, { images: 5000, annotations: 36_000 }, (file, folder) => ({
    run: command(folder, ['convert', '--from', file, '--to', join(folder, 'out'), '--to-format', to]),
    reference: runReference<number>('cocoConvert.py', { tool, file, folder: join(folder, 'theirs') }, [tool]),
  }));

const lint = () =>
  measure('lint', { images: IMAGES, annotations: ANNOTATIONS }, (file, folder) => ({
    run: command(folder, ['lint', file]),
    reference: runReference<number>('cocoOpen.py', { file }, ['pycocotools']),
  }));

function rowsOf(name: string, get: () => Measured, theirs = ''): BenchCase[] {
  const row = (suffix: string, unit: BenchRow['unit'], value: number): BenchRow => ({
    ...{ name: name + suffix, n: 1, p50: value, p95: value, unit },
  });
  return [
    {
      name,
      run: () => {
        const { run, reference } = get();
        const mine = row('', 'ms', run.ms);
        if (reference === null) return mine;
        return { ...mine, reference: `${theirs}: ${Math.round(reference)} ms`, ratio: run.ms / reference };
      },
    },
    { name: `${name}-rss`, run: () => row('-rss', 'MB', get().run.peakMb) },
  ];
}

export const rows: readonly BenchCase[] = [
  ...rowsOf('convert-coco-yolo', convert('yolo-seg', 'ultralytics'), "ultralytics' convert_coco"),
  ...rowsOf('convert-coco-labelme', convert('labelme', 'labelme'), "json.load and labelme's LabelFile.save"),
  ...rowsOf('lint-large', lint, "json.load and pycocotools' index"),
];
