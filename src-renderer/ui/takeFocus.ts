/** Gives a field the keyboard as soon as it is there, or when the press that led to it is let go; and back when it goes. */

/** A press that is going on takes the focus to what lies under it: the field has it after that, unless something else is pressed. */
export function takeFocus(field: HTMLElement): { destroy(): void } {
  const before = document.activeElement;
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
  const destroy = () => {
    forget();
    const isFree = document.activeElement === document.body || document.activeElement === field;
    if (isFree && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
  };
  return { destroy };
}
