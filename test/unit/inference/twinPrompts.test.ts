/** Promptable models in every form they are exported in, against the Python originals that scripts/models/twins/prompts.py ran. */
import { describe, expect, test } from 'vitest';
import { createInferenceService } from '../../../src-main/inference/service';
import type { InferenceRequests } from '@shared/ipc/inference';
import { connectLocal } from '@shared/ipc/rpc';
import { fromCompressed, iou } from '@shared/mask';
import {
  candidatesInOrder,
  isSameMask,
  promptTwinIds,
  readPromptTwin,
  twinModels,
  twinPicture,
} from '../../support/twinGoldens';

const models = connectLocal<InferenceRequests>(createInferenceService({ modelsFolder: twinModels }));

describe.each(promptTwinIds)('%s', (id) => {
  const golden = readPromptTwin(id);

  test.each(Object.keys(golden.images))('%s', async (name) => {
    const { size, prompts } = golden.images[name];
    const source = { path: twinPicture(name), orientation: 'exif' } as const;
    const { session } = await models.call('inference.openPrompts', { source, model: id });
    let best: number | undefined;
    for (const prompt of prompts) {
      const { points, box, goOn } = prompt;
      const answer = await models.call('inference.prompt', {
        session,
        points: points.map(([x, y, isInside]) => ({ x, y, isInside: isInside === 1 })),
        ...(box ? { box: [box[0], box[1], box[2] - box[0], box[3] - box[1]] as const } : {}),
        ...(goOn ? { prior: best } : {}),
      });
      const inOrder = candidatesInOrder(prompt, size);
      expect(answer.candidates.map((one) => one.predictedIou)).toEqual(
        inOrder.map((one) => expect.closeTo(one.iou, 4) as number),
      );
      for (const [i, { segmentation }] of answer.candidates.entries()) {
        const mask = fromCompressed(segmentation.counts, segmentation.size);
        const twin = inOrder[i].mask;
        expect([i, iou([mask], [twin], [0])[0], isSameMask(mask, twin)]).toEqual([i, expect.any(Number), true]);
      }
      best = answer.candidates[inOrder.findIndex(({ isFirst }) => isFirst)].id;
    }
  });
});
