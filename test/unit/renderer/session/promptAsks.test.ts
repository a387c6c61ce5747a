/** Zoomed in, the model looks at the visible part: which one, when anew, and that nothing said before is lost. */
// @vitest-environment ./test/support/signals.ts
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '@shared/errors/appError';
import { CancelSource, type AbortSignalLike } from '@shared/errors/cancellation';
import { rleToSegmentation } from '@shared/document/segmentation';
import { boxArea, containsBox, type Box } from '@shared/geometry/box';
import { emptyMask, encode } from '@shared/mask';
import type { PromptRequest } from '@shared/models/types';
import { PromptAsks } from '../../../../src-renderer/session/promptAsks.svelte';
import { placeOf, promptRegion } from '../../../../src-renderer/session/promptRegion';

const SIZE = [3000, 4000] as const;
const sightOf = (visible: Box) => ({ visible, size: SIZE });

describe('the part that is looked at', () => {
  test('below a third of a large image it is what is in sight and a little around; else all of it', () => {
    expect(promptRegion(sightOf([0, 0, 4000, 3000]), null, null)).toBeNull();
    expect(promptRegion(sightOf([0, 0, 2400, 1800]), null, null)).toBeNull();
    expect(promptRegion(sightOf([1000, 500, 1600, 1200]), null, null)).toEqual([800, 350, 2000, 1500]);
    expect(promptRegion({ visible: [100, 100, 50, 50], size: [768, 1024] }, null, null)).toBeNull();
  });

  test('it lies in the image, holds what is in sight and what was said, and is never tiny', () => {
    let parts = 0;
    for (let i = 0; i < 2000; i++) {
      // Steps without a common divisor: all sizes meet all places.
      const [width, height] = [20 + ((i * 37) % 2480), 20 + ((i * 53) % 1980)];
      const visible: Box = [(i * 101) % (4000 - width), (i * 71) % (3000 - height), width, height];
      const said: Box = [(i * 211) % 3990, (i * 137) % 2990, 10, 10];
      const part = promptRegion(sightOf(visible), said, null);
      if (!part) continue;
      parts++;
      expect(containsBox([0, 0, 4000, 3000], part)).toBe(true);
      expect(containsBox(part, visible) && containsBox(part, said)).toBe(true);
      expect(Math.min(part[2], part[3])).toBeGreaterThanOrEqual(512);
      expect(Math.max(part[2], part[3])).toBeLessThanOrEqual(3000);
    }
    expect(parts).toBeGreaterThan(500);
  });

  test('moving inside it keeps it; moving out, and zooming in much further, does not', () => {
    const part = promptRegion(sightOf([1000, 500, 1600, 1200]), null, null)!;
    expect(promptRegion(sightOf([1150, 600, 1600, 1200]), null, part)).toBe(part);
    expect(promptRegion(sightOf([1300, 600, 1600, 1200]), null, part)).not.toBe(part);
    const closer = promptRegion(sightOf([1200, 600, 300, 200]), null, part)!;
    expect(boxArea(closer)).toBeLessThan(boxArea(part) / 4);
  });

  test('a prompt lies where its clicks, its box and its mask are', () => {
    const bits = new Uint8Array(3000 * 4000);
    bits[1000 * 4000 + 2000] = 1;
    const mask = rleToSegmentation(encode(bits, 3000, 4000));
    expect(placeOf({ points: [{ x: 10.5, y: 20, isInside: true }], mask }, SIZE)).toEqual([10, 20, 1991, 981]);
    expect(placeOf({ points: [], box: [-5, 3.5, 20, 10] }, SIZE)).toEqual([0, 3, 15, 11]);
  });
});

interface Call {
  readonly method: string;
  readonly params: PromptRequest & { readonly region?: Box; readonly session: number };
}

