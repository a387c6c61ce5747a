/** Whose a pressed key is: that of the element with the focus, of what is in hand on the canvas, of a category or of a command. */
import type { Dialogs } from '../session/dialogs.svelte';
import type { Editor } from '../session/editor.svelte';
import type { Review } from '../session/review.svelte';
import type { ShapeTrial } from '../session/shapeTrial.svelte';
import type { Workbench } from '../session/workbench.svelte';
import { categoryForKey } from './categoryKeys';
import { chordOf } from './chord';
import { canRun } from './commands';
import type { KeyMap } from './keyMap.svelte';
import type { Typing } from './typing';
import { reviewKey } from './reviewKeys';
import { chooseCategory } from './windowCommands';

/** Elements that use the keyboard themselves. */
const ownKeys = [
  'input:not([type="checkbox"], [type="radio"])',
  'textarea, select, [role="dialog"], [role="menu"]',
  '[aria-haspopup="listbox"][aria-expanded="true"]',
].join(', ');

/** A slider and the panel around it need these; every other key is the window's. */
const sliderKeys = new Set(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown']);

interface Parts {
  readonly workbench: Workbench;
  readonly editor: Editor;
  readonly review: Review;
  readonly trial: ShapeTrial;
  readonly dialogs: Dialogs;
  readonly keyMap: KeyMap;
  readonly typing: Typing;
  /** Gives the keyboard to the picture. */
  readonly toCanvas: () => void;
}

/** A search field lets go with Enter, what is found stays; and with Escape, which empties it first. */
function leavesSearch(target: HTMLElement, { key, isComposing }: KeyboardEvent): boolean {
  if (!target.closest('input[type="search"]') || target.closest('[role="dialog"]')) return false;
  return !isComposing && (key === 'Enter' || (key === 'Escape' && (target as HTMLInputElement).value === ''));
}

export function handleKey(parts: Parts, event: KeyboardEvent): void {
  const { workbench, editor, trial, dialogs, keyMap, typing, toCanvas } = parts;
  const target = event.target as HTMLElement;
  if (!event.defaultPrevented && leavesSearch(target, event)) return toCanvas();
  const chord = chordOf(event);
  if (!chord || event.defaultPrevented || dialogs.open) return;
  // A panel has handled it, or is a place to type or to choose in.
  const isInField = target.closest('[role="dialog"], [role="menu"]') === null && keyMap.forChord(chord)?.inFields;
  if (target.closest(ownKeys) && !isInField) return;
  if (target.closest('[role="slider"]') && sliderKeys.has(event.key)) return;
  // A focused button or box keeps the keys that press it.
  if (target.closest('button, input') && (chord === 'Enter' || chord === 'Space')) return;
  const { key, shiftKey: shift, altKey: alt } = event;
  const modifiers = { shift, alt, ctrl: event.ctrlKey || event.metaKey };
  if (typing.owns(key, modifiers)) {
    event.preventDefault();
    workbench.notices.show('info', 'You were typing: press Esc, or click the image, to use keys on it again');
    return;
  }
  const inCanvas = target === document.body || target.closest('[role="application"]') !== null;
  // Outside the canvas Tab moves the focus, as everywhere.
  if (!inCanvas && (chord === 'Tab' || chord === 'Shift+Tab')) return;
  const command = keyMap.forChord(chord);
  if (!workbench.project && !command?.anywhere) return;
  if (inCanvas && !modifiers.ctrl && !alt && trial.key(key)) return event.preventDefault();
  if (inCanvas && editor.dispatch({ type: 'key', key, modifiers })) return event.preventDefault();
  if (inCanvas && !modifiers.ctrl && !alt && reviewKey(parts, key)) return event.preventDefault();
  // In the middle of a drag a key that goes elsewhere would drop it; the view may change under it.
  if (editor.isHeld && !command?.id.startsWith('view.')) return event.preventDefault();
  const category = command ? undefined : categoryForKey(workbench.categories.list, chord);
  if (category && !workbench.refuseChange()) chooseCategory(workbench, editor, category.id);
  if (!command) return;
  // Without annotations to walk through Tab moves the focus from the picture too.
  if (key === 'Tab' && !canRun(command)) return;
  event.preventDefault();
  // One press too many of the key that takes back vertices.
  if (
    chord === 'Backspace' &&
    command.id === 'edit.delete' &&
    workbench.selection.ids.size > 0 &&
    !editor.keysMeanSelection
  ) {
    return editor.say('Press Delete to remove what you have just drawn; Backspace only takes back what is being drawn');
  }
  const refusal = command.refusal?.();
  if (refusal) workbench.notices.show('info', refusal);
  else if (canRun(command)) command.run();
  else {
    const lacks = command.lacks?.();
    if (lacks) editor.say(lacks);
  }
}
