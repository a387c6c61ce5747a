/** The window's side of the settings file: read once, changes gathered and written a moment later. */
import { settingsChanges, type Settings } from '@shared/settings';
import type { Engine } from '../api/engine';
import type { Notices } from './notices.svelte';

/** Dragging a border changes a width sixty times a second; the file need not follow. */
const writeDelayMs = 300;

export class SettingsStore {
  readonly #client: Engine;
  readonly #notices: Notices;
  #file = $state('');
  /** As the file was read, with what was sent since. */
  #sent: Settings | null = null;
  /** As they are in this window. */
  #wanted: Partial<Settings> = {};
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
    this.#sent = settings;
    return settings;
  }

  /** Keeps what differs from the file; before `load` there is nothing to keep. */
  change(changes: Partial<Settings>): void {
    if (!this.#sent) return;
    this.#wanted = { ...this.#wanted, ...changes };
    if (!this.#differing()) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), writeDelayMs);
  }

  /** Sends what is waiting at once: the window is about to close. */
  flush(): void {
    clearTimeout(this.#timer);
    const changes = this.#differing();
    if (!changes || !this.#sent) return;
    this.#sent = { ...this.#sent, ...this.#wanted };
    this.#client.call('settings.write', { changes }).catch((error: unknown) => this.#notices.error(error));
  }

  /** Only what this window has changed: what another one did with the rest stays. */
  #differing(): ReturnType<typeof settingsChanges> | null {
    const changes = this.#sent && settingsChanges(this.#sent, this.#wanted);
    return changes && Object.keys(changes).length > 0 ? changes : null;
  }
}
