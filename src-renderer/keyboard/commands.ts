/** What a key can do: every action of the window by name, and the map from chord to action. */

import type { Workbench } from '../session/workbench.svelte';

export interface Command {
  readonly id: string;
  /** As shown in menus and in the list of keys. */
  readonly title: string;
  readonly group: string;
  /** Chords as `chordOf` writes them. */
  readonly keys: readonly string[];
  /** Whether it can run now; absent: always. */
  readonly enabled?: () => boolean;
  /** The sentence that says why it may not run now, where there is one to say; null: it may. */
  readonly refusal?: () => string | null;
  /** What it needs that is not there: grey in menus; its key says it, by itself where it can run. null: nothing. */
  readonly lacks?: () => string | null;
  /** Also while a field has the keyboard. */
  readonly inFields?: true;
  /** Also without an open project. */
  readonly anywhere?: boolean;
  readonly run: () => void;
}

/** The same commands, each refused for this reason while there is one. */
export function refusedBy(refusal: () => string | null, commands: readonly Command[]): Command[] {
  return commands.map((command) => ({ ...command, refusal }));
}

/** For a command that acts on what is selected. */
export function onSelection(workbench: Pick<Workbench, 'selection'>): Required<Pick<Command, 'enabled' | 'lacks'>> {
  const lacks = () => (workbench.selection.ids.size > 0 ? null : 'Select an annotation first');
  return { enabled: () => lacks() === null, lacks };
}

export function canRun({ enabled, refusal }: Command): boolean {
  return (enabled?.() ?? true) && !refusal?.();
}

/** Chord to command. Throws when two commands claim one chord: that is a defect, not a user's mistake. */
export function buildKeyMap(commands: readonly Command[]): ReadonlyMap<string, Command> {
  const map = new Map<string, Command>();
  for (const command of commands) {
    for (const chord of command.keys) {
      const other = map.get(chord);
      if (other) throw new Error(`${chord} is claimed by both ${other.id} and ${command.id}`);
      map.set(chord, command);
    }
  }
  return map;
}
