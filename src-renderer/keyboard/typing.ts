/**
 * Whether somebody is still typing: a text field was used last and nothing else was clicked since. Its field may be gone
 * (Enter closed it), but the next words are meant for another one, not for the picture.
 */

const textFields = [
  'textarea',
  '[contenteditable="true"]',
  'input:not([type="checkbox"], [type="radio"], [type="range"], [type="color"], [type="button"], [type="submit"])',
].join(', ');

/** What is read of an element. */
type Place = Pick<Element, 'closest'>;

/** Keys that edit a text, besides those that print: of a text that is not there any more they mean something else. */
const editing = new Set(['Backspace', 'Delete', 'Enter']);

function isTextField(place: Place): boolean {
  return place.closest(textFields) !== null;
}

export class Typing {
  #isTyping = false;

  /** The focus came to an element, by the user or by the program. */
  focused(place: Place): void {
    // A dialog or popup gives the keyboard back when it closes.
    if (isTextField(place) && !place.closest('[role="dialog"]')) this.#isTyping = true;
    else if (place.closest('[role="application"]')) this.#isTyping = false;
  }

  pressed(place: Place): void {
    this.#isTyping = isTextField(place) && !place.closest('[role="dialog"]');
  }

  /** Hears every key before whoever has the focus: Escape, Tab and F6 leave a field on purpose. */
  keyed({ key }: { readonly key: string }): void {
    if (key === 'Escape' || key === 'Tab' || key === 'F6') this.#isTyping = false;
  }

  /** Until the returned function is called; before any of the page's own handlers. */
  listen(page: EventTarget): () => void {
    const stop = new AbortController();
    const options = { capture: true, signal: stop.signal };
    const on = (type: string, hear: (place: Place) => void) =>
      page.addEventListener(type, ({ target }) => target && 'closest' in target && hear(target as Element), options);
    on('focusin', (place) => this.focused(place));
    on('pointerdown', (place) => this.pressed(place));
    page.addEventListener('keydown', (event) => this.keyed(event as KeyboardEvent), options);
    return () => stop.abort();
  }

  /** True for a key that belongs to the text that was being typed, though no field has the focus. */
  owns(key: string, modifiers: { readonly alt: boolean; readonly ctrl: boolean }): boolean {
    if (!this.#isTyping || modifiers.ctrl || modifiers.alt) return false;
    return editing.has(key) || [...key].length === 1;
  }
}
