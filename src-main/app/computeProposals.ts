/** What an image's proposals are computed by (a model, a method, a mask for each of its boxes, or a search for the like), and how they are kept. */
import { maskForBox } from '@shared/document/boxes';
import type { ProposalResult } from '@shared/document/proposalResult';
import type { Proposal } from '@shared/document/types';
import type { CallContext } from '@shared/errors/work';
import type { CallOptions } from '@shared/ipc/rpc';
import { asWished } from '@shared/project/modelRun';
import type { ProposeWith } from '@shared/project/proposeWith';
import { type Grace, RUN_GRACE } from '../inference/patience';
import { proposeBySearch, proposeForPrompts } from '../inference/promptProposals';
import type { Engine } from './engine';
import { sourceOf } from './imageSource';

export async function computeProposals(
  engine: Engine,
  imageId: number,
  how: ProposeWith,
  { signal, progress: onProgress }: CallContext,
): Promise<ProposalResult> {
  const options = { signal, onProgress };
  const inference = engine.inference.client;
  const source = await sourceOf(engine, imageId);
  const withPatience = (ask: (own: CallOptions) => Promise<ProposalResult>, grace?: Grace) =>
    engine.patience.run(ask, source.path, { ...options, grace });
  switch (how.kind) {
    case 'model': {
      const { model, score, tiles, split } = how;
      const params = { source, model, score, tiles, split };
      const result = await withPatience((own) => inference.call('inference.propose', params, own), RUN_GRACE);
      return { ...result, proposals: asWished(result.proposals, how) };
    }
    case 'method': {
      const { method, params, box } = how;
      return engine.vision.client.call('vision.propose', { source, method, params, box }, options);
    }
    case 'boxes': {
      const { size, boxes } = await engine.store.client.call('image.boxes', { imageId });
      const tool = 'smart-select';
      if (boxes.length === 0) return { size, proposals: [], provenance: { tool, edits: 0 }, timings: {}, notes: [] };
      const prompts = boxes.map(({ annotationId, box, categoryName }) => ({
        request: { points: [], box, finish: { rim: how.rim ?? false } },
        categoryName,
        params: maskForBox(annotationId, box),
      }));
      return withPatience((own) => proposeForPrompts(inference, { source, model: how.model, prompts, tool }, own));
    }
    case 'similar': {
      const taken = await engine.store.client.call('image.masks', { imageId });
      const { direction, ...rest } = how.likeness;
      const like = { ...rest, direction: Float32Array.from(direction) };
      return withPatience((own) => proposeBySearch(inference, { source, model: how.model, like, taken }, own));
    }
  }
}

/** Durable when it resolves; what names no category itself is of the one that was asked for. */
export function keepProposals(
  engine: Engine,
  imageId: number,
  how: ProposeWith,
  result: ProposalResult,
): Promise<readonly Proposal[]> {
  const categoryName = 'categoryName' in how ? how.categoryName : 'object';
  return engine.store.client.call('proposals.put', { imageId, result, categoryName });
}
