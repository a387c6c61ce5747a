/** Images opened for prompts by a process that ended mean nothing to the one that was started in its place. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { afterEach, expect, test, vi } from 'vitest';
import type { Prompter } from '../../../src-main/inference/families/family';
import type { BorrowedModel } from '../../../src-main/inference/graph/model';
import { Embeddings } from '../../../src-main/inference/prompts/embeddings';
import { PromptSessions } from '../../../src-main/inference/prompts/promptSessions';

/** Answers each prompt with all of the image, and keeps which prior it was given. */
function prompter() {
  const priors: (Float32Array | undefined)[] = [];
  const engine: Prompter = {
    kind: 'prompter',
    embed: async (image) => ({ imageWidth: image.width, imageHeight: image.height, tensors: {} }),
    frameOf: () => ({ gridWidth: 4, gridHeight: 4, corners: [0, 0, 4, 4] }) as never,
    decode: async (_embedding, { prior }) => {
      priors.push(prior);
      return [{ logits: new Float32Array(16).fill(1), predictedIou: 1, stability: 1 }];
    },
  } as Prompter;
  const borrowed = {
    loaded: { engine, model: { manifest: { id: 'm', name: 'm' }, part: {} }, sha256: 'x' },
    letGo: () => undefined,
  } as unknown as BorrowedModel;
  return { borrowed, priors };
}

afterEach(() => void vi.useRealTimers());

test('neither a session nor an answer of an ended process is one of the next', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-prompts-'));
  try {
    const path = join(folder, 'a.png');
    writeFileSync(path, encode({ width: 4, height: 4, data: new Uint8Array(48), channels: 3 }));
    const steps = { step: async () => undefined };
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
