/** Where what a tool or a command has made meets the project's rules on pixels, and becomes a change of the document. */
import { withDefaultAttributes } from '@shared/document/attributes';
import type { Patch } from '@shared/document/types';
import type { StoredDraft } from '@shared/project/types';
import { settleGesture, type Settled } from './settleGesture';
import type { Workbench } from './workbench.svelte';

/** The patch as it is to be applied. */
export function settlePatch(workbench: Workbench, patch: Patch): Settled {
  const { open, categories, selection, labelRules } = workbench;
  const made = withDefaultAttributes(patch, categories.list);
  if (!open) return { patch: made, into: new Map(), notice: undefined };
  return settleGesture(open.snapshot, made, {
    categories: categories.list,
    hidden: selection.hidden,
    oneOwner: labelRules.oneOwner,
  });
}

/** One gesture, one step of the history; `draft`: the unfinished work that it ends. */
export function applyGesture(workbench: Workbench, patch: Patch, gesture: string, draft?: StoredDraft): void {
  workbench.ids.drop(patch.added.map(({ id }) => id));
  void workbench.open?.apply(patch, gesture, draft);
}

/** What a command made of stuff is not where one looks for it. */
export const joinedInto = (settled?: Settled): string | undefined =>
  settled?.patch && settled.into.size > 0 ? 'Stuff went into the image’s annotation of it' : undefined;
