/** Gives a field the keyboard as soon as it is there, or when the press that led to it is let go. */

/** A press that is going on takes the focus to what lies under it: the field has it after that, unless something else is pressed. */
export function takeFocus(field: HTMLElement): { destroy(): void } {
  const focus = () => field.focus({ preventScroll: true });
  const released = () => {
    forget();
    setTimeout(focus);
  };
  const forget = () => {
    window.removeEventListener('pointerup', released, true);
    window.removeEventListener('pointerdown', forget, true);
  };
  window.addEventListener('pointerup', released, true);
  window.addEventListener('pointerdown', forget, true);
  focus();
  return { destroy: forget };
}
