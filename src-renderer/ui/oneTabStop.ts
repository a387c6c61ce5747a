/** Svelte action: a row of buttons is one stop of the Tab key, and arrow keys go from one to the next (ARIA's toolbar pattern). */
import { placeFor } from './nextPlace';

/**
 * `comesTo`: where Tab comes to from outside, the button that is pressed (of several of which one is chosen) or the one that had
 * the keyboard last.
 */
export function oneTabStop(node: HTMLElement, comesTo: 'pressed' | 'last') {
  let last: Element | null = null;
  const usable = () => [...node.querySelectorAll<HTMLElement>('button:enabled')];

  function settle(): void {
    const buttons = usable();
    const focused = buttons.find((button) => button === document.activeElement);
    const pressed = comesTo === 'pressed' && buttons.find((button) => button.ariaPressed === 'true');
    const stop = focused ?? (pressed || buttons.find((button) => button === last)) ?? buttons[0];
    for (const button of buttons) {
      const tabIndex = button === stop ? 0 : -1;
      if (button.tabIndex !== tabIndex) button.tabIndex = tabIndex;
    }
  }

  function onkeydown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const buttons = usable();
    const at = buttons.findIndex((button) => button === event.target);
    if (at < 0) return;
    const places = buttons.map((button) => {
      const { left, top, width, height } = button.getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2 };
    });
    const next = placeFor(event.key, places, at);
    if (next === null) return;
    buttons[next].focus();
    // Else what is selected in the picture would be moved too.
    event.preventDefault();
    event.stopPropagation();
  }

  function onfocusin({ target }: FocusEvent): void {
    last = target as Element;
    settle();
  }

  node.addEventListener('keydown', onkeydown);
  node.addEventListener('focusin', onfocusin);
  node.addEventListener('focusout', settle);
  // Another tool is chosen by its key, a button can be used again: neither comes with an event.
  const changes = new MutationObserver(settle);
  const attributeFilter = ['aria-pressed', 'disabled', 'tabindex'];
  changes.observe(node, { subtree: true, childList: true, attributes: true, attributeFilter });
  settle();
  return {
    destroy(): void {
      changes.disconnect();
      node.removeEventListener('keydown', onkeydown);
      node.removeEventListener('focusin', onfocusin);
      node.removeEventListener('focusout', settle);
    },
  };
}
