/** Gestures that are not known to be durable: what they are, whether they still fit, and how their loss is told. */
import { deepEqual } from '@shared/document/equal';
import type { DocumentSnapshot, Patch } from '@shared/document/types';
import { AppError } from '@shared/errors/appError';
import type { StoredDraft } from '@shared/project/types';

/** A gesture that is shown and not yet known to be durable. */
export interface Unsaved {
  readonly patch: Patch;
  readonly gesture: string;
  /** What it finishes: offered again where the gesture is lost. */
  readonly draft?: StoredDraft;
}

/** A gesture on more annotations is packed and sent in a task of its own, so that it does not delay their being shown. */
const MOST_AT_ONCE = 200;

export function isLarge({ added, updated, removed }: Patch): boolean {
  return added.length + updated.length + removed.length > MOST_AT_ONCE;
}

export const nextTask = (): Promise<void> => new Promise((done) => void setTimeout(done));

/** Whether the patch can have been made from this state. */
export function fits({ annotations }: DocumentSnapshot, { added, updated, removed }: Patch): boolean {
  const now = new Map(annotations.map((annotation) => [annotation.id, annotation]));
  const before = [...removed, ...updated.map(([from]) => from)];
  return added.every(({ id }) => !now.has(id)) && before.every((from) => deepEqual(now.get(from.id), from));
}

/** The error that says what is gone. */
export function notSaved(lost: readonly Unsaved[], error: unknown): AppError {
  const what = lost.length === 1 ? `“${lost[0].gesture}” was` : `${lost.length} gestures were`;
  if (!(error instanceof AppError)) return new AppError('internal', `${what} not saved. ${String(error)}`);
  const hint = error.code === 'crashed' ? 'what the image shows is saved; do it again' : error.hint;
  return error.saying({ message: `${what} not saved. ${error.message}`, hint });
}
