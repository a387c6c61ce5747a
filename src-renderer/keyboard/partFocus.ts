/** F6, as in other programs: the keyboard goes from one part of the window to the next, also out of the picture and of a field. */

/** The parts in the order of the page, and where the keyboard comes to in each, or else. */
const parts: readonly (readonly [place: string, first: string, otherwise?: string])[] = [
  ['.workbench > header', 'button:enabled'],
  ['aside.left', '[role="listbox"]', 'input'],
  ['.workbench > .tools', '[aria-pressed="true"]'],
  ['.workbench .canvas', '[role="application"]'],
  ['aside.right', 'button:enabled'],
  ['.workbench > .findings', 'button'],
];

/** Parts that are hidden are left out. */
export function focusPart(by: 1 | -1): void {
  const shown = parts.flatMap(([place, first, otherwise = first]) => {
    const part = document.querySelector(place);
    const target = part?.querySelector<HTMLElement>(first) ?? part?.querySelector<HTMLElement>(otherwise);
    return part && target ? [{ part, target }] : [];
  });
  const at = shown.findIndex(({ part }) => part.contains(document.activeElement));
  const next = at < 0 && by === -1 ? shown.length - 1 : (at + by + shown.length) % shown.length;
  shown[next]?.target.focus();
}
