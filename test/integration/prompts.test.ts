/** The shipped models for photographs, and clicks and boxes through the service: on coins with their truth and on free photographs. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createInferenceService } from '../../src-main/inference/service';
import type { CocoSegmentation } from '@shared/formats/coco/types';
import type { InferenceRequests } from '@shared/ipc/inference';
import type { ObjectLikeness, PromptAnswer, PromptRequest } from '@shared/models/types';
import type { RleSegmentation } from '@shared/document/types';
import { CancelSource } from '@shared/errors/cancellation';
import { connectLocal } from '@shared/ipc/rpc';
import { area, fromCompressed, iou, type Rle, toBbox, toCompressed } from '@shared/mask';
import { cocoMask } from '../support/cocoMask';

const root = join(import.meta.dirname, '../..');
const embeddingsFolder = mkdtempSync(join(tmpdir(), 'maskwright-embeddings-'));
afterAll(() => rmSync(embeddingsFolder, { recursive: true, force: true }));

const start = () =>
  connectLocal<InferenceRequests>(createInferenceService({ modelsFolder: join(root, 'models'), embeddingsFolder }));
const models = start();

const sample = join(root, 'resources/sample');
const imageOf = (name: string) => ({ path: join(sample, 'images', name), orientation: 'exif' }) as const;
const photo = (name: string) => ({ path: join(root, 'test/fixtures/photos', name), orientation: 'exif' }) as const;

interface Coco {
  readonly images: { id: number; file_name: string; width: number; height: number }[];
  readonly annotations: {
    image_id: number;
    segmentation: CocoSegmentation;
  }[];
}

function truthsOf(name: string): Rle[] {
  const coco = JSON.parse(readFileSync(join(sample, 'instances.json'), 'utf8')) as Coco;
  const { id, width, height } = coco.images.find(({ file_name }) => file_name.endsWith(name))!;
  return coco.annotations
    .filter(({ image_id }) => image_id === id)
    .map(({ segmentation }) => cocoMask(segmentation, [height, width]));
}

const toRle = ({ counts, size }: RleSegmentation) => fromCompressed(counts, size);
const toSegmentation = (mask: Rle): RleSegmentation => ({ kind: 'rle', size: mask.size, counts: toCompressed(mask) });
const overlap = (a: Rle, b: Rle) => iou([a], [b], [false])[0];
const middle = ([x, y, width, height]: readonly number[]) => ({ x: x + width / 2, y: y + height / 2 });

/** Over scenes: what is found like the object of median size of each, at an IoU of one half. Prints it. */
async function searched(scenes: readonly string[]) {
  let [known, hits, proposed, right] = [0, 0, 0, 0];
  const likenesses: ObjectLikeness[] = [];
  for (const scene of scenes) {
    const truths = truthsOf(scene).sort((a, b) => area(a) - area(b));
    const example = truths[truths.length >> 1];
    const taken = [toSegmentation(example)];
    const { session } = await models.call('inference.openPrompts', { source: imageOf(scene), model: 'smart-select' });
    const likeness = await models.call('inference.describe', { session, examples: taken });
    expect(Math.abs(likeness.areaPx / area(example) - 1)).toBeLessThan(0.02);
    const { proposals } = await models.call('inference.similar', { session, likeness, taken });
    await models.call('inference.closePrompts', { session });
    const found = proposals.map(({ segmentation }) => toRle(segmentation));
    const others = truths.filter((one) => one !== example);
    known += others.length;
    hits += others.filter((one) => found.some((mask) => overlap(mask, one) >= 0.5)).length;
    proposed += found.length;
    right += found.filter((mask) => others.some((one) => overlap(mask, one) >= 0.5)).length;
    expect(found.every((mask) => overlap(mask, example) < 0.3)).toBe(true);
    likenesses.push(likeness);
  }
  const told = `${hits} of ${known} found, ${right} of ${proposed} proposals right`;
  console.log(`find similar, ${scenes.join(', ')}: ${told}`);
  return { recall: hits / known, precision: right / proposed, likenesses };
}

