/** Images opened for prompts: none outlives its process, and none is read more often, or larger, than is needed. */
import { mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import sharp from 'sharp';
import { afterEach, expect, test, vi } from 'vitest';
import { rleToSegmentation } from '@shared/document/segmentation';
import { fromBox } from '@shared/mask';
import type { PromptCandidate } from '@shared/models/types';
import type { Prompter } from '../../../src-main/inference/families/family';
import type { BorrowedModel } from '../../../src-main/inference/graph/model';
import { Embeddings } from '../../../src-main/inference/prompts/embeddings';
import { PromptSessions } from '../../../src-main/inference/prompts/promptSessions';
import type { Inference } from '../../../src-main/inference/promptAll';
import { proposeBySearch, proposeForPrompts } from '../../../src-main/inference/promptProposals';

/** Answers each prompt with all of the image, and keeps which prior it was given. */
function prompter(notes: readonly string[] = []) {
  const priors: (Float32Array | undefined)[] = [];
  const engine: Prompter = {
    kind: 'prompter',
    contentSize: () => null,
    embed: async (image) => ({ imageWidth: image.width, imageHeight: image.height, tensors: {} }),
    frameOf: () => ({ gridWidth: 4, gridHeight: 4, corners: [0, 0, 4, 4] }) as never,
    decode: async (_embedding, { prior }) => {
      priors.push(prior);
      return [{ logits: new Float32Array(16).fill(1), predictedIou: 1, stability: 1 }];
    },
  } as Prompter;
  const borrowed = {
    loaded: { engine, model: { manifest: { id: 'm', name: 'm' }, part: {} }, sha256: 'x', notes },
    letGo: () => undefined,
  } as unknown as BorrowedModel;
  return { borrowed, priors };
}

const steps = { step: async () => undefined };

test('a box or a click beside the image finds nothing, and the others their masks', async () => {
  const asked: unknown[] = [];
  const client = {
    async call(method: string, params: { box?: unknown; points: unknown }) {
      if (method === 'inference.openPrompts') return { session: 1, size: [30, 40], region: [0, 0, 40, 30] };
      if (method === 'inference.prompt') asked.push(params.box ?? params.points);
      return { candidates: [{ segmentation: {}, bbox: [0, 0, 1, 1], area: 1, predictedIou: 1 }] };
    },
  } as unknown as Inference;
  const boxes = (
    [
      [500, 5, 5, 5],
      [40, 0, 9, 9],
      [-9, -9, 9.5, 9.5],
      [5, 5, 5, 5],
    ] as const
  ).map((box) => ({ points: [], box }));
  const clicks = [
    [50, 5],
    [5, 5],
  ].map(([x, y]) => ({ points: [{ x, y, isInside: true }] }));
  const prompts = [...boxes, ...clicks].map((request) => ({ request, categoryName: null }));
  const image = { source: { path: 'a.png', orientation: 'exif' }, model: 'm' } as const;
  const { proposals, notes } = await proposeForPrompts(client, { ...image, tool: 'model', prompts }, {});
  expect(asked).toEqual([boxes[2].box, boxes[3].box, clicks[1].points]);
  expect([proposals.length, notes]).toEqual([3, ['3 of 6 prompts found nothing']]);
});

test('where the model runs instead of where it was wanted is told by all that ask it', async () => {
  const fallback = 'decoder.onnx cannot run on CUDA (no kernel): it runs on the processor';
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-prompts-'));
  try {
    const path = join(folder, 'a.png');
    writeFileSync(path, encode({ width: 4, height: 4, data: new Uint8Array(48), channels: 3 }));
    for (const notes of [[], [fallback]]) {
      const sessions = new PromptSessions(new Embeddings({}));
      const found = { size: [4, 4], proposals: [], provenance: {}, timings: {}, notes: ['slow'] };
      const client = {
        async call(method: string, params: { source: never; session: number; points: [] }) {
          if (method === 'inference.openPrompts')
            return sessions.open(params.source, null, prompter(notes).borrowed, steps);
          return method === 'inference.prompt' ? sessions.prompt(params.session, params) : found;
        },
      } as unknown as Inference;
      const image = { source: { path, orientation: 'exif' }, model: 'm' } as const;
      const list = { ...image, tool: 'model', prompts: [{ request: { points: [] }, categoryName: null }] };
      const results = [
        await proposeForPrompts(client, list, {}),
        await proposeBySearch(client, { ...image, like: null, taken: [] }, {}),
        await proposeBySearch(client, { ...image, like: [], taken: [] }, {}),
      ];
      const told = notes.length > 0 ? notes : undefined;
      expect(results.map(({ fallbacks }) => fallbacks)).toEqual([told, told, told]);
      expect(results.map((one) => one.notes)).toEqual([notes, [...notes, 'slow'], [...notes, 'slow']]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

afterEach(() => void vi.useRealTimers());

test('neither a session nor an answer of an ended process is one of the next', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-prompts-'));
  try {
    const path = join(folder, 'a.png');
    writeFileSync(path, encode({ width: 4, height: 4, data: new Uint8Array(48), channels: 3 }));
    const start = async () => {
      const { borrowed, priors } = prompter();
      const sessions = new PromptSessions(new Embeddings({}));
      const { session } = await sessions.open({ path, orientation: 'exif' }, null, borrowed, steps);
      return { sessions, session, priors };
    };
    const before = await start();
    const { candidates } = await before.sessions.prompt(before.session, { points: [] });
    // No process is started within the millisecond of the one before.
    vi.setSystemTime(Date.now() + 2);
    const after = await start();
    await expect(after.sessions.prompt(before.session, { points: [] })).rejects.toMatchObject({ code: 'crashed' });
    await after.sessions.prompt(after.session, { points: [] });
    await after.sessions.prompt(after.session, { points: [], prior: candidates[0].id });
    expect(after.priors).toEqual([undefined, undefined]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A disc of light on a dark ground, and logits that say a larger one, on a grid as fine as the picture. */
function discScene() {
  const side = 64;
  const data = new Uint8Array(side * side * 3);
  const logits = new Float32Array(side * side);
  for (let i = 0; i < logits.length; i++) {
    const distance = Math.hypot((i % side) - 32, Math.floor(i / side) - 32);
    data.fill(distance < 16 ? 220 : 30, 3 * i, 3 * i + 3);
    logits[i] = 18 - distance;
  }
  return { side, data, logits };
}

function discPrompter(contentSize: Prompter['contentSize'] = () => null) {
  const { side, logits } = discScene();
  const seen: { image: [number, number]; size: unknown }[] = [];
  const engine = {
    kind: 'prompter',
    contentSize,
    embed: async (image, _context, size = image) => {
      seen.push({ image: [image.width, image.height], size: [size.width, size.height] });
      return { imageWidth: size.width, imageHeight: size.height, tensors: {} };
    },
    frameOf: ({ imageWidth, imageHeight }) =>
      ({ gridWidth: side, gridHeight: side, corners: [0, 0, imageWidth, imageHeight] }) as never,
    decode: async () => [{ logits, predictedIou: 1, stability: 1 }],
  } as Prompter;
  const borrowed = {
    loaded: { engine, model: { manifest: { id: 'm', name: 'm' }, part: {} }, sha256: 'x', notes: [] },
    letGo: () => undefined,
  } as unknown as BorrowedModel;
  return { borrowed, seen };
}

const refined = { points: [{ x: 32, y: 32, isInside: true }], finish: { rim: true } };

test('the pixels that were read to look at an image are those its rims are brought to, as long as it is open', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-prompts-'));
  try {
    const path = join(folder, 'disc.png');
    const { side, data } = discScene();
    writeFileSync(path, encode({ width: side, height: side, data, channels: 3 }));
    utimesSync(path, 1, 1);
    const source = { path, orientation: 'exif' } as const;
    const { borrowed } = discPrompter();
    const sessions = new PromptSessions(new Embeddings({}));
    const first = await sessions.open(source, null, borrowed, steps);
    const part = await sessions.open(source, [0, 0, side, side - 1], borrowed, steps);
    // Whoever reads it again finds no image.
    writeFileSync(path, new Uint8Array(statSync(path).size));
    utimesSync(path, 1, 1);
    for (const { session } of [first, part]) {
      const { candidates } = await sessions.prompt(session, refined);
      expect(candidates[0].isRimRefined).toBe(true);
      // The logits say a disc of 36 pixels, the picture one of 32.
      expect(candidates[0].bbox[2]).toBeLessThan(35);
    }
    sessions.close(first.session);
    sessions.close(part.session);
    await expect(sessions.open(source, [0, 0, 9, 9], borrowed, steps)).rejects.toMatchObject({ code: 'bad-input' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a large JPEG is looked at in the size of the model; masks, rims and parts are of the image itself', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-prompts-'));
  try {
    const path = join(folder, 'disc.jpg');
    const { side, data } = discScene();
    const small = sharp(data, { raw: { width: side, height: side, channels: 3 } });
    await small.resize(4 * side, 4 * side).toFile(path);
    const source = { path, orientation: 'exif' } as const;
    const { borrowed, seen } = discPrompter((width, height) => [width / 4, height / 4]);
    const sessions = new PromptSessions(new Embeddings({}));
    const { session, size, region } = await sessions.open(source, null, borrowed, steps);
    expect({ size, region }).toEqual({ size: [256, 256], region: [0, 0, 256, 256] });
    const { candidates } = await sessions.prompt(session, refined);
    expect(candidates[0].isRimRefined).toBe(true);
    // The logits say a disc of 144 pixels, the picture one of 128.
    expect(candidates[0].bbox[2]).toBeLessThan(140);
    expect(candidates[0].bbox[2]).toBeGreaterThan(120);
    await sessions.open(source, [10, 10, 100, 50], borrowed, steps);
    expect(seen).toEqual([
      { image: [64, 64], size: [256, 256] },
      { image: [100, 50], size: [100, 50] },
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a mask of all that is looked at comes last of a click’s masks, keeps its place in a box’s, and is no object of a search', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-prompts-'));
  try {
    const path = join(folder, 'a.png');
    writeFileSync(path, encode({ width: 40, height: 20, data: new Uint8Array(2400), channels: 3 }));
    const { borrowed } = prompter();
    // The grid lies on a square around the image, and what fills it up is never of a mask.
    const upTo = (columns: number) =>
      Float32Array.from({ length: 1600 }, (_, i) => (i % 40 < columns && i >= 400 && i < 1200 ? 1 : -1));
    const engine: Prompter = {
      ...(borrowed.loaded as { engine: Prompter }).engine,
      frameOf: () => ({ gridWidth: 40, gridHeight: 40, corners: [0, -10, 40, 30] }) as never,
      decode: async () => [39, 38, 20].map((columns) => ({ logits: upTo(columns), predictedIou: 1, stability: 1 })),
    };
    const sessions = new PromptSessions(new Embeddings({}));
    const model = { ...borrowed, loaded: { ...borrowed.loaded, engine } } as unknown as BorrowedModel;
    const { session } = await sessions.open({ path, orientation: 'exif' }, null, model, steps);
    const areas = async (request: Parameters<typeof sessions.prompt>[1]) =>
      (await sessions.prompt(session, request)).candidates.map(({ area }) => area);
    const click = { x: 10, y: 10, isInside: true };
    expect(await areas({ points: [click] })).toEqual([760, 400, 780]);
    expect(await areas({ points: [], box: [0, 0, 40, 20] })).toEqual([780, 760, 400]);
    const found = await sessions.everything(session, [], async () => undefined);
    expect(found.map(({ area }) => area)).toEqual([760, 400]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('clicks that correct a mask change it one after the other, in an answer to each and in one to all', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-prompts-'));
  try {
    const path = join(folder, 'a.png');
    writeFileSync(path, encode({ width: 40, height: 40, data: new Uint8Array(4800), channels: 3 }));
    const { borrowed } = prompter();
    const { engine } = borrowed.loaded as { engine: Prompter };
    // It finds nothing but a square around the last click, whatever was there before.
    const around: Prompter = {
      ...engine,
      frameOf: () => ({ gridWidth: 40, gridHeight: 40, corners: [0, 0, 40, 40] }) as never,
      decode: async (_embedding, { points }) => {
        const { x, y, isInside } = points[points.length - 1];
        const isNear = (i: number) =>
          Math.max(Math.abs((i % 40) + 0.5 - x), Math.abs(Math.floor(i / 40) + 0.5 - y)) < 4;
        const logits = Float32Array.from({ length: 1600 }, (_, i) => (isNear(i) === isInside ? 1 : -1));
        return [{ logits, predictedIou: 1, stability: 1 }];
      },
    };
    const sessions = new PromptSessions(new Embeddings({}));
    const model = { ...borrowed, loaded: { ...borrowed.loaded, engine: around } } as unknown as BorrowedModel;
    const { session } = await sessions.open({ path, orientation: 'exif' }, null, model, steps);
    const mask = rleToSegmentation(fromBox([4, 4, 12, 12], 40, 40));
    const clicks = [
      { x: 18.5, y: 10.5, isInside: true },
      { x: 6.5, y: 6.5, isInside: false },
      { x: 10.5, y: 18.5, isInside: true },
    ];
    const areas: number[] = [];
    let before: PromptCandidate | null = null;
    const corrects = true;
    const next = (n: number) => {
      const goesOn = before ? { prior: before.id, mask: before.segmentation } : { mask };
      return sessions.prompt(session, { points: clicks.slice(0, n), corrects, ...goesOn });
    };
    for (let n = 1; n <= clicks.length; n++) {
      // The last one goes on from an answer that is known no more.
      for (let i = 0; n === clicks.length && i < 50; i++) await sessions.prompt(session, { points: [clicks[0]] });
      [before] = (await next(n)).candidates;
      areas.push(before.area);
    }
    expect(areas[0]).toBeGreaterThan(144 + 30);
    expect(areas[1]).toBeLessThan(areas[0] - 30);
    expect(areas[2]).toBeGreaterThan(areas[1] + 30);
    const all = await sessions.prompt(session, { points: clicks, mask, corrects: true });
    expect(all.candidates.map(({ area }) => area)).toEqual([areas[2]]);
    // What was found anew, as there was nothing to correct, is so from its own answer on.
    const nothing = rleToSegmentation(fromBox([0, 0, 0, 0], 40, 40));
    const found = await sessions.prompt(session, { points: [clicks[0]], mask: nothing, corrects });
    const [{ id, segmentation }] = found.candidates;
    const anew = await sessions.prompt(session, {
      points: [clicks[0], clicks[2]],
      prior: id,
      mask: segmentation,
      corrects,
    });
    expect(anew.candidates.map(({ area }) => area)).toEqual([found.candidates[0].area]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
