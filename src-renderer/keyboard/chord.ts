/** Key chords as text, e.g. `Ctrl+Shift+Z`: how the key map is written, shown and compared. */

/** The part of a KeyboardEvent that makes a chord. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/**
 * The chord of a key press; Cmd counts as Ctrl. Letters are upper case whatever Shift says; where Shift makes another
 * symbol (`?`, `+`), the symbol alone is the chord, because where it sits differs from keyboard to keyboard. Empty for a
 * modifier pressed alone.
 */
export function chordOf(press: KeyPress): string {
  const { key } = press;
  if (key === 'Control' || key === 'Shift' || key === 'Alt' || key === 'Meta' || key === 'AltGraph') return '';
  const isLetter = /^[a-z]$/i.test(key);
  const isSymbol = key.length === 1 && key !== ' ' && !isLetter;
  const parts: string[] = [];
  if (press.ctrlKey || press.metaKey) parts.push('Ctrl');
  if (press.altKey) parts.push('Alt');
  if (press.shiftKey && !isSymbol) parts.push('Shift');
  parts.push(key === ' ' ? 'Space' : isLetter ? key.toUpperCase() : key);
  return parts.join('+');
}

const shownNames: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Delete: 'Del',
};

/** As shown to people: `Ctrl+↑`. */
export function showChord(chord: string): string {
  return chord.replace(/[A-Za-z]+$/, (key) => shownNames[key] ?? key);
}
