/** Commands: what a menu entry or a key does to the selection at once, without a pointer. */
import type { Annotation } from '@shared/document/types';
import { selectedAnnotations, type Outcome, type ToolContext } from '../tool';

/** What a command may look at. */
export type CommandContext = Pick<ToolContext, 'snapshot' | 'selection' | 'hidden' | 'freeIds' | 'inWorker'>;

export interface Command {
  readonly id: string;
  readonly label: string;
  /** Name of a lucide icon. */
  readonly icon: string;
  /** Default key, where it has one. */
  readonly key?: string;
  run(context: CommandContext): Outcome;
}

/** Selected annotations that may be changed, in the order in which they were selected. */
export function changeable(context: CommandContext): Annotation[] {
  return selectedAnnotations(context).filter(({ id, locked }) => !locked && !context.hidden.has(id));
}

/** {@link changeable} with a mask, or a sentence that says why there are fewer than `least`. */
export function changeableMasks(context: CommandContext, least: number): Annotation[] | { readonly notice: string } {
  const annotations = changeable(context).filter(({ segmentation }) => segmentation);
  if (annotations.length >= least) return annotations;
  const what = least === 1 ? 'a visible, unlocked annotation' : 'two visible, unlocked annotations';
  return { notice: `Select ${what} with a mask` };
}
