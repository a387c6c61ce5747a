/** The right column's sections by name, how its height is shared among them, and what dragging a border does. */
export type SectionId = 'proposals' | 'categories' | 'annotations' | 'inspector';

interface SectionRule {
  readonly id: SectionId;
  /** Height in a column of 832 px, as in a window of 900: eight rows in each list, and the inspector's head. */
  readonly firstPx: number;
  readonly minPx: number;
  /** Its part of the height that a larger window has. */
  readonly grow: number;
}

/** From top to bottom. CSS pixels, heading included. */
export const sectionRules: readonly SectionRule[] = [
  { id: 'proposals', firstPx: 212, minPx: 188, grow: 2 },
  { id: 'categories', firstPx: 257, minPx: 90, grow: 1 },
  { id: 'annotations', firstPx: 257, minPx: 90, grow: 2 },
  { id: 'inspector', firstPx: 106, minPx: 90, grow: 2 },
];

export type SectionHeights = Readonly<Partial<Record<SectionId, number>>>;

export function ruleOf(id: SectionId): SectionRule {
  return sectionRules.find((rule) => rule.id === id)!;
}

/** The heights when the border between two open sections is dragged: those two share what they had, the others keep theirs. */
export function dragBorder(
  heights: SectionHeights,
  above: SectionId,
  below: SectionId,
  abovePx: number,
): SectionHeights {
  const [before, after] = [heights[above], heights[below]];
  if (before === undefined || after === undefined) return heights;
  const both = before + after;
  const wanted = Math.round(Math.min(Math.max(abovePx, ruleOf(above).minPx), both - ruleOf(below).minPx));
  return { ...heights, [above]: wanted, [below]: both - wanted };
}
