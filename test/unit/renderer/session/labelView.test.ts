/** The label map of the window asks what its dataset leaves out of an image: of that image, in that project. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { DocumentSnapshot } from '@shared/document/types';
import type { LabelLayer, LabelRequest } from '../../../../src-renderer/canvas/labelLayer';
import { LabelView } from '../../../../src-renderer/session/labelView.svelte';

/** Answers at once: only the voids of what it was asked matter here. */
class FakeWorker {
  #answer: (event: { data: Partial<LabelLayer> }) => void = () => undefined;

  addEventListener(type: string, listener: (event: { data: Partial<LabelLayer> }) => void): void {
    if (type === 'message') this.#answer = listener;
  }

  postMessage({ turn, voids }: LabelRequest): void {
    painted.push(voids);
    this.#answer({ data: { turn } });
  }
}

let painted: (string | null)[] = [];

beforeEach(() => {
  painted = [];
  vi.useFakeTimers();
  vi.stubGlobal('Worker', FakeWorker);
  vi.stubGlobal('requestAnimationFrame', (work: () => void) => setTimeout(work));
  vi.stubGlobal('cancelAnimationFrame', (frame: number) => clearTimeout(frame));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const image = (imageId: number): DocumentSnapshot => ({ imageId, size: [2, 2], annotations: [] });
const settled = () => vi.advanceTimersByTimeAsync(10);

it('is that of each image, and of the image of the same id in the next project', async () => {
  let project = 'first';
  const labels = new LabelView((imageId) => Promise.resolve(`${project} ${imageId}`));
  for (const imageId of [1, 1, 2, 1]) {
    labels.follow(image(imageId), []);
    await settled();
  }
  labels.follow(null, []);
  project = 'second';
  labels.follow(image(1), []);
  await settled();
  expect(painted).toEqual(['first 1', 'first 1', 'first 2', 'first 1', 'second 1']);
});

it('is not an answer that comes when another project is open', async () => {
  const answers: ((text: string | null) => void)[] = [];
  const labels = new LabelView(() => new Promise((resolve) => void answers.push(resolve)));
  labels.follow(image(1), []);
  await settled();
  labels.follow(null, []);
  labels.follow(image(1), []);
  await settled();
  answers[0]('first');
  await settled();
  answers[1]('second');
  await settled();
  expect(painted).toEqual(['second']);
});

it('is painted without what could not be asked', async () => {
  const labels = new LabelView(() => Promise.reject(new Error('gone')));
  labels.follow(image(1), []);
  await settled();
  expect(painted).toEqual([null]);
});
