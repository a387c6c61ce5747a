/**
 * Smart select beside the network itself: `prompt-click`, a click's answer on a 12-megapixel photograph; `embed-open`, from choosing
 * the tool to ready on it, the model loaded and the photograph never seen, with its embedding kept on disk; `find-similar`, a search
 * over the sample's coins. Each against its own session.run, clocked inside the same process; requests and answers cross a message
 * port as they cross processes.
 */
import { mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import sharp from 'sharp';
import { createInferenceService } from '../../src-main/inference/service';
import type { CocoSegmentation } from '@shared/formats/coco/types';
import type { InferenceRequests } from '@shared/ipc/inference';
import { connect, type Port, serve } from '@shared/ipc/rpc';
import { area, toCompressed } from '@shared/mask';
import { cocoMask } from '../support/cocoMask';
import { besideOverRun, clock, type Sample, total } from './insideRuntime';
import { quantile, type BenchCase, type BenchRow } from './types';

const root = join(import.meta.dirname, '../..');
const sample = join(root, 'resources/sample');
const [WIDTH, HEIGHT] = [4000, 3000];

/** Messages are copied and wait their turn, as between two processes. */
function start() {
  const embeddingsFolder = mkdtempSync(join(tmpdir(), 'maskwright-bench-embeddings-'));
  const { port1, port2 } = new MessageChannel();
  serve<InferenceRequests>(
    portOf(port1),
    createInferenceService({ modelsFolder: join(root, 'models'), embeddingsFolder }),
  );
  const { call } = connect<InferenceRequests>(portOf(port2));
  const end = () => {
    port2.close();
    rmSync(embeddingsFolder, { recursive: true, force: true });
  };
  return { call, end };
}
const portOf = (port: MessagePort): Port => ({
  post: (message) => port.postMessage(message),
  listen: (listener) => void port.on('message', listener),
});
type Models = ReturnType<typeof start>;
const source = (path: string) => ({ path, orientation: 'exif' }) as const;

/** Of a sensor: without it an enlarged picture is read faster than a photograph. */
function grain(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 12 } as const;
  const create = { width: WIDTH / 2, height: HEIGHT / 2, channels: 3, background: '#808080', noise } as const;
  return sharp({ create }).resize(WIDTH, HEIGHT, { kernel: 'cubic' }).png({ compressionLevel: 1 }).toBuffer();
}

async function onPhotograph(use: (models: Models, path: string) => Promise<BenchRow>): Promise<BenchRow> {
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-bench-'));
  try {
    const path = join(folder, 'photo.jpg');
    await sharp(join(root, 'test/fixtures/photos/coffee.jpg'))
      .resize(WIDTH, HEIGHT, { fit: 'fill' })
      .composite([{ input: await grain(), blend: 'soft-light' }])
      .jpeg({ quality: 90 })
      .toFile(path);
    return await withModels((models) => use(models, path));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function withModels(use: (models: Models) => Promise<BenchRow>): Promise<BenchRow> {
  const models = start();
  try {
    return await use(models);
  } finally {
    models.end();
  }
}

const open = (models: Models, path: string) =>
  models.call('inference.openPrompts', { source: source(path), model: 'smart-select' });

async function promptClick(models: Models, path: string): Promise<BenchRow> {
  const { session } = await open(models, path);
  const samples: Sample[] = [];
  for (let i = 0; i < 210; i++) {
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
    ratio: besideOverRun(samples),
  };
}

async function embedOpen(models: Models, path: string): Promise<BenchRow> {
  // Loads the model.
  await open(models, join(sample, 'images/coins-01.jpg'));
  const samples: Sample[] = [];
  for (let i = 1; i <= 12; i++) {
    // What is embedded once is known: a file of another time is another image.
    utimesSync(path, i, i);
    let session = 0;
    samples.push(await clock(async () => ({ session } = await open(models, path))));
    // When what was found is on disk.
    await models.call('inference.closePrompts', { session });
  }
  const ratios = samples.map(({ ms, runMs }) => (ms - runMs) / runMs);
  return {
    name: 'embed-open',
    n: ratios.length,
    p50: quantile(ratios, 0.5),
    p95: quantile(ratios, 0.95),
    unit: 'ratio',
    reference: 'session.run of the encoder',
    ratio: besideOverRun(samples),
  };
}

interface Coco {
  readonly images: { id: number; file_name: string; width: number; height: number }[];
  readonly annotations: { image_id: number; segmentation: CocoSegmentation }[];
}

async function findSimilar(models: Models): Promise<BenchRow> {
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
  { name: 'find-similar', run: () => withModels(findSimilar) },
];
