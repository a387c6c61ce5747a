/** Asks a model that answers clicks and boxes a list of prompts about one image: the best mask of each. */
import type { InferenceRequests } from '@shared/ipc/inference';
import type { CallOptions, Client } from '@shared/ipc/rpc';
import type { ImageSource } from '@shared/images/source';
import type { PromptAnswer, PromptCandidate, PromptRequest } from '@shared/models/types';

export interface PromptList {
  readonly source: ImageSource;
  /** Id or folder. */
  readonly model: string;
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
}

/** Progress counts prompts. */
export async function promptAll(
  client: Pick<Client<InferenceRequests>, 'call'>,
  { source, model: wanted, prompts, check }: PromptList,
  { signal, onProgress }: CallOptions,
): Promise<PromptedMasks> {
  const { session, size } = await client.call(
    'inference.openPrompts',
    { source, model: wanted },
    { signal, onProgress },
  );
  try {
    check?.(size);
    const masks: (PromptCandidate | null)[] = [];
    let model: PromptAnswer['model'] | undefined;
    for (const [done, prompt] of prompts.entries()) {
      onProgress?.({ done, total: prompts.length, text: `mask ${done + 1} of ${prompts.length}` });
      const answer = await client.call('inference.prompt', { ...prompt, session }, { signal });
      ({ model } = answer);
      masks.push(answer.candidates[0] ?? null);
    }
    return { size, masks, ...(model ? { model } : {}) };
  } finally {
    await client.call('inference.closePrompts', { session }).catch(() => undefined);
  }
}
