/** Latest-wins: of overlapping runs only the newest may finish; every older one is cancelled and yields null. */
import { AppError } from './appError';
import { CancelSource } from './cancellation';

/**
 * Wraps a cancellable computation for previews. Calling it again cancels the run before; a superseded call resolves to
 * null whether its computation finished, failed or was cancelled, so that a caller draws each non-null answer as it comes.
 * Errors of the newest run are thrown.
 */
export function latestWins<A extends unknown[], R>(
  compute: (signal: CancelSource, ...args: A) => Promise<R>,
): { run(...args: A): Promise<R | null>; cancel(): void } {
  let current: CancelSource | null = null;
  return {
    async run(...args) {
      current?.abort();
      const source = (current = new CancelSource());
      try {
        const result = await compute(source, ...args);
        return current === source ? result : null;
      } catch (error) {
        if (current !== source || (error instanceof AppError && error.code === 'cancelled')) return null;
        throw error;
      } finally {
        if (current === source) current = null;
      }
    },
    cancel() {
      current?.abort();
      current = null;
    },
  };
}
