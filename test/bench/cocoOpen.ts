/**
 * coco-open, coco-reopen, coco-export-large, and the peak memory of the first and the last: a COCO file of the size of COCO train2017
 * (118k images, 860k annotations, 450 MB) becomes a project, is opened again, and exported to COCO. Each runs in a process of its own.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ANNOTATIONS, IMAGES, writeCocoFile } from './cocoData';
import type { Opened } from './cocoOpenChild';
import { runReference } from './maskReference';
import { inOwnProcess } from './ownProcess';
import { quantile, type BenchCase, type BenchRow } from './types';

const REOPENINGS = 5;

interface Measured {
  readonly first: Opened;
  readonly again: readonly Opened[];
  readonly exported: Opened;
  readonly references: References | null;
}

/** Milliseconds of a Python program on the same file; there are none without an interpreter that has pycocotools. */
interface References {
  /** json.load and pycocotools' index. */
  readonly open: number;
  /** json.load and json.dump into another file. */
  readonly export: number;
}

let measured: Measured | null = null;

/** All figures come from one import. */
function measure(): Measured {
  if (measured) return measured;
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-bench-'));
  try {
    const cocoFile = join(folder, 'instances.json');
    writeCocoFile(cocoFile, { images: IMAGES, annotations: ANNOTATIONS });
    const project = join(folder, 'bench.maskwright');
    const first = open(['import', cocoFile, project]);
    const again = Array.from({ length: REOPENINGS }, () => open(['open', project]));
    const exported = open(['export', project, join(folder, 'exported.json')]);
    const reference = (task: object) =>
      runReference<number>('cocoOpen.py', { file: cocoFile, ...task }, ['pycocotools']);
    const [opened, dumped] = [reference({}), reference({ copy: join(folder, 'copy.json') })];
    const references = opened === null || dumped === null ? null : { open: opened, export: dumped };
    return (measured = { first, again, exported, references });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const open = (args: readonly string[]) => inOwnProcess<Opened>('cocoOpenChild.ts', args);

function row(name: string, unit: BenchRow['unit'], samples: readonly number[]): BenchRow {
  return { name, n: samples.length, p50: quantile(samples, 0.5), p95: quantile(samples, 0.95), unit };
}

function besides(mine: BenchRow, what: string, reference: number | undefined): BenchRow {
  if (reference === undefined) return mine;
  return { ...mine, reference: `${what}: ${Math.round(reference)} ms`, ratio: mine.p50 / reference };
}

export const rows: readonly BenchCase[] = [
  {
    name: 'coco-open',
    run: () => {
      const { first, references } = measure();
      return besides(row('coco-open', 'ms', [first.ms]), "json.load and pycocotools' index", references?.open);
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
  {
    name: 'coco-export-large',
    run: () => {
      const { exported, references } = measure();
      return besides(row('coco-export-large', 'ms', [exported.ms]), 'json.load and json.dump', references?.export);
    },
  },
  { name: 'coco-export-large-rss', run: () => row('coco-export-large-rss', 'MB', [measure().exported.peakMb]) },
];
