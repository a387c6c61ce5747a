/** The window's side of the settings file: read once, changes gathered and written a moment later. */
import type { Settings } from '@shared/settings';
import type { Engine } from '../api/engine';
import type { Notices } from './notices.svelte';

/** Dragging a border changes a width sixty times a second; the file need not follow. */
const writeDelayMs = 300;

export class SettingsStore {
  readonly #client: Engine;
  readonly #notices: Notices;
  #file = $state('');
  #known: Settings | null = null;
  #pending: Partial<Settings> = {};
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Engine, notices: Notices) {
    this.#client = client;
    this.#notices = notices;
  }

  /** Absolute path, once loaded. */
  get file(): string {
    return this.#file;
  }

  async load(): Promise<Settings> {
    const { settings, notice, file } = await this.#client.call('settings.read', {});
    if (notice) this.#notices.show('warning', notice);
    this.#file = file;
    this.#known = settings;
    return settings;
  }

  /** Keeps what differs from the file; before `load` there is nothing to keep. */
  change(changes: Partial<Settings>): void {
    const known = this.#known;
    if (!known) return;
    const next: Settings = { ...known };
    for (const [key, value] of Object.entries(changes)) {
      if (JSON.stringify(known[key]) === JSON.stringify(value)) continue;
      next[key] = value;
      this.#pending[key] = value;
    }
    this.#known = next;
    if (Object.keys(this.#pending).length === 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), writeDelayMs);
  }

  /** Sends what is waiting at once: the window is about to close. */
  flush(): void {
    clearTimeout(this.#timer);
    const changes = this.#pending;
    if (Object.keys(changes).length === 0) return;
    this.#pending = {};
    this.#client.call('settings.write', { changes }).catch((error: unknown) => this.#notices.error(error));
  }
}
