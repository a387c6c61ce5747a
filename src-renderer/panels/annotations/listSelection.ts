/** What a click or a key in a list selects: single, toggled with Ctrl, a range with Shift. Pure, for any list of ids. */

export interface ListSelection {
  readonly selection: readonly number[];
  /** Where a range starts. */
  readonly anchor: number | null;
  /** The row that keys go on from. */
  readonly active: number | null;
}

export interface ListModifiers {
  readonly shift: boolean;
  readonly ctrl: boolean;
}

/** `ids` in the order of the list. */
export function clickRow(
  ids: readonly number[],
  before: ListSelection,
  id: number,
  { shift, ctrl }: ListModifiers,
): ListSelection {
  if (shift && before.anchor !== null && ids.includes(before.anchor)) {
    const range = rangeOf(ids, before.anchor, id);
    const kept = ctrl ? before.selection.filter((other) => !range.includes(other)) : [];
    return { selection: [...kept, ...range], anchor: before.anchor, active: id };
  }
  if (!ctrl) return { selection: [id], anchor: id, active: id };
  const isSelected = before.selection.includes(id);
  const selection = isSelected ? before.selection.filter((other) => other !== id) : [...before.selection, id];
  return { selection, anchor: id, active: id };
}

/** Keys that walk the list; null for any other key. `page`: rows in sight. */
export function walkRows(
  ids: readonly number[],
  before: ListSelection,
  key: string,
  { shift, page }: { readonly shift: boolean; readonly page: number },
): ListSelection | null {
  if (ids.length === 0) return null;
  const at = before.active === null ? -1 : ids.indexOf(before.active);
  const last = ids.length - 1;
  const next: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at < 0 ? last : at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: last,
  };
  if (!(key in next)) return null;
  const id = ids[Math.min(last, Math.max(0, next[key]))];
  return clickRow(ids, { ...before, anchor: before.anchor ?? before.active }, id, { shift, ctrl: false });
}

function rangeOf(ids: readonly number[], from: number, to: number): number[] {
  const [a, b] = [ids.indexOf(from), ids.indexOf(to)];
  return ids.slice(Math.min(a, b), Math.max(a, b) + 1);
}
