/** Asks for files to become a model, by a time limit: whoever has the process that tries it also ends it. */
import { AppError } from '@shared/errors/appError';
import type { InferenceRequests } from '@shared/ipc/inference';
import type { CallOptions, Client } from '@shared/ipc/rpc';
import type { AddedModel } from '@shared/models/types';
import { removeUnfinished } from './catalog/addModel';

/** A model that takes longer on one picture is of no use here, or it hangs. */
const mostSeconds = 120;

export interface AddOptions extends CallOptions {
  /** Ends the process: the request fails, and nothing else is lost. */
  readonly end: () => void;
  readonly seconds?: number;
}

export async function addModel(
  client: Pick<Client<InferenceRequests>, 'call'>,
  params: InferenceRequests['inference.addModel']['params'],
  { end, seconds = mostSeconds, ...options }: AddOptions,
): Promise<AddedModel> {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, seconds * 1000);
  try {
    return await client.call('inference.addModel', params, options);
  } catch (error) {
    // It may have been ended in the middle of it.
    await removeUnfinished(params.folder);
    if (!isLate) throw error;
    throw new AppError('bad-model', `The model did not finish the trial picture within ${seconds} seconds`, {
      hint: 'export it with a smaller input, or look whether it hangs',
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}
