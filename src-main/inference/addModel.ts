/** Asks for files to be tried or to become a model, by a time limit: whoever has the process that runs them also ends it. */
import { AppError } from '@shared/errors/appError';
import type { InferenceRequests } from '@shared/ipc/inference';
import type { CallOptions, Client } from '@shared/ipc/rpc';
import { newStagingToken, removeUnfinished } from './catalog/stageModel';

/** Without a word of progress: a model that takes longer on one picture is of no use here, or it hangs. */
const mostSeconds = 120;

export interface AddOptions extends CallOptions {
  /** Ends the process: the request fails, and nothing else is lost. */
  readonly end: () => void;
  /** `told` whenever the process works for somebody else; returns how that ends. Absent where there is nobody else. */
  readonly watchOthers?: (told: () => void) => () => void;
  readonly seconds?: number;
}

type Params<M extends 'inference.addModel' | 'inference.tryModel'> = Omit<InferenceRequests[M]['params'], 'token'>;
type Inference = Pick<Client<InferenceRequests>, 'call'>;

export function addModel(client: Inference, params: Params<'inference.addModel'>, by: AddOptions) {
  return inTime(params.folder, by, (token, options) =>
    client.call('inference.addModel', { ...params, token }, options),
  );
}

export function tryModel(client: Inference, params: Params<'inference.tryModel'>, by: AddOptions) {
  return inTime(params.folder, by, (token, options) =>
    client.call('inference.tryModel', { ...params, token }, options),
  );
}

async function inTime<T>(
  folder: string,
  { end, watchOthers, seconds = mostSeconds, onProgress, ...options }: AddOptions,
  ask: (token: string, options: CallOptions) => Promise<T>,
): Promise<T> {
  const token = newStagingToken();
  let isLate = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      isLate = true;
      end();
    }, seconds * 1000);
  };
  // It waits for another model then: its time begins anew with its next step. That this comes at all is seen to by whoever asks.
  const leave = watchOthers?.(() => clearTimeout(timer));
  try {
    return await ask(token, {
      ...options,
      // Only then its turn has come, and it may come again where the process was ended for another request.
      onProgress: (progress) => {
        wait();
        onProgress?.(progress);
      },
    });
  } catch (error) {
    // It may have been ended in the middle of it.
    await removeUnfinished(folder, token);
    if (!isLate) throw error;
    throw new AppError('bad-model', `The model did not finish the trial picture within ${seconds} seconds`, {
      hint: 'export it with a smaller input, or look whether it hangs',
      cause: error,
    });
  } finally {
    leave?.();
    clearTimeout(timer);
  }
}
