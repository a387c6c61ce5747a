/**
 * What the model families cost beside their networks, on outputs of the size that real networks give: `family-NAME`, preparing an
 * image of 640 x 640 and making masks of such outputs, in ms; `semantic-large` the same on 12 megapixels, and `semantic-large-rss`, by
 * how much it lets the process's peak of memory grow. The networks themselves are left out: their outputs are made up.
 */
import { families } from '../../src-main/inference/families';
import type { Predictor } from '../../src-main/inference/families/family';
import type { ModelFile } from '../../src-main/inference/catalog/modelFile';
import type { OutputTensor } from '../../src-main/inference/graph/graph';
import { randomFrom } from '@shared/dataset/random';
import { quantile, type BenchCase, type BenchRow } from './types';

interface Fake {
  readonly family: string;
  readonly categories: number;
  /** Beside the head of model.json. */
  readonly part: { readonly input: object; readonly outputs: object; readonly defaults?: object };
  /** By the keys of the outputs. */
  readonly tensors: () => Readonly<Record<string, OutputTensor>>;
}

const random = randomFrom(5);
const tensor = (dims: number[], at: (i: number) => number): OutputTensor => {
  const data = new Float32Array(dims.reduce((a, b) => a * b));
  for (let i = 0; i < data.length; i++) data[i] = at(i);
  return { dims, data };
};
const named = (...names: string[]) => Object.fromEntries(names.map((name) => [name, { name }]));
const fixed = (side: number) => ({
  name: 'image',
  resize: { mode: 'fixed', width: side, height: side },
});

/** Logits of a round thing in each of `count` planes of `side` x `side`, each elsewhere. */
function discs(count: number, side: number): (i: number) => number {
  const places = Array.from({ length: count }, () => [
    random() * side,
    random() * side,
    side * (0.05 + 0.2 * random()),
  ]);
  return (i) => {
    const [cx, cy, radius] = places[Math.floor(i / (side * side))];
    const [x, y] = [i % side, Math.floor(i / side) % side];
    return (radius - Math.hypot(x - cx, y - cy)) * 0.5;
  };
}

/** Of `count` candidates the few that are sure: about four for each of thirty objects. */
const isObject = (i: number, count: number) => i % Math.floor(count / 120) === 0;

const fakes: readonly Fake[] = [
  {
    family: 'yolo-seg',
    categories: 80,
    part: {
      input: { ...fixed(640), resize: { mode: 'fixed', width: 640, height: 640, keepAspect: true, centred: true } },
      outputs: named('detections', 'protos'),
      defaults: { nms: 0.7 },
    },
    tensors: () => ({
      detections: tensor([1, 116, 8400], (at) => {
        const [row, i] = [Math.floor(at / 8400), at % 8400];
        if (row < 2) return 60 + ((Math.floor(i / 280) * (row === 0 ? 131 : 197)) % 520);
        if (row < 4) return 60 + (i % 7) * 20;
        if (row < 84) return isObject(i, 8400) && row === 4 + (Math.floor(i / 280) % 80) ? 0.6 : 0.001;
        return random() - 0.5;
      }),
      protos: tensor([1, 32, 160, 160], discs(32, 160)),
    }),
  },
  {
    family: 'detr-seg',
    categories: 90,
    part: { input: fixed(432), outputs: named('classes', 'masks') },
    tensors: () => ({
      classes: tensor([1, 200, 91], (i) => (Math.floor(i / 91) < 30 && i % 91 === 1 + Math.floor(i / 91) ? 2 : -6)),
      masks: tensor([1, 200, 108, 108], discs(200, 108)),
    }),
  },
  {
    family: 'maskrcnn-roi',
    categories: 80,
    part: {
      input: { name: 'image', resize: { mode: 'shortestSide', side: 800, maxSide: 1333 }, padTo: 32 },
      outputs: { ...named('boxes', 'scores', 'masks'), labels: { name: 'labels', firstCategory: 1 } },
    },
    tensors: () => ({
      boxes: tensor([100, 4], (i) => (((i >> 2) * 61) % 500) + (i % 4 < 2 ? 0 : 180)),
      labels: { dims: [100], data: BigInt64Array.from({ length: 100 }, (_, i) => BigInt(1 + (i % 80))) },
      scores: tensor([100], (i) => 0.99 - i / 200),
      masks: tensor([100, 1, 28, 28], (i) => 1 / (1 + Math.exp(-discs28(i)))),
    }),
  },
  {
    family: 'query-masks',
    categories: 133,
    part: {
      input: fixed(384),
      outputs: {
        task: 'panoptic',
        classes: { name: 'classes' },
        masks: { name: 'masks', upsample: { width: 384, height: 384 } },
      },
    },
    tensors: () => ({
      classes: tensor([1, 100, 134], (i) => {
        const query = Math.floor(i / 134);
        return i % 134 === (query < 25 ? query : 133) ? 9 : 0;
      }),
      masks: tensor([1, 100, 96, 96], discs(100, 96)),
    }),
  },
  {
    family: 'semantic',
    categories: 150,
    part: { input: fixed(512), outputs: named('map') },
    tensors: () => ({ map: tensor([1, 150, 128, 128], discs(150, 128)) }),
  },
];
const discs28 = discs(100, 28);

