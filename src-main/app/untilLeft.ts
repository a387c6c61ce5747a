/** Work for the open project that must not reach the next one: other images have the same ids there. */
import type { CallContext } from '@shared/errors/work';
import { CancelSource } from '@shared/errors/cancellation';
import type { Engine } from './engine';

/** Runs `work` with a signal that is aborted by the request's own and by leaving the project that is open now. */
export async function untilLeft<T>(
  { projectLeft }: Pick<Engine, 'projectLeft'>,
  { signal, progress }: CallContext,
  work: (context: CallContext) => Promise<T>,
): Promise<T> {
  const stop = new CancelSource();
  const abort = () => stop.abort();
  const sources = [signal, projectLeft];
  for (const source of sources) source.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    return await work({ signal: stop, progress });
  } finally {
    for (const source of sources) source.removeEventListener('abort', abort);
  }
}
