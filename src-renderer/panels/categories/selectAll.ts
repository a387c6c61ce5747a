/** Svelte action: a field that is there to be typed in has the focus and its text selected. */
export function selectAll(input: HTMLInputElement): void {
  input.focus();
  input.select();
}
