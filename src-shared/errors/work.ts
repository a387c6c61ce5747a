/** A piece of work as the one that does it sees it: whether it is still wanted, and whom to tell how far it is. */
import type { AbortSignalLike } from './cancellation';

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly text?: string;
  /** How many of those done failed, where the work goes on without them. */
  readonly failed?: number;
  /** What the user should know at once, and once. */
  readonly told?: readonly string[];
}

export interface CallContext {
  readonly signal: AbortSignalLike;
  /** Dropped silently when the caller did not ask for progress. */
  progress(progress: Progress): void;
}