describe('smart select on coins', () => {
  const coins = truthsOf('coins-01.jpg');
  const opened = models.call('inference.openPrompts', { source: imageOf('coins-01.jpg'), model: 'smart-select' });
  const ask = async (request: PromptRequest): Promise<PromptAnswer> =>
    models.call('inference.prompt', { ...request, session: (await opened).session });

  test('a box and a click each give the coin', async () => {
    for (const coin of coins.slice(0, 4)) {
      const box = toBbox(coin);
      const [boxed] = (await ask({ points: [], box })).candidates;
      expect(overlap(toRle(boxed.segmentation), coin)).toBeGreaterThan(0.93);
      expect(boxed).toMatchObject({ bbox: toBbox(toRle(boxed.segmentation)), area: area(toRle(boxed.segmentation)) });
      const clicked = await ask({ points: [{ ...middle(box), isInside: true }] });
      const best = Math.max(...clicked.candidates.map(({ segmentation }) => overlap(toRle(segmentation), coin)));
      expect(best).toBeGreaterThan(0.9);
    }
  });

  test('a click outside takes away what an answer had too much, from that answer and from a mask', async () => {
    const [first, second] = coins;
    const both = [first, second].map((coin) => ({ ...middle(toBbox(coin)), isInside: true }));
    const [joined] = (await ask({ points: both })).candidates;
    const minus = { ...both[1], isInside: false };
    const [fromAnswer] = (await ask({ points: [both[0], minus], prior: joined.id })).candidates;
    expect(overlap(toRle(fromAnswer.segmentation), first)).toBeGreaterThan(0.9);
    const [fromMask] = (await ask({ points: [both[0], minus], mask: joined.segmentation })).candidates;
    expect(overlap(toRle(fromMask.segmentation), first)).toBeGreaterThan(0.9);
  });

  test('a part of the image: masks lie at their places in the whole', async () => {
    const coin = coins[5];
    const [x, y, width, height] = toBbox(coin);
    const region = [x - width, y - height, 3 * width, 3 * height] as const;
    const part = await models.call('inference.openPrompts', {
      source: imageOf('coins-01.jpg'),
      model: 'smart-select',
      region,
    });
    const request = { session: part.session, points: [], box: [x, y, width, height] as const };
    const [found] = (await models.call('inference.prompt', request)).candidates;
    expect(overlap(toRle(found.segmentation), coin)).toBeGreaterThan(0.93);
    const [left, top, w, h] = found.bbox;
    expect(left >= part.region[0] && top >= part.region[1]).toBe(true);
    expect(left + w <= part.region[0] + part.region[2] && top + h <= part.region[1] + part.region[3]).toBe(true);
    await models.call('inference.closePrompts', { session: part.session });
  });

  test('masks to be kept follow the edges of the image more closely, in a part of it too; the rest of what is told fits them', async () => {
    const finish = { rim: true };
    const pairs: number[][] = [];
    for (const coin of coins) {
      const request = { points: [], box: toBbox(coin) };
      const [[plain], [finished]] = [(await ask(request)).candidates, (await ask({ ...request, finish })).candidates];
      expect([plain.isRimRefined, finished.isRimRefined]).toEqual([undefined, true]);
      expect(finished).toMatchObject({ predictedIou: plain.predictedIou, stability: plain.stability });
      const mask = toRle(finished.segmentation);
      expect([finished.bbox, finished.area]).toEqual([toBbox(mask), area(mask)]);
      pairs.push([overlap(toRle(plain.segmentation), coin), overlap(mask, coin)]);
    }
    const [before, after] = [0, 1].map((i) => pairs.reduce((sum, pair) => sum + pair[i], 0) / pairs.length);
    console.log(`coins from their boxes: mean IoU ${before.toFixed(4)}, with the rim refined ${after.toFixed(4)}`);
    expect(after).toBeGreaterThan(before);

    const [x, y, width, height] = toBbox(coins[5]);
    const region = [x - width / 4, y - height / 4, 1.5 * width, 1.5 * height] as const;
    const source = imageOf('coins-01.jpg');
    const part = await models.call('inference.openPrompts', { source, model: 'smart-select', region });
    const request = { session: part.session, points: [], box: toBbox(coins[5]), finish };
    const [found] = (await models.call('inference.prompt', request)).candidates;
    expect(found.isRimRefined).toBe(true);
    expect(overlap(toRle(found.segmentation), coins[5])).toBeGreaterThan(0.93);
    await models.call('inference.closePrompts', { session: part.session });
  });

  test('from one coin of each scene all others are found; what is there already is not found again', async () => {
    const { recall, precision } = await searched(['coins-01.jpg', 'coins-02.jpg', 'coins-03.jpg']);
    expect(recall).toBeGreaterThanOrEqual(0.95);
    expect(precision).toBeGreaterThanOrEqual(0.95);
  });

  test('a search that is cancelled ends between two places', async () => {
    const { session } = await opened;
    const signal = new CancelSource();
    const call = models.call(
      'inference.everything',
      { session, taken: [] },
      { signal, onProgress: ({ done }) => done >= 2 && signal.abort() },
    );
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('another process finds the embedding on disk: the same answer', async () => {
    const request = { points: [], box: toBbox(coins[2]) };
    const here = await ask(request);
    const other = start();
    const steps: string[] = [];
    const { session } = await other.call(
      'inference.openPrompts',
      { source: imageOf('coins-01.jpg'), model: 'smart-select' },
      { onProgress: ({ text }) => steps.push(text ?? '') },
    );
    expect(steps).not.toContain('looking at the image');
    const there = await other.call('inference.prompt', { ...request, session });
    expect(there.candidates.map(({ segmentation }) => segmentation)).toEqual(
      here.candidates.map(({ segmentation }) => segmentation),
    );
  });

  test('a session that is closed, a model that answers no clicks', async () => {
    const gone = models.call('inference.prompt', { session: 9999, points: [] });
    await expect(gone).rejects.toMatchObject({ code: 'crashed' });
    const wrong = models.call('inference.openPrompts', { source: imageOf('coins-01.jpg'), model: 'main-object' });
    await expect(wrong).rejects.toMatchObject({ code: 'bad-model' });
  });
});

describe('small objects', () => {
  // All four take minutes: MASKWRIGHT_ALL_SCENES asks for them.
  const all = ['nuclei-01.png', 'nuclei-02.png', 'nuclei-03.png', 'nuclei-04.png'];
  const scenes = process.env.MASKWRIGHT_ALL_SCENES ? all : all.slice(0, 1);

  test('from one nucleus the others are found, looked for in parts of the image', { timeout: 900_000 }, async () => {
    const { recall, precision, likenesses } = await searched(scenes);
    for (const { tileSide } of likenesses) expect(tileSide).toBeLessThan(384);
    expect(recall).toBeGreaterThanOrEqual(0.75);
    expect(precision).toBeGreaterThanOrEqual(0.93);
  });
});

describe('photographs', () => {
  test('photo-objects finds the cup, and cuts it out', async () => {
    const { proposals, provenance } = await models.call('inference.propose', {
      source: photo('coffee.jpg'),
      model: 'photo-objects',
    });
    expect(proposals.map(({ categoryName }) => categoryName)).toContain('cup');
    const cup = proposals.find(({ categoryName }) => categoryName === 'cup')!;
    const [, , width, height] = cup.bbox;
    expect(cup.area / (width * height)).toBeGreaterThan(0.4);
    expect(provenance.model?.id).toBe('photo-objects');
  });

  test('main-object takes the cat, portrait-matte the astronaut', async () => {
    const cat = await models.call('inference.propose', { source: photo('cat.jpg'), model: 'main-object' });
    expect(cat.proposals.map(({ categoryName }) => categoryName)).toEqual(['object']);
    expect(cat.proposals[0].area / (cat.size[0] * cat.size[1])).toBeGreaterThan(0.5);
    const person = await models.call('inference.propose', { source: photo('astronaut.jpg'), model: 'portrait-matte' });
    expect(person.proposals.map(({ categoryName }) => categoryName)).toEqual(['person']);
    const share = person.proposals[0].area / (person.size[0] * person.size[1]);
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.8);
  });

  test('a model that only answers prompts proposes nothing by itself', async () => {
    const call = models.call('inference.propose', { source: photo('cat.jpg'), model: 'smart-select' });
    await expect(call).rejects.toMatchObject({ code: 'usage' });
  });
});
