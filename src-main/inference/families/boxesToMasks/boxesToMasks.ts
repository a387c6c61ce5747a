/**
 * Instances of two models put together: a detector's boxes, each given to a prompter as "what is in this box". A score is the
 * detector's times the IoU that the prompter expects of its mask: a sure box with a poor mask is a poor instance (Huang et al., Mask
 * Scoring R-CNN, 2019).
 */
import { z } from 'zod';
import type { RawProposal } from '@shared/document/proposalResult';
import { withoutSpecks } from '@shared/mask';
import { toImageMask } from '../../prompts/promptMask';
import type { ModelFamily, PredictContext, Predictor } from '../family';
import { proposalOf } from '../predictions';
import { wrongPart } from '../wrongPart';

const part = z.object({
  /** Ids of the two models. */
  detector: z.string().min(1),
  prompter: z.string().min(1),
});

/** How much of the work is done, of a picture with some ten objects: after the detector, and when the prompter has looked. */
const DETECTED = 0.1;
const LOOKED = 0.4;

/** The same, whose steps say that so much is done. */
const at = (context: PredictContext, share: number): PredictContext => ({
  ...context,
  step: (timing, text) => context.step(timing, text, share),
});

export const boxesToMasks: ModelFamily<z.infer<typeof part>> = {
  id: 'boxes-to-masks',
  title: 'A detector and a model that answers clicks',
  use: 'objects',
  part,
  partsOf: ({ detector, prompter }) => [detector, prompter],
  async load({ file }, { detector, prompter }, host): Promise<Predictor> {
    const finds = await host.useModel(detector);
    const cuts = await host.useModel(prompter);
    if (finds.kind !== 'predictor') throw wrongPart(file, 'detector', detector, 'detector');
    if (cuts.kind !== 'prompter') throw wrongPart(file, 'prompter', prompter, 'model that cuts out what is in a box');
    return {
      kind: 'predictor',
      async predict(image, context) {
        const found = await finds.predict(image, at(context, 0));
        if (found.kind !== 'boxes') throw wrongPart(file, 'detector', detector, 'detector of boxes');
        if (found.items.length === 0) return { kind: 'instances', items: [] };
        const embedding = await cuts.embed(image, at(context, DETECTED));
        const frame = cuts.frameOf(embedding);
        const whole = [0, 0, image.width, image.height] as const;
        const items: RawProposal[] = [];
        for (const [i, { corners, score, categoryName }] of found.items.entries()) {
          const share = LOOKED + ((1 - LOOKED) * i) / found.items.length;
          await context.step('run', `object ${i + 1} of ${found.items.length}`, share);
          const [best] = await cuts.decode(embedding, { points: [], box: corners });
          const mask = best && toImageMask(best.logits, frame, whole, [image.height, image.width]);
          const sure = score * Math.max(0, Math.min(1, best?.predictedIou ?? 0));
          if (mask && sure >= context.score) items.push(proposalOf(withoutSpecks(mask, []), sure, categoryName));
        }
        await context.step('post');
        return { kind: 'instances', items: items.sort((a, b) => b.score - a.score) };
      },
    };
  },
};
