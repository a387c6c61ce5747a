/**
 * Smart select beside the network itself: `prompt-click`, a click's answer on a 12-megapixel photograph; `embed-open`, from choosing
 * the tool to ready on it, the model loaded; `find-similar`, a search over the sample's coins. Each against its own session.run,
 * clocked inside the same process.
 */
import { mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import sharp from 'sharp';
import { createInferenceService } from '../../src-main/inference/service';
import type { CocoSegmentation } from '@shared/formats/coco/types';
import type { InferenceRequests } from '@shared/ipc/inference';
import { connectLocal } from '@shared/ipc/rpc';
import { area, toCompressed } from '@shared/mask';
import { cocoMask } from '../support/cocoMask';
import { quantile, type BenchCase, type BenchRow } from './types';

const root = join(import.meta.dirname, '../..');
const sample = join(root, 'resources/sample');
const [WIDTH, HEIGHT] = [4000, 3000];

const start = () => connectLocal<InferenceRequests>(createInferenceService({ modelsFolder: join(root, 'models') }));
type Models = ReturnType<typeof start>;
const source = (path: string) => ({ path, orientation: 'exif' }) as const;

/** Milliseconds inside the runtime since it was last asked. */
let inside = 0;
const { prototype } = InferenceSession as unknown as { readonly prototype: InferenceSession };
const bareRun = prototype.run as (...request: unknown[]) => Promise<InferenceSession.ReturnType>;
prototype.run = async function (this: InferenceSession, ...request: unknown[]) {
  const began = performance.now();
  try {
    return await bareRun.apply(this, request);
  } finally {
    inside += performance.now() - began;
  }
};

interface Sample {
  readonly ms: number;
  readonly runMs: number;
}

async function clock(work: () => Promise<unknown>): Promise<Sample> {
  inside = 0;
  const began = performance.now();
  await work();
  return { ms: performance.now() - began, runMs: inside };
}

const total = (samples: readonly Sample[], of: keyof Sample) => samples.reduce((sum, each) => sum + each[of], 0);

async function onPhotograph(use: (path: string) => Promise<BenchRow>): Promise<BenchRow> {
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-bench-'));
  try {
    const path = join(folder, 'photo.jpg');
    await sharp(join(root, 'test/fixtures/photos/coffee.jpg')).resize(WIDTH, HEIGHT, { fit: 'fill' }).toFile(path);
    return await use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const open = (models: Models, path: string) =>
  models.call('inference.openPrompts', { source: source(path), model: 'smart-select' });

async function promptClick(path: string): Promise<BenchRow> {
  const models = start();
  const { session } = await open(models, path);
  const samples: Sample[] = [];
  for (let i = 0; i < 60; i++) {
    const points = [{ x: 600 + ((i * 379) % 2800), y: 400 + ((i * 211) % 2200), isInside: true }];
    const one = await clock(() => models.call('inference.prompt', { session, points }));
    // The first ones warm up.
    if (i >= 10) samples.push(one);
  }
  const ms = samples.map((each) => each.ms);
  return {
    name: 'prompt-click',
    n: ms.length,
    p50: quantile(ms, 0.5),
    p95: quantile(ms, 0.95),
    unit: 'ms',
    reference: 'what is beside the decoder, over session.run of the decoder',
    ratio: (total(samples, 'ms') - total(samples, 'runMs')) / total(samples, 'runMs'),
  };
}

async function embedOpen(path: string): Promise<BenchRow> {
  const models = start();
  // Loads the model.
  await open(models, join(sample, 'images/coins-01.jpg'));
  const samples: Sample[] = [];
  for (let i = 1; i <= 7; i++) {
    // What is embedded once is known: a file of another time is another image.
    utimesSync(path, i, i);
    samples.push(await clock(() => open(models, path)));
  }
  const ratios = samples.map(({ ms, runMs }) => (ms - runMs) / runMs);
  return {
    name: 'embed-open',
    n: ratios.length,
    p50: quantile(ratios, 0.5),
    p95: quantile(ratios, 0.95),
    unit: 'ratio',
    reference: 'session.run of the encoder',
    ratio: (total(samples, 'ms') - total(samples, 'runMs')) / total(samples, 'runMs'),
  };
}

interface Coco {
  readonly images: { id: number; file_name: string; width: number; height: number }[];
  readonly annotations: { image_id: number; segmentation: CocoSegmentation }[];
}

async function findSimilar(): Promise<BenchRow> {
  const models = start();
  const coco = JSON.parse(readFileSync(join(sample, 'instances.json'), 'utf8')) as Coco;
  const samples: Sample[] = [];
  for (const { id, file_name, width, height } of coco.images.filter((image) => image.file_name.includes('coins'))) {
    const masks = coco.annotations
      .filter(({ image_id }) => image_id === id)
      .map(({ segmentation }) => cocoMask(segmentation, [height, width]))
      .sort((a, b) => area(a) - area(b));
    const example = masks[masks.length >> 1];
    const taken = [{ kind: 'rle', size: example.size, counts: toCompressed(example) }] as const;
    const { session } = await open(models, join(sample, 'images', file_name.split('/').at(-1)!));
    const likeness = await models.call('inference.describe', { session, examples: taken });
    samples.push(await clock(() => models.call('inference.similar', { session, likeness, taken })));
  }
  const ratios = samples.map(({ ms, runMs }) => ms / runMs);
  return {
    name: 'find-similar',
    n: ratios.length,
    p50: quantile(ratios, 0.5),
    p95: quantile(ratios, 0.95),
    unit: 'ratio',
    reference: 'its runs of encoder and decoder',
    ratio: total(samples, 'ms') / total(samples, 'runMs'),
  };
}

export const rows: readonly BenchCase[] = [
  { name: 'prompt-click', run: () => onPhotograph(promptClick) },
  { name: 'embed-open', run: () => onPhotograph(embedOpen) },
  { name: 'find-similar', run: findSimilar },
];
