/**
 * coco-open, coco-open-rss, coco-reopen: a COCO file of the size of COCO train2017 (118k images, 860k annotations, 450 MB)
 * becomes a project, and is opened again. Each opening runs in a process of its own, so that its memory is its own.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ANNOTATIONS, IMAGES, writeCocoFile } from './cocoData';
import type { Opened } from './cocoOpenChild';
import { runReference } from './maskReference';
import { quantile, type BenchCase, type BenchRow } from './types';

const root = join(import.meta.dirname, '../..');
const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
/** Knows the path aliases of the sources. */
const tsconfig = join(root, 'tsconfig.node.json');

const REOPENINGS = 5;

interface Measured {
  readonly first: Opened;
  readonly again: readonly Opened[];
  /** Milliseconds of json.load and pycocotools' index on the same file; null without an interpreter that has it. */
  readonly reference: number | null;
}

let measured: Measured | null = null;

/** All three figures come from one import. */
function measure(): Measured {
  if (measured) return measured;
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-bench-'));
  try {
    const cocoFile = join(folder, 'instances.json');
    writeCocoFile(cocoFile, { images: IMAGES, annotations: ANNOTATIONS });
    const project = join(folder, 'bench.maskwright');
    const first = open(['import', cocoFile, project]);
    const again = Array.from({ length: REOPENINGS }, () => open(['open', project]));
    const reference = runReference<number>('cocoOpen.py', { file: cocoFile }, ['pycocotools']);
    return (measured = { first, again, reference });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function open(args: readonly string[]): Opened {
  const script = join(import.meta.dirname, 'cocoOpenChild.ts');
  const child = spawnSync(process.execPath, [tsx, '--tsconfig', tsconfig, script, ...args], { encoding: 'utf8' });
  if (child.status !== 0) throw new Error(`Opening failed: ${child.stderr}`);
  return JSON.parse(child.stdout) as Opened;
}

function row(name: string, unit: BenchRow['unit'], samples: readonly number[]): BenchRow {
  return { name, n: samples.length, p50: quantile(samples, 0.5), p95: quantile(samples, 0.95), unit };
}

export const rows: readonly BenchCase[] = [
  {
    name: 'coco-open',
    run: () => {
      const { first, reference } = measure();
      const mine = row('coco-open', 'ms', [first.ms]);
      if (reference === null) return mine;
      const label = `json.load and pycocotools' index: ${Math.round(reference)} ms`;
      return { ...mine, reference: label, ratio: first.ms / reference };
    },
  },
  { name: 'coco-open-rss', run: () => row('coco-open-rss', 'MB', [measure().first.peakMb]) },
  {
    name: 'coco-reopen',
    run: () =>
      row(
        'coco-reopen',
        'ms',
        measure().again.map(({ ms }) => ms),
      ),
  },
];
