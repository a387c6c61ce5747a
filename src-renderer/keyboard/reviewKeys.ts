/** Keys on the picture while a proposal is at hand: with the select tool, and nothing selected, they are about it. */
import type { Editor } from '../session/editor.svelte';
import type { Review } from '../session/review.svelte';
import type { Workbench } from '../session/workbench.svelte';
import { SELECT_TOOL_ID } from '../tools/tool';

interface Parts {
  readonly workbench: Workbench;
  readonly editor: Editor;
  readonly review: Review;
}

/** True where the key was one of them. */
export function reviewKey({ workbench, editor, review }: Parts, key: string): boolean {
  const isAtHand = review.current !== null && workbench.selection.ids.size === 0;
  if (!isAtHand || !editor.idle || editor.tool.id !== SELECT_TOOL_ID) return false;
  const decide: Record<string, (() => unknown) | undefined> = {
    Enter: () => workbench.refuseChange() || review.acceptCurrent(),
    Delete: () => workbench.refuseChange() || review.rejectCurrent(),
    Backspace: () => workbench.refuseChange() || review.rejectCurrent(),
    Escape: () => review.pick(null),
  };
  void decide[key]?.();
  return decide[key] !== undefined;
}
