/** The queue behind “Saved”: an open image on a store that fails, delays, answers twice as late, and loses answers. */
// @vitest-environment ./test/support/signals.ts
import { describe, expect, it } from 'vitest';
import { applyPatch, invertPatch } from '@shared/document/patch';
import type { Annotation, DocumentSnapshot, Patch } from '@shared/document/types';
import type { HistoryState, OpenedImage } from '@shared/project/types';
import type { WindowRequests } from '@shared/ipc/window';
import { AppError } from '@shared/errors/appError';
import { packImage } from '@shared/ipc/packing';
import type { Client } from '@shared/ipc/rpc';
import { OpenImage } from '../../../../src-renderer/session/openImage.svelte';
import { addPatch } from '../../../../src-renderer/tools/patches';
import { polygonAnnotation, rectRing, SIZE } from '../tools/script';
import { imageRow } from './imageRow';

const ROW = imageRow(7, { fileName: 'a.png', width: SIZE[1], height: SIZE[0] });

/** What becomes of one call: it is done and answered, done and its answer is lost, or not done. */
type Fate = 'answered' | 'lost' | 'failed' | 'unreachable';

/** A store of one image, as durable as the real one, whose calls end as the test says. */
class FlakyStore {
  #snapshot: DocumentSnapshot = { imageId: 7, size: SIZE, annotations: [] };
  #log: Patch[] = [];
  #undone = 0;
  readonly calls: string[] = [];
  /** Of the calls to come, oldest first; all others are answered. */
  readonly fates: Fate[] = [];
  /** The next call waits until it is called. */
  release: (() => void) | null = null;
  #gate: Promise<void> = Promise.resolve();

  hold(): void {
    this.#gate = new Promise((done) => (this.release = done));
  }

