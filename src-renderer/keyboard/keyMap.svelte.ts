/** The key map in force: our own keys, a preset's over them, and the user's changes over both. */
import type { KeyPreset, Settings } from '@shared/settings';
import { buildKeyMap, type Command } from './commands';
import { refuseChord, resolveKeys } from './keyRules';
import { presets, type KeyChanges } from './presets';

export class KeyMap {
  readonly #commands: readonly Command[];
  #preset = $state<KeyPreset>('maskwright');
  #changed = $state.raw<KeyChanges>({});
  #others: Settings['keys'] | null = null;

  constructor(commands: readonly Command[]) {
    // Two defaults on one chord are a defect of ours: found at start, not by a user.
    buildKeyMap(commands);
    this.#commands = commands;
  }

  readonly #keys = $derived.by(() => resolveKeys(this.#commands, [this.#presetKeys, this.#changed]));
  /** Every command with the keys it has now. */
  readonly commands: readonly Command[] = $derived.by(() =>
    this.#commands.map((command) => ({ ...command, keys: this.#keys.get(command.id)! })),
  );
  readonly #byId = $derived(new Map(this.commands.map((command) => [command.id, command])));
  readonly #byChord = $derived(buildKeyMap(this.commands));

  get #presetKeys(): KeyChanges {
    return presets.find(({ id }) => id === this.#preset)?.keys ?? {};
  }
  get preset(): KeyPreset {
    return this.#preset;
  }

  /** Throws for an id that no command has: that is a defect. */
  command(id: string): Command {
    const command = this.#byId.get(id);
    if (!command) throw new Error(`There is no command ${id}`);
    return command;
  }

  forChord(chord: string): Command | undefined {
    return this.#byChord.get(chord);
  }

  isChanged(id: string): boolean {
    return this.#changed[id] !== undefined;
  }
  get anyChanged(): boolean {
    return Object.keys(this.#changed).length > 0;
  }

  /** Gives a command one more chord, or returns the sentence that says why not. */
  add(id: string, chord: string): string | null {
    const refusal = refuseChord(id, chord, this.forChord(chord));
    if (refusal) return refusal;
    this.#change(id, [...this.command(id).keys, chord]);
    return null;
  }

  remove(id: string, chord: string): void {
    this.#change(
      id,
      this.command(id).keys.filter((other) => other !== chord),
    );
  }

  /** The preset's keys again, for one command; chords that others were given meanwhile stay theirs. */
  reset(id: string): void {
    const { [id]: _, ...rest } = this.#changed;
    this.#changed = rest;
  }

  resetAll(): void {
    this.#changed = {};
  }

  /** Starts from a preset; the user's own changes were made to another map and go. */
  usePreset(id: KeyPreset): void {
    this.#preset = id;
    this.#changed = {};
  }

  #change(id: string, keys: readonly string[]): void {
    this.#changed = { ...this.#changed, [id]: keys };
  }

  read(keys: Settings['keys']): void {
    this.#others = keys;
    this.#preset = keys.preset;
    this.#changed = keys.changed;
  }

  toSettings(): Settings['keys'] {
    const changed = Object.fromEntries(Object.entries(this.#changed).map(([id, keys]) => [id, [...keys]]));
    return { ...this.#others, preset: this.#preset, changed };
  }
}
