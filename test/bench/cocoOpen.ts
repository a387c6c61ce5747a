/**
 * coco-open, coco-open-rss, coco-reopen: a COCO file of the size of COCO train2017 (118k images, 860k annotations, 450 MB)
 * becomes a project, and is opened again. Each opening runs in a process of its own, so that its memory is its own.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Opened } from './cocoOpenChild';
import { runReference } from './maskReference';
import { quantile, type BenchCase, type BenchRow } from './types';

const root = join(import.meta.dirname, '../..');
const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
/** Knows the path aliases of the sources. */
const tsconfig = join(root, 'tsconfig.node.json');

const IMAGES = 118_000;
const ANNOTATIONS = 860_000;
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
    writeDataset(cocoFile);
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

/** Polygons of 12 to 52 vertices with two decimals, as in the official files; seeded, so that every run has the same. */
function writeDataset(file: string): void {
  let seed = 1;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const handle = openSync(file, 'w');
  const list = (count: number, record: (index: number) => string) => {
    for (let from = 0; from < count; from += 1000) {
      const records = Array.from({ length: Math.min(1000, count - from) }, (_, at) => record(from + at));
      writeSync(handle, (from > 0 ? ', ' : '') + records.join(', '));
    }
  };
  writeSync(handle, '{"info": {"description": "generated"}, "images": [');
  list(IMAGES, (i) => `{"id": ${i + 1}, "file_name": "${i + 1}.jpg", "width": 640, "height": 480, "license": 3}`);
  writeSync(handle, '], "annotations": [');
  list(ANNOTATIONS, (i) => {
    const [cx, cy, r] = [60 + random() * 520, 60 + random() * 360, 8 + random() * 50];
    const count = 12 + Math.floor(random() * 40);
    const vertices = Array.from({ length: count }, (_, k) => {
      const [angle, radius] = [(k / count) * 2 * Math.PI, r * (0.8 + 0.2 * random())];
      return `${(cx + radius * Math.cos(angle)).toFixed(2)}, ${(cy + radius * Math.sin(angle)).toFixed(2)}`;
    });
    const box = [cx - r, cy - r, 2 * r, 2 * r].map((value) => value.toFixed(2)).join(', ');
    const imageId = 1 + Math.floor(random() * IMAGES);
    const categoryId = 1 + Math.floor(random() * 80);
    return `{"segmentation": [[${vertices.join(', ')}]], "area": ${(3 * r * r).toFixed(4)}, "iscrowd": 0, "image_id": ${imageId}, "bbox": [${box}], "category_id": ${categoryId}, "id": ${i + 1}}`;
  });
  writeSync(handle, '], "categories": [');
  list(80, (i) => `{"supercategory": "thing", "id": ${i + 1}, "name": "category ${i + 1}"}`);
  writeSync(handle, ']}');
  closeSync(handle);
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
