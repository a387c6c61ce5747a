/**
 * Every family against its Python original: small untrained networks, run through the service as the app runs them, must find
 * what scripts/models/twins recorded. Masks are equal but for rounding at their rims.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createInferenceService } from '../../../src-main/inference/service';
import { connectLocal } from '@shared/ipc/rpc';
import type { InferenceRequests } from '@shared/ipc/inference';
import { area, fromCompressed, iou, type Rle } from '@shared/mask';

interface Golden {
  readonly source: string;
  /** Lowest IoU of a mask with its twin where resampling differs by design; equal but for rounding otherwise. */
  readonly iou?: number;
  readonly split?: 'components';
  readonly images: Readonly<
    Record<
      string,
      {
        readonly size: [height: number, width: number];
        readonly objects: readonly { category: string; score: number; area: number; counts: string }[];
      }
    >
  >;
}

const modelsFolder = join(import.meta.dirname, '../../fixtures/models');
const goldens = join(import.meta.dirname, '../../golden/models');
const ids = readdirSync(goldens).map((file) => file.replace('.json', ''));
const models = connectLocal<InferenceRequests>(createInferenceService({ modelsFolder }));

describe.each(ids)('%s', (id) => {
  const golden: Golden = JSON.parse(readFileSync(join(goldens, `${id}.json`), 'utf8'));

  test.each(Object.keys(golden.images))('%s', async (name) => {
    const { size, objects } = golden.images[name];
    const source = { path: join(modelsFolder, 'images', `${name}.png`), orientation: 'exif' } as const;
    const result = await models.call('inference.propose', { source, model: id, split: golden.split });
    expect(result.size).toEqual(size);
    const found = result.proposals.map((proposal) => ({
      ...proposal,
      mask: fromCompressed(proposal.segmentation.counts, size),
    }));
    // Whoever has the same category, nearly the same score and the same pixels is the twin; ties may come in any order.
    const missed = objects.flatMap(({ category, score, counts }) => {
      const mask = fromCompressed(counts, size);
      const near = found.filter((one) => one.categoryName === category && Math.abs(one.score - score) <= 1e-4);
      const [best] = near.sort((a, b) => share(b.mask, mask) - share(a.mask, mask));
      if (best && isSame(best.mask, mask, golden.iou)) found.splice(found.indexOf(best), 1);
      else return [{ category, score, area: area(mask), closest: best ? share(best.mask, mask) : 0 }];
      return [];
    });
    expect(missed).toEqual([]);
    expect(found.map(({ categoryName, score, area }) => ({ categoryName, score, area }))).toEqual([]);
    const inOrder = (values: readonly number[]) => values.every((value, i) => i === 0 || value <= values[i - 1]);
    const orders = [result.proposals.map(({ score }) => score), result.proposals.map(({ area }) => area)];
    expect(orders.some(inOrder), 'by descending score, or the large ones first').toBe(true);
  });
});

const share = (a: Rle, b: Rle) => iou([a], [b], [0])[0];

/** IoU at least `lowest`, or at most one pixel apart: the rim of a small mask. */
function isSame(a: Rle, b: Rle, lowest = 0.999): boolean {
  const shared = share(a, b);
  const union = (area(a) + area(b)) / (1 + shared);
  return shared >= lowest || union * (1 - shared) <= 1.01;
}
