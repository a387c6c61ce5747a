/** Looking for objects like an example with a model that knows discs: what it costs, and that the objects here may have another size. */
import { describe, expect, test } from 'vitest';
import { encode } from '@shared/mask';
import type { Candidate, Embedding, PromptFrame, Prompter } from '../../../src-main/inference/families/family';
import { toImageMask } from '../../../src-main/inference/prompts/promptMask';
import { findSimilar, type Likeness } from '../../../src-main/inference/prompts/similar';

type Disc = readonly [x: number, y: number];
const [GRID, PLACES, RADIUS] = [128, 32, 5];
const DISC_CELLS = 81;
const embedding: Embedding = { imageWidth: GRID, imageHeight: GRID, tensors: {} };
const region = [0, 0, GRID, GRID] as const;
const like = (areaPx: number): Likeness => ({ direction: Float32Array.of(1, 0), cosine: 0.9, areaPx });

const covers = ([x, y]: Disc, px: number, py: number) => (px - x) ** 2 + (py - y) ** 2 <= RADIUS ** 2;
const drawn = (discs: readonly Disc[]) =>
  Float32Array.from({ length: GRID * GRID }, (_, i) =>
    discs.some((disc) => covers(disc, (i % GRID) + 0.5, Math.floor(i / GRID) + 0.5)) ? 8 : -8,
  );
const cellsOf = (logits: Float32Array) => logits.filter((value) => value > 0).length;

/** Places on discs look like the example, others by the cosine `beside`. A point on a disc gives it, and with what it touches. */
function model(discs: readonly Disc[], beside: number) {
  const isOn = (place: number) => {
    const [x, y] = [((place % PLACES) + 0.5) * 4, (Math.floor(place / PLACES) + 0.5) * 4];
    return discs.some((disc) => covers(disc, x, y));
  };
  const values = new Float32Array(2 * PLACES * PLACES);
  for (let i = 0; i < PLACES * PLACES; i++) {
    const cosine = isOn(i) ? 1 : beside;
    values[i] = cosine;
    values[PLACES * PLACES + i] = Math.sqrt(1 - cosine ** 2);
  }
  const frame: PromptFrame = {
    gridWidth: GRID,
    gridHeight: GRID,
    corners: [0, 0, GRID, GRID],
    features: { values, channels: 2, width: PLACES, height: PLACES },
  };
  let asked = 0;
  const prompter: Prompter = {
    kind: 'prompter',
    embed: () => Promise.reject(new Error('It is embedded')),
    contentSize: () => null,
    frameOf: () => frame,
    async decode(_embedding, { points: [{ x, y }] }): Promise<Candidate[]> {
      asked++;
      const on = discs.find((disc) => covers(disc, x, y));
      // What is no object has a blurred border.
      if (!on) return [{ logits: drawn([[x, y]]), predictedIou: 0.7, stability: 0.6 }];
      const touching = discs.filter((disc) => Math.hypot(disc[0] - on[0], disc[1] - on[1]) < 2.2 * RADIUS);
      const one = { logits: drawn([on]), predictedIou: 0.9, stability: 1 };
      return touching.length > 1 ? [{ logits: drawn(touching), predictedIou: 0.95, stability: 1 }, one] : [one];
    },
  };
  return { prompter, asked: () => asked };
}

const search = { taken: [], step: () => Promise.resolve() };
const alone: Disc[] = [0, 1, 2, 3, 4, 5].map((i) => [12 + 20 * i, 14]);
const pairs: Disc[] = [0, 1, 2].flatMap((i): Disc[] => [
  [14 + 40 * i, 70],
  [24.4 + 40 * i, 70],
]);

describe('find similar', () => {
  test('finds every disc that is there', async () => {
    const { prompter, asked } = model(alone, 0);
    const found = await findSimilar(prompter, embedding, region, like(DISC_CELLS), search);
    expect(found).toHaveLength(alone.length);
    expect(asked()).toBeLessThanOrEqual(2 * alone.length);
  });

  test('ends after a few places on a picture that is alike all over and has no object, and finds nothing', async () => {
    const { prompter, asked } = model([], 0.97);
    expect(await findSimilar(prompter, embedding, region, like(DISC_CELLS), search)).toEqual([]);
    expect(asked()).toBeLessThanOrEqual(12);
  });

  test('takes two that touch apart where all are much smaller than the example', async () => {
    const discs = [...alone, ...pairs];
    const { prompter, asked } = model(discs, 0);
    const found = await findSimilar(prompter, embedding, region, like(3.6 * DISC_CELLS), search);
    expect(found.map(({ logits }) => cellsOf(logits))).toEqual(discs.map(() => expect.closeTo(DISC_CELLS, -1)));
    // A small one is as sure as any: the scores are those of what the masks show.
    for (const { score } of found) expect(score).toBeGreaterThan(0.8);
    // What was asked once is remembered: another look costs nothing.
    expect(asked()).toBeLessThanOrEqual(3 * discs.length);
  });

  test('one that is larger than most is no less sure for it', async () => {
    const { prompter } = model(alone, 0);
    const found = await findSimilar(prompter, embedding, region, like(DISC_CELLS / 2), search);
    expect(found.map(({ score }) => score > 0.8)).toEqual(alone.map(() => true));
  });

  test('progress never promises more places than end the search', async () => {
    const told: number[] = [];
    const { prompter } = model([], 0.97);
    const step = (done: number, total: number) => Promise.resolve(void told.push(total - done));
    await findSimilar(prompter, embedding, region, like(DISC_CELLS), { taken: [], step });
    expect(Math.max(...told)).toBeLessThanOrEqual(12);
  });

  test('what is taken is not found again', async () => {
    const { prompter } = model(alone, 0);
    const bits = drawn(alone.slice(0, 2)).map((value) => (value > 0 ? 1 : 0));
    const taken = [encode(Uint8Array.from(bits), GRID, GRID)];
    const found = await findSimilar(prompter, embedding, region, like(DISC_CELLS), { ...search, taken });
    expect(found).toHaveLength(4);
  });

  test('what is found makes the mask that the model gave, also where its grid is enlarged first', async () => {
    const { prompter } = model(alone, 0);
    const logits = new Map<string, Float32Array>();
    const blurred: Prompter = {
      ...prompter,
      async decode(embedding, prompt) {
        const [{ logits: sharp, ...rest }] = await prompter.decode(embedding, prompt);
        const soft = sharp.map((value, i) => value / 8 + (sharp[i - 1] ?? -8) / 9 + (sharp[i + GRID] ?? -8) / 11 - 0.3);
        logits.set(String(maskOf(soft)), soft);
        return [{ logits: soft, ...rest }];
      },
    };
    const maskOf = (values: Float32Array) => {
      const enlarged = { ...prompter.frameOf(embedding), enlargement: 4, corners: [0, 0, 700, 700] as const };
      return toImageMask(values, enlarged, [0, 0, 700, 700], [700, 700])!.counts;
    };
    const found = await findSimilar(blurred, embedding, region, like(DISC_CELLS), search);
    expect(found).toHaveLength(alone.length);
    for (const one of found) expect(logits.has(String(maskOf(one.logits)))).toBe(true);
  });
});
