/** Prompts and searches of a model that answers clicks and boxes, as proposals for one image. */
import type { ProposalResult, RawProposal } from '@shared/document/proposalResult';
import type { RleSegmentation } from '@shared/document/types';
import { throwIfCancelled } from '@shared/errors/cancellation';
import type { CallOptions } from '@shared/ipc/rpc';
import type { ObjectLikeness, PromptRequest } from '@shared/models/types';
import { type Inference, promptAll, type PromptedImage, type PromptList, withPrompts } from './promptAll';

export interface PromptForProposal extends Pick<RawProposal, 'categoryName' | 'params'> {
  readonly request: PromptRequest;
}

export interface ProposalPrompts extends Omit<PromptList, 'prompts'> {
  readonly prompts: readonly PromptForProposal[];
  /** Whose proposals they are. */
  readonly tool: string;
}

/** The best mask of each prompt. Progress counts prompts. */
export async function proposeForPrompts(
  client: Inference,
  { prompts, tool, ...list }: ProposalPrompts,
  options: CallOptions,
): Promise<ProposalResult> {
  const started = performance.now();
  const requests = prompts.map(({ request }) => request);
  const { size, masks, model, fallbacks } = await promptAll(client, { ...list, prompts: requests }, options);
  const proposals = masks.flatMap((best, i): RawProposal[] => {
    if (!best) return [];
    const { segmentation, bbox, area, predictedIou, isRimRefined } = best;
    const { categoryName, params: own } = prompts[i];
    const params = isRimRefined ? { ...own, rim: 'refined' } : own;
    const score = Math.max(0, Math.min(1, predictedIou));
    return [{ segmentation, bbox, area, score, categoryName, ...(params ? { params } : {}) }];
  });
  const missed = prompts.length - proposals.length;
  const ms = Math.round(performance.now() - started);
  const result: ProposalResult = {
    size,
    proposals,
    provenance: { tool, ...(model ? { model } : {}), ms, edits: 0 },
    timings: { runMs: ms },
    notes: missed > 0 ? [`${missed} of ${prompts.length} prompts found nothing`] : [],
  };
  return withFallbacks(result, fallbacks);
}

const withFallbacks = (result: ProposalResult, fallbacks: ProposalResult['fallbacks']): ProposalResult =>
  fallbacks ? { ...result, notes: [...fallbacks, ...result.notes], fallbacks } : result;

export interface ObjectSearch extends PromptedImage {
  /** Masks on this image to look for the like of, or what others look like; null: everything that looks like an object. */
  readonly like: readonly RleSegmentation[] | ObjectLikeness | null;
  /** Masks of what is there already. */
  readonly taken: readonly RleSegmentation[];
}

/** What is found is of no category. Progress counts places. */
export async function proposeBySearch(
  client: Inference,
  { like, taken, ...image }: ObjectSearch,
  options: CallOptions,
): Promise<ProposalResult> {
  return withPrompts(client, image, options, async ({ session, fallbacks }) => {
    if (!like) return withFallbacks(await client.call('inference.everything', { session, taken }, options), fallbacks);
    const likeness =
      'direction' in like ? like : await client.call('inference.describe', { session, examples: like }, options);
    return withFallbacks(await client.call('inference.similar', { session, likeness, taken }, options), fallbacks);
  });
}

/** What masks on an image look like, to look for the like on others. */
export async function describeObjects(
  client: Inference,
  { examples, ...image }: PromptedImage & { readonly examples: readonly RleSegmentation[] },
  options: CallOptions,
): Promise<ObjectLikeness> {
  return withPrompts(client, image, options, async ({ session }) => {
    const likeness = await client.call('inference.describe', { session, examples }, options);
    throwIfCancelled(options.signal);
    return likeness;
  });
}
