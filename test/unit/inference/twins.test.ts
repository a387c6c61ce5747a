/**
 * Every family against its Python original: small untrained networks, run through the service as the app runs them, must find
 * what scripts/models/twins recorded. Masks are equal but for rounding at their rims.
 */
import { describe, expect, test } from 'vitest';
import { createInferenceService } from '../../../src-main/inference/service';
import { connectLocal } from '@shared/ipc/rpc';
import type { InferenceRequests } from '@shared/ipc/inference';
import { fromCompressed } from '@shared/mask';
import { compareWithTwin, readTwin, twinIds, twinModels, twinPicture } from '../../support/twinGoldens';

const models = connectLocal<InferenceRequests>(createInferenceService({ modelsFolder: twinModels }));

describe.each(twinIds)('%s', (id) => {
  const golden = readTwin(id);

  test.each(Object.keys(golden.images))('%s', async (name) => {
    const { size } = golden.images[name];
    const source = { path: twinPicture(name), orientation: 'exif' } as const;
    const result = await models.call('inference.propose', { source, model: id, split: golden.split });
    expect(result.size).toEqual(size);
    const found = result.proposals.map(({ segmentation, ...rest }) => ({
      ...rest,
      mask: fromCompressed(segmentation.counts, size),
    }));
    expect(compareWithTwin(golden.images[name], found)).toEqual({ missed: [], left: [] });
    const inOrder = (values: readonly number[]) => values.every((value, i) => i === 0 || value <= values[i - 1]);
    const orders = [result.proposals.map(({ score }) => score), result.proposals.map(({ area }) => area)];
    expect(orders.some(inOrder), 'by descending score, or the large ones first').toBe(true);
  });
});