/** Answers at once, but for openings while `isSlow`; those end when they are told to, or cancelled. */
class Engine {
  readonly calls: Call[] = [];
  isSlow = false;
  look = (_signal: AbortSignalLike) => Promise.resolve(true);
  finish = () => {};
  #session = 0;
  #id = 0;
  readonly call = async (method: string, params: Call['params'], options?: { signal?: AbortSignalLike }) => {
    this.calls.push({ method, params });
    if (method === 'app.openPrompts') {
      const session = ++this.#session;
      if (this.isSlow) {
        await new Promise<void>((resolve, reject) => {
          this.finish = resolve;
          options?.signal?.addEventListener('abort', () => reject(new AppError('cancelled', 'Cancelled')));
        });
      }
      return { session };
    }
    if (method === 'app.lookAhead') return { done: await this.look(options!.signal!) };
    if (method !== 'inference.prompt') return null;
    const segmentation = rleToSegmentation(emptyMask(...SIZE));
    return { candidates: [{ id: ++this.#id, segmentation }], model: { id: 'm', sha256: '' }, ms: 1 };
  };
  of(method: string) {
    return this.calls.filter((call) => call.method === method).map(({ params }) => params);
  }
}

describe('asking about what is in sight', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const whole: Box = [0, 0, 4000, 3000];
  const near: Box = [1000, 500, 1000, 800];
  const far: Box = [2500, 1900, 1000, 800];
  function start() {
    const engine = new Engine();
    const at = { visible: whole, next: null as number | null, model: 'smart-select' };
    const asks = new PromptAsks(engine as never, {
      openings: () => 0,
      sight: () => sightOf(at.visible),
      next: () => at.next,
      model: () => at.model,
      tell: () => undefined,
    });
    const click = (x: number, y: number, more: Partial<PromptRequest> = {}) =>
      asks.ask(7, { points: [{ x, y, isInside: true }], ...more }, new CancelSource());
    return { engine, at, asks, click };
  }

  test('zooming in looks closer once the view is still; the status bar says so; zooming out looks at all of it', async () => {
    const { engine, at, asks, click } = start();
    await click(1500, 900);
    expect(engine.of('app.openPrompts')).toMatchObject([{ imageId: 7 }]);
    expect(engine.of('app.openPrompts')[0].region).toBeUndefined();
    expect(asks.told('Click')).toBe('Click');
    at.visible = near;
    asks.follow(7, () => true);
    // On the way nothing is looked at anew.
    await click(1500, 900);
    expect(engine.of('app.openPrompts')).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(300);
    expect(containsBox(engine.of('app.openPrompts')[1].region!, near)).toBe(true);
    await click(1500, 900);
    expect(engine.of('app.openPrompts')).toHaveLength(2);
    expect(engine.of('inference.prompt').at(-1)).toMatchObject({ session: 2, points: [{ x: 1500, y: 900 }] });
    expect(asks.told('Click')).toContain('visible part');
    at.visible = whole;
    await click(1500, 900);
    expect(engine.of('app.openPrompts')[2].region).toBeUndefined();
    expect(engine.of('inference.closePrompts')).toEqual([{ session: 1 }, { session: 2 }]);
  });

  test('another model looks at the image itself, and goes on from the mask that is there', async () => {
    const { engine, at, click } = start();
    const { candidates } = await click(1500, 900);
    at.model = 'my-sam';
    await click(1500, 900, { prior: candidates[0].id });
    expect(engine.of('app.openPrompts')).toMatchObject([{ model: 'smart-select' }, { model: 'my-sam' }]);
    expect(engine.of('inference.closePrompts')).toEqual([{ session: 1 }]);
    const asked = engine.of('inference.prompt').at(-1);
    expect(asked).toMatchObject({ session: 2, mask: candidates[0].segmentation });
    expect(asked).not.toHaveProperty('prior');
  });

  test('what is in hand goes on where it was, wherever one looks; a click outside takes its mask along', async () => {
    const { engine, at, click } = start();
    at.visible = near;
    const { candidates } = await click(1500, 900);
    const prior = candidates[0].id;
    at.visible = far;
    await click(1510, 910, { prior });
    expect(engine.of('app.openPrompts')).toHaveLength(1);
    expect(engine.of('inference.prompt').at(-1)).toMatchObject({ session: 1, prior });
    const both = [1500, 2700].map((x) => ({ x, y: 2000, isInside: true }));
    await click(0, 0, { points: both, prior });
    const last = engine.of('inference.prompt').at(-1)!;
    expect(last).toMatchObject({ session: 2, points: both, mask: candidates[0].segmentation });
    expect(last).not.toHaveProperty('prior');
  });

  test('what is in hand is not disturbed by moving the view', async () => {
    const { engine, at, asks, click } = start();
    await click(1500, 900);
    at.visible = near;
    asks.follow(7, () => false);
    await vi.advanceTimersByTimeAsync(1000);
    expect(engine.of('app.openPrompts')).toHaveLength(1);
  });

  test('a look at a part that was left is cancelled, and who waited for it is answered from the next', async () => {
    const { engine, at, asks, click } = start();
    engine.isSlow = true;
    at.visible = near;
    const answer = click(1500, 900);
    await vi.advanceTimersByTimeAsync(0);
    expect(asks.looking).toBe(true);
    at.visible = [900, 400, 2200, 1700];
    engine.isSlow = false;
    asks.warm(7);
    await vi.advanceTimersByTimeAsync(0);
    expect((await answer).candidates).toHaveLength(1);
    expect(engine.of('inference.prompt')).toMatchObject([{ session: 2 }]);
    expect(engine.of('inference.closePrompts')).toEqual([]);
    expect(asks.looking).toBe(false);
  });

  test('once it is quiet the next image is looked at, once; a click ends that look and it begins anew', async () => {
    const { engine, at, click } = start();
    const signals: AbortSignalLike[] = [];
    engine.look = (signal) => {
      signals.push(signal);
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(false)));
    };
    await click(1500, 900);
    await vi.advanceTimersByTimeAsync(5000);
    // The tool is not in hand, or there is no other image.
    expect(engine.of('app.lookAhead')).toEqual([]);
    at.next = 8;
    await click(1500, 900);
    await vi.advanceTimersByTimeAsync(1000);
    expect(engine.of('app.lookAhead')).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(engine.of('app.lookAhead')).toEqual([{ imageId: 8, model: 'smart-select' }]);
    const answer = click(1510, 900);
    expect(signals[0].aborted).toBe(true);
    await answer;
    engine.look = () => Promise.resolve(true);
    await vi.advanceTimersByTimeAsync(2000);
    await click(1520, 900);
    await vi.advanceTimersByTimeAsync(5000);
    expect(engine.of('app.lookAhead')).toHaveLength(2);
  });
});
