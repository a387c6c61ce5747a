/**
 * Find similar over the sample, at an IoU of one half, from the object of median size of an image: on its own image, and on the others
 * of its kind, of which nothing is annotated. Prints one JSON line a set. `npx tsx test/bench/similarFigures.ts [coins] [nuclei]`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInferenceService } from '../../src-main/inference/service';
import type { RleSegmentation } from '@shared/document/types';
import type { InferenceRequests } from '@shared/ipc/inference';
import { connectLocal } from '@shared/ipc/rpc';
import { area, fromCompressed, iou, type Rle, toCompressed } from '@shared/mask';
import { cocoMask } from '../support/cocoMask';
import type { Coco } from './modelScenes';

const root = join(import.meta.dirname, '../..');
const sample = join(root, 'resources/sample');
const coco = JSON.parse(readFileSync(join(sample, 'instances.json'), 'utf8')) as Coco;
const models = connectLocal<InferenceRequests>(createInferenceService({ modelsFolder: join(root, 'models') }));

interface Tally {
  hits: number;
  known: number;
  right: number;
  proposed: number;
}

const nameOf = ({ file_name }: Coco['images'][number]) => file_name.split('/').at(-1)!;
const toSegmentation = (mask: Rle): RleSegmentation => ({ kind: 'rle', size: mask.size, counts: toCompressed(mask) });

function truthsOf({ id, width, height }: Coco['images'][number]): Rle[] {
  return coco.annotations
    .filter(({ image_id }) => image_id === id)
    .map(({ segmentation }) => cocoMask(segmentation, [height, width]))
    .sort((a, b) => area(a) - area(b));
}

const open = async (name: string) => {
  const source = { path: join(sample, 'images', name), orientation: 'exif' } as const;
  return (await models.call('inference.openPrompts', { source, model: 'smart-select' })).session;
};

async function figures(kind: string, examplesFrom: readonly string[]): Promise<void> {
  const images = coco.images.filter((image) => nameOf(image).startsWith(kind));
  const tallies = {
    own: { hits: 0, known: 0, right: 0, proposed: 0 },
    others: { hits: 0, known: 0, right: 0, proposed: 0 },
  };
  for (const from of images.filter((image) => examplesFrom.includes(nameOf(image)))) {
    const truths = truthsOf(from);
    const example = truths[truths.length >> 1];
    const session = await open(nameOf(from));
    const likeness = await models.call('inference.describe', { session, examples: [toSegmentation(example)] });
    await models.call('inference.closePrompts', { session });
    for (const image of images) {
      const isOwn = image === from;
      const wanted = isOwn ? truths.filter((one) => one !== example) : truthsOf(image);
      const taken = isOwn ? [toSegmentation(example)] : [];
      const there = await open(nameOf(image));
      const { proposals } = await models.call('inference.similar', { session: there, likeness, taken });
      await models.call('inference.closePrompts', { session: there });
      const found = proposals.map(({ segmentation: { counts, size } }) => fromCompressed(counts, size));
      add(isOwn ? tallies.own : tallies.others, wanted, found);
    }
  }
  for (const [where, { hits, known, right, proposed }] of Object.entries(tallies)) {
    const share = (part: number, of: number) => +(part / Math.max(1, of)).toFixed(3);
    const line = { find: kind, where, recall: share(hits, known), precision: share(right, proposed) };
    console.log(JSON.stringify({ ...line, hits, known, right, proposed }));
  }
}

function add(tally: Tally, wanted: readonly Rle[], found: readonly Rle[]): void {
  const isHit = (a: Rle) => (b: Rle) => iou([a], [b], [false])[0] >= 0.5;
  tally.known += wanted.length;
  tally.proposed += found.length;
  tally.hits += wanted.filter((one) => found.some(isHit(one))).length;
  tally.right += found.filter((one) => wanted.some(isHit(one))).length;
}

const asked = process.argv.slice(2);
if (asked.length === 0 || asked.includes('coins'))
  await figures('coins', ['coins-01.jpg', 'coins-02.jpg', 'coins-03.jpg']);
if (asked.length === 0 || asked.includes('nuclei')) await figures('nuclei', ['nuclei-01.png']);
