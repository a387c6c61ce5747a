/**
 * Memory of the real inference process (built, started as the command line starts it): `inference-rss`, after 50 images of up to 12
 * megapixels were opened for clicks, clicked, and every fifth searched for objects (p95: the most it was after any); `inference-growth`,
 * by how much it grows over 1,000 runs of the small models on pictures of several sizes, once each model has seen each picture (from
 * the median of the first runs to that of the last; p95: to the most).
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { createInferenceClient, type InferenceClient } from '../../src-main/inference/client';
import { withPrompts } from '../../src-main/inference/promptAll';
import { quantile, type BenchCase, type BenchRow } from './types';

const root = join(import.meta.dirname, '../..');
const script = join(root, 'out/main/inferenceHost.cjs');
const photos = join(root, 'test/fixtures/photos');
const sizes = [
  [640, 480],
  [1600, 1200],
  [4000, 3000],
  [480, 640],
  [3000, 2000],
] as const;
const IMAGES = 50;
const RUNS = 1000;
const SMALL = ['portrait-matte', 'main-object', 'portrait-matte', 'main-object', 'nuclei-maskrcnn'];

async function inProcess(use: (client: InferenceClient, folder: string) => Promise<BenchRow>): Promise<BenchRow> {
  if (!existsSync(script)) throw new Error(`${script} is not built: npm run build`);
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-bench-'));
  const client = createInferenceClient({ modelsFolder: join(root, 'models'), script });
  try {
    return await use(client, folder);
  } finally {
    client.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Megabytes of the process; Linux only. */
function rssOf({ pid }: InferenceClient): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024;
}

/** A photograph of its own: another part of one of three, at one of five sizes. */
async function makePhoto(folder: string, i: number): Promise<string> {
  const [width, height] = sizes[i % sizes.length];
  const path = join(folder, `${i}.jpg`);
  const name = ['astronaut', 'cat', 'coffee'][i % 3];
  const input = sharp(join(photos, `${name}.jpg`));
  const { width: w, height: h } = await input.metadata();
  const part = { left: i % 20, top: i % 17, width: w - 20, height: h - 17 };
  await input.extract(part).resize(width, height, { fit: 'cover' }).toFile(path);
  return path;
}

async function afterImages(): Promise<BenchRow> {
  return inProcess(async (client, folder) => {
    const seen: number[] = [];
    for (let i = 0; i < IMAGES; i++) {
      const source = { path: await makePhoto(folder, i), orientation: 'exif' } as const;
      await withPrompts(client, { source, model: 'smart-select' }, {}, async ({ session, size: [height, width] }) => {
        const points = [{ x: width / 2, y: height / 2, isInside: true }];
        await client.call('inference.prompt', { session, points, finish: { rim: true } });
      });
      if (i % 5 === 4) await client.call('inference.propose', { source, model: 'photo-objects' });
      rmSync(source.path);
      seen.push(rssOf(client));
    }
    return { name: 'inference-rss', n: IMAGES, p50: seen.at(-1)!, p95: Math.max(...seen), unit: 'MB' };
  });
}

async function growth(): Promise<BenchRow> {
  return inProcess(async (client, folder) => {
    const paths = await Promise.all(sizes.map((_, i) => makePhoto(folder, i)));
    const seen: number[] = [];
    // Each model on each picture, then as many again that count.
    const warm = SMALL.length * sizes.length;
    for (let i = 0; i < warm + RUNS; i++) {
      const path = paths[Math.floor(i / SMALL.length) % paths.length];
      const source = { path, orientation: 'exif' } as const;
      await client.call('inference.propose', { source, model: SMALL[i % SMALL.length] });
      if (i >= warm) seen.push(rssOf(client));
    }
    const first = quantile(seen.slice(0, 2 * warm), 0.5);
    const last = quantile(seen.slice(-2 * warm), 0.5);
    return { name: 'inference-growth', n: RUNS, p50: last - first, p95: Math.max(...seen) - first, unit: 'MB' };
  });
}

export const rows: readonly BenchCase[] = [
  { name: 'inference-rss', run: afterImages },
  { name: 'inference-growth', run: growth },
];
