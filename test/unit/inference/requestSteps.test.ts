/** How far a request says it is: by its steps, or by what the work itself knows of its share. */
import { expect, test } from 'vitest';
import { CancelSource } from '@shared/errors/cancellation';
import type { Progress } from '@shared/errors/work';
import type { Predictor } from '../../../src-main/inference/families/family';
import { RequestSteps } from '../../../src-main/inference/requestSteps';
import { predictTiled } from '../../../src-main/inference/tiles/tiles';

function told(total: number): { readonly steps: RequestSteps; readonly shares: () => number[] } {
  const seen: Progress[] = [];
  const steps = new RequestSteps({ signal: new CancelSource(), progress: (one) => seen.push(one) }, total);
  // Nothing is known where the total is 0.
  return { steps, shares: () => seen.map((one) => (one.total === 0 ? -1 : one.done / one.total)) };
}

test('steps count until the work tells its share, and it never goes back', async () => {
  const { steps, shares } = told(4);
  await steps.step('load', 'loading');
  await steps.step('decode', 'reading');
  await steps.step('run', 'detecting', 0.1);
  await steps.step('post', 'without a share');
  await steps.step('run', 'object 1', 0.5);
  await steps.step('run', 'object 2', 0.75);
  expect(shares()).toEqual([0, 0.25, 0.25, 0.25, 0.5, 0.75]);
});

test('more steps than were promised stay before the end', async () => {
  const { steps, shares } = told(2);
  for (const text of ['one', 'two', 'three']) await steps.step('run', text);
  expect(shares()).toEqual([0, 0.5, 0.5]);
});

test('in tiles the share is that of the tiles, whatever a tile says of itself', async () => {
  const { steps, shares } = told(0);
  const model: Predictor = {
    kind: 'predictor',
    async predict(_image, { step }) {
      await step('run', 'running the model');
      await step('post', 'object 2 of 2', 0.5);
      return { kind: 'boxes', items: [] };
    },
  };
  const image = { width: 200, height: 100, data: new Uint8Array(200 * 100 * 3) };
  await steps.step('decode', 'reading');
  const context = {
    score: 0,
    step: (...step: Parameters<RequestSteps['step']>) => steps.step(...step),
    note: () => {},
  };
  await predictTiled(model, image, { side: 100, overlap: 0 }, context as never);
  expect(shares()).toEqual([-1, 0, 0.25, 0.5, 0.75, 1]);
});