  get annotations(): readonly Annotation[] {
    return this.#snapshot.annotations;
  }
  get history(): HistoryState {
    return { undo: this.#log.length - this.#undone, redo: this.#undone };
  }
  get opened(): OpenedImage {
    return structuredClone({ image: ROW, snapshot: this.#snapshot, history: this.history, proposals: [], drafts: [] });
  }

  readonly client = { call: (method: string, params: unknown) => this.#call(method, params) } as Client<WindowRequests>;

  async #call(method: string, params: unknown): Promise<never> {
    this.calls.push(method);
    const fate = this.fates.shift() ?? 'answered';
    await this.#gate;
    if (fate === 'unreachable') throw new AppError('crashed', 'The store process ended and was restarted');
    if (fate === 'failed') throw new AppError('bad-input', 'The disk is full', { hint: 'make room' });
    const result = structuredClone(this.#answer(method, params));
    if (fate === 'lost') throw new AppError('crashed', 'The store process ended and was restarted');
    return result as never;
  }

  #answer(method: string, params: unknown): unknown {
    if (method === 'image.openPacked') return packImage(this.opened);
    if (method === 'document.commit') {
      const { patch } = params as { patch: Patch };
      this.#snapshot = applyPatch(this.#snapshot, structuredClone(patch));
      this.#log = [...this.#log.slice(0, this.#log.length - this.#undone), patch];
      this.#undone = 0;
      return this.history;
    }
    const undo = method === 'document.undo';
    if (undo ? this.history.undo === 0 : this.history.redo === 0) return null;
    if (!undo) this.#undone--;
    const step = this.#log[this.#log.length - 1 - this.#undone];
    const patch = undo ? invertPatch(step) : step;
    if (undo) this.#undone++;
    this.#snapshot = applyPatch(this.#snapshot, patch);
    return { patch, history: this.history, proposals: null, review: null };
  }
}

function open(store: FlakyStore) {
  const told: string[] = [];
  let edits = 0;
  const image = new OpenImage(
    store.opened,
    store.client,
    (error) => told.push((error as Error).message),
    () => edits++,
  );
  return { image, told, edits: () => edits };
}

const box = (id: number) => polygonAnnotation(id, [{ outer: rectRing(id, id, 4, 4), holes: [] }]);
const draw = (image: OpenImage, id: number) => image.apply(addPatch(box(id)), `Draw ${id}`);
const ids = (annotations: readonly Annotation[]) => annotations.map(({ id }) => id);

/** What is shown is what is durable, and it is said so. */
function expectTrue(image: OpenImage, store: FlakyStore): void {
  expect(image.saved).toBe('saved');
  expect(image.annotations).toEqual(store.annotations);
  expect(image.history).toEqual(store.history);
}

describe('an open image on a store that answers', () => {
  it('shows a gesture at once, and says that it is saved when it is', async () => {
    const store = new FlakyStore();
    const { image, told, edits } = open(store);
    store.hold();
    const done = Promise.all([draw(image, 1), draw(image, 2)]);
    expect(ids(image.annotations)).toEqual([1, 2]);
    expect(image.saved).toBe('saving');
    expect(store.annotations).toEqual([]);
    store.release!();
    await done;
    expectTrue(image, store);
    expect([told, edits(), ids(store.annotations)]).toEqual([[], 2, [1, 2]]);
  });

  it('keeps the order of gestures, undo and redo, however late the answers are', async () => {
    const store = new FlakyStore();
    const { image, told } = open(store);
    store.hold();
    void draw(image, 1);
    void image.undo();
    void image.redo();
    void draw(image, 2);
    store.release!();
    await image.settled();
    expectTrue(image, store);
    expect([told, ids(image.annotations)]).toEqual([[], [1, 2]]);
  });

  it('sends what waits for its turn when the window goes, in its order and at once', async () => {
    const store = new FlakyStore();
    const { image } = open(store);
    const sent = store.calls;
    store.hold();
    void draw(image, 1);
    const many = Array.from({ length: 300 }, (_, at) => box(at + 10));
    void image.apply({ added: many, updated: [], removed: [] }, 'Paste');
    void draw(image, 2);
    void image.undo();
    // The first one is under way, or its turn is next: the others wait for its answer.
    for (let i = 0; i < 5; i++) await Promise.resolve();
    expect(sent).toEqual(['document.commit']);
    image.flush();
    expect(sent).toEqual(['document.commit', 'document.commit', 'document.commit', 'document.undo']);
    store.release!();
    await image.settled();
    expect(sent).toHaveLength(4);
    expect(ids(store.annotations)).toEqual([1, ...many.map(({ id }) => id)]);
  });

  it('a large gesture that is not sent yet is sent when the window goes; small ones and an undo right after it stay behind it', async () => {
    const many = Array.from({ length: 300 }, (_, at) => box(at + 10));
    for (const goes of [true, false]) {
      const store = new FlakyStore();
      const { image, told } = open(store);
      void image.apply({ added: many, updated: [], removed: [] }, 'Paste');
      void draw(image, 1);
      void image.undo();
      void image.undo();
      void draw(image, 2);
      if (goes) image.flush();
      await image.settled();
      expect([told, ids(store.annotations)]).toEqual([[], [2]]);
      if (!goes) expectTrue(image, store);
    }
  });

  it('an undo while a later gesture waits takes back the earlier one only', async () => {
    const store = new FlakyStore();
    const { image, told } = open(store);
    await draw(image, 1);
    store.hold();
    void image.undo();
    void draw(image, 2);
    store.release!();
    await image.settled();
    expectTrue(image, store);
    expect([told, ids(image.annotations)]).toEqual([[], [2]]);
  });
});

describe('an open image on a store that fails', () => {
  it('takes back a gesture that was refused, and those made after it, and says which', async () => {
    const store = new FlakyStore();
    const { image, told } = open(store);
    await draw(image, 1);
    store.fates.push('failed');
    void draw(image, 2);
    void draw(image, 3);
    await image.settled();
    expectTrue(image, store);
    expect(ids(image.annotations)).toEqual([1]);
    expect(told).toEqual(['2 gestures were not saved. The disk is full']);
    await draw(image, 4);
    expectTrue(image, store);
    expect(ids(image.annotations)).toEqual([1, 4]);
  });

  it('a commit that became durable before its answer was lost stays, without a complaint', async () => {
    const store = new FlakyStore();
    const { image, told, edits } = open(store);
    store.fates.push('lost');
    await draw(image, 1);
    expectTrue(image, store);
    expect([told, ids(image.annotations)]).toEqual([[], [1]]);
    // Its image is in progress all the same.
    expect(edits()).toBe(1);
  });

  it('gestures made while a lost answer was awaited are not lost with it', async () => {
    const store = new FlakyStore();
    const { image, told } = open(store);
    store.hold();
    store.fates.push('lost');
    void draw(image, 1);
    void draw(image, 2);
    store.release!();
    await image.settled();
    expectTrue(image, store);
    expect(ids(image.annotations)).toEqual([1, 2]);
    expect(told).toEqual([]);
  });

  it('an undo whose answer was lost is shown as done', async () => {
    const store = new FlakyStore();
    const { image } = open(store);
    await draw(image, 1);
    store.fates.push('lost');
    await image.undo();
    expectTrue(image, store);
    expect(ids(image.annotations)).toEqual([]);
  });

  it('is “Not saved” while the store is out of reach, and catches up with the next gesture', async () => {
    const store = new FlakyStore();
    const { image, told } = open(store);
    await draw(image, 1);
    store.fates.push('unreachable', 'unreachable', 'unreachable', 'unreachable');
    await draw(image, 2);
    expect(image.saved).toBe('failed');
    expect(ids(image.annotations)).toEqual([1]);
    expect(told).toHaveLength(1);
    await draw(image, 3);
    expectTrue(image, store);
  });

  it('the gesture that finds the store back is not the price for it', async () => {
    const store = new FlakyStore();
    const { image, told } = open(store);
    store.fates.push('unreachable', 'unreachable', 'unreachable', 'unreachable');
    await draw(image, 1);
    told.length = 0;
    await draw(image, 2);
    expectTrue(image, store);
    expect(ids(image.annotations)).toEqual([2]);
    expect(told).toEqual([]);
  });

  it('a store that is out of reach once only is asked again', async () => {
    const store = new FlakyStore();
    const { image, told } = open(store);
    store.fates.push('unreachable', 'unreachable');
    await draw(image, 1);
    expectTrue(image, store);
    expect(told).toEqual(['“Draw 1” was not saved. The store process ended and was restarted']);
  });

  it('random gestures, undos and faults end in what is durable, and nothing that was said to be saved is gone', async () => {
    let seed = 20_250_711;
    const random = (limit: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % limit;
    };
    for (let run = 0; run < 60; run++) {
      const store = new FlakyStore();
      const { image, told } = open(store);
      let id = 1;
      for (let step = 0; step < 25; step++) {
        if (random(4) === 0) {
          store.fates.push((['lost', 'failed', 'unreachable'] as const)[random(3)]);
        }
        const kind = random(6);
        const work = kind === 0 ? image.undo() : kind === 1 ? image.redo() : draw(image, id++);
        if (random(3) > 0) await work;
        if (image.saved === 'saved') expect(image.annotations).toEqual(store.annotations);
      }
      await image.settled();
      // One more finds the store again wherever it was lost.
      store.fates.length = 0;
      await draw(image, id++);
      expectTrue(image, store);
      expect(ids(image.annotations)).toContain(id - 1);
      expect(told.every((sentence) => sentence.length > 0)).toBe(true);
    }
  });
});
