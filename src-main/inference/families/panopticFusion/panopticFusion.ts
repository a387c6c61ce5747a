/**
 * Two models as one panoptic picture: objects of an instance model by score, each where at least half of it is still free, then
 * the classes of a semantic model on what is left, where they have enough pixels.
 * Source: Detectron2, modeling/meta_arch/panoptic_fpn.py (combine_semantic_and_instance_outputs).
 */
import { z } from 'zod';
import { area, fromCompressed, merge, type Rle, subtract } from '@shared/mask';
import type { ModelFamily, PanopticSegment, Predictor } from '../family';
import { wrongPart } from '../wrongPart';

const part = z.object({
  /** Ids of the two models. */
  instances: z.string().min(1),
  semantic: z.string().min(1),
  fusion: z
    .looseObject({
      /** Share of an object that must be free. */
      free: z.number().min(0).max(1).default(0.5),
      /** Pixels that a class needs. */
      stuffArea: z.number().min(0).default(4096),
    })
    .prefault({}),
  /** Those of the two models that are wanted; a class of the semantic model that is no stuff (`isthing` 0) is left out. */
  categories: z.array(z.looseObject({ name: z.string(), isthing: z.number().optional() })).min(1),
});

export const panopticFusion: ModelFamily<z.infer<typeof part>> = {
  id: 'panoptic-fusion',
  title: 'A model of instances and one of classes',
  use: 'objects',
  part,
  partsOf: ({ instances, semantic }) => [instances, semantic],
  async load({ file }, { instances, semantic, fusion, categories }, host): Promise<Predictor> {
    const things = await host.useModel(instances);
    const stuff = await host.useModel(semantic);
    if (things.kind !== 'predictor') throw wrongPart(file, 'instances', instances, 'model that finds objects');
    if (stuff.kind !== 'predictor') throw wrongPart(file, 'semantic', semantic, 'model that gives each pixel a class');
    const isThing = new Map(categories.map(({ name, isthing }) => [name, isthing !== 0]));
    return {
      kind: 'predictor',
      async predict(image, context) {
        const objects = await things.predict(image, context);
        if (objects.kind !== 'instances')
          throw wrongPart(file, 'instances', instances, 'model that gives masks of objects');
        const classes = await stuff.predict(image, context);
        if (classes.kind !== 'labels')
          throw wrongPart(file, 'semantic', semantic, 'model that gives each pixel a class');
        await context.step('post', 'putting both together');
        const segments: PanopticSegment[] = [];
        let taken: Rle | null = null;
        const take = (mask: Rle) => (taken = taken ? merge([taken, mask]) : mask);
        for (const { segmentation, score, categoryName } of objects.items) {
          if (categoryName === null || isThing.get(categoryName) !== true) continue;
          const whole = fromCompressed(segmentation.counts, segmentation.size);
          const mask: Rle = taken ? subtract(whole, taken) : whole;
          const free = area(mask) / area(whole);
          if (free < fusion.free || area(mask) === 0) continue;
          segments.push({ mask, score, categoryName });
          take(whole);
        }
        for (const { mask: whole, score, categoryName } of classes.classes) {
          if (isThing.get(categoryName) !== false) continue;
          const mask: Rle = taken ? subtract(whole, taken) : whole;
          if (area(mask) >= Math.max(1, fusion.stuffArea)) segments.push({ mask, score, categoryName });
        }
        return { kind: 'panoptic', segments };
      },
    };
  },
};
