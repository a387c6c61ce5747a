/** Who has which chord: layers of key maps laid over each other, and the reasons that refuse a chord. */
import { showChord } from './chord';
import type { Command } from './commands';
import type { KeyChanges } from './presets';

/** Keys whose meaning is the tools' or the window's own, with the reason that refuses them. */
const reserved: ReadonlyMap<string, string> = new Map([
  ['Enter', 'finishes what a tool draws'],
  ['Escape', 'cancels one level'],
  ['Backspace', 'removes the last vertex while drawing'],
  ['Space', 'pans the image while held'],
  ['Tab', 'moves the focus'],
  ['Shift+Tab', 'moves the focus'],
  ...['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'].flatMap((key) => [
    [key, 'moves the selection and walks through lists'] as const,
    [`Shift+${key}`, 'moves the selection by ten pixels'] as const,
  ]),
]);

/**
 * Chords by command: every chord once. A preset's chord takes it from whoever had it, and a user's change takes it from
 * both, so that a new command's default key never undoes what was chosen before.
 */
export function resolveKeys(
  commands: readonly Command[],
  layers: readonly KeyChanges[],
): ReadonlyMap<string, readonly string[]> {
  const keys = new Map(commands.map(({ id, keys }) => [id, keys]));
  for (const layer of layers) {
    const claimed = new Map<string, string>();
    for (const [id, chords] of Object.entries(layer)) {
      // A settings file edited by hand may claim a chord twice: the first has it.
      for (const chord of keys.has(id) ? chords : []) if (!claimed.has(chord)) claimed.set(chord, id);
    }
    for (const [id, chords] of keys) {
      keys.set(
        id,
        (layer[id] ?? chords).filter((chord) => (claimed.get(chord) ?? id) === id),
      );
    }
  }
  return keys;
}

/** The sentence that says why the command cannot have the chord, or null; `owner` has it now. */
export function refuseChord(
  id: string,
  chord: string,
  owner: Pick<Command, 'id' | 'title'> | undefined,
): string | null {
  const shown = showChord(chord);
  const why = reserved.get(chord);
  if (why) return `${shown} is reserved: it ${why}`;
  if (!owner) return null;
  return owner.id === id
    ? `${shown} does this already`
    : `${shown} is taken by “${owner.title}”: remove it there first`;
}
