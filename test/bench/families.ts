/**
 * What the model families cost beside their networks, on outputs of the size that real networks give: `family-NAME`, preparing an
 * image of 640 x 640 and making masks of such outputs, in ms; `semantic-large` the same on 12 megapixels, and `semantic-large-rss`, by
 * how much it lets the peak of memory of a process of its own grow. The outputs are made up; the ratio is to session.run of the
 * network itself where there is one (bareNetwork.ts), otherwise of as many multiply-adds as the least published network of the family
 * has, in plain convolutions, which take less time than any network does. Families whose weights ship are run as they are:
 * `family-boxes-to-masks`, `family-salient`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { families } from '../../src-main/inference/families';
import type { Predictor } from '../../src-main/inference/families/family';
import type { ModelFile } from '../../src-main/inference/catalog/modelFile';
import { createInferenceService } from '../../src-main/inference/service';
import type { InferenceRequests } from '@shared/ipc/inference';
import { connectLocal } from '@shared/ipc/rpc';
import { bareNetwork } from './bareNetwork';
import { type Fake, fakes, resnet50 } from './familyFakes';
import { besideOverRun, clock, type Sample } from './insideRuntime';
import { inOwnProcess } from './ownProcess';
import { quantile, type BenchCase, type BenchRow } from './types';

const root = join(import.meta.dirname, '../..');

type Work = Pick<Fake, 'network'> & { readonly load: () => Promise<Predictor> };

/** `named`: what its categories' names begin with. */
export const load = ({ family, categories, part, tensors }: Fake, named = 'c') =>
  build(
    family,
    {
      categories: Array.from({ length: categories }, (_, i) => ({ id: i + 1, name: `${named}${i}` })),
      ...part,
      defaults: { score: 0.5, maskThreshold: 0.5, ...part.defaults },
    },
    tensors(),
  );

async function build(
  id: string,
  part: object,
  outputs: ReturnType<Fake['tensors']>,
  useModel = (other: string): Promise<Predictor> => Promise.reject(new Error(`${id} is not made of ${other}`)),
): Promise<Predictor> {
  const family = families.find((one) => one.id === id)!;
  const files = [{ role: 'model', path: 'none', sha256: '', size: 1 }];
  const head = { id, name: id, family: id, licence: '', files, ...part };
  const file = { folder: '', file: '', manifest: head, family, part: family.part.parse(head) } as unknown as ModelFile;
  return (await family.load(file, file.part, {
    openGraph: async () => ({ run: async () => ({ ...outputs }), release: async () => {} }),
    useModel,
  })) as Predictor;
}

const fakeOf = (id: string) => fakes.find(({ family }) => family === id)!;

/** Made of two of the others. */
const fusion: Work = {
  network: resnet50('Panoptic FPN', 800, 800),
  load: () => {
    const [things, stuff] = ['maskrcnn-roi', 'semantic'].map(fakeOf);
    const named = (count: number, start: string, isthing: number) =>
      Array.from({ length: count }, (_, i) => ({ id: i + 1 + 1000 * (1 - isthing), name: `${start}${i}`, isthing }));
    const categories = [...named(things.categories, 'c', 1), ...named(stuff.categories, 's', 0)];
    const part = { instances: things.family, semantic: stuff.family, fusion: { stuffArea: 500 }, categories };
    return build('panoptic-fusion', part, {}, (id) => load(fakeOf(id), id === stuff.family ? 's' : 'c'));
  },
};

export function pictureOf(width: number, height: number) {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) data[i] = (i * 7) % 251;
  return { width, height, data };
}

async function timed(
  name: string,
  family: string,
  { network, load: open }: Work,
  width: number,
  height: number,
): Promise<BenchRow> {
  const predictor = await open();
  const bare = await bareNetwork(family, network);
  const picture = pictureOf(width, height);
  const ms: number[] = [];
  // In turns: what runs beside this row slows both down.
  const runs: number[] = [];
  for (let i = 0; i < 13; i++) {
    const began = performance.now();
    const found = await predictor.predict(picture, { score: 0.5, step: async () => {}, note: () => {} });
    const taken = performance.now() - began;
    const bareMs = await bare.run();
    if (i >= 3) {
      ms.push(taken);
      runs.push(bareMs);
    }
    const count = { instances: 'items', boxes: 'items', labels: 'classes', panoptic: 'segments' }[found.kind];
    const { length } = (found as unknown as Record<string, readonly unknown[]>)[count];
    if (length < 5) throw new Error(`${name} found ${length}: the made-up outputs do not say what they should`);
  }
  const bareMs = quantile(runs, 0.5);
  return {
    ...{ name, n: ms.length, p50: quantile(ms, 0.5), p95: quantile(ms, 0.95), unit: 'ms' },
    reference: `session.run of ${bare.what}: ${bareMs.toFixed(0)} ms`,
    ratio: quantile(ms, 0.5) / bareMs,
  };
}

/** A model that ships, from the file to proposals. */
async function shipped(name: string, model: string): Promise<BenchRow> {
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-bench-'));
  try {
    const path = join(folder, 'photo.jpg');
    const photo = sharp(join(root, 'test/fixtures/photos/coffee.jpg'));
    await photo.resize(640, 640, { fit: 'fill' }).jpeg({ quality: 90 }).toFile(path);
    const models = connectLocal<InferenceRequests>(createInferenceService({ modelsFolder: join(root, 'models') }));
    const samples: Sample[] = [];
    for (let i = 0; i < 13; i++) {
      const source = { path, orientation: 'exif' } as const;
      const one = await clock(() => models.call('inference.propose', { source, model }));
      if (i >= 3) samples.push(one);
    }
    const beside = samples.map(({ ms, runMs }) => ms - runMs);
    return {
      ...{ name, n: beside.length, p50: quantile(beside, 0.5), p95: quantile(beside, 0.95), unit: 'ms' },
      reference: `session.run of ${model}`,
      ratio: besideOverRun(samples),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const semantic = fakeOf('semantic');

/** In a process of its own: what other rows took and gave back would hide it. */
function semanticMemory(): BenchRow {
  const grown = inOwnProcess<number>('semanticMemoryChild.ts');
  return { name: 'semantic-large-rss', n: 1, p50: grown, p95: grown, unit: 'MB' };
}

const work = (fake: Fake): Work => ({ network: fake.network, load: () => load(fake) });
const row = (family: string, of: Work) => ({
  name: `family-${family}`,
  run: () => timed(`family-${family}`, family, of, 640, 640),
});

export const rows: readonly BenchCase[] = [
  ...fakes.map((fake) => row(fake.family, work(fake))),
  row('panoptic-fusion', fusion),
  { name: 'family-boxes-to-masks', run: () => shipped('family-boxes-to-masks', 'photo-objects') },
  { name: 'family-salient', run: () => shipped('family-salient', 'main-object') },
  { name: 'semantic-large', run: () => timed('semantic-large', 'semantic', work(semantic), 4000, 3000) },
  { name: 'semantic-large-rss', run: semanticMemory },
];