async function load({ family: id, categories, part, tensors }: Fake): Promise<Predictor> {
  const family = families.find((one) => one.id === id)!;
  const head = {
    ...{ id, name: id, family: id, licence: '', files: [{ role: 'model', path: 'none', sha256: '', size: 1 }] },
    categories: Array.from({ length: categories }, (_, i) => ({ id: i + 1, name: `c${i}` })),
    ...part,
    defaults: { score: 0.5, maskThreshold: 0.5, ...part.defaults },
  };
  const file = { folder: '', file: '', manifest: head, family, part: family.part.parse(head) } as unknown as ModelFile;
  const outputs = tensors();
  return (await family.load(file, file.part, {
    openGraph: async () => ({ run: async () => ({ ...outputs }), release: async () => {} }),
    useModel: () => Promise.reject(new Error('made of none')),
  })) as Predictor;
}

function pictureOf(width: number, height: number) {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) data[i] = (i * 7) % 251;
  return { width, height, data };
}

async function timed(name: string, fake: Fake, width: number, height: number): Promise<BenchRow> {
  const predictor = await load(fake);
  const picture = pictureOf(width, height);
  const ms: number[] = [];
  for (let i = 0; i < 13; i++) {
    const began = performance.now();
    const found = await predictor.predict(picture, { score: 0.5, step: async () => {}, note: () => {} });
    if (i >= 3) ms.push(performance.now() - began);
    const count =
      found.kind === 'labels'
        ? found.classes.length
        : found.kind === 'panoptic'
          ? found.segments.length
          : found.items.length;
    if (count < 5) throw new Error(`${name} found ${count}: the made-up outputs do not say what they should`);
  }
  return { name, n: ms.length, p50: quantile(ms, 0.5), p95: quantile(ms, 0.95), unit: 'ms' };
}

const semantic = fakes.find(({ family }) => family === 'semantic')!;

async function semanticMemory(): Promise<BenchRow> {
  const predictor = await load(semantic);
  const picture = pictureOf(4000, 3000);
  const before = process.resourceUsage().maxRSS;
  await predictor.predict(picture, { score: 0.5, step: async () => {}, note: () => {} });
  const grown = (process.resourceUsage().maxRSS - before) / 1024;
  return { name: 'semantic-large-rss', n: 1, p50: grown, p95: grown, unit: 'MB' };
}

export const rows: readonly BenchCase[] = [
  ...fakes.map((fake) => ({
    name: `family-${fake.family}`,
    run: () => timed(`family-${fake.family}`, fake, 640, 640),
  })),
  { name: 'semantic-large', run: () => timed('semantic-large', semantic, 4000, 3000) },
  { name: 'semantic-large-rss', run: semanticMemory },
];
