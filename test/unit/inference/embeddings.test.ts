import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { CancelSource, throwIfCancelled } from '@shared/errors/cancellation';
import type { Embedding, Steps } from '../../../src-main/inference/families/family';
import { Embeddings, parseEmbedding, serializeEmbedding } from '../../../src-main/inference/prompts/embeddings';

const source = { path: '/no/such/image.png', orientation: 'exif' } as const;
const embedding: Embedding = { imageWidth: 4, imageHeight: 4, tensors: {} };

/** A caller with a signal of its own, whose steps throw once it is aborted, as those of a request do. */
function caller() {
  const signal = new CancelSource();
  const heard: (string | undefined)[] = [];
  const steps: Steps = {
    signal,
    step: async (_timing, text) => {
      heard.push(text);
      await setImmediate();
      throwIfCancelled(signal);
    },
  };
  return { steps, heard, cancel: () => signal.abort() };
}

/** An encoder that takes step after step until it is let go. */
function encoder() {
  let isLetGo = false;
  const runs = { started: 0, ended: 0, given: 0 };
  const make = async ({ step }: Steps) => {
    runs.started++;
    try {
      while (!isLetGo) await step('pre', 'first');
      await step('run', 'second');
      runs.given++;
      return embedding;
    } finally {
      runs.ended++;
    }
  };
  return { make, go: () => void (isLetGo = true), runs };
}

const allWait = (callers: readonly { heard: readonly unknown[] }[]) =>
  vi.waitFor(() => expect(callers.every(({ heard }) => heard.length > 0)).toBe(true));

describe('an embedding that two callers wait for', () => {
  test.each([0, 1])('is made once, and goes on for one when the other cancels (caller %d)', async (who) => {
    const embeddings = new Embeddings({});
    const { make, go, runs } = encoder();
    const callers = [caller(), caller()];
    const results = callers.map(({ steps }) => embeddings.get(source, null, 'm', make, steps));
    await allWait(callers);
    callers[who].cancel();
    // Who cancels is free at once.
    await expect(results[who]).rejects.toMatchObject({ code: 'cancelled' });
    go();
    await expect(results[1 - who]).resolves.toBe(embedding);
    expect(runs).toEqual({ started: 1, ended: 1, given: 1 });
    expect(callers[1 - who].heard).toContain('second');
  });

  test('ends when both cancel; who asks later starts anew', async () => {
    const embeddings = new Embeddings({});
    const { make, go, runs } = encoder();
    const callers = [caller(), caller()];
    const results = callers.map(({ steps }) => embeddings.get(source, null, 'm', make, steps));
    await allWait(callers);
    for (const { cancel } of callers) cancel();
    for (const result of results) await expect(result).rejects.toMatchObject({ code: 'cancelled' });
    await vi.waitFor(() => expect(runs.ended).toBe(1));
    go();
    await expect(embeddings.get(source, null, 'm', make, caller().steps)).resolves.toBe(embedding);
    expect(runs).toEqual({ started: 2, ended: 2, given: 1 });
  });
});

test('what was made is known to the next process; whoever waits does not wait for the disk', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-embeddings-'));
  try {
    const tensors = { embedding: { dims: [1, 3], data: Float32Array.of(1, -2, 0.5) } };
    const make = vi.fn(async () => ({ ...embedding, tensors }));
    await new Embeddings({ folder }).get(source, null, 'm', make, caller().steps);
    await vi.waitFor(async () => {
      make.mockClear();
      const found = await new Embeddings({ folder }).get(source, null, 'm', make, caller().steps);
      expect(found).toEqual({ ...embedding, tensors });
      expect(make).not.toHaveBeenCalled();
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a kept file that is damaged is no embedding, and no fault', () => {
  const whole = Buffer.from(
    serializeEmbedding({ ...embedding, tensors: { e: { dims: [2], data: Float32Array.of(1, 2) } } }),
  );
  expect(parseEmbedding(whole)).not.toBeNull();
  for (const text of [
    '',
    'MWEM1',
    'MWEM1\n{bad\n',
    'MWEM1\n{}\n',
    'MWEM1\nnull\n',
    'MWEM1\n{"tensors":[{"length":-1}]}\n',
  ]) {
    expect(parseEmbedding(Buffer.from(text))).toBeNull();
  }
  expect(parseEmbedding(whole.subarray(0, whole.length - 1))).toBeNull();
});
