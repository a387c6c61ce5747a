/** Opens an image for a model that answers clicks and boxes, and asks it a list of prompts: the best mask of each. */
import { boxContainsPoint, boxesIntersect } from '@shared/geometry/box';
import type { InferenceRequests } from '@shared/ipc/inference';
import type { CallOptions, Client } from '@shared/ipc/rpc';
import type { ImageSource } from '@shared/images/source';
import type { PromptAnswer, PromptCandidate, PromptRequest, PromptSession } from '@shared/models/types';

export type Inference = Pick<Client<InferenceRequests>, 'call'>;

export interface PromptedImage {
  readonly source: ImageSource;
  /** Id or folder. */
  readonly model: string;
}

/** The image is closed whatever comes of `use`. */
export async function withPrompts<T>(
  client: Inference,
  { source, model }: PromptedImage,
  options: CallOptions,
  use: (opened: PromptSession) => Promise<T>,
): Promise<T> {
  const opened = await client.call('inference.openPrompts', { source, model }, options);
  try {
    return await use(opened);
  } finally {
    await client.call('inference.closePrompts', { session: opened.session }).catch(() => undefined);
  }
}

export interface PromptList extends PromptedImage {
  readonly prompts: readonly PromptRequest[];
  /** Called with the image's size before anything is asked; throws to end it. */
  readonly check?: (size: readonly [height: number, width: number]) => void;
}

export interface PromptedMasks {
  readonly size: readonly [height: number, width: number];
  /** One for each prompt; null where nothing was found. */
  readonly masks: readonly (PromptCandidate | null)[];
  /** Absent without a prompt. */
  readonly model?: PromptAnswer['model'];
  readonly fallbacks?: PromptSession['fallbacks'];
}

/** Progress counts prompts. */
export async function promptAll(
  client: Inference,
  { prompts, check, ...image }: PromptList,
  { signal, onProgress }: CallOptions,
): Promise<PromptedMasks> {
  return withPrompts(client, image, { signal, onProgress }, async ({ session, size, fallbacks }) => {
    check?.(size);
    const masks: (PromptCandidate | null)[] = [];
    let model: PromptAnswer['model'] | undefined;
    for (const [done, prompt] of prompts.entries()) {
      onProgress?.({ done, total: prompts.length, text: `mask ${done + 1} of ${prompts.length}` });
      if (isBeside(prompt, size)) {
        masks.push(null);
        continue;
      }
      const answer = await client.call('inference.prompt', { ...prompt, session }, { signal });
      ({ model } = answer);
      masks.push(answer.candidates[0] ?? null);
    }
    return { size, masks, ...(model ? { model } : {}), ...(fallbacks ? { fallbacks } : {}) };
  });
}

/** What is said is of no pixel of the image: whatever a model would answer is not there. */
function isBeside({ points, box }: PromptRequest, [height, width]: readonly [number, number]): boolean {
  const image = [0, 0, width, height] as const;
  if (box) return !boxesIntersect(box, image);
  return points.length > 0 && !points.some(({ x, y }) => boxContainsPoint(image, x, y));
}
