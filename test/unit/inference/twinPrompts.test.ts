/** Promptable models in every form they are exported in, against the Python originals that scripts/models/twins/prompts.py ran. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createInferenceService } from '../../../src-main/inference/service';
import type { InferenceRequests } from '@shared/ipc/inference';
import { connectLocal } from '@shared/ipc/rpc';
import { fromCompressed, iou } from '@shared/mask';
import { isSameMask } from '../../support/twinGoldens';

interface Golden {
  readonly images: Readonly<
    Record<
      string,
      {
        readonly size: [height: number, width: number];
        readonly prompts: readonly {
          readonly points: readonly [x: number, y: number, isInside: 0 | 1][];
          readonly box?: [x1: number, y1: number, x2: number, y2: number];
          /** From the best answer to the prompt before. */
          readonly goOn?: boolean;
          readonly candidates: readonly { readonly iou: number; readonly counts: string }[];
        }[];
      }
    >
  >;
}

const modelsFolder = join(import.meta.dirname, '../../fixtures/models');
const goldens = join(import.meta.dirname, '../../golden/prompters');
const ids = readdirSync(goldens).map((file) => file.replace('.json', ''));
const models = connectLocal<InferenceRequests>(createInferenceService({ modelsFolder }));

describe.each(ids)('%s', (id) => {
  const golden: Golden = JSON.parse(readFileSync(join(goldens, `${id}.json`), 'utf8'));

  test.each(Object.keys(golden.images))('%s', async (name) => {
    const { size, prompts } = golden.images[name];
    const source = { path: join(modelsFolder, 'images', `${name}.png`), orientation: 'exif' } as const;
    const { session } = await models.call('inference.openPrompts', { source, model: id });
    let best: number | undefined;
    for (const { points, box, goOn, candidates } of prompts) {
      const answer = await models.call('inference.prompt', {
        session,
        points: points.map(([x, y, isInside]) => ({ x, y, isInside: isInside === 1 })),
        ...(box ? { box: [box[0], box[1], box[2] - box[0], box[3] - box[1]] as const } : {}),
        ...(goOn ? { prior: best } : {}),
      });
      expect(answer.candidates.map((one) => one.predictedIou)).toEqual(
        candidates.map((one) => expect.closeTo(one.iou, 4) as number),
      );
      for (const [i, { segmentation }] of answer.candidates.entries()) {
        const mask = fromCompressed(segmentation.counts, segmentation.size);
        const twin = fromCompressed(candidates[i].counts, size);
        expect([i, iou([mask], [twin], [0])[0], isSameMask(mask, twin)]).toEqual([i, expect.any(Number), true]);
      }
      best = answer.candidates[0].id;
    }
  });
});
